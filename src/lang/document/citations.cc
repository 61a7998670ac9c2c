#include "lang/document/citations.h"

#include <algorithm>
#include <array>

#include "lang/document/chars.h"
#include "lang/document/references.h"

namespace saola::lang {
namespace {

using contracts::Citation;
using contracts::Document;
using contracts::Text;

constexpr std::size_t kMaxLawTitle = 180;
constexpr std::size_t kMaxTitle = 300;
constexpr std::size_t kMaxList = 16;    // numbers in "số 107, 109, 110, 111/KH-UBND"
constexpr std::size_t kMaxClause = 80;  // bytes looked at before the type for "khoản 2 Điều 14"
constexpr std::size_t kMaxValue = 6;    // "12a" of "Điều 12a"

std::size_t skip_blanks(std::string_view text, std::size_t at) {
    while (at < text.size() && is_blank(text[at])) ++at;
    return at;
}
bool word_at(std::string_view text, std::size_t at, std::string_view word) {
    return text.substr(at).starts_with(word) && word_ends(text, at + word.size());
}
bool is_law(std::string_view type) {
    return type == "Luật" || type == "Bộ luật" || type == "Pháp lệnh";
}

class Finder {
public:
    Finder(Document& document, const Text& text, std::int32_t node)
        : document_(document), full_(text), text_(text.value), node_(node) {}

    void run(Budget& budget) {
        std::size_t at = 0;
        bool start = true;  // at the start of a word
        while (at < text_.size()) {
            if (start) {
                if (!budget.time()) return;
                const std::size_t next = try_at(at);
                if (next > at) {
                    at = next;
                    start = word_ends(text_, at);
                    continue;
                }
            }
            const CodePoint c = decode(text_, at);
            start =
                !is_letter(c.value) && !(c.value < 0x80 && is_digit(static_cast<char>(c.value)));
            at += c.length;
        }
    }

private:
    // A citation at `at`; its end, or `at` when there is none.
    std::size_t try_at(std::size_t at) {
        const CodePoint c = decode(text_, at);
        if (is_upper(c.value)) {
            const auto type = match_type(text_, at, false);
            if (type) return typed(at, *type);
            return at;
        }
        if (c.value < 0x80 && is_digit(text_[at])) return bare(at);
        return at;
    }

    // "(193/2025/QH15)" or "2631/BQP-KHQS ngày 22/04/2026" without a type before it.
    std::size_t bare(std::size_t at) {
        const auto number = match_number(text_, at, false);
        if (!number) return at;
        const bool coded = number->number.find('-') != std::string::npos ||
                           std::count(number->number.begin(), number->number.end(), '/') > 1;
        if (!coded) return at;
        Citation citation;
        citation.number = number->number;
        std::size_t end = number->end;
        take_date(citation, end);
        take_issuer(citation, end);
        push(std::move(citation), at, end);
        return end;
    }

    std::size_t typed(std::size_t at, const TypeMatch& type) {
        std::size_t from = skip_blanks(text_, type.end);
        if (word_at(text_, from, "này") || word_at(text_, from, "nêu trên")) return type.end;
        const bool said = word_at(text_, from, "số");
        std::size_t number_at =
            said ? skip_blanks(text_, from + std::string_view("số").size()) : from;
        if (said && number_at < text_.size() && text_[number_at] == ':')
            number_at = skip_blanks(text_, number_at + 1);
        if (const std::size_t end = numbered(at, type, number_at, said); end > at) return end;
        if (is_law(type.type) || type.type == "Hiến pháp") return law(at, type, from);
        return type.end;
    }

