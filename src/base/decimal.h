// Exact decimal number: unscaled * 10^-scale. Money and figures of official documents are never
// floating point. Arithmetic reports overflow instead of wrapping. Value type.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace saola {

class Decimal {
public:
    static constexpr std::uint8_t kMaxScale = 18;

    constexpr Decimal() = default;
    constexpr explicit Decimal(std::int64_t unscaled, std::uint8_t scale = 0)
        : unscaled_(unscaled), scale_(scale) {
        normalise();
    }

    // Plain form "-12.5" (dot is the decimal sign, no grouping); at most 18 significant digits.
    [[nodiscard]] static Result<Decimal> parse(std::string_view text);
    // Vietnamese form "1.436.130", "12.253,4", "4,05"; grouping dots must stand every three digits,
    // a lone dot followed by exactly three digits is grouping ("5.000" is 5000). Also accepts the
    // plain digits "2441" and "08".
    [[nodiscard]] static Result<Decimal> parse_vietnamese(std::string_view text);

    [[nodiscard]] constexpr std::int64_t unscaled() const { return unscaled_; }
    [[nodiscard]] constexpr std::uint8_t scale() const { return scale_; }
    [[nodiscard]] constexpr bool is_integer() const { return scale_ == 0; }
    [[nodiscard]] double to_double() const noexcept;
    [[nodiscard]] std::string to_string() const;      // "12253.4"
    [[nodiscard]] std::string to_vietnamese() const;  // "12.253,4"

    [[nodiscard]] Result<Decimal> add(const Decimal& other) const;
    [[nodiscard]] Result<Decimal> subtract(const Decimal& other) const;
    [[nodiscard]] Result<Decimal> multiply(const Decimal& other) const;
    // this / other rounded half away from zero to `scale` decimals; other must not be zero.
    [[nodiscard]] Result<Decimal> divide(const Decimal& other, std::uint8_t scale) const;

    friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) noexcept;
    friend bool operator==(const Decimal& a, const Decimal& b) noexcept = default;

private:
    constexpr void normalise() {
        while (scale_ > 0 && unscaled_ % 10 == 0) {
            unscaled_ /= 10;
            --scale_;
        }
    }
    std::int64_t unscaled_ = 0;
    std::uint8_t scale_ = 0;  // always minimal, so equality is member-wise
};

}  // namespace saola
