// multipart/form-data (RFC 7578) over a body in memory or in a spooled file. Bounded: parts, header
// bytes, name length. Pure parser, thread-safe, fuzzed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace saola::net {

struct MultipartLimits {
    std::size_t max_parts = 64;
    std::size_t max_part_header_bytes = 4096;
    std::uint64_t max_part_bytes = 64ULL << 20U;
};

struct MultipartPart {
    std::string name;
    std::string filename;  // base name only; directory parts and control characters are removed
    std::string content_type;
    std::string_view data;  // view into the body
};

[[nodiscard]] Result<std::vector<MultipartPart>> parse_multipart(
    std::string_view content_type_header, std::string_view body,
    const MultipartLimits& limits = {});

}  // namespace saola::net