    // One or several numbers after the type.
    std::size_t numbered(std::size_t at, const TypeMatch& type, std::size_t number_at, bool said) {
        if (const auto one = match_number(text_, number_at, said)) {
            Citation citation;
            citation.type = type.type;
            citation.number = one->number;
            return finish(std::move(citation), at, one->end);
        }
        std::vector<std::string> numbers;
        std::size_t end = number_at;
        const std::size_t tail = number_list(number_at, numbers, end);
        if (numbers.empty()) return at;
        if (tail == std::string_view::npos) {
            // "Quyết định 4321", "Thông báo kết luận số 22 ngày 20/3/2026": digits alone.
            if (numbers.size() != 1 || numbers[0].size() > 5) return at;
            Citation citation;
            citation.type = type.type;
            citation.number = numbers[0];
            std::size_t after = end;
            take_date(citation, after);
            if (!said && !citation.date &&
                (numbers[0].size() < 2 || followed_by_unit(end) || is_year(numbers[0])))
                return at;
            return finish(std::move(citation), at, end);
        }
        std::string code;
        for (const char c : text_.substr(end, tail - end)) {
            if (!is_blank(c)) code.push_back(c);
        }
        Citation shared;
        std::size_t after = tail;
        take_date(shared, after);
        take_issuer(shared, after);
        for (const std::string& digits : numbers) {
            Citation citation = shared;
            citation.type = type.type;
            citation.number = digits + code;
            push(std::move(citation), at, after);
        }
        return after;
    }
    static bool is_year(std::string_view digits) {
        return digits.size() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
    }
    bool followed_by_unit(std::size_t at) const {
        at = skip_blanks(text_, at);
        return at < text_.size() &&
               (is_letter(decode(text_, at).value) || text_[at] == '%' || text_[at] == '/');
    }
    // "265, 267 & 268/2025/NĐ-CP": digits in `numbers`, `end` after the last digits; the end of the
    // shared code, or npos.
    std::size_t number_list(std::size_t at, std::vector<std::string>& numbers,
                            std::size_t& end) const {
        std::size_t first_end = at;
        while (numbers.size() < kMaxList) {
            std::size_t stop = at;
            while (stop < text_.size() && is_digit(text_[stop]) && stop - at < 7) ++stop;
            if (stop == at) break;
            numbers.emplace_back(text_.substr(at, stop - at));
            end = stop;
            if (numbers.size() == 1) first_end = stop;
            const std::size_t tail = match_number_tail(text_, stop);
            if (tail != std::string_view::npos) return tail;
            std::size_t next = skip_blanks(text_, stop);
            if (next < text_.size() &&
                (text_[next] == ',' || text_[next] == '&' || text_[next] == ';')) {
                at = skip_blanks(text_, next + 1);
            } else if (word_at(text_, next, "và")) {
                at = skip_blanks(text_, next + std::string_view("và").size());
            } else {
                break;
            }
        }
        if (numbers.size() > 1) {  // no code at the end: only the first number is sure
            numbers.resize(1);
            end = first_end;
        }
        return std::string_view::npos;
    }

