// multipart/form-data (RFC 7578) over a body in memory or in a spooled file. Bounded: parts, header
// bytes, name length. Pure parser, thread-safe, fuzzed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http.h"

namespace saola::net {

struct MultipartLimits {
    std::size_t max_parts = 64;
    std::size_t max_part_header_bytes = 4096;
    std::size_t max_name_bytes = 255;  // of a field name or file name, in UTF-8
    std::uint64_t max_part_bytes = 64ULL << 20U;
};

struct MultipartPart {
    std::string name;
    std::string filename;  // base name only; directory parts and control characters are removed
    std::string content_type;
    std::string_view data;  // view into the body
};

// kUnsupported when the header is not multipart/form-data with a boundary; kInvalidArgument
// "multipart.malformed" for a broken or truncated body, a part without a name or a name that is not
// UTF-8; kTooLarge with the name of the limit met.
[[nodiscard]] Result<std::vector<MultipartPart>> parse_multipart(
    std::string_view content_type_header, std::string_view body,
    const MultipartLimits& limits = {});

// The body of a request as one view, whether it lies in memory or in a spooled file (then mapped).
// Valid while this object and the request live. open() may touch the disk: blocking handlers only.
class BodyView {
public:
    [[nodiscard]] static Result<BodyView> open(const Request& request);  // kStorage
    ~BodyView();
    BodyView(BodyView&& other) noexcept;
    BodyView& operator=(BodyView&& other) noexcept;
    BodyView(const BodyView&) = delete;
    BodyView& operator=(const BodyView&) = delete;
    [[nodiscard]] std::string_view text() const { return text_; }

private:
    BodyView() = default;
    void unmap() noexcept;
    std::string_view text_;
    bool mapped_ = false;
};

}  // namespace saola::net
