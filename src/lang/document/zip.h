// Bounded reading of parts of a ZIP file in memory (DOCX). libzip is included only in zip.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "contracts/document_reader.h"

namespace saola::lang {

// Opened once, used by one thread; the bytes must outlive it.
class ZipReader {
public:
    // Errors: kInvalidArgument (damaged), kUnsupported (encrypted), kTooLarge (too many parts,
    // parts too large or packed too tightly; limit named).
    [[nodiscard]] static Result<ZipReader> open(std::string_view bytes,
                                                const contracts::ReaderLimits& limits);
    ZipReader(ZipReader&&) noexcept;
    ~ZipReader();

    // Content of a part; kNotFound when there is none of that name.
    [[nodiscard]] Result<std::string> part(const std::string& name);

private:
    struct State;
    explicit ZipReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace saola::lang
