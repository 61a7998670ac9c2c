#include "programme/extract/scan.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace saola::programme {
namespace {

using Kind = Word::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t utf8_length(char lead) {
    const auto byte = static_cast<unsigned char>(lead);
    if (byte < 0x80) return 1;
    if (byte < 0xE0) return 2;
    if (byte < 0xF0) return 3;
    return 4;
}

bool is_blank_at(std::string_view text, std::size_t i) {
    const char c = text[i];
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' ||
           text.substr(i).starts_with("\xC2\xA0");
}

// Letters: ASCII letters and every character from U+00C0 on except general punctuation and symbols.
bool is_letter_at(std::string_view text, std::size_t i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80)
        return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
    return byte >= 0xC3 && byte != 0xE2;  // U+2000..U+2FFF (dashes, quotes, signs) begin with E2
}

// End of a number beginning at i: digits, with '.' or ',' only between digits.
std::size_t number_end(std::string_view text, std::size_t i) {
    std::size_t end = i;
    while (end < text.size()) {
        if (is_digit(text[end])) {
            ++end;
        } else if ((text[end] == '.' || text[end] == ',') && end + 1 < text.size() &&
                   is_digit(text[end + 1])) {
            ++end;
        } else {
            break;
        }
    }
    return end;
}

void push_number(std::string_view text, std::size_t begin, std::size_t end, bool glued,
                 std::vector<Word>& out) {
    Word token;
    token.begin = static_cast<std::uint32_t>(begin);
    token.end = static_cast<std::uint32_t>(end);
    token.glued = glued;
    auto number = Decimal::parse_vietnamese(text.substr(begin, end - begin));
    token.kind = number ? Kind::kNumber : Kind::kWord;
    if (number) token.number = *number;
    token.lower = std::string(text.substr(begin, end - begin));
    out.push_back(std::move(token));
}

bool is_dash(const Word& token) {
    return token.kind == Kind::kSign &&
           (token.lower == "-" || token.lower == "–" || token.lower == "—");
}

}  // namespace

std::string lower_in_place(std::string_view text) {
    std::string out(text);
    for (std::size_t i = 0; i < out.size();) {
        const auto a = static_cast<unsigned char>(out[i]);
        const std::size_t length = std::min(utf8_length(out[i]), out.size() - i);
        const auto set = [&](std::size_t at, unsigned value) {
            out[i + at] = static_cast<char>(value);
        };
        if (length == 1 && a >= 'A' && a <= 'Z') {
            set(0, a + 32U);
        } else if (length == 2) {
            const auto b = static_cast<unsigned char>(out[i + 1]);
            if (a == 0xC3 && b >= 0x80 && b <= 0x9E && b != 0x97) set(1, b + 0x20U);
            if ((a == 0xC4 || a == 0xC5) && b % 2 == 0 && !(a == 0xC4 && b >= 0xB8)) set(1, b + 1U);
            if (a == 0xC6 && b == 0xA0) set(1, 0xA1);
            if (a == 0xC6 && b == 0xAF) set(1, 0xB0);
        } else if (length == 3 && a == 0xE1) {
            const auto b = static_cast<unsigned char>(out[i + 1]);
            const auto c = static_cast<unsigned char>(out[i + 2]);
            const bool extended = (b == 0xBA && c >= 0xA0) || b == 0xBB;
            if (extended && c % 2 == 0) set(2, c + 1U);
        }
        i += length;
    }
    return out;
}

std::vector<Word> split_words(std::string_view text) {
    const std::string lower = lower_in_place(text);
    std::vector<Word> out;
    bool glued = false;
    for (std::size_t i = 0; i < text.size();) {
        if (is_blank_at(text, i)) {
            i += utf8_length(text[i]);
            glued = false;
            continue;
        }
        std::size_t end = i;
        if (is_digit(text[i])) {
            end = number_end(text, i);
            const bool measured =
                std::string_view(lower).substr(end).starts_with("wh/kg");  // "350Wh/kg"
            if (end < text.size() && is_letter_at(text, end) &&
                !measured) {  // "5G", "3GPP", "128T128R": a name
                while (end < text.size() && (is_letter_at(text, end) || is_digit(text[end]))) {
                    end += utf8_length(text[end]);
                }
                out.push_back({Kind::kWord,
                               static_cast<std::uint32_t>(i),
                               static_cast<std::uint32_t>(end),
                               lower.substr(i, end - i),
                               {},
                               glued});
            } else {
                push_number(text, i, end, glued, out);
            }
        } else if (is_letter_at(text, i)) {
            while (end < text.size() && (is_letter_at(text, end) || is_digit(text[end]))) {
                end += utf8_length(text[end]);
            }
            end = std::min(end, text.size());
            out.push_back({Kind::kWord,
                           static_cast<std::uint32_t>(i),
                           static_cast<std::uint32_t>(end),
                           lower.substr(i, end - i),
                           {},
                           glued});
        } else {
            end = std::min(i + utf8_length(text[i]), text.size());
            out.push_back({Kind::kSign,
                           static_cast<std::uint32_t>(i),
                           static_cast<std::uint32_t>(end),
                           lower.substr(i, end - i),
                           {},
                           glued});
        }
        glued = true;
        i = end;
    }
    return out;
}

