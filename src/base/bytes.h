// Byte views and hexadecimal text. Stateless, thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace saola {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

[[nodiscard]] inline BytesView as_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view as_text(BytesView bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[nodiscard]] std::string to_hex(BytesView bytes);            // lower case
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);  // even length, either case
[[nodiscard]] std::string to_base64url(BytesView bytes);      // RFC 4648 section 5, no padding
[[nodiscard]] Result<Bytes> from_base64url(std::string_view text);

}  // namespace saola
