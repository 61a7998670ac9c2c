#include "lang/document/chars.h"

#include <algorithm>
#include <array>

namespace saola::lang {
namespace {

// Words after which a Vietnamese sentence always goes on. Words that also end nouns ("trọng điểm",
// "công nghệ số", "danh mục") are left out.
constexpr std::array<std::string_view, 32> kOpenWords = {
    "của", "và",    "về",  "cho",  "tại",  "trong", "với", "do",  "theo",  "từ",   "đến",
    "các", "những", "là",  "hoặc", "bằng", "để",    "khi", "ở",   "trên",  "dưới", "bởi",
    "như", "nhằm",  "gồm", "cùng", "giữa", "bị",    "mà",  "nếu", "thuộc", "khoản"};

bool is_closing(char32_t c) {
    return c == U')' || c == U']' || c == U'"' || c == U'\'' || c == 0x201D || c == 0x2019 ||
           c == 0xBB;
}

// Last code point of text and where it starts; text must not be empty.
std::pair<char32_t, std::size_t> last_code_point(std::string_view text) {
    std::size_t at = text.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
    return {decode(text, at).value, at};
}

}  // namespace

CodePoint decode(std::string_view text, std::size_t at) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(at);
    if (first < 0x80U) return {first, 1};
    std::uint32_t length = 0;
    char32_t value = 0;
    if ((first & 0xE0U) == 0xC0U) {
        length = 2;
        value = first & 0x1FU;
    } else if ((first & 0xF0U) == 0xE0U) {
        length = 3;
        value = first & 0x0FU;
    } else if ((first & 0xF8U) == 0xF0U) {
        length = 4;
        value = first & 0x07U;
    } else {
        return {0xFFFD, 1};
    }
    if (at + length > text.size()) return {0xFFFD, 1};
    for (std::uint32_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0U) != 0x80U) return {0xFFFD, 1};
        value = (value << 6U) | (byte(at + i) & 0x3FU);
    }
    return {value, length};
}

void append_utf8(std::string& out, char32_t value) {
    const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (value < 0x80) {
        put(value);
    } else if (value < 0x800) {
        put(0xC0U | (value >> 6U));
        put(0x80U | (value & 0x3FU));
    } else if (value < 0x10000) {
        put(0xE0U | (value >> 12U));
        put(0x80U | ((value >> 6U) & 0x3FU));
        put(0x80U | (value & 0x3FU));
    } else {
        put(0xF0U | (value >> 18U));
        put(0x80U | ((value >> 12U) & 0x3FU));
        put(0x80U | ((value >> 6U) & 0x3FU));
        put(0x80U | (value & 0x3FU));
    }
}

bool is_upper(char32_t c) noexcept {
    if (c < 0x80) return c >= U'A' && c <= U'Z';
    if (c < 0x100) return c >= 0xC0 && c <= 0xDE && c != 0xD7;
    if (c < 0x138) return (c & 1U) == 0;                // Ă Đ Ĩ ...
    if (c >= 0x14A && c < 0x178) return (c & 1U) == 0;  // Ũ ...
    if (c == 0x1A0 || c == 0x1AF) return true;          // Ơ Ư
    if (c >= 0x391 && c <= 0x3A9) return true;          // Greek capitals
    if (c >= 0x410 && c <= 0x42F) return true;
    return c >= 0x1E00 && c < 0x1F00 && (c & 1U) == 0;
}

bool is_lower(char32_t c) noexcept {
    if (c < 0x80) return c >= U'a' && c <= U'z';
    if (c < 0x100) return c >= 0xDF && c != 0xF7;
    if (c < 0x138) return (c & 1U) == 1;
    if (c >= 0x14A && c < 0x178) return (c & 1U) == 1;
    if (c == 0x1A1 || c == 0x1B0) return true;
    if (c >= 0x3B1 && c <= 0x3C9) return true;
    if (c >= 0x430 && c <= 0x44F) return true;
    return c >= 0x1E00 && c < 0x1F00 && (c & 1U) == 1;
}

char32_t to_lower(char32_t c) noexcept {
    if (!is_upper(c)) return c;
    if (c < 0x100) return c + 0x20;
    if (c >= 0x391 && c <= 0x42F) return c + 0x20;
    return c + 1;
}

bool is_letter(char32_t c) noexcept {
    if (c < 0x80) return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
    if (c < 0xC0) return c == 0xAA || c == 0xBA || c == 0xB5;
    if (c == 0xD7 || c == 0xF7) return false;
    if (c >= 0x2000 && c < 0x2C00) return false;  // punctuation, symbols, arrows, shapes
    if (c >= 0x3000 && c < 0x3040) return false;
    if (c >= 0xE000 && c < 0xF900) return false;  // private use: Word's symbol bullets
    return c != 0xFFFD;
}

