// Temporary file that takes a request body too large for memory, or an answer on its way out. Its
// calls block: use them on the worker pool. The file is removed with the object. One owner, not
// thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace saola::net {

class SpoolFile {
public:
    SpoolFile() = default;  // no file
    ~SpoolFile();           // closes and removes
    SpoolFile(const SpoolFile&) = delete;
    SpoolFile& operator=(const SpoolFile&) = delete;
    SpoolFile(SpoolFile&& other) noexcept;
    SpoolFile& operator=(SpoolFile&& other) noexcept;

    // Makes saola-spool-XXXXXX (mode 0600) in dir, or in the system's temporary folder when empty.
    // kStorage when it cannot be made or written (disk full).
    [[nodiscard]] Status create(const std::string& dir);
    [[nodiscard]] Status append(std::string_view data);
    void reset() noexcept;
    // Closes and leaves the file to who takes its path.
    [[nodiscard]] std::string release() noexcept;
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }
    [[nodiscard]] const std::string& path() const { return path_; }

    // Removes what a crashed process left in a spool folder of our own.
    static void clean(const std::string& dir);

private:
    int fd_ = -1;
    std::string path_;
};

}  // namespace saola::net
