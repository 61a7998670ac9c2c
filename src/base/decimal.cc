#include "base/decimal.h"

#include <cmath>

namespace saola {
namespace {

// -Wpedantic: __int128 is an extension both reference compilers have.
__extension__ using Int128 = __int128;

constexpr Int128 power10(unsigned exponent) {
    Int128 value = 1;
    while (exponent-- > 0) value *= 10;
    return value;
}

tl::unexpected<Error> overflow() {
    return fail(ErrorKind::kInvalidArgument, "base.decimal_overflow",
                "a number is too large to be held exactly", {}, "max_digits=18");
}
tl::unexpected<Error> malformed(std::string_view text) {
    return fail(ErrorKind::kInvalidArgument, "base.decimal",
                "not a number: \"" + std::string(text.substr(0, 40)) + "\"");
}

Result<Decimal> from_wide(Int128 unscaled, unsigned scale) {
    while (scale > 0 && unscaled % 10 == 0) {
        unscaled /= 10;
        --scale;
    }
    if (unscaled > INT64_MAX || unscaled < INT64_MIN || scale > Decimal::kMaxScale)
        return overflow();
    return Decimal(static_cast<std::int64_t>(unscaled), static_cast<std::uint8_t>(scale));
}

// Reads sign, digits and the decimal sign; `skip` (grouping) characters were checked before.
Result<Decimal> read_digits(std::string_view text, char decimal_sign, char skip) {
    std::string_view rest = text;
    bool negative = false;
    if (!rest.empty() && rest.front() == '-') {
        negative = true;
        rest.remove_prefix(1);
    }
    Int128 value = 0;
    unsigned scale = 0;
    unsigned digits = 0;
    bool fraction = false;
    for (const char c : rest) {
        if (skip != '\0' && c == skip) continue;
        if (c == decimal_sign) {
            if (fraction || digits == 0) return malformed(text);
            fraction = true;
            continue;
        }
        if (c < '0' || c > '9') return malformed(text);
        value = value * 10 + (c - '0');
        ++digits;
        if (fraction) ++scale;
        if (value > power10(18)) return overflow();
    }
    if (digits == 0 || (fraction && scale == 0)) return malformed(text);
    if (scale > Decimal::kMaxScale) return overflow();
    return from_wide(negative ? -value : value, scale);
}

}  // namespace

Result<Decimal> Decimal::parse(std::string_view text) { return read_digits(text, '.', '\0'); }

Result<Decimal> Decimal::parse_vietnamese(std::string_view text) {
    std::string_view whole = text.substr(0, text.find(','));
    if (!whole.empty() && whole.front() == '-') whole.remove_prefix(1);
    const std::size_t first_dot = whole.find('.');
    if (first_dot != std::string_view::npos) {
        if (first_dot == 0 || first_dot > 3 || (whole.size() - first_dot) % 4 != 0)
            return malformed(text);
        for (std::size_t i = first_dot; i < whole.size(); ++i)
            if ((whole[i] == '.') != ((i - first_dot) % 4 == 0)) return malformed(text);
    }
    const std::size_t comma = text.find(',');
    if (comma != std::string_view::npos && text.find('.', comma) != std::string_view::npos)
        return malformed(text);
    return read_digits(text, ',', '.');
}

double Decimal::to_double() const noexcept {
    return static_cast<double>(unscaled_) / std::pow(10.0, static_cast<double>(scale_));
}

std::string Decimal::to_string() const {
    std::string digits = std::to_string(unscaled_);
    if (scale_ == 0) return digits;
    const std::size_t sign = digits.front() == '-' ? 1 : 0;
    if (digits.size() - sign <= scale_)
        digits.insert(sign, scale_ + 1 - (digits.size() - sign), '0');
    digits.insert(digits.size() - scale_, 1, '.');
    return digits;
}

std::string Decimal::to_vietnamese() const {
    std::string text = to_string();
    const std::size_t dot = text.find('.');
    std::size_t whole_end = text.size();
    if (dot != std::string::npos) {
        text[dot] = ',';
        whole_end = dot;
    }
    const std::size_t first = text.front() == '-' ? 1 : 0;
    for (std::size_t i = whole_end; i > first + 3;) {
        i -= 3;
        text.insert(i, 1, '.');
    }
    return text;
}

Result<Decimal> Decimal::add(const Decimal& other) const {
    const unsigned scale = std::max(scale_, other.scale_);
    return from_wide(
        unscaled_ * power10(scale - scale_) + other.unscaled_ * power10(scale - other.scale_),
        scale);
}
Result<Decimal> Decimal::subtract(const Decimal& other) const {
    const unsigned scale = std::max(scale_, other.scale_);
    return from_wide(
        unscaled_ * power10(scale - scale_) - other.unscaled_ * power10(scale - other.scale_),
        scale);
}
Result<Decimal> Decimal::multiply(const Decimal& other) const {
    return from_wide(static_cast<Int128>(unscaled_) * other.unscaled_,
                     static_cast<unsigned>(scale_) + other.scale_);
}

Result<Decimal> Decimal::divide(const Decimal& other, std::uint8_t scale) const {
    if (other.unscaled_ == 0)
        return fail(ErrorKind::kInvalidArgument, "base.decimal_zero", "division by zero");
    if (scale > kMaxScale) return overflow();
    // (a / 10^s) / (b / 10^t) * 10^scale = a * 10^(t + scale) / (b * 10^s), kept inside 128 bits.
    Int128 numerator = unscaled_;
    Int128 denominator = other.unscaled_;
    const int shift = int{other.scale_} + int{scale} - int{scale_};
    Int128& scaled = shift >= 0 ? numerator : denominator;
    for (int i = 0; i < std::abs(shift); ++i) {
        if (scaled > power10(37) || scaled < -power10(37)) return overflow();
        scaled *= 10;
    }
    Int128 quotient = numerator / denominator;
    const Int128 remainder = numerator % denominator;
    const Int128 twice = remainder < 0 ? -2 * remainder : 2 * remainder;
    if (twice >= (denominator < 0 ? -denominator : denominator))
        quotient += (numerator < 0) == (denominator < 0) ? 1 : -1;
    return from_wide(quotient, scale);
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) noexcept {
    const unsigned scale = std::max(a.scale_, b.scale_);
    const Int128 left = a.unscaled_ * power10(scale - a.scale_);
    const Int128 right = b.unscaled_ * power10(scale - b.scale_);
    if (left == right) return std::strong_ordering::equal;
    return left < right ? std::strong_ordering::less : std::strong_ordering::greater;
}

}  // namespace saola
