#include "programme/value.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace saola::programme {
namespace {

constexpr std::array<std::string_view, 14> kKinds{
    "programme", "component", "product",  "task",   "milestone",    "indicator",      "budget_line",
    "organisation", "document", "deadline", "patent_count", "standard_count", "code_list", "code"};

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
        SAOLA_TRY(std::string text, json.get_string("v", 1U << 16U));
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
        if (range->lo && range->hi) return range->lo->to_vietnamese() + " - " + range->hi->to_vietnamese();
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

Status IntervalSum::add(const AssertedValue& value) {
    const std::optional<Bounds> bounds = bounds_of(value);
    if (!bounds) {
        ++unknown_;
        return {};
    }
    SAOLA_TRY(lo_, lo_.add(bounds->lo));
    SAOLA_TRY(hi_, hi_.add(bounds->hi));
    ++known_;
    return {};
}

AssertedValue IntervalSum::value() const {
    if (known_ == 0) return Unknown{};
    if (lo_ == hi_) return lo_;
    return Range{lo_, hi_};
}

}  // namespace saola::programme
