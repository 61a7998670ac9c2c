// Finds the numbers of Vietnamese official prose and table cells: what is counted or measured, with
// unit, qualifier, range, and where it stands; dates and years apart. Numbers that only name
// something (document numbers, "Điều 14", "5G", "ISO 27001", list marks) are left out. Input is NFC
// text as in contracts::Text::value; offsets are bytes of that text, half open, and lead to the
// source through Text::source(). Stateless, thread-safe, linear in the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/decimal.h"
#include "programme/assertion.h"

namespace saola::programme {

enum class Qualifier : std::uint8_t {
    kNone,
    kAbout,    // khoảng, xấp xỉ, gần, ước
    kAtLeast,  // tối thiểu, ít nhất, không dưới, ≥, "80% trở lên"
    kAtMost,   // tối đa, nhiều nhất, không quá, ≤
    kOver,     // trên, hơn, vượt, lớn hơn, >
    kUnder,    // dưới, nhỏ hơn, chưa đến, <
    kUpTo,     // "đến 30 tỷ": a bound in some sentences, the value itself in others
};

enum class QuantityKind : std::uint8_t { kAmount, kYear };

struct Quantity {
    QuantityKind kind = QuantityKind::kAmount;
    Decimal lo, hi;      // as written ("5.000 - 10.000" -> 5000, 10000); equal when one number
    bool range = false;  // written as two numbers
    Qualifier qualifier = Qualifier::kNone;
    // A second qualifier further out: "tối đa ≥ 100" is kAtMost around kAtLeast.
    Qualifier outer = Qualifier::kNone;
    // "VND", "USD", "%", "month", "day", "hour", "minute", "second", "kg", "m2", ...; "VND/year";
    // "" when no unit follows (what is counted is then in `noun`).
    std::string unit;
    Decimal multiplier{1};   // of the scale word: "triệu đồng" 1,000,000; "năm" 12 (months)
    std::string unit_words;  // as written: "triệu đồng"
    // Up to six words after number and unit within the clause: "tiêu chuẩn Việt Nam"; as written.
    std::string noun;
    std::size_t begin = 0, end = 0;        // the digits: from the first of lo to the last of hi
    std::size_t lo_end = 0, hi_begin = 0;  // inner borders of a range; begin/end when one number
    std::size_t full_begin = 0, full_end = 0;  // with qualifier and unit

    // The interval in base units with the qualifier applied: at least and over leave hi open, at
    // most, under and up to leave lo open. nullopt when the multiplication overflows.
    [[nodiscard]] std::optional<Range> interval() const;
    [[nodiscard]] std::optional<Decimal> base_lo() const;  // lo x multiplier
    [[nodiscard]] std::optional<Decimal> base_hi() const;
};

inline constexpr std::size_t kMaxQuantities = 100'000;  // of one text; the rest is not reported

[[nodiscard]] std::vector<Quantity> find_quantities(std::string_view text);

// A date written out ("ngày 12 tháng 6 năm 2025"), short ("12/6/2025", "6/2025") or without a day
// ("tháng 5 năm 2026", "tháng 5/2026"). Impossible dates (31/02/2026) are reported with valid =
// false.
struct DateMention {
    Date date;
    bool valid = true;
    std::size_t begin = 0, end = 0;
};
[[nodiscard]] std::vector<DateMention> find_dates(std::string_view text);

// A value of a table cell that stands alone: "5.000 - 10.000", "-" (Unknown), "", "12", "80%".
// `carried_unit` is the column's unit ("triệu đồng"), used when the cell names none. nullopt:
// words.
struct CellValue {
    AssertedValue value;  // Unknown, Decimal or Range, in base units
    std::string unit;
    std::optional<Quantity> quantity;  // nullopt for Unknown
};
[[nodiscard]] std::optional<CellValue> read_cell(std::string_view text,
                                                 std::string_view carried_unit);

// Unit and multiplier of words such as "triệu đồng", "tháng", "%"; nullopt when they name no unit.
struct UnitWords {
    std::string unit;
    Decimal multiplier{1};
};
[[nodiscard]] std::optional<UnitWords> parse_unit(std::string_view words);

// Begin and end of the sentence around `offset`: bounded by ". ", ";", "?", "!", line ends.
[[nodiscard]] std::pair<std::size_t, std::size_t> sentence_around(std::string_view text,
                                                                  std::size_t offset);

}  // namespace saola::programme
