// Time is injected: code that needs "now" takes a Clock, so tests and replays choose it.
// Timestamps are UTC nanoseconds since 1970; shown to people in Asia/Ho_Chi_Minh (UTC+7, no DST).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace saola {

using TimestampNs = std::int64_t;

class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual TimestampNs now_ns() const = 0;  // thread-safe
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] TimestampNs now_ns() const override;
};

// Settable clock for tests. Not thread-safe while being set.
class ManualClock final : public Clock {
public:
    explicit ManualClock(TimestampNs now_ns) : now_ns_(now_ns) {}
    [[nodiscard]] TimestampNs now_ns() const override { return now_ns_; }
    void set(TimestampNs now_ns) { now_ns_ = now_ns; }
    void advance(std::int64_t delta_ns) { now_ns_ += delta_ns; }

private:
    TimestampNs now_ns_;
};

// A calendar date, proleptic Gregorian. Official documents often omit the day, or day and month:
// then day (or month and day) is 0 and the date means the whole month (or year).
struct Date {
    std::int32_t year = 0;
    std::uint8_t month = 0;  // 1..12, 0 unknown
    std::uint8_t day = 0;    // 1..31, 0 unknown

    friend auto operator<=>(const Date&, const Date&) = default;
};

[[nodiscard]] bool is_valid(const Date& date) noexcept;                 // partial dates are valid
[[nodiscard]] Date first_day(const Date& date) noexcept;                // 2026-06 -> 2026-06-01
[[nodiscard]] Date last_day(const Date& date) noexcept;                 // 2026-06 -> 2026-06-30
[[nodiscard]] std::int64_t days_from_epoch(const Date& date) noexcept;  // full date only
[[nodiscard]] std::string to_iso(const Date& date);  // "2026-06-12", "2026-06" or "2026"
[[nodiscard]] Result<Date> parse_iso_date(std::string_view text);
[[nodiscard]] Date date_in_vietnam(TimestampNs time_ns) noexcept;

[[nodiscard]] std::string to_rfc3339(TimestampNs time_ns);  // "2026-11-22T06:00:00.000000000Z"
[[nodiscard]] Result<TimestampNs> parse_rfc3339(
    std::string_view text);  // Z or offset, 0-9 decimals

}  // namespace saola
