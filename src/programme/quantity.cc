#include "programme/quantity.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "base/text.h"
#include "programme/quantity_tokens.h"

namespace saola::programme {
namespace {

using Words = std::initializer_list<std::string_view>;

constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2100;
constexpr std::size_t kMaxNounWords = 6;

bool one_of(std::string_view word, Words words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

struct UnitEntry {
    std::string_view words;  // folded, blanks between words
    std::string_view unit;
    std::int64_t multiplier;
};

// Longest first where one begins with another.
constexpr std::array<UnitEntry, 55> kUnits = {{
    {"nghìn tỷ đồng", "VND", 1'000'000'000'000},
    {"ngàn tỷ đồng", "VND", 1'000'000'000'000},
    {"nghìn tỉ đồng", "VND", 1'000'000'000'000},
    {"triệu đồng", "VND", 1'000'000},
    {"tỷ đồng", "VND", 1'000'000'000},
    {"tỉ đồng", "VND", 1'000'000'000},
    {"nghìn đồng", "VND", 1'000},
    {"ngàn đồng", "VND", 1'000},
    {"triệu vnđ", "VND", 1'000'000},
    {"tỷ vnđ", "VND", 1'000'000'000},
    {"triệu vnd", "VND", 1'000'000},
    {"tỷ vnd", "VND", 1'000'000'000},
    {"đồng", "VND", 1},
    {"vnđ", "VND", 1},
    {"vnd", "VND", 1},
    {"triệu usd", "USD", 1'000'000},
    {"tỷ usd", "USD", 1'000'000'000},
    {"tỉ usd", "USD", 1'000'000'000},
    {"triệu đô la", "USD", 1'000'000},
    {"tỷ đô la", "USD", 1'000'000'000},
    {"usd", "USD", 1},
    {"đô la", "USD", 1},
    {"%", "%", 1},
    {"phần trăm", "%", 1},
    {"tháng", "month", 1},
    {"năm", "month", 12},
    {"ngày làm việc", "working_day", 1},
    {"ngày", "day", 1},
    {"tuần", "week", 1},
    {"giờ", "hour", 1},
    {"phút", "minute", 1},
    {"giây", "second", 1},
    {"ms", "millisecond", 1},
    {"ki-lô-gam", "kg", 1},
    {"kilôgam", "kg", 1},
    {"kg", "kg", 1},
    {"tấn", "tonne", 1},
    {"gam", "g", 1},
    {"g", "g", 1},
    {"ki-lô-mét", "km", 1},
    {"km", "km", 1},
    {"m2", "m2", 1},
    {"m3", "m3", 1},
    {"m", "m", 1},
    {"cm", "cm", 1},
    {"mm", "mm", 1},
    {"nm", "nm", 1},
    {"héc-ta", "ha", 1},
    {"ha", "ha", 1},
    {"mw", "MW", 1},
    {"gw", "GW", 1},
    {"kw", "kW", 1},
    {"nghìn", "", 1'000},
    {"triệu", "", 1'000'000},
    {"tỷ", "", 1'000'000'000},
}};
constexpr std::array<UnitEntry, 3> kScales = {
    {{"ngàn", "", 1'000}, {"tỉ", "", 1'000'000'000}, {"nghìn tỷ", "", 1'000'000'000'000}}};

static_assert(!kUnits.back().words.empty() && !kScales.back().words.empty(), "count the entries");

class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text), tokens_(tokenize(text)) {}

    std::vector<Quantity> run() {
        std::vector<Quantity> out;
        for (std::size_t i = 0; i < tokens_.size() && out.size() < kMaxQuantities;) {
            std::size_t next = i + 1;
            if (tokens_[i].kind == TokenKind::kNumber && !is_name(i))
                if (auto quantity = read(i, next)) out.push_back(std::move(*quantity));
            i = next;
        }
        return out;
    }

private:
    [[nodiscard]] std::string_view raw(std::size_t i) const {
        return text_.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin);
    }
    [[nodiscard]] bool is_sign(std::size_t i, Words signs) const {
        return i < tokens_.size() && tokens_[i].kind == TokenKind::kSign && one_of(raw(i), signs);
    }
    [[nodiscard]] bool is_dash(std::size_t i) const { return is_sign(i, {"-", "–", "—"}); }
    [[nodiscard]] bool is_number(std::size_t i) const {
        return i < tokens_.size() && tokens_[i].kind == TokenKind::kNumber;
    }
    // Folded word `back` tokens before i, "" when there is none or it is no word.
    [[nodiscard]] std::string word_before(std::size_t i, std::size_t back = 1) const {
        if (i < back || tokens_[i - back].kind != TokenKind::kWord) return {};
        return folded(text_, tokens_[i - back]);
    }
    [[nodiscard]] std::string word_at(std::size_t i) const {
        if (i >= tokens_.size() || tokens_[i].kind != TokenKind::kWord) return {};
        return folded(text_, tokens_[i]);
    }

    // Part of a name glued by signs: "57-NQ/TW", "12/6/2025", "CAR-7", "2.1.3)", "24/7", "$5".
    [[nodiscard]] bool is_glued(std::size_t i) const {
        if (i > 0 && !tokens_[i].spaced) {
            if (is_sign(i - 1, {"/", "_", "#", "^", "."})) return true;
            if (tokens_[i - 1].kind == TokenKind::kWord) return true;
            if (is_dash(i - 1) && i > 1 && !tokens_[i - 1].spaced &&
                tokens_[i - 2].kind == TokenKind::kWord)
                return true;
            // "(1)" and "[2]" are marks.
            if (is_sign(i - 1, {"(", "["}) && is_sign(i + 1, {")", "]"}) && !tokens_[i + 1].spaced)
                return true;
        }
        const std::size_t after = i + 1;
        if (after >= tokens_.size() || tokens_[after].spaced) return false;
        if (is_sign(after, {"/"}) && after + 1 < tokens_.size() && !tokens_[after + 1].spaced)
            return true;
        if (is_sign(after, {"+", "_"})) return true;
        return is_dash(after) && after + 1 < tokens_.size() && !tokens_[after + 1].spaced &&
               tokens_[after + 1].kind == TokenKind::kWord;
    }

    // "Điều 14", "số 22", "Nội dung 1", "Layer 1": a number that names.
    [[nodiscard]] bool is_name(std::size_t i) const {
        if (is_glued(i) || in_date(i)) return true;
        // "1. Tên": a mark at the very beginning.
        if (i == 0 && tokens_[0].plain && is_sign(1, {".", ")", "/"}) && tokens_.size() > 2)
            return true;
        const std::string before = word_before(i);
        if (before.empty()) return false;
        const std::string second = word_before(i, 2);
        if (before == "số") return !one_of(second, {"tổng", "con", "có", "đạt"});
        if (one_of(before,
                   {"điều",  "khoản",   "điểm", "mục",      "chương",  "bảng",  "hình", "quý",
                    "layer", "release", "rel",  "level",    "tier",    "phase", "type", "iso",
                    "iec",   "tcvn",    "qcvn", "version",  "version", "loại",  "thứ",  "bước",
                    "khóa",  "khoá",    "wifi", "công văn", "stt",     "v",     "rev",  "chip"}))
            return true;
        const std::string pair = second + " " + before;
        if (one_of(pair, {"phụ lục", "nội dung", "thành phần", "giai đoạn", "nghị quyết",
                          "quyết định", "nghị định", "thông tư", "kế hoạch", "công văn", "văn bản",
                          "kết luận", "chỉ thị", "mức độ"}))
            return !is_year(i);
        // "nhóm 1:" names a group, "nhóm 1 tỷ đồng" does not.
        return before == "nhóm" &&
               (is_sign(i + 1, {":", ")", ",", ".", ";"}) || i + 1 == tokens_.size());
    }

    [[nodiscard]] bool in_date(std::size_t i) const {
        const std::string before = word_before(i);
        if (before == "ngày" || before == "tháng")
            return word_at(i + 1) != "lần" && !is_duration_after(i);
        return false;
    }
    // "trong tháng 6" is a date; "ngày 3 tháng" cannot be told from one and counts as a date.
    [[nodiscard]] static bool is_duration_after(std::size_t) { return false; }

    [[nodiscard]] bool is_year(std::size_t i) const {
        const Token& token = tokens_[i];
        if (!token.plain || token.end - token.begin != 4) return false;
        if (token.value < Decimal(kFirstYear) || token.value > Decimal(kLastYear)) return false;
        const std::string before = word_before(i);
        if (one_of(before, {"năm", "đoạn", "kỳ", "sau", "trước"})) return true;
        if (one_of(before, {"có", "là", "đạt", "gồm", "khoảng", "trên", "lên", "hơn", "được",
                            "thiểu", "đa", "nhất", "xuống", "giảm", "tăng", "số"}))
            return false;
        if (is_sign(i + 1, {"%"})) return false;
        const std::string after = word_at(i + 1);
        return !one_of(after,
                       {"tiêu",  "đơn", "văn",   "nhiệm", "dự",   "doanh", "người", "sản", "hồ",
                        "triệu", "tỷ",  "nghìn", "đồng",  "bằng", "trạm",  "giao",  "kỹ",  "thiết",
                        "tổ",    "cơ",  "lượt",  "hộ",    "km",   "ha",    "m2",    "usd"});
    }

    // Reads the unit at token i; `next` is moved behind it.
    const UnitEntry* unit_at(std::size_t i, std::size_t& next) const {
        if (i >= tokens_.size()) return nullptr;
        if (is_sign(i, {"%"})) {
            next = i + 1;
            return unit_named("%");
        }
        // Hyphens glue words: "ki-lô-gam".
        std::string phrase;
        const UnitEntry* best = nullptr;
        for (std::size_t k = i; k < tokens_.size() && k < i + 5; ++k) {
            const bool glue = is_dash(k) && !tokens_[k].spaced;
            if (tokens_[k].kind != TokenKind::kWord && !glue) break;
            if (!phrase.empty() && tokens_[k].spaced) phrase += ' ';
            phrase += glue ? "-" : folded(text_, tokens_[k]);
            if (const UnitEntry* found = unit_named(phrase)) {
                best = found;
                next = k + 1;
            }
        }
        // "1 tỷ đồng" beats "1 tỷ"; "5 năm 2025" and "03 ngày 12" are no durations.
        if (best != nullptr && one_of(best->words, {"năm", "tháng", "ngày"}) && is_number(next))
            return nullptr;
        return best;
    }

    static const UnitEntry* unit_named(std::string_view phrase) {
        for (const UnitEntry& entry : kUnits)
            if (entry.words == phrase) return &entry;
        for (const UnitEntry& entry : kScales)
            if (entry.words == phrase) return &entry;
        return nullptr;
    }

    // The second number of a range that starts at i, or 0. `unit` gets the unit of the first, if
    // any.
    std::size_t range_end(std::size_t i, const UnitEntry*& unit) const {
        std::size_t at = i + 1;
        unit = nullptr;
        if (is_dash(at) && is_number(at + 1) && !glued_after(at + 1)) return at + 1;
        std::size_t behind = at;
        unit = unit_at(at, behind);
        if (unit != nullptr) at = behind;
        if (unit != nullptr && is_dash(at) && is_number(at + 1) && !glued_after(at + 1))
            return at + 1;
        if (word_before(i) == "từ" && one_of(word_at(at), {"đến", "tới"}) && is_number(at + 1) &&
            !glued_after(at + 1))
            return at + 1;
        return 0;
    }
    [[nodiscard]] bool glued_after(std::size_t i) const {
        return i + 1 < tokens_.size() && !tokens_[i + 1].spaced &&
               (is_sign(i + 1, {"/"}) || is_dash(i + 1));
    }

    std::optional<Quantity> read(std::size_t i, std::size_t& next) {
        Quantity out;
        const UnitEntry* first_unit = nullptr;
        const std::size_t second = range_end(i, first_unit);
        const std::size_t last = second == 0 ? i : second;
        out.lo = tokens_[i].value;
        out.hi = tokens_[last].value;
        out.range = second != 0;
        out.begin = tokens_[i].begin;
        out.lo_end = out.range ? tokens_[i].end : tokens_[last].end;
        out.hi_begin = out.range ? tokens_[last].begin : out.begin;
        out.end = tokens_[last].end;
        next = last + 1;
        if (is_year(i) && (!out.range || is_year(last))) {
            out.kind = QuantityKind::kYear;
            out.full_begin = out.begin;
            out.full_end = out.end;
            return out;
        }
        read_unit(out, last, next, first_unit);
        read_qualifiers(out, i, next);
        read_noun(out, next);
        return out;
    }

    void read_unit(Quantity& out, std::size_t last, std::size_t& next,
                   const UnitEntry* first_unit) const {
        std::size_t behind = last + 1;
        const UnitEntry* unit = unit_at(last + 1, behind);
        out.full_end = out.end;
        if (unit == nullptr) return;
        out.unit = unit->unit;
        out.multiplier = Decimal(unit->multiplier);
        out.full_end = tokens_[behind - 1].end;
        // "từ 900 triệu đồng đến 2 tỷ đồng": the first number in units of the second.
        if (first_unit != nullptr && first_unit->unit == unit->unit &&
            first_unit->multiplier != unit->multiplier)
            if (const auto scaled = out.lo.multiply(Decimal(first_unit->multiplier)))
                if (const auto in_second = scaled->divide(Decimal(unit->multiplier), 9))
                    out.lo = *in_second;
        if (is_sign(behind, {"/"}) &&
            one_of(word_at(behind + 1), {"năm", "tháng", "ngày", "giây"})) {
            const std::string per = word_at(behind + 1);
            out.unit += per == "năm"     ? "/year"
                        : per == "tháng" ? "/month"
                        : per == "ngày"  ? "/day"
                                         : "/second";
            out.full_end = tokens_[behind + 1].end;
            behind += 2;
        }
        out.unit_words =
            std::string(text_.substr(tokens_[last].end, out.full_end - tokens_[last].end));
        out.unit_words = std::string(text::trim(out.unit_words));
        next = behind;
    }

    // One qualifier that ends at token `at` (exclusive); moves `at` to its first token.
    Qualifier qualifier_before(std::size_t& at) const {
        if (at == 0) return Qualifier::kNone;
        if (tokens_[at - 1].kind == TokenKind::kSign) return sign_qualifier(at);
        const std::string last = word_before(at);
        const std::string pair = word_before(at, 2) + " " + last;
        const std::string triple = word_before(at, 3) + " " + pair;
        const auto take = [&](std::size_t words, Qualifier qualifier) {
            at -= words;
            return qualifier;
        };
        if (one_of(triple, {"không ít hơn", "không nhỏ hơn", "không thấp hơn"}))
            return take(3, Qualifier::kAtLeast);
        if (one_of(triple, {"không vượt quá", "không lớn hơn", "không nhiều hơn", "không cao hơn"}))
            return take(3, Qualifier::kAtMost);
        if (one_of(pair, {"tối thiểu", "ít nhất", "không dưới"}))
            return take(2, Qualifier::kAtLeast);
        if (one_of(pair, {"tối đa", "nhiều nhất", "không quá", "cao nhất", "không trên"}))
            return take(2, Qualifier::kAtMost);
        if (one_of(pair, {"lớn hơn", "nhiều hơn", "cao hơn", "vượt quá", "vượt trên"}))
            return take(2, Qualifier::kOver);
        if (one_of(pair, {"nhỏ hơn", "ít hơn", "thấp hơn", "chưa đến", "chưa đầy", "chưa tới"}))
            return take(2, Qualifier::kUnder);
        if (one_of(pair, {"xấp xỉ", "ước tính", "ước đạt", "ước khoảng"}))
            return take(2, Qualifier::kAbout);
        if (one_of(pair, {"lên đến", "lên tới"})) return take(2, Qualifier::kUpTo);
        if (one_of(last, {"khoảng", "gần", "ước", "cỡ"})) return take(1, Qualifier::kAbout);
        if (one_of(last, {"trên", "hơn", "vượt"})) return take(1, Qualifier::kOver);
        if (last == "dưới") return take(1, Qualifier::kUnder);
        // "liên quan đến 9 nhóm" is no bound.
        if (one_of(last, {"đến", "tới"}) &&
            !one_of(word_before(at, 2), {"quan", "dẫn", "hướng", "kể", "nay"}))
            return take(1, Qualifier::kUpTo);
        return Qualifier::kNone;
    }

    Qualifier sign_qualifier(std::size_t& at) const {
        const std::string_view sign = raw(at - 1);
        if (sign == "=" && at > 1 && is_sign(at - 2, {">", "<"})) {
            at -= 2;
            return raw(at) == ">" ? Qualifier::kAtLeast : Qualifier::kAtMost;
        }
        const Qualifier found = sign == "≥"                  ? Qualifier::kAtLeast
                                : sign == "≤"                ? Qualifier::kAtMost
                                : sign == ">"                ? Qualifier::kOver
                                : sign == "<"                ? Qualifier::kUnder
                                : sign == "~" || sign == "≈" ? Qualifier::kAbout
                                                             : Qualifier::kNone;
        if (found != Qualifier::kNone) --at;
        return found;
    }

    void read_qualifiers(Quantity& out, std::size_t first, std::size_t& next) const {
        std::size_t at = first;
        out.qualifier = qualifier_before(at);
        if (out.qualifier != Qualifier::kNone) {
            out.full_begin = tokens_[at].begin;
            const std::size_t inner = at;
            out.outer = qualifier_before(at);
            if (out.outer != Qualifier::kNone && at < inner) out.full_begin = tokens_[at].begin;
        } else {
            out.full_begin = out.begin;
        }
        const std::string after = word_at(next);
        const std::string second = word_at(next + 1);
        if (after != "trở" || (second != "lên" && second != "xuống")) return;
        out.outer = out.qualifier;
        out.qualifier = second == "lên" ? Qualifier::kAtLeast : Qualifier::kAtMost;
        out.full_end = tokens_[next + 1].end;
        next += 2;
    }

    void read_noun(Quantity& out, std::size_t next) const {
        std::size_t end = next;
        while (end < tokens_.size() && end < next + kMaxNounWords &&
               tokens_[end].kind == TokenKind::kWord)
            ++end;
        if (end == next) return;
        out.noun = std::string(
            text_.substr(tokens_[next].begin, tokens_[end - 1].end - tokens_[next].begin));
    }

    std::string_view text_;
    std::vector<Token> tokens_;
};

std::optional<Decimal> scaled(const Decimal& value, const Decimal& multiplier) {
    const Result<Decimal> out = value.multiply(multiplier);
    if (!out) return std::nullopt;
    return *out;
}

}  // namespace

std::optional<Decimal> Quantity::base_lo() const { return scaled(lo, multiplier); }
std::optional<Decimal> Quantity::base_hi() const { return scaled(hi, multiplier); }

std::optional<Range> Quantity::interval() const {
    Range out{base_lo(), base_hi()};
    if (!out.lo || !out.hi) return std::nullopt;
    switch (qualifier) {
        case Qualifier::kAtLeast:
        case Qualifier::kOver: out.hi.reset(); break;
        case Qualifier::kAtMost:
        case Qualifier::kUnder:
        case Qualifier::kUpTo: out.lo.reset(); break;
        case Qualifier::kNone:
        case Qualifier::kAbout: break;
    }
    return out;
}

std::vector<Quantity> find_quantities(std::string_view text) { return Scanner(text).run(); }

std::optional<UnitWords> parse_unit(std::string_view words) {
    const std::string phrase = text::fold(words);
    for (const UnitEntry& entry : kUnits)
        if (entry.words == phrase)
            return UnitWords{std::string(entry.unit), Decimal(entry.multiplier)};
    for (const UnitEntry& entry : kScales)
        if (entry.words == phrase)
            return UnitWords{std::string(entry.unit), Decimal(entry.multiplier)};
    return std::nullopt;
}

std::optional<CellValue> read_cell(std::string_view text, std::string_view carried_unit) {
    const std::string_view inner = text::trim(text);
    if (inner.empty() || one_of(inner, {"-", "–", "—", "...", "…"}))
        return CellValue{Unknown{}, {}, std::nullopt};
    std::vector<Quantity> found = find_quantities(text);
    if (found.size() != 1) return std::nullopt;
    Quantity& quantity = found.front();
    const std::string_view before = text::trim(text.substr(0, quantity.full_begin));
    const std::string_view after = text::trim(text.substr(quantity.full_end));
    if (!before.empty() || !after.empty()) return std::nullopt;
    if (quantity.unit.empty() && quantity.multiplier == Decimal(1)) {
        if (const auto unit = parse_unit(carried_unit)) {
            quantity.unit = unit->unit;
            quantity.multiplier = unit->multiplier;
        }
    }
    quantity.kind = QuantityKind::kAmount;  // "2015" alone in a cell is what its column says
    const auto interval = quantity.interval();
    if (!interval) return std::nullopt;
    CellValue out{*interval, quantity.unit, quantity};
    if (interval->lo && interval->lo == interval->hi) out.value = *interval->lo;
    return out;
}

std::pair<std::size_t, std::size_t> sentence_around(std::string_view text, std::size_t offset) {
    offset = std::min(offset, text.size());
    const auto ends = [&](std::size_t at) {
        const char c = text[at];
        if (c == ';' || c == '?' || c == '!' || c == '\n') return true;
        return c == '.' && (at + 1 == text.size() || text[at + 1] == ' ' || text[at + 1] == '/');
    };
    std::size_t begin = offset;
    while (begin > 0 && !ends(begin - 1)) --begin;
    std::size_t end = offset;
    while (end < text.size() && !ends(end)) ++end;
    while (begin < end && text[begin] == ' ') ++begin;
    return {begin, end};
}

}  // namespace saola::programme
