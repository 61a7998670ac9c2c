#include "programme/value.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "programme/limits.h"

namespace saola::programme {
namespace {

constexpr std::array<std::string_view, 14> kKinds{
    "programme",    "component",      "product",      "task",     "milestone",
    "indicator",    "budget_line",    "organisation", "document", "deadline",
    "patent_count", "standard_count", "code_list",    "code"};

const Decimal kMillion{1'000'000};

Decimal scaled_to_million(const Decimal& number) {
    auto quotient = number.divide(kMillion, 6);
    return quotient ? *quotient : number;  // dividing by a million cannot overflow
}

}  // namespace

std::string_view to_string(SubjectKind kind) noexcept {
    return kKinds.at(static_cast<std::size_t>(kind));
}

std::optional<SubjectKind> parse_subject_kind(std::string_view text) noexcept {
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (kKinds[i] == text) return static_cast<SubjectKind>(i);
    }
    return std::nullopt;
}

Json to_json(const AssertedValue& value) {
    Json out = Json::object();
    if (const auto* number = std::get_if<Decimal>(&value)) {
        out.set("k", "number").set("v", number->to_string());
    } else if (const auto* range = std::get_if<Range>(&value)) {
        out.set("k", "range");
        if (range->lo) out.set("lo", range->lo->to_string());
        if (range->hi) out.set("hi", range->hi->to_string());
    } else if (const auto* words = std::get_if<std::string>(&value)) {
        out.set("k", "text").set("v", *words);
    } else if (const auto* date = std::get_if<Date>(&value)) {
        out.set("k", "date").set("v", to_iso(*date));
    } else {
        out.set("k", "unknown");
    }
    return out;
}

Result<AssertedValue> value_from_json(const Json& json) {
    SAOLA_TRY(const std::string kind, json.get_string("k", 16));
    if (kind == "unknown") return AssertedValue{Unknown{}};
    if (kind == "number") {
        SAOLA_TRY(const std::string text, json.get_string("v", 64));
        SAOLA_TRY(Decimal number, Decimal::parse(text));
        return AssertedValue{number};
    }
    if (kind == "range") {
        Range range;
        for (auto& [name, bound] : {std::pair{"lo", &range.lo}, std::pair{"hi", &range.hi}}) {
            if (json.find(name) == nullptr) continue;
            SAOLA_TRY(const std::string text, json.get_string(name, 64));
            SAOLA_TRY(Decimal number, Decimal::parse(text));
            *bound = number;
        }
        if (range.lo && range.hi && *range.hi < *range.lo) {
            return fail(ErrorKind::kInvalidArgument, "programme.bad_value",
                        "The lower bound of the range is above its upper bound.", "value");
        }
        return AssertedValue{range};
    }
    if (kind == "text") {
        SAOLA_TRY(std::string text, json.get_string("v", kMaxStoredTextBytes));
        return AssertedValue{std::move(text)};
    }
    if (kind == "date") {
        SAOLA_TRY(const std::string text, json.get_string("v", 16));
        SAOLA_TRY(Date date, parse_iso_date(text));
        return AssertedValue{date};
    }
    return fail(ErrorKind::kInvalidArgument, "programme.bad_value",
                "The kind of a value is one of unknown, number, range, text, date.", "value.k");
}

Status check_storable(const AssertedValue& value) {
    const auto* words = std::get_if<std::string>(&value);
    if (words != nullptr && words->size() > kMaxStoredTextBytes) {
        return fail(ErrorKind::kTooLarge, "programme.text_too_long",
                    "The text is too long to be kept.", "value",
                    "max_stored_text_bytes=" + std::to_string(kMaxStoredTextBytes));
    }
    return {};
}

