// Reads an official document from bytes. Implemented by module lang, used by programme.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/result.h"
#include "contracts/document.h"

namespace saola::contracts {

struct ReaderLimits {
    std::uint64_t max_file_bytes = 64ULL << 20U;
    std::uint64_t max_text_bytes = 16ULL << 20U;       // text after extraction
    std::uint64_t max_unpacked_bytes = 256ULL << 20U;  // DOCX: sum of its parts, zip bombs
    std::uint64_t max_part_bytes = 16ULL
                                   << 20U;  // DOCX: one XML part; parsed, it takes 20 times that
    std::uint32_t max_compression_ratio = 200;  // DOCX part unpacked / packed
    std::uint32_t max_pages = 2'000;
    std::uint32_t max_lines = 1'000'000;  // lines with words in them
    std::uint32_t max_nodes = 200'000;    // 2,000 pages of 100 paragraphs
    std::uint32_t max_table_cells = 1'000'000;
    std::int64_t max_time_ms = 60'000;
};

// Whether the caller gave up; asked every few lines, from the reading thread.
using StopCheck = std::function<bool()>;

class DocumentReader {
public:
    virtual ~DocumentReader() = default;
    // `name` chooses nothing: the format is told from the bytes (PDF and ZIP signatures, else
    // UTF-8 text). Errors: kTooLarge (limit named), kUnsupported (encrypted, not UTF-8, unknown
    // format), kInvalidArgument (damaged file), kCancelled (`stopped` said so). Thread-safe,
    // deterministic.
    [[nodiscard]] virtual Result<Document> read(std::string_view name, std::string_view bytes,
                                                const StopCheck& stopped = {}) const = 0;
};

}  // namespace saola::contracts
