// Fuzzes the finder of quantities and dates and the reader of table cells: every offset must lie in
// the text, in order.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "programme/quantity.h"

namespace {

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const saola::programme::Quantity& found : saola::programme::find_quantities(text)) {
        require(found.begin < found.end && found.end <= size, "the digits lie in the text");
        require(found.full_begin <= found.begin && found.end <= found.full_end,
                "qualifier and unit stand around");
        require(found.full_end <= size, "the unit lies in the text");
        require(!found.range || (found.lo_end <= found.hi_begin && found.hi_begin < found.end),
                "lo stands before hi");
        (void)found.interval();
        const auto sentence = saola::programme::sentence_around(text, found.begin);
        require(sentence.first <= found.begin && found.begin <= sentence.second,
                "the sentence holds the number");
        require(sentence.second <= size, "the sentence lies in the text");
    }
    for (const saola::programme::DateMention& found : saola::programme::find_dates(text)) {
        require(found.begin < found.end && found.end <= size, "a date lies in the text");
        require(!found.valid || saola::is_valid(found.date), "a date called valid is valid");
    }
    (void)saola::programme::read_cell(text, "triệu đồng");
    (void)saola::programme::parse_unit(text);
    return 0;
}
