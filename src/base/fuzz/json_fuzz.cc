// Fuzzes what reads untrusted values: JSON, decimals in both forms, dates and timestamps. What was
// read must be written and read again as the same value.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/json.h"

namespace {

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

void json(std::string_view text) {
    const auto value = saola::Json::parse(text);
    if (!value) return;
    const auto again = saola::Json::parse(value->dump());
    require(again.has_value(), "JSON that was written is read");
    // Not the values: 2.5e3 is a double that is written, and read again, as the integer 2500.
    require(again->dump() == value->dump(), "JSON is the same after writing and reading");
    const std::string canonical = value->canonical();
    const auto sorted = saola::Json::parse(canonical);
    require(sorted && sorted->canonical() == canonical,
            "the canonical form is its own canonical form");
}

void decimal(std::string_view text) {
    const auto plain = saola::Decimal::parse(text);
    const auto local = saola::Decimal::parse_vietnamese(text);
    for (const auto* number : {&plain, &local}) {
        if (!*number) continue;
        const auto again = saola::Decimal::parse((*number)->to_string());
        require(again && *again == **number, "a decimal is the same after writing and reading");
        (void)(*number)->multiply(**number);
        (void)(*number)->to_vietnamese();
    }
}

void time(std::string_view text) {
    if (const auto date = saola::parse_iso_date(text)) {
        require(saola::is_valid(*date), "a date that was read is valid");
        const auto again = saola::parse_iso_date(saola::to_iso(*date));
        require(again && *again == *date, "a date is the same after writing and reading");
        (void)saola::days_from_epoch(saola::last_day(*date));
    }
    if (const auto at = saola::parse_rfc3339(text)) {
        const auto again = saola::parse_rfc3339(saola::to_rfc3339(*at));
        require(again && *again == *at, "a timestamp is the same after writing and reading");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    json(text);
    decimal(text);
    time(text);
    return 0;
}