std::size_t match(const std::vector<Word>& tokens, std::size_t index, std::string_view phrase) {
    std::size_t count = 0;
    while (!phrase.empty()) {
        const std::size_t blank = phrase.find(' ');
        const std::string_view word = phrase.substr(0, blank);
        phrase = blank == std::string_view::npos ? std::string_view() : phrase.substr(blank + 1);
        if (index + count >= tokens.size() || tokens[index + count].lower != word) return 0;
        ++count;
    }
    return count;
}

std::optional<std::size_t> find_phrase(const std::vector<Word>& tokens, std::string_view phrase,
                                       std::size_t from, std::size_t until) {
    for (std::size_t i = from; i < std::min(until, tokens.size()); ++i) {
        if (match(tokens, i, phrase) > 0) return i;
    }
    return std::nullopt;
}

std::pair<std::size_t, std::size_t> sentence_of(const std::vector<Word>& tokens,
                                                std::string_view text, std::size_t index) {
    const auto ends = [&](std::size_t i) {
        const Word& token = tokens[i];
        if (token.kind != Kind::kSign) return false;
        if (token.lower == ";") return true;
        if (token.lower != ".") return false;
        // "TP. Hồ Chí Minh": a dot after a short capital word is an abbreviation.
        const bool abbreviation = i > 0 && tokens[i - 1].end - tokens[i - 1].begin <= 2;
        return !abbreviation && (token.end >= text.size() || is_blank_at(text, token.end) ||
                                 (i + 1 < tokens.size() && tokens[i + 1].kind == Kind::kWord));
    };
    std::size_t first = index;
    while (first > 0 && !ends(first - 1)) --first;
    std::size_t last = index;
    while (last < tokens.size() && !ends(last)) ++last;
    return {first, last};
}