namespace {

Status check_number(const Decimal& number, std::string_view unit) {
    const bool money = unit == "VND";
    const std::int64_t most = money ? kMaxAmountVnd : kMaxNumber;
    if (number < Decimal{0} && (money || unit == "month" || unit == "count")) {
        return fail(ErrorKind::kInvalidArgument, "programme.negative_value",
                    "An amount, a duration or a count is not negative.", "value", "min_value=0");
    }
    if (number > Decimal{most} || number < Decimal{-most}) {
        return fail(ErrorKind::kInvalidArgument, "programme.value_too_large",
                    "The number is larger than any figure of the programme.", "value",
                    "max_value=" + std::to_string(most));
    }
    if (number.scale() > kMaxNumberScale) {
        return fail(ErrorKind::kInvalidArgument, "programme.too_many_decimals",
                    "The number has too many decimals.", "value",
                    "max_decimals=" + std::to_string(kMaxNumberScale));
    }
    return {};
}

bool is_blank(std::string_view words) {
    return words.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

Status check_correction(const AssertedValue& value, const AssertedValue& proposed,
                        std::string_view unit) {
    if (std::holds_alternative<Unknown>(value)) return {};
    const auto* words = std::get_if<std::string>(&value);
    const bool text = words != nullptr;
    const bool date = std::holds_alternative<Date>(value);
    if (text != std::holds_alternative<std::string>(proposed) ||
        date != std::holds_alternative<Date>(proposed)) {
        return fail(ErrorKind::kInvalidArgument, "programme.other_type",
                    "A correction has the type of the value it corrects: text, date or number.",
                    "value");
    }
    if (text && is_blank(*words))
        return fail(ErrorKind::kInvalidArgument, "programme.empty_value",
                    "The text is empty; say unknown instead.", "value");
    if (text && words->size() > kMaxTextBytes) {
        return fail(ErrorKind::kTooLarge, "programme.text_too_long", "The text is too long.",
                    "value", "max_text_bytes=" + std::to_string(kMaxTextBytes));
    }
    if (const auto* number = std::get_if<Decimal>(&value)) return check_number(*number, unit);
    if (const auto* range = std::get_if<Range>(&value)) {
        if (range->lo) SAOLA_TRY_STATUS(check_number(*range->lo, unit));
        if (range->hi) SAOLA_TRY_STATUS(check_number(*range->hi, unit));
    }
    return {};
}

Json decimal_json(const Decimal& number) {
    if (number.is_integer()) return Json(number.unscaled());
    return Json(number.to_double());
}

Json cell_json(const AssertedValue& value) {
    Json out = Json::object();
    if (const auto* number = std::get_if<Decimal>(&value)) {
        out.set("v", decimal_json(*number));
    } else if (const auto* range = std::get_if<Range>(&value)) {
        out.set("lo", range->lo ? decimal_json(*range->lo) : Json());
        out.set("hi", range->hi ? decimal_json(*range->hi) : Json());
    } else if (const auto* words = std::get_if<std::string>(&value)) {
        out.set("v", *words);
    } else if (const auto* date = std::get_if<Date>(&value)) {
        out.set("v", to_iso(*date));
    } else {
        out.set("unknown", true);
    }
    return out;
}

std::string display_unit(std::string_view unit) {
    return unit == "VND" ? "million_vnd" : std::string(unit);
}

platform::Cell to_cell(const AssertedValue& value, std::string_view unit) {
    platform::Cell cell;
    const bool money = unit == "VND";
    if (const auto* number = std::get_if<Decimal>(&value)) {
        cell.value = money ? scaled_to_million(*number) : *number;
    } else if (const auto* range = std::get_if<Range>(&value)) {
        platform::Interval interval;
        if (range->lo) interval.lo = money ? scaled_to_million(*range->lo) : *range->lo;
        if (range->hi) interval.hi = money ? scaled_to_million(*range->hi) : *range->hi;
        cell.value = interval;
    } else if (const auto* words = std::get_if<std::string>(&value)) {
        cell.value = *words;
    } else if (const auto* date = std::get_if<Date>(&value)) {
        cell.value = *date;
    }
    return cell;
}

std::string to_display(const AssertedValue& value) {
    if (const auto* number = std::get_if<Decimal>(&value)) return number->to_vietnamese();
    if (const auto* range = std::get_if<Range>(&value)) {
        if (range->lo && range->hi)
            return range->lo->to_vietnamese() + " - " + range->hi->to_vietnamese();
        if (range->lo) return "≥ " + range->lo->to_vietnamese();
        if (range->hi) return "≤ " + range->hi->to_vietnamese();
        return "chưa rõ";
    }
    if (const auto* words = std::get_if<std::string>(&value)) return *words;
    if (const auto* date = std::get_if<Date>(&value)) return to_iso(*date);
    return "chưa rõ";
}

std::optional<Bounds> bounds_of(const AssertedValue& value) {
    if (const auto* number = std::get_if<Decimal>(&value)) return Bounds{*number, *number};
    if (const auto* range = std::get_if<Range>(&value)) {
        if (range->lo && range->hi) return Bounds{*range->lo, *range->hi};
    }
    return std::nullopt;
}

void IntervalSum::add(const AssertedValue& value) {
    const std::optional<Bounds> bounds = bounds_of(value);
    if (!bounds) {
        ++unknown_;
        return;
    }
    ++known_;
    if (overflow_) return;
    const auto lo = lo_.add(bounds->lo);
    const auto hi = hi_.add(bounds->hi);
    // One absurd figure must not take a whole list away: the sum is then unknown, and says so.
    overflow_ = !lo || !hi;
    if (overflow_) return;
    lo_ = *lo;
    hi_ = *hi;
}

AssertedValue IntervalSum::value() const {
    if (known_ == 0 || overflow_) return Unknown{};
    if (lo_ == hi_) return lo_;
    return Range{lo_, hi_};
}

}  // namespace saola::programme
