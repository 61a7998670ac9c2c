// A SQLite VFS that knows what a power cut would leave. Every write goes to the real file and into
// a log; a sync moves the file's log into its durable image. crash_image() gives, for each file,
// the durable image plus a random part of what was written since: whole writes missing, out of
// order, or torn at a sector. Thread-safe. One at a time may be registered under its name.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"

namespace saola::store::sqlite::testing {

class PowerDisk {
public:
    using Image = std::map<std::string, Bytes>;  // path -> content

    explicit PowerDisk(std::string vfs_name);  // registers the VFS
    ~PowerDisk();
    PowerDisk(const PowerDisk&) = delete;
    PowerDisk& operator=(const PowerDisk&) = delete;

    [[nodiscard]] Image crash_image(SeededRandom& random);
    [[nodiscard]] std::uint64_t syncs() const;

    // Called by the VFS.
    void write(const std::string& path, std::uint64_t offset, BytesView data);
    void truncate(const std::string& path, std::uint64_t size);
    void sync(const std::string& path);
    void remove(const std::string& path);

private:
    struct Change {
        bool is_truncate = false;
        std::uint64_t offset = 0;  // or the size
        Bytes data;
    };
    struct File {
        Bytes durable;
        std::vector<Change> pending;
    };
    static void apply(Bytes& content, const Change& change);

    struct Vfs;
    std::string name_;
    Vfs* vfs_;
    mutable std::mutex mutex_;
    std::map<std::string, File> files_;
    std::uint64_t syncs_ = 0;
};

}  // namespace saola::store::sqlite::testing
