#include "base/ids.h"

#include <sys/random.h>

#include <array>
#include <cerrno>

#include "base/check.h"

namespace saola {
namespace {
constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
}

void SystemRandom::fill(std::span<std::uint8_t> out) {
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t got = getrandom(out.data() + done, out.size() - done, 0);
        SAOLA_CHECK(got > 0 || errno == EINTR);
        if (got > 0) done += static_cast<std::size_t>(got);
    }
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (i % 8 == 0) word = next();
        out[i] = static_cast<std::uint8_t>(word >> (8 * (i % 8)));
    }
}

std::uint64_t SeededRandom::next() noexcept {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
}

std::uint64_t SeededRandom::below(std::uint64_t bound) noexcept { return next() % bound; }

std::string new_ulid(const Clock& clock, Random& random) {
    std::array<std::uint8_t, 16> bytes{};
    random.fill(bytes);
    auto ms = static_cast<std::uint64_t>(clock.now_ns() / 1'000'000);
    for (std::size_t i = 6; i-- > 0; ms >>= 8U) bytes[i] = static_cast<std::uint8_t>(ms);
    // 128 bits as 26 digits of 5 bits, the first holding only 3.
    std::string out;
    out.reserve(26);
    unsigned bits = 2;  // two leading zero bits make 130 = 26 * 5
    std::uint32_t buffer = 0;
    for (const std::uint8_t b : bytes) {
        buffer = (buffer << 8U) | b;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            out.push_back(kCrockford[(buffer >> bits) & 31U]);
        }
    }
    return out;
}

bool is_ulid(std::string_view text) noexcept {
    if (text.size() != 26 || text.front() > '7') return false;
    for (const char c : text)
        if (kCrockford.find(c) == std::string_view::npos) return false;
    return true;
}

}  // namespace saola
