// Values of assertions: comparison, words of the enums, the JSON of storage and of the API, and
// interval arithmetic for sums. Pure functions, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "platform/table.h"
#include "programme/assertion.h"

namespace saola::programme {

// Storage form: {"k":"unknown"} | {"k":"number","v":"12.5"} | {"k":"range","lo":"1","hi":"2"} (a
// missing bound is absent) | {"k":"text","v":"..."} | {"k":"date","v":"2026-06"}.
[[nodiscard]] Json to_json(const AssertedValue& value);
[[nodiscard]] Result<AssertedValue> value_from_json(const Json& json);
// Whether value_from_json() will read it again: asked before anything is written.
[[nodiscard]] Status check_storable(const AssertedValue& value);
// What a person may put in the place of `proposed`: the same type (or unknown), in bounds.
[[nodiscard]] Status check_correction(const AssertedValue& value, const AssertedValue& proposed,
                                      std::string_view unit);
// API form: {"v":...} | {"lo":..,"hi":..} | {"unknown":true}; numbers are JSON numbers.
[[nodiscard]] Json cell_json(const AssertedValue& value);
[[nodiscard]] Json decimal_json(const Decimal& number);  // exact integer where it is one

// The value as a table cell, in display unit: "VND" is shown as "million_vnd", the rest as it is.
[[nodiscard]] platform::Cell to_cell(const AssertedValue& value, std::string_view unit);
[[nodiscard]] std::string display_unit(std::string_view unit);
// For people and logs: "1.416.130 - 1.436.130", "≥ 80", "chưa rõ".
[[nodiscard]] std::string to_display(const AssertedValue& value);

// The bounds a value gives to a sum; nullopt for unknown, text, dates and half-open ranges.
struct Bounds {
    Decimal lo;
    Decimal hi;
};
[[nodiscard]] std::optional<Bounds> bounds_of(const AssertedValue& value);

// Sum of intervals; unknown operands are counted, never added as zero. A sum too large for
// Decimal is unknown, and overflowed() says why.
class IntervalSum {
public:
    void add(const AssertedValue& value);
    [[nodiscard]] std::int64_t known() const { return known_; }
    [[nodiscard]] std::int64_t unknown() const { return unknown_; }
    [[nodiscard]] bool overflowed() const { return overflow_; }
    // Unknown when nothing was known; a number when both bounds agree; else a range.
    [[nodiscard]] AssertedValue value() const;

private:
    Decimal lo_;
    Decimal hi_;
    std::int64_t known_ = 0;
    std::int64_t unknown_ = 0;
    bool overflow_ = false;
};

}  // namespace saola::programme