    // "Luật Công nghệ cao số 133/2025/QH15", "Luật Công nghệ cao (133/2025/QH15)", "Luật X ngày
    // ...".
    std::size_t law(std::size_t at, const TypeMatch& type, std::size_t from) {
        const bool amends = word_at(text_, from, "sửa đổi");
        if (type.type != "Hiến pháp" && !amends &&
            (from >= text_.size() || !is_upper(decode(text_, from).value)))
            return type.end;
        const std::string_view window = text_.substr(from, kMaxLawTitle);
        // The title runs up to its number or date when one follows before the sentence breaks.
        std::size_t stop = 0;
        std::size_t comma = std::string_view::npos;
        bool anchored = false;
        while (stop < window.size()) {
            const char c = window[stop];
            if (c == ';' || c == '.' || c == ':' || c == '\n' || c == ')' || c == '[') break;
            if (stop > 0 && window[stop - 1] == ' ') {
                const std::string_view rest = window.substr(stop);
                const std::size_t open = c == '(' ? 1 : 0;
                anchored = word_at(rest, 0, "số")
                               ? match_number(
                                     rest, skip_blanks(rest, std::string_view("số").size()), false)
                                     .has_value()
                           : word_at(rest, 0, "ngày")
                               ? match_date(rest, 0).has_value()
                               : is_digit(rest[std::min(open, rest.size() - 1)]) &&
                                     match_number(rest, open, false).has_value();
                if (anchored || c == '(') break;
                if (word_at(rest, 0, "năm") || ends_title(rest)) break;
                if (!amends && is_upper(decode(rest, 0).value) && match_type(rest, 0, false)) break;
            }
            if (c == ',' && comma == std::string_view::npos && !amends) comma = stop;
            ++stop;
        }
        if (!anchored && comma != std::string_view::npos) stop = std::min(stop, comma);
        std::string_view title = trimmed(window.substr(0, stop));
        while (!title.empty() && (title.back() == ',' || title.back() == '-'))
            title = trimmed(title.substr(0, title.size() - 1));
        if (title.empty() && type.type != "Hiến pháp") return type.end;
        Citation citation;
        citation.type = type.type;
        citation.title = std::string(title);
        std::size_t end = from + title.size();
        if (title.empty()) end = type.end;
        if (anchored) {
            std::size_t next = skip_blanks(text_, from + stop);
            const bool open = text_[next] == '(';
            if (open) ++next;
            if (word_at(text_, next, "số"))
                next = skip_blanks(text_, next + std::string_view("số").size());
            if (const auto number = match_number(text_, next, false)) {
                citation.number = number->number;
                next = number->end;
            }
            if (open && next < text_.size() && text_[next] == ')') ++next;
            end = next;
        }
        take_date(citation, end);
        take_year(citation, end);
        push(std::move(citation), at, end);
        return std::max(end, type.end);
    }
    static bool ends_title(std::string_view rest) {
        static constexpr std::array<std::string_view, 14> kStops = {
            "quy định", "có hiệu lực", "được", "và các", "hiện hành", "này", "thì",
            "trong đó", "về việc",     "đã",   "của",    "theo",      "để",  "thông qua"};
        return std::any_of(kStops.begin(), kStops.end(), [&](std::string_view s) {
            return s != "của" && rest.starts_with(s) && word_ends(rest, s.size());
        });
    }
    void take_year(Citation& citation, std::size_t& end) const {
        const std::size_t at = skip_blanks(text_, end);
        if (citation.date || !word_at(text_, at, "năm")) return;
        const std::size_t digits = skip_blanks(text_, at + std::string_view("năm").size());
        if (digits + 4 > text_.size() || !all_digits(text_.substr(digits, 4)) ||
            !word_ends(text_, digits + 4))
            return;
        const int year = std::stoi(std::string(text_.substr(digits, 4)));
        if (year < 1900 || year > 2200) return;
        citation.date = Date{year, 0, 0};
        end = digits + 4;
    }

    void take_date(Citation& citation, std::size_t& end) const {
        std::size_t at = skip_blanks(text_, end);
        if (at < text_.size() && text_[at] == ',') at = skip_blanks(text_, at + 1);
        if (!word_at(text_, at, "ngày") && !word_at(text_, at, "tháng")) return;
        if (const auto date = match_date(text_, at)) {
            citation.date = date->date;
            end = date->end;
        }
    }
    void take_issuer(Citation& citation, std::size_t& end) const {
        std::size_t at = skip_blanks(text_, end);
        if (word_at(text_, at, "của")) {
            at = skip_blanks(text_, at + std::string_view("của").size());
        } else if (at >= text_.size() || !is_upper(decode(text_, at).value)) {
            return;
        }
        const std::size_t stop = match_issuer(text_, at);
        if (stop == std::string_view::npos) return;
        citation.issuer = std::string(trimmed(text_.substr(at, stop - at)));
        end = stop;
        // "(nay là Bộ ...)" after a renamed body is not part of its name.
        const std::size_t open = skip_blanks(text_, end);
        if (open < text_.size() && text_[open] == '(' &&
            text_.substr(open + 1).starts_with("nay là")) {
            const std::size_t close = text_.substr(open, 160).find(')');
            if (close != std::string_view::npos) end = open + close + 1;
        }
    }
    // Words that name the document: "về việc ...", "ban hành ...", "phê duyệt ...".
    void take_title(Citation& citation, std::size_t& end) const {
        static constexpr std::array<std::string_view, 9> kVerbs = {
            "về việc", "về",        "ban hành", "phê duyệt", "quy định",
            "công bố", "hướng dẫn", "sửa đổi",  "Danh mục"};
        std::size_t at = skip_blanks(text_, end);
        const bool colon = at < text_.size() && text_[at] == ':';
        if (colon) at = skip_blanks(text_, at + 1);
        const bool verb = std::any_of(kVerbs.begin(), kVerbs.end(), [&](std::string_view word) {
            return colon ? starts_nocase(text_.substr(at), lower(word)) : word_at(text_, at, word);
        });
        if (!verb) return;
        std::size_t stop = at;
        while (stop < text_.size() && stop - at < kMaxTitle) {
            const char c = text_[stop];
            if (c == ';' || c == '\n' || c == '(' || c == '[' || c == ':') break;
            if (c == '.' && (stop + 1 >= text_.size() || is_blank(text_[stop + 1]))) break;
            if (stop > at && text_[stop - 1] == ' ' && is_upper(decode(text_, stop).value)) {
                const auto type = match_type(text_, stop, false);
                if (type && match_number(text_, skip_number_word(type->end), false)) break;
            }
            ++stop;
        }
        while (stop < text_.size() && (static_cast<unsigned char>(text_[stop]) & 0xC0U) == 0x80U)
            --stop;
        std::string_view words = trimmed(text_.substr(at, stop - at));
        for (const std::string_view tail : {" và", ","}) {
            if (words.ends_with(tail)) words = trimmed(words.substr(0, words.size() - tail.size()));
        }
        citation.title = std::string(words);
    }
    std::size_t skip_number_word(std::size_t at) const {
        at = skip_blanks(text_, at);
        if (word_at(text_, at, "số")) at = skip_blanks(text_, at + std::string_view("số").size());
        return at;
    }
    std::size_t finish(Citation citation, std::size_t at, std::size_t end) {
        take_date(citation, end);
        take_issuer(citation, end);
        take_title(citation, end);
        push(std::move(citation), at, end);
        return end;
    }

