// Small lexical helpers over UTF-8 text in NFC: code points, Vietnamese letter case, words.
// Stateless and thread-safe. They know the letters of Vietnamese; other scripts count as caseless
// letters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace saola::lang {

// Code point at `at` (must be < size) and its length in bytes; broken bytes give U+FFFD, length 1.
struct CodePoint {
    char32_t value = 0;
    std::uint32_t length = 1;
};
[[nodiscard]] CodePoint decode(std::string_view text, std::size_t at) noexcept;
void append_utf8(std::string& out, char32_t value);

[[nodiscard]] bool is_upper(char32_t c) noexcept;
[[nodiscard]] bool is_lower(char32_t c) noexcept;
[[nodiscard]] char32_t to_lower(char32_t c) noexcept;
[[nodiscard]] bool is_letter(char32_t c) noexcept;  // any letter, also caseless ones
[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n';
}

[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] bool starts_upper(std::string_view text) noexcept;  // first letter, quotes skipped
[[nodiscard]] bool starts_lower(std::string_view text) noexcept;
// At least two letters, none in lower case.
[[nodiscard]] bool is_caps(std::string_view text) noexcept;
[[nodiscard]] std::size_t length_in_chars(std::string_view text) noexcept;
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;
[[nodiscard]] std::string_view first_word(std::string_view text) noexcept;
[[nodiscard]] std::string_view last_word(std::string_view text) noexcept;
// Equal or prefix match without regard to case. `lower_prefix` must be lower case already.
[[nodiscard]] bool equals_nocase(std::string_view text, std::string_view lower_text);
[[nodiscard]] bool starts_nocase(std::string_view text, std::string_view lower_prefix);
// True when `at` is not in the middle of a word (no letter or digit right before or at it).
[[nodiscard]] bool word_starts(std::string_view text, std::size_t at) noexcept;
[[nodiscard]] bool word_ends(std::string_view text, std::size_t at) noexcept;
[[nodiscard]] bool all_digits(std::string_view text) noexcept;  // and not empty
// "IV" -> 4; 0 when not a well-formed roman number below 100.
[[nodiscard]] int roman_value(std::string_view text) noexcept;
// Sentence-final punctuation at the end: . ; : ? ! (closing quotes and brackets after it allowed).
[[nodiscard]] bool is_terminated(std::string_view text) noexcept;
// Ends with a comma, a hyphen, an opening bracket, or a word that cannot close a sentence ("của").
[[nodiscard]] bool is_open(std::string_view text);
// A number as tables write it: "1.436.130", "48 - 60", "4,05", "12%", "-", "08".
[[nodiscard]] bool is_numeric_cell(std::string_view text) noexcept;

}  // namespace saola::lang
