// Identifiers: ULIDs (26 characters of Crockford base 32: 48-bit milliseconds then 80 random bits),
// which sort by creation time. Randomness is injected.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"

namespace saola {

class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::uint8_t> out) = 0;  // thread-safe in SystemRandom
};

class SystemRandom final : public Random {  // getrandom(2)
public:
    void fill(std::span<std::uint8_t> out) override;
};

// Deterministic (SplitMix64) for tests and generators. Not thread-safe, not for secrets.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
    void fill(std::span<std::uint8_t> out) override;
    [[nodiscard]] std::uint64_t next() noexcept;
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept;  // bound > 0

private:
    std::uint64_t state_;
};

[[nodiscard]] std::string new_ulid(const Clock& clock, Random& random);
[[nodiscard]] bool is_ulid(std::string_view text) noexcept;

}  // namespace saola