    // "điểm a khoản 2 Điều 14" right before the type.
    std::size_t clause_before(std::size_t at, std::string& clause) const {
        std::size_t begin = at;
        bool article = false;
        for (int steps = 0; steps < 3; ++steps) {
            std::size_t word_end = begin;
            while (word_end > 0 && is_blank(text_[word_end - 1])) --word_end;
            std::size_t number = word_end;
            while (number > 0 && !is_blank(text_[number - 1]) && word_end - number <= kMaxValue)
                --number;
            std::size_t unit_end = number;
            while (unit_end > 0 && is_blank(text_[unit_end - 1])) --unit_end;
            std::size_t unit = unit_end;
            while (unit > 0 && !is_blank(text_[unit - 1]) && unit_end - unit < 12) --unit;
            const std::string word = lower(text_.substr(unit, unit_end - unit));
            const std::string_view value = text_.substr(number, word_end - number);
            if (at - unit > kMaxClause || value.empty() || value.size() > kMaxValue) break;
            const bool digits = all_digits(value) ||
                                (value.size() > 1 && all_digits(value.substr(0, value.size() - 1)));
            if ((word == "điều" || word == "khoản") ? !digits : word != "điểm") break;
            begin = unit;
            article = true;
        }
        if (article) clause = std::string(trimmed(text_.substr(begin, at - begin)));
        return begin;
    }
    void push(Citation citation, std::size_t begin, std::size_t end) {
        const std::size_t from = clause_before(begin, citation.clause);
        citation.node = node_;
        citation.span = full_.source(from, end);
        document_.citations.push_back(std::move(citation));
    }

    Document& document_;
    const Text& full_;
    std::string_view text_;
    std::int32_t node_;
};

}  // namespace

void find_citations(Document& document, Budget& budget) {
    for (std::size_t i = 0; i < document.nodes.size() && budget.time(); ++i) {
        const contracts::Node& node = document.nodes[i];
        if (node.table >= 0) {
            const contracts::Table& table = document.tables[static_cast<std::size_t>(node.table)];
            for (const contracts::Row& row : table.rows) {
                for (const contracts::Cell& cell : row.cells) {
                    if (!cell.carried)
                        Finder(document, cell.text, static_cast<std::int32_t>(i)).run(budget);
                }
            }
        } else {
            Finder(document, node.text, static_cast<std::int32_t>(i)).run(budget);
        }
    }
}

}  // namespace saola::lang