namespace {

// Words before a number that make it a name, a reference or a date.
bool names_number(const std::vector<Word>& tokens, std::size_t index) {
    constexpr std::array<std::string_view, 33> kNames{
        "layer", "level", "release", "rel",  "iso",    "iec", "tc",  "điều",  "số",
        "khoản", "điểm",  "mục",     "phần", "chương", "phụ", "lục", "nhóm",  "sha",
        "aes",   "wifi",  "top",     "type", "loại",   "cấp", "lần", "tháng", "năm",
        "ngày",  "phiên", "dung",    "phần", "bảng",   "dòng"};
    if (index == 0) return false;
    std::size_t before = index - 1;
    // "ISO/TC 307", "GDPR-2": step over a sign glued to the number.
    if (tokens[before].kind == Kind::kSign && tokens[index].glued && before > 0) {
        const std::string& sign = tokens[before].lower;
        if (sign == "/" || sign == ".") return true;
        if ((sign == "-" || sign == "–") && tokens[before].glued &&
            tokens[before - 1].kind == Kind::kWord)
            return true;
    }
    if (tokens[before].kind != Kind::kWord) return false;
    const std::string& word = tokens[before].lower;
    if (word == "dung") return false;  // "dung lượng"
    return std::ranges::find(kNames, word) != kNames.end();
}

struct Qualifier {
    std::string_view words;
    char kind;  // 'l' at least, 'h' at most, 'a' about, 'f' from
};
constexpr std::array<Qualifier, 22> kQualifiers{{
    {"tối thiểu", 'l'}, {"ít nhất", 'l'}, {"không dưới", 'l'}, {"trên", 'l'},
    {"hơn", 'l'},       {"≥", 'l'},       {"> =", 'l'},        {">", 'l'},
    {"đạt trên", 'l'},  {"tối đa", 'h'},  {"không quá", 'h'},  {"không vượt quá", 'h'},
    {"dưới", 'h'},      {"≤", 'h'},       {"<", 'h'},          {"đến", 'h'},
    {"tới", 'h'},       {"khoảng", 'a'},  {"gần", 'a'},        {"xấp xỉ", 'a'},
    {"từ", 'f'},        {"đạt từ", 'f'},
}};

constexpr std::array<std::string_view, 5> kRelations{"quan", "hướng", "dẫn", "cập", "kể"};

// The qualifier that ends right before token `index`: '\0' when none. A sign after words repeats
// them ("tối đa ≥ 100.000"): the words nearest to the number decide.
char qualifier_before(const std::vector<Word>& tokens, std::size_t index) {
    // "liên quan tới 06 sản phẩm", "hướng đến 3 nhóm": a relation, not a bound.
    const bool toward =
        index >= 2 && (tokens[index - 1].lower == "tới" || tokens[index - 1].lower == "đến");
    if (toward && std::ranges::find(kRelations, tokens[index - 2].lower) != kRelations.end())
        return '\0';
    for (const Qualifier& item : kQualifiers) {
        const auto words = static_cast<std::size_t>(std::ranges::count(item.words, ' ')) + 1;
        if (index >= words && match(tokens, index - words, item.words) == words) return item.kind;
    }
    return '\0';
}

std::int64_t multiplier_at(const std::vector<Word>& tokens, std::size_t index) {
    if (index >= tokens.size()) return 0;
    const std::string& word = tokens[index].lower;
    if (word == "tỷ" || word == "tỉ") return 1'000'000'000;
    if (word == "triệu") return 1'000'000;
    if (word == "nghìn" || word == "ngàn") return 1'000;
    return 0;
}

struct UnitWords {
    std::string_view words;
    std::string_view unit;
};
constexpr std::array<UnitWords, 22> kUnits{{
    {"%", "%"},
    {"phần trăm", "%"},
    {"đồng / năm", "VND/year"},
    {"đồng", "VND"},
    {"vnđ", "VND"},
    {"usd / năm", "USD/year"},
    {"usd", "USD"},
    {"đô la mỹ", "USD"},
    {"token", "token"},
    {"tham số", "parameter"},
    {"giao dịch / giây", "1/s"},
    {"giây", "s"},
    {"tháng", "month"},
    {"năm", "year"},
    {"wh / kg", "Wh/kg"},
    {"ki - lô - gam", "kg"},
    {"exaflops", "EFLOPS"},
    {"pb", "PB"},
    {"qubit", "qubit"},
    {"thuê bao", "subscriber"},
    {"ha", "ha"},
    {"mw", "MW"},
}};

std::size_t unit_at(const std::vector<Word>& tokens, std::size_t index, std::string& unit) {
    for (const UnitWords& item : kUnits) {
        const std::size_t count = match(tokens, index, item.words);
        if (count > 0) {
            unit = std::string(item.unit);
            return count;
        }
    }
    return 0;
}

}  // namespace

std::optional<StatedQuantity> quantity_at(const std::vector<Word>& tokens, std::string_view text,
                                          std::size_t index) {
    (void)text;
    if (index >= tokens.size() || tokens[index].kind != Kind::kNumber ||
        names_number(tokens, index)) {
        return std::nullopt;
    }
    StatedQuantity out;
    out.first = index;
    std::size_t next = index + 1;
    if (next < tokens.size() && tokens[next].lower == "/" && tokens[next].glued)
        return std::nullopt;  // a date
    Decimal lo = tokens[index].number;
    std::optional<Decimal> hi;
    if (next < tokens.size() && tokens[next].lower == "%") ++next;  // "60% - 70%"
    const bool range_dash =
        next + 1 < tokens.size() && is_dash(tokens[next]) && tokens[next + 1].kind == Kind::kNumber;
    const bool range_word = next + 1 < tokens.size() && tokens[next].lower == "đến" &&
                            tokens[next + 1].kind == Kind::kNumber &&
                            qualifier_before(tokens, index) == 'f';
    if (range_dash || range_word) {
        hi = tokens[next + 1].number;
        next += 2;
        if (*hi < lo) return std::nullopt;
    } else if (next == index + 2) {
        next = index + 1;
    }
    out.number_last = next;
    std::int64_t factor = 1;
    if (const std::int64_t found = multiplier_at(tokens, next); found > 0) {
        factor = found;
        out.multiplied = true;
        ++next;
    }
    std::string unit = "count";
    next += unit_at(tokens, next, unit);
    if (unit == "year" && factor == 1) return std::nullopt;  // "05 năm" is a period, not a target
    out.unit = std::move(unit);
    out.last = next;
    const char qualifier = qualifier_before(tokens, index);
    out.qualified = qualifier != '\0';
    out.about = qualifier == 'a';
    AssertedValue value = hi ? AssertedValue{Range{lo, *hi}} : AssertedValue{lo};
    if (!hi && (qualifier == 'l' || qualifier == 'h')) {
        value = qualifier == 'l' ? Range{lo, std::nullopt} : Range{std::nullopt, lo};
    }
    auto scaled = multiply(value, factor);
    if (!scaled) return std::nullopt;  // over the exact range: not a figure of a programme
    out.value = std::move(*scaled);
    return out;
}

