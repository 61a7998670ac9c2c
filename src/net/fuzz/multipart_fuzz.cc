// First line of the input: the Content-Type header; the rest: the body.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "net/multipart.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t line = input.find('\n');
    if (line == std::string_view::npos) return 0;
    const std::string_view body = input.substr(line + 1);
    saola::net::MultipartLimits limits;
    limits.max_parts = 8;
    limits.max_part_header_bytes = 256;
    limits.max_part_bytes = 4096;
    limits.max_name_bytes = 64;
    const auto parts = saola::net::parse_multipart(input.substr(0, line), body, limits);
    if (!parts) return 0;
    SAOLA_CHECK(parts->size() <= limits.max_parts);
    const char* previous_end = body.data();
    for (const saola::net::MultipartPart& part : *parts) {
        SAOLA_CHECK(part.name.size() <= 64 && part.filename.size() <= 64);
        SAOLA_CHECK(part.filename.find_first_of("/\\\r\n") == std::string::npos);
        SAOLA_CHECK(part.data.size() <= 4096);
        if (part.data.empty()) continue;
        SAOLA_CHECK(part.data.data() >= previous_end);  // inside the body, in order, no overlap
        previous_end = part.data.data() + part.data.size();
        SAOLA_CHECK(previous_end <= body.data() + body.size());
    }
    return 0;
}