std::string lower(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = decode(text, i);
        if (c.value < 0x80) {
            out.push_back(static_cast<char>(to_lower(c.value)));
        } else if (is_upper(c.value)) {
            append_utf8(out, to_lower(c.value));
        } else {
            out.append(text.substr(i, c.length));
        }
        i += c.length;
    }
    return out;
}

bool starts_upper(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = decode(text, i);
        if (is_letter(c.value)) return is_upper(c.value);
        if (c.value < 0x80 && is_digit(static_cast<char>(c.value))) return false;
        i += c.length;
    }
    return false;
}

bool starts_lower(std::string_view text) noexcept {
    return !text.empty() && is_lower(decode(text, 0).value);
}

bool is_caps(std::string_view text) noexcept {
    std::size_t letters = 0;
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = decode(text, i);
        if (is_lower(c.value)) return false;
        if (is_letter(c.value)) ++letters;
        i += c.length;
    }
    return letters >= 2;
}

std::size_t length_in_chars(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string_view first_word(std::string_view text) noexcept {
    const std::size_t end = text.find_first_of(" \t\n");
    return text.substr(0, end);
}

std::string_view last_word(std::string_view text) noexcept {
    const std::size_t begin = text.find_last_of(" \t\n");
    return begin == std::string_view::npos ? text : text.substr(begin + 1);
}

bool starts_nocase(std::string_view text, std::string_view lower_prefix) {
    std::size_t i = 0;
    std::size_t j = 0;
    while (j < lower_prefix.size()) {
        if (i >= text.size()) return false;
        const CodePoint a = decode(text, i);
        const CodePoint b = decode(lower_prefix, j);
        if (to_lower(a.value) != b.value) return false;
        i += a.length;
        j += b.length;
    }
    return true;
}

bool equals_nocase(std::string_view text, std::string_view lower_text) {
    return text.size() == lower_text.size() && starts_nocase(text, lower_text);
}

bool word_starts(std::string_view text, std::size_t at) noexcept {
    if (at == 0) return true;
    const auto [c, begin] = last_code_point(text.substr(0, at));
    (void)begin;
    return !is_letter(c) && !(c < 0x80 && is_digit(static_cast<char>(c)));
}

bool word_ends(std::string_view text, std::size_t at) noexcept {
    if (at >= text.size()) return true;
    const char32_t c = decode(text, at).value;
    return !is_letter(c) && !(c < 0x80 && is_digit(static_cast<char>(c)));
}

bool all_digits(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

int roman_value(std::string_view text) noexcept {
    if (text.empty() || text.size() > 8) return 0;
    const auto digit = [](char c) {
        return c == 'I' ? 1 : c == 'V' ? 5 : c == 'X' ? 10 : c == 'L' ? 50 : 0;
    };
    int total = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int value = digit(text[i]);
        if (value == 0) return 0;
        const int next = i + 1 < text.size() ? digit(text[i + 1]) : 0;
        total += value < next ? -value : value;
    }
    // Well-formed only: write it back and compare.
    static constexpr std::array<std::pair<int, std::string_view>, 7> kParts = {
        {{50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}}};
    std::string again;
    int rest = total;
    for (const auto& [value, letters] : kParts) {
        while (rest >= value) {
            again += letters;
            rest -= value;
        }
    }
    return again == text ? total : 0;
}

bool is_terminated(std::string_view text) noexcept {
    text = trimmed(text);
    while (!text.empty()) {
        const auto [c, at] = last_code_point(text);
        if (!is_closing(c)) break;
        text = trimmed(text.substr(0, at));
    }
    if (text.empty()) return false;
    const char c = text.back();
    return c == '.' || c == ';' || c == ':' || c == '?' || c == '!' || text.ends_with("…");
}

bool is_open(std::string_view text) {
    text = trimmed(text);
    if (text.empty()) return false;
    const char c = text.back();
    if (c == ',' || c == '(' || c == '-' || c == '/' || c == '&') return true;
    if (text.ends_with("–") || text.ends_with("“")) return true;
    const std::string word = lower(last_word(text));
    return std::find(kOpenWords.begin(), kOpenWords.end(), word) != kOpenWords.end();
}

bool is_numeric_cell(std::string_view text) noexcept {
    text = trimmed(text);
    if (text.empty() || text.size() > 40) return false;
    bool digits = false;
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = decode(text, i);
        if (c.value < 0x80 && is_digit(static_cast<char>(c.value))) {
            digits = true;
        } else if (std::u32string_view(U" .,-–%/<>=≥≤~±").find(c.value) ==
                   std::u32string_view::npos) {
            return false;
        }
        i += c.length;
    }
    return digits || text == "-" || text == "–";
}

}  // namespace saola::lang