std::optional<FoundDate> date_at(const std::vector<Word>& tokens, std::size_t index) {
    const auto number = [&](std::size_t i, std::int64_t low, std::int64_t high) -> std::int64_t {
        if (i >= tokens.size() || tokens[i].kind != Kind::kNumber || !tokens[i].number.is_integer())
            return -1;
        const std::int64_t value = tokens[i].number.unscaled();
        return value >= low && value <= high ? value : -1;
    };
    const auto word = [&](std::size_t i, std::string_view text) {
        return i < tokens.size() && tokens[i].lower == text;
    };
    FoundDate out;
    out.first = index;
    const auto make = [&](std::int64_t day, std::int64_t month, std::int64_t year,
                          std::size_t last) -> std::optional<FoundDate> {
        out.date = Date{static_cast<std::int32_t>(year), static_cast<std::uint8_t>(month),
                        static_cast<std::uint8_t>(day)};
        out.last = last;
        if (!is_valid(out.date)) return std::nullopt;
        return out;
    };
    if (word(index, "tháng")) {
        const std::int64_t month = number(index + 1, 1, 12);
        if (month < 0) return std::nullopt;
        if (word(index + 2, "năm") && number(index + 3, 1900, 2200) > 0)
            return make(0, month, number(index + 3, 1900, 2200), index + 4);
        if (word(index + 2, "/") && number(index + 3, 1900, 2200) > 0)
            return make(0, month, number(index + 3, 1900, 2200), index + 4);
        return std::nullopt;
    }
    const std::int64_t first = number(index, 1, 31);
    if (first < 0) return std::nullopt;
    if (word(index + 1, "tháng")) {
        const std::int64_t month = number(index + 2, 1, 12);
        if (month > 0 && word(index + 3, "năm") && number(index + 4, 1900, 2200) > 0) {
            return make(first, month, number(index + 4, 1900, 2200), index + 5);
        }
        return std::nullopt;
    }
    if (!word(index + 1, "/")) return std::nullopt;
    const std::int64_t second = number(index + 2, 1, 12);
    if (second > 0 && word(index + 3, "/") && number(index + 4, 1900, 2200) > 0) {
        return make(first, second, number(index + 4, 1900, 2200), index + 5);
    }
    if (first <= 12 && number(index + 2, 1900, 2200) > 0)
        return make(0, first, number(index + 2, 1900, 2200), index + 3);
    return std::nullopt;
}

std::optional<CellNumber> cell_number(std::string_view text) {
    const std::string_view trimmed = text::trim(text);
    CellNumber out;
    out.begin = static_cast<std::size_t>(trimmed.data() - text.data());
    out.end = out.begin + trimmed.size();
    if (trimmed == "-" || trimmed == "–" || trimmed == "—" || trimmed == "…" || trimmed == "...") {
        out.value = Unknown{};
        return out;
    }
    const std::vector<Word> tokens = split_words(trimmed);
    if (tokens.empty() || tokens[0].kind != Kind::kNumber) return std::nullopt;
    if (tokens.size() == 1) {
        out.value = tokens[0].number;
        return out;
    }
    if (tokens.size() == 3 && is_dash(tokens[1]) && tokens[2].kind == Kind::kNumber &&
        !(tokens[2].number < tokens[0].number)) {
        out.value = Range{tokens[0].number, tokens[2].number};
        return out;
    }
    return std::nullopt;
}

std::int64_t money_factor(std::string_view unit) {
    const std::vector<Word> tokens = split_words(unit);
    const bool dong =
        find_phrase(tokens, "đồng").has_value() || find_phrase(tokens, "vnđ").has_value() ||
        find_phrase(tokens, "vnd").has_value() || find_phrase(tokens, "đ").has_value();
    if (!dong) return 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (const std::int64_t factor = multiplier_at(tokens, i); factor > 0) return factor;
    }
    return 1;
}

Result<AssertedValue> multiply(const AssertedValue& value, std::int64_t factor) {
    if (factor == 1) return value;
    const Decimal times{factor};
    if (const auto* number = std::get_if<Decimal>(&value)) {
        SAOLA_TRY(Decimal product, number->multiply(times));
        return AssertedValue{product};
    }
    if (const auto* range = std::get_if<Range>(&value)) {
        Range out;
        if (range->lo) {
            SAOLA_TRY(Decimal product, range->lo->multiply(times));
            out.lo = product;
        }
        if (range->hi) {
            SAOLA_TRY(Decimal product, range->hi->multiply(times));
            out.hi = product;
        }
        return AssertedValue{out};
    }
    return value;
}

}  // namespace saola::programme
