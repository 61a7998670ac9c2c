#include "programme/quantity_tokens.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace saola::programme {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::size_t character_bytes(std::string_view text, std::size_t at) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
    return end - at;
}

// General punctuation, arrows and mathematical signs (U+2000..U+2BFF) and Latin-1 signs; every
// other character beyond ASCII counts as a letter.
bool is_wide_sign(std::string_view character) {
    const auto first = static_cast<unsigned char>(character[0]);
    if (first == 0xC2U) return true;
    if (first == 0xE2U)
        return character.size() > 1 && static_cast<unsigned char>(character[1]) <= 0xAFU;
    return character == "×" || character == "÷";
}

bool is_letter_at(std::string_view text, std::size_t at) {
    if (at >= text.size()) return false;
    if (static_cast<unsigned char>(text[at]) < 0x80U)
        return is_ascii_letter(text[at]) || text[at] == '_';
    return !is_wide_sign(text.substr(at, character_bytes(text, at)));
}

// Units people write against the digits: "300m2", "350Wh".
bool is_attached_unit(std::string_view word) {
    static constexpr std::array<std::string_view, 22> kUnits = {
        "m",   "m2", "m3", "km", "cm", "mm", "nm", "kg", "g",    "ha",   "Wh",
        "kWh", "MW", "GW", "kW", "GB", "TB", "PB", "MB", "Gbps", "Mbps", "MHz"};
    return std::find(kUnits.begin(), kUnits.end(), word) != kUnits.end();
}

std::size_t end_of_digits(std::string_view text, std::size_t at) {
    while (at < text.size() &&
           (is_digit(text[at]) || ((text[at] == '.' || text[at] == ',') && at + 1 < text.size() &&
                                   is_digit(text[at + 1]))))
        ++at;
    return at;
}

std::size_t end_of_word(std::string_view text, std::size_t at) {
    while (at < text.size() && (is_letter_at(text, at) || is_digit(text[at])))
        at += character_bytes(text, at);
    return at;
}

Token number_or_name(std::string_view text, std::size_t begin, std::size_t digits_end) {
    Token token{TokenKind::kNumber, begin, digits_end, {}, false, true};
    const std::string_view digits = text.substr(begin, digits_end - begin);
    const Result<Decimal> value = Decimal::parse_vietnamese(digits);
    const std::size_t word_end = end_of_word(text, digits_end);
    const bool name =
        word_end > digits_end && !is_attached_unit(text.substr(digits_end, word_end - digits_end));
    if (!value || name) {
        token.kind = TokenKind::kWord;
        token.end = word_end;
        return token;
    }
    token.value = *value;
    token.plain = digits.find_first_of(".,") == std::string_view::npos;
    return token;
}

}  // namespace

std::vector<Token> tokenize(std::string_view text) {
    std::vector<Token> tokens;
    bool spaced = true;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t width = character_bytes(text, at);
        if (is_blank(text[at]) || text.substr(at, width) == "\xC2\xA0") {
            spaced = true;
            at += width;
            continue;
        }
        Token token{TokenKind::kSign, at, at + width, {}, false, true};
        if (is_digit(text[at])) {
            token = number_or_name(text, at, end_of_digits(text, at));
        } else if (is_letter_at(text, at)) {
            token.kind = TokenKind::kWord;
            token.end = end_of_word(text, at);
        }
        token.spaced = spaced;
        spaced = false;
        at = token.end;
        tokens.push_back(token);
    }
    return tokens;
}

std::string folded(std::string_view text, const Token& token) {
    const std::string_view word = text.substr(token.begin, token.end - token.begin);
    if (std::all_of(word.begin(), word.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x80U; })) {
        std::string out(word);
        for (char& c : out)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        return out;
    }
    return text::fold(word);
}

}  // namespace saola::programme
