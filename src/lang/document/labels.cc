#include "lang/document/labels.h"

#include <algorithm>
#include <array>

#include "lang/document/chars.h"

namespace saola::lang {
namespace {

std::size_t skip_blanks(std::string_view line, std::size_t at) {
    while (at < line.size() && is_blank(line[at])) ++at;
    return at;
}

Label make(std::string_view line, Style style, std::string text, std::size_t at) {
    Label label{style, std::move(text), skip_blanks(line, at), false};
    label.alone = label.end >= line.size();
    return label;
}

// Word made of digits, roman digits or one capital, from `at`; empty when none.
std::string_view number_word(std::string_view line, std::size_t at) {
    std::size_t end = at;
    while (end < line.size() && is_digit(line[end])) ++end;
    if (end > at) {
        // "Điều 12a": an inserted article.
        if (end < line.size() && line[end] >= 'a' && line[end] <= 'z' && word_ends(line, end + 1))
            ++end;
        return end - at <= 5 ? line.substr(at, end - at) : std::string_view();
    }
    while (end < line.size() && line[end] >= 'A' && line[end] <= 'Z') ++end;
    const std::string_view word = line.substr(at, end - at);
    if (!word_ends(line, end)) return {};
    if (roman_value(word) > 0 || word.size() == 1) return word;
    return {};
}

constexpr std::array<std::string_view, 12> kOrdinals = {
    "nhất", "hai", "ba", "tư", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "bẩy"};

// "Chương III", "Điều thứ 5", "Phần thứ nhất": the number after the word, then ". : -" or the end.
Label keyword(std::string_view line, std::string_view lower_word, Style style) {
    if (!starts_nocase(line, lower_word)) return {};
    std::size_t at = lower_word.size();
    if (at >= line.size() || !is_blank(line[at])) return {};
    at = skip_blanks(line, at);
    const bool ordinal = starts_nocase(line.substr(at), "thứ ");
    if (ordinal) at = skip_blanks(line, at + std::string_view("thứ ").size());
    if (starts_nocase(line.substr(at), "số "))
        at = skip_blanks(line, at + std::string_view("số ").size());
    std::string number(number_word(line, at));
    if (number.empty() && ordinal) {
        const std::string_view word =
            line.substr(at, std::min(line.find_first_of(" .:", at), line.size()) - at);
        const std::string folded = lower(word);
        if (std::find(kOrdinals.begin(), kOrdinals.end(), folded) == kOrdinals.end()) return {};
        number = folded;
        at += word.size();
    } else {
        at += number.size();
    }
    if (number.empty()) return {};
    std::size_t after = skip_blanks(line, at);
    const bool sign =
        after < line.size() && (line[after] == '.' || line[after] == ':' || line[after] == '-');
    const bool dash = line.substr(after).starts_with("–");
    if (style == Style::kArticle || style == Style::kAppendix) {
        if (!sign && !dash && after < line.size() && !(ordinal && style == Style::kArticle))
            return {};
    } else if (!sign && !dash && after < line.size() && !starts_upper(line.substr(after))) {
        return {};  // "Phần 2 của ..." in running text
    }
    if (sign) after += 1;
    if (dash) after += std::string_view("–").size();
    return make(line, style, std::move(number), after);
}

Label roman_or_capital(std::string_view line) {
    std::size_t end = 0;
    while (end < line.size() && line[end] >= 'A' && line[end] <= 'Z') ++end;
    if (end == 0 || end + 1 >= line.size() || line[end] != '.') return {};
    const std::string_view word = line.substr(0, end);
    const std::size_t after = skip_blanks(line, end + 1);
    if (after >= line.size() || !is_letter(decode(line, after).value)) return {};
    // "A.B. ..." is an abbreviation, "I. THÔNG TIN" a heading; the blank may be missing after
    // roman.
    if (after == end + 1 && (roman_value(word) == 0 || !starts_upper(line.substr(after))))
        return {};
    if (roman_value(word) > 0) return make(line, Style::kRoman, std::string(word), end + 1);
    if (word.size() == 1) return make(line, Style::kCapital, std::string(word), end + 1);
    return {};
}

// "2." "2)" "2/" "2.1." "2.1 "; not "1.436.130", "12/6/2025", "0,5".
Label arabic(std::string_view line) {
    std::size_t at = 0;
    int parts = 0;
    std::size_t end = 0;
    for (;;) {
        std::size_t stop = at;
        while (stop < line.size() && is_digit(line[stop])) ++stop;
        const std::size_t width = stop - at;
        if (width == 0 || width > (parts == 0 ? 3U : 2U)) break;
        if (parts > 0 && width > 1 && line[at] == '0') break;
        ++parts;
        end = stop;
        if (stop + 1 < line.size() && line[stop] == '.' && is_digit(line[stop + 1])) {
            at = stop + 1;
            continue;
        }
        break;
    }
    if (parts == 0 || end >= line.size()) return {};
    if (is_digit(line[end]) ||
        (line[end] == '.' && end + 1 < line.size() && is_digit(line[end + 1])))
        return {};
    const char sign = line[end];
    const bool dotted = parts > 1;
    std::size_t after = end;
    if (sign == '.' || (!dotted && (sign == ')' || sign == '/'))) {
        after = end + 1;
    } else if (!(dotted && is_blank(sign))) {
        return {};
    }
    if (sign == '/' && (after >= line.size() || !is_blank(line[after]))) return {};
    const std::size_t text = skip_blanks(line, after);
    if (text < line.size()) {
        const bool letter = is_letter(decode(line, text).value);
        if (text == after && !(letter && starts_upper(line.substr(text)))) return {};
        if (dotted && !starts_upper(line.substr(text))) return {};
    } else if (dotted) {
        return {};
    }
    const Style style = parts == 1   ? Style::kArabic
                        : parts == 2 ? Style::kDotted2
                                     : Style::kDotted3;
    return make(line, style, std::string(line.substr(0, end)), after);
}

// "a)" "đ)" "aa)" and "a." before a capital.
Label alpha(std::string_view line) {
    std::size_t end = 0;
    int letters = 0;
    while (end < line.size() && letters < 3) {
        const CodePoint c = decode(line, end);
        if (!(c.value >= U'a' && c.value <= U'z') && c.value != 0x111) break;
        end += c.length;
        ++letters;
    }
    if (letters == 0 || letters > 2 || end >= line.size()) return {};
    const std::size_t after = skip_blanks(line, end + 1);
    if (line[end] == ')')
        return make(line, Style::kAlpha, std::string(line.substr(0, end)), end + 1);
    const bool sentence = line[end] == '.' && letters == 1 && after > end + 1 &&
                          after < line.size() && starts_upper(line.substr(after));
    if (sentence) return make(line, Style::kAlpha, std::string(line.substr(0, end)), end + 1);
    return {};
}

// "Nội dung 3:", "Nhiệm vụ 2 (…)", "Dự án 1."; `from` skips a bullet before it.
Label content(std::string_view line, std::size_t from) {
    static constexpr std::array<std::string_view, 5> kWords = {"Nội dung", "Nhiệm vụ", "Hợp phần",
                                                               "Tiểu dự án", "Dự án"};
    for (const std::string_view word : kWords) {
        if (!line.substr(from).starts_with(word)) continue;
        std::size_t at = from + word.size();
        if (at >= line.size() || !is_blank(line[at])) return {};
        at = skip_blanks(line, at);
        std::size_t end = at;
        while (end < line.size() && is_digit(line[end])) ++end;
        if (end == at || end - at > 3) return {};
        const std::size_t sign = skip_blanks(line, end);
        if (sign < line.size() && line[sign] != ':' && line[sign] != '.' && line[sign] != '(')
            return {};
        std::string text = std::string(word) + " " + std::string(line.substr(at, end - at));
        const bool bracket = sign < line.size() && line[sign] == '(';
        return make(line, Style::kContent, std::move(text),
                    sign + (bracket || sign >= line.size() ? 0 : 1));
    }
    return {};
}

Label bullet(std::string_view line) {
    const CodePoint c = decode(line, 0);
    const std::size_t after = skip_blanks(line, c.length);
    if (after >= line.size()) return {};
    const bool spaced = after > c.length;
    std::string sign(line.substr(0, c.length));
    const char32_t next = decode(line, after).value;
    const bool word = is_letter(next) || is_digit(line[after]) || next == U'"' || next == U'(' ||
                      next == 0x201C || next == U'>' || next == 0x2265;
    switch (c.value) {
        case U'-':
        case 0x2013:
        case 0x2014:
            if (!spaced && !starts_upper(line.substr(after))) return {};  // a negative number
            return word ? make(line, Style::kDash, "-", c.length) : Label{};
        case U'+':
            if (!spaced && is_digit(line[after])) return {};
            return word ? make(line, Style::kPlus, "+", c.length) : Label{};
        case U'o':
            return spaced && starts_upper(line.substr(after))
                       ? make(line, Style::kCircle, "o", c.length)
                       : Label{};
        case U'*': return spaced ? make(line, Style::kDot, "*", c.length) : Label{};
        case 0x2022:
        case 0x25CF:
        case 0x25CB:
        case 0x25AA:
        case 0x25A0:
        case 0x2023:
        case 0x25E6:
        case 0xB7:
        case 0x2192:
        case 0x27A2:
        case 0x2714:
        case 0xF0B7:
        case 0xF0A7:
        case 0xF02D:
        case 0xF0FC: return make(line, Style::kDot, std::move(sign), c.length);
        default: return {};
    }
}

Label paren(std::string_view line) {
    if (line.empty() || line[0] != '(') return {};
    std::size_t end = 1;
    while (end < line.size() && is_digit(line[end])) ++end;
    if (end == 1 || end > 4 || end >= line.size() || line[end] != ')') return {};
    if (skip_blanks(line, end + 1) >= line.size()) return {};
    return make(line, Style::kParen, std::string(line.substr(1, end - 1)), end + 1);
}

}  // namespace

Label parse_label(std::string_view line) {
    if (line.empty()) return {};
    if (starts_nocase(line, "phụ lục")) {
        if (Label label = keyword(line, "phụ lục", Style::kAppendix)) return label;
        const std::string_view rest = trimmed(line.substr(std::string_view("phụ lục").size()));
        if (rest.empty() || rest == ":" || rest == ".")
            return make(line, Style::kAppendix, "", line.size());
        return {};
    }
    struct Word {
        std::string_view word;
        Style style;
    };
    static constexpr std::array<Word, 4> kWords = {{{"điều", Style::kArticle},
                                                    {"chương", Style::kChapter},
                                                    {"mục", Style::kSection},
                                                    {"phần", Style::kPart}}};
    for (const Word& word : kWords) {
        if (Label label = keyword(line, word.word, word.style)) return label;
    }
    if (Label label = arabic(line)) return label;
    if (Label label = roman_or_capital(line)) return label;
    if (Label label = alpha(line)) return label;
    if (Label label = paren(line)) return label;
    if (Label label = content(line, 0)) return label;
    if (Label label = bullet(line)) {
        if (label.style == Style::kDash) {
            if (Label inner = content(line, label.end)) return inner;
        }
        return label;
    }
    return {};
}

}  // namespace saola::lang
