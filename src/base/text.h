// Vietnamese text: Unicode normalisation, folding for search, collation. Backed by ICU; ICU headers
// are included only in text.cc. All functions are thread-safe; input that is not valid UTF-8 is an
// error where the result is a Result, otherwise bad bytes become U+FFFD.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace saola::text {

[[nodiscard]] bool is_valid_utf8(std::string_view text) noexcept;
[[nodiscard]] bool is_nfc(std::string_view text);
[[nodiscard]] std::string to_nfc(std::string_view text);
// NFC, lower case (vi), old tone placement made new ("hòa" = "hoà", "thúy" = "thuý"), runs of white
// space (also U+00A0) become one blank, trimmed. For equality and exact search.
[[nodiscard]] std::string fold(std::string_view text);
// fold() with tone and vowel marks removed and đ -> d. For search when the query has no marks.
[[nodiscard]] std::string fold_unmarked(std::string_view text);
[[nodiscard]] bool has_marks(std::string_view text);  // any Vietnamese diacritic or đ
// Collation of vi: -1, 0, 1. Thread-safe.
[[nodiscard]] int compare_vi(std::string_view a, std::string_view b);
// A byte string whose memcmp order is the vi collation order, for ORDER BY columns.
[[nodiscard]] std::string sort_key_vi(std::string_view text);
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;  // ASCII blanks and U+00A0
// Nothing a person could read: empty, white space of any kind, controls, signs without width.
[[nodiscard]] bool shows_nothing(std::string_view text);

}  // namespace saola::text
