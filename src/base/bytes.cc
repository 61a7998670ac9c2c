#include "base/bytes.h"

#include <array>

namespace saola {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::string to_hex(BytesView bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const std::uint8_t b : bytes) {
        out.push_back(kHexDigits[b >> 4U]);
        out.push_back(kHexDigits[b & 15U]);
    }
    return out;
}

Result<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0)
        return fail(ErrorKind::kInvalidArgument, "base.hex", "hexadecimal text has an odd length");
    Bytes out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int hi = hex_value(text[i]);
        const int lo = hex_value(text[i + 1]);
        if (hi < 0 || lo < 0)
            return fail(ErrorKind::kInvalidArgument, "base.hex",
                        "not a hexadecimal digit at position " + std::to_string(i));
        out.push_back(static_cast<std::uint8_t>(hi * 16 + lo));
    }
    return out;
}

std::string to_base64url(BytesView bytes) {
    std::string out;
    out.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (const std::uint8_t b : bytes) {
        buffer = (buffer << 8U) | b;
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            out.push_back(kBase64Url[(buffer >> bits) & 63U]);
        }
    }
    if (bits > 0) out.push_back(kBase64Url[(buffer << (6 - bits)) & 63U]);
    return out;
}

Result<Bytes> from_base64url(std::string_view text) {
    const auto bad = [] {
        return fail(ErrorKind::kInvalidArgument, "base.base64url", "not base64url text");
    };
    if (text.size() % 4 == 1) return bad();
    Bytes out;
    out.reserve(text.size() * 3 / 4);
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (const char c : text) {
        const std::size_t digit = kBase64Url.find(c);
        if (digit == std::string_view::npos) return bad();
        buffer = (buffer << 6U) | static_cast<std::uint32_t>(digit);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out.push_back(static_cast<std::uint8_t>((buffer >> bits) & 255U));
        }
    }
    // The unused low bits must be zero, so that each byte string has exactly one spelling.
    if (bits > 0 && (buffer & ((1U << bits) - 1U)) != 0) return bad();
    return out;
}

}  // namespace saola
