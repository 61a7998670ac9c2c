// Words and numbers of a Vietnamese text with their byte positions, so that patterns are written
// once over words and every value found leads back to its bytes. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/decimal.h"
#include "programme/assertion.h"

namespace saola::programme {

// Lower case that keeps every byte position (Vietnamese letters and ASCII), and the new tone
// placement is not touched. Input is NFC.
[[nodiscard]] std::string lower_in_place(std::string_view text);

struct Word {
    enum class Kind : std::uint8_t { kWord, kNumber, kSign };
    Kind kind = Kind::kWord;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::string lower;   // words and signs in lower case
    Decimal number;      // kNumber
    bool glued = false;  // no blank between this token and the one before
};
[[nodiscard]] std::vector<Word> split_words(std::string_view text);

// Number of tokens that `phrase` (lower case words parted by blanks) covers at `index`; 0: no
// match.
[[nodiscard]] std::size_t match(const std::vector<Word>& tokens, std::size_t index,
                                std::string_view phrase);
// First index >= from where the phrase stands, before `until`; nullopt when nowhere.
[[nodiscard]] std::optional<std::size_t> find_phrase(const std::vector<Word>& tokens,
                                                     std::string_view phrase, std::size_t from = 0,
                                                     std::size_t until = SIZE_MAX);
// Sentence of token `index`: [first, last). Ends at ";" and at "." before a blank.
[[nodiscard]] std::pair<std::size_t, std::size_t> sentence_of(const std::vector<Word>& tokens,
                                                              std::string_view text,
                                                              std::size_t index);

// A number or interval with its qualifier and multiplier, as prose writes it.
struct StatedQuantity {
    AssertedValue value;          // multiplied out ("150 tỷ token" -> 150000000000)
    std::string unit;             // "%", "VND", "USD", "month", "count" ...
    bool qualified = false;       // "tối thiểu", "khoảng", "≥" ...
    bool about = false;           // "khoảng", "gần"
    bool multiplied = false;      // had "tỷ", "triệu", "nghìn"
    std::size_t first = 0;        // token of the number
    std::size_t last = 0;         // token after number, multiplier and unit
    std::size_t number_last = 0;  // token after the number (or the interval)
};
// The quantity whose number stands at token `index`; nullopt when the number is part of a name, a
// date or a reference ("5G", "Layer 1", "Điều 3", "năm 2030", "ISO/IEC 27001").
[[nodiscard]] std::optional<StatedQuantity> quantity_at(const std::vector<Word>& tokens,
                                                        std::string_view text, std::size_t index);

// A calendar date at a token: "15 tháng 6 năm 2026", "tháng 6 năm 2026", "20/3/2026", "6/2026".
struct FoundDate {
    Date date;
    std::size_t first = 0, last = 0;
};
[[nodiscard]] std::optional<FoundDate> date_at(const std::vector<Word>& tokens, std::size_t index);

// The value of a table cell: a number, "48 - 60", "-" (unknown) or nothing (nullopt: text).
// `stated` is set to the exact bytes, begin and end their place in `text`.
struct CellNumber {
    AssertedValue value;
    std::size_t begin = 0, end = 0;
};
[[nodiscard]] std::optional<CellNumber> cell_number(std::string_view text);
// Factor of a money unit in a header: "(triệu đồng)" -> 1e6, "tỷ đồng" -> 1e9, "đồng" -> 1; 0:
// none.
[[nodiscard]] std::int64_t money_factor(std::string_view unit);
[[nodiscard]] Result<AssertedValue> multiply(const AssertedValue& value, std::int64_t factor);

}  // namespace saola::programme
