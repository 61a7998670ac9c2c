#include "base/clock.h"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace saola {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kDayNs = 86'400 * kSecondNs;

// Howard Hinnant's days_from_civil / civil_from_days, in <chrono> since C++20.
std::chrono::year_month_day to_ymd(const Date& date) {
    return std::chrono::year{date.year} / std::chrono::month{date.month} /
           std::chrono::day{date.day};
}
Date from_days(std::int64_t days) {
    const std::chrono::year_month_day ymd{std::chrono::sys_days{std::chrono::days{days}}};
    return Date{static_cast<int>(ymd.year()),
                static_cast<std::uint8_t>(static_cast<unsigned>(ymd.month())),
                static_cast<std::uint8_t>(static_cast<unsigned>(ymd.day()))};
}
std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

bool digits(std::string_view text, std::size_t at, std::size_t count, int& out) {
    if (at + count > text.size()) return false;
    const auto end = std::from_chars(text.data() + at, text.data() + at + count, out);
    return end.ec == std::errc() && end.ptr == text.data() + at + count && text[at] != '-' &&
           text[at] != '+';
}

}  // namespace

TimestampNs SystemClock::now_ns() const {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

bool is_valid(const Date& date) noexcept {
    if (date.year < 1 || date.year > 9999) return false;
    if (date.month == 0) return date.day == 0;
    if (date.month > 12) return false;
    return date.day == 0 || to_ymd(date).ok();
}
Date first_day(const Date& date) noexcept {
    return Date{date.year, date.month == 0 ? std::uint8_t{1} : date.month,
                date.day == 0 ? std::uint8_t{1} : date.day};
}
Date last_day(const Date& date) noexcept {
    if (date.day != 0) return date;
    const unsigned month = date.month == 0 ? 12U : date.month;
    const std::chrono::year_month_day_last last{std::chrono::year{date.year} /
                                                std::chrono::month{month} / std::chrono::last};
    return Date{date.year, static_cast<std::uint8_t>(month),
                static_cast<std::uint8_t>(static_cast<unsigned>(last.day()))};
}
std::int64_t days_from_epoch(const Date& date) noexcept {
    return std::chrono::sys_days{to_ymd(date)}.time_since_epoch().count();
}

std::string to_iso(const Date& date) {
    char buffer[32];
    if (date.month == 0)
        std::snprintf(buffer, sizeof buffer, "%04d", date.year);
    else if (date.day == 0)
        std::snprintf(buffer, sizeof buffer, "%04d-%02u", date.year, unsigned{date.month});
    else
        std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u", date.year, unsigned{date.month},
                      unsigned{date.day});
    return buffer;
}

Result<Date> parse_iso_date(std::string_view text) {
    int year = 0;
    int month = 0;
    int day = 0;
    const bool shape = (text.size() == 4 && digits(text, 0, 4, year)) ||
                       (text.size() == 7 && digits(text, 0, 4, year) && text[4] == '-' &&
                        digits(text, 5, 2, month)) ||
                       (text.size() == 10 && digits(text, 0, 4, year) && text[4] == '-' &&
                        digits(text, 5, 2, month) && text[7] == '-' && digits(text, 8, 2, day));
    const Date date{year, static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
    if (!shape || (text.size() > 4 && month == 0) || (text.size() > 7 && day == 0) ||
        !is_valid(date))
        return fail(ErrorKind::kInvalidArgument, "base.date",
                    "a date must look like 2026-06-12, 2026-06 or 2026");
    return date;
}

Date date_in_vietnam(TimestampNs time_ns) noexcept {
    return from_days(floor_div(time_ns + 7 * 3600 * kSecondNs, kDayNs));
}

std::string to_rfc3339(TimestampNs time_ns) {
    const std::int64_t day = floor_div(time_ns, kDayNs);
    const std::int64_t rest = time_ns - day * kDayNs;
    const std::int64_t seconds = rest / kSecondNs;
    char buffer[48];
    std::snprintf(buffer, sizeof buffer, "%sT%02d:%02d:%02d.%09dZ", to_iso(from_days(day)).c_str(),
                  static_cast<int>(seconds / 3600), static_cast<int>(seconds / 60 % 60),
                  static_cast<int>(seconds % 60), static_cast<int>(rest % kSecondNs));
    return buffer;
}

Result<TimestampNs> parse_rfc3339(std::string_view text) {
    const auto bad = [] {
        return fail(ErrorKind::kInvalidArgument, "base.time",
                    "a time must look like 2026-11-22T06:00:00Z");
    };
    if (text.size() < 20 || (text[10] != 'T' && text[10] != 't')) return bad();
    SAOLA_TRY(const Date date, parse_iso_date(text.substr(0, 10)));
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!digits(text, 11, 2, hour) || text[13] != ':' || !digits(text, 14, 2, minute) ||
        text[16] != ':' || !digits(text, 17, 2, second) || hour > 23 || minute > 59 || second > 59)
        return bad();
    std::size_t at = 19;
    std::int64_t nanos = 0;
    if (text[at] == '.') {
        std::int64_t unit = kSecondNs;
        const std::size_t first = ++at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9' && at - first < 9) {
            unit /= 10;
            nanos += unit * (text[at] - '0');
            ++at;
        }
        if (at == first) return bad();
    }
    std::int64_t offset_s = 0;
    if (at + 1 == text.size() && (text[at] == 'Z' || text[at] == 'z')) {
        ++at;
    } else {
        int oh = 0;
        int om = 0;
        if (at + 6 != text.size() || (text[at] != '+' && text[at] != '-') ||
            !digits(text, at + 1, 2, oh) || text[at + 3] != ':' || !digits(text, at + 4, 2, om) ||
            oh > 23 || om > 59)
            return bad();
        offset_s = (text[at] == '-' ? -1 : 1) * (oh * 3600 + om * 60);
    }
    // int64 nanoseconds reach from 1677 to 2262.
    if (date.year < 1678 || date.year > 2261) return bad();
    const std::int64_t seconds =
        days_from_epoch(date) * 86'400 + hour * 3600 + minute * 60 + second - offset_s;
    return seconds * kSecondNs + nanos;
}

}  // namespace saola
