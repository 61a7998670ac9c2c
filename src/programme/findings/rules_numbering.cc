// Numbering of headings, clauses, points, named bullets and table rows: gaps and duplicates.
#include <array>
#include <map>

#include "base/text.h"
#include "programme/findings/context.h"

namespace saola::programme::findings {
namespace {

using contracts::Node;
using contracts::NodeKind;

enum class Script : std::uint8_t { kArabic, kRoman, kLetter };

struct Label {
    std::string family;  // what must agree for two labels to follow each other
    Script script = Script::kArabic;
    int value = 0;  // 1-based
    std::string shown;
};

int roman(std::string_view text) {
    static constexpr std::array<std::pair<char, int>, 7> kDigits = {
        {{'i', 1}, {'v', 5}, {'x', 10}, {'l', 50}, {'c', 100}, {'d', 500}, {'m', 1000}}};
    int value = 0;
    int last = 0;
    for (std::size_t i = text.size(); i-- > 0;) {
        int digit = 0;
        for (const auto& [letter, number] : kDigits)
            if (letter == text[i]) digit = number;
        if (digit == 0) return 0;
        value += digit < last ? -digit : digit;
        last = std::max(last, digit);
    }
    return value;
}

// Letters of Vietnamese lists; "đ" may be left out and "f" put in, both are in use.
int letter_value(std::string_view folded) {
    static constexpr std::array<std::string_view, 24> kOrder = {
        "a", "b", "c", "d", "đ", "e", "g", "h", "i", "k", "l", "m",
        "n", "o", "p", "q", "r", "s", "t", "u", "v", "x", "y", "f"};
    for (std::size_t i = 0; i < kOrder.size(); ++i)
        if (kOrder[i] == folded) return static_cast<int>(i) + 1;
    return 0;
}

bool letter_follows(std::string_view before, std::string_view now) {
    if (before == "d") return now == "đ" || now == "e";
    if (before == "e") return now == "f" || now == "g";
    if (before == "f") return now == "g";
    if (before == "i") return now == "k" || now == "j";
    if (before == "j") return now == "k";
    return letter_value(now) == letter_value(before) + 1;
}

bool digits_only(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos &&
           text.size() < 7;
}

std::optional<Label> parse_plain(std::string family, std::string_view folded) {
    while (!folded.empty() && (folded.back() == '.' || folded.back() == ')'))
        folded.remove_suffix(1);
    if (folded.empty()) return std::nullopt;
    const std::size_t dot = folded.rfind('.');
    const std::string_view last = dot == std::string_view::npos ? folded : folded.substr(dot + 1);
    if (digits_only(last)) {
        const std::string prefix(dot == std::string_view::npos ? "" : folded.substr(0, dot + 1));
        return Label{family + "/#" + prefix, Script::kArabic, std::stoi(std::string(last)),
                     std::string(folded)};
    }
    if (dot != std::string_view::npos) return std::nullopt;
    return Label{std::move(family), Script::kLetter, letter_value(folded), std::string(folded)};
}

// "Nội dung 3: ...", "Nhiệm vụ 2. ...": a name of one to three words with a number, at the start.
std::optional<Label> named_label(std::string_view folded) {
    std::size_t at = 0;
    std::size_t words = 0;
    while (at < folded.size() && words < 4) {
        const std::size_t end = folded.find(' ', at);
        const std::string_view word =
            folded.substr(at, end == std::string_view::npos ? std::string_view::npos : end - at);
        std::size_t digits = 0;
        while (digits < word.size() && word[digits] >= '0' && word[digits] <= '9') ++digits;
        if (digits > 0 && digits < 5) {
            const std::string_view rest = word.substr(digits);
            const bool closed =
                rest == ":" || rest == "." ||
                (rest.empty() && end != std::string_view::npos && folded.substr(end + 1, 1) == "(");
            if (words == 0 || !closed) return std::nullopt;
            return Label{"named/" + std::string(folded.substr(0, at)), Script::kArabic,
                         std::stoi(std::string(word.substr(0, digits))),
                         std::string(folded.substr(0, at + digits))};
        }
        if (end == std::string_view::npos || word.find_first_of(":;,.()") != std::string_view::npos)
            return std::nullopt;
        at = end + 1;
        ++words;
    }
    return std::nullopt;
}

std::optional<Label> label_of(const Node& node) {
    const std::string folded = text::fold(node.label);
    switch (node.kind) {
        case NodeKind::kBullet:
            return named_label(text::fold(std::string_view(node.text.value).substr(0, 60)));
        case NodeKind::kParagraph:
            return named_label(text::fold(std::string_view(node.text.value).substr(0, 60)));
        case NodeKind::kPoint: return parse_plain("point", folded);
        case NodeKind::kHeading:
            if (auto named = named_label(folded + ":")) return named;
            [[fallthrough]];
        case NodeKind::kPart:
        case NodeKind::kChapter:
        case NodeKind::kSection:
        case NodeKind::kAppendix:
            if (const int value = roman(folded); value > 0)
                return Label{"roman" + std::string(to_string(node.kind)), Script::kRoman, value,
                             folded};
            [[fallthrough]];
        case NodeKind::kArticle:
        case NodeKind::kClause: {
            // Headings "1." and clauses "1." below one parent are one sequence.
            const bool numbered = node.kind == NodeKind::kHeading || node.kind == NodeKind::kClause;
            return parse_plain(numbered ? "numbered" : std::string(to_string(node.kind)), folded);
        }
        default: return std::nullopt;
    }
}

struct Place {
    Label label;
    std::size_t document = 0;
    std::int32_t node = -1;  // or
    const TableView* table = nullptr;
    std::size_t row = 0, column = 0;
};

Quote quote_of(const Context& context, const Place& place, std::string role) {
    if (place.table != nullptr)
        return context.quote(*place.table, place.row, place.column, std::move(role));
    return context.quote_node(place.document, place.node, std::move(role));
}

bool follows(const Label& before, const Label& now) {
    if (before.script == Script::kLetter) return letter_follows(before.shown, now.shown);
    return now.value == before.value + 1;
}

bool starts(const Label& label) {
    return label.script == Script::kLetter ? label.shown == "a" : label.value == 1;
}

struct Break {
    enum class Kind : std::uint8_t { kGap, kDuplicate } kind = Kind::kGap;
    std::optional<Place> before;
    Place now;
    std::string container;
};

// One list: each label follows the last one, or starts anew.
class Sequence {
public:
    void add(Place place, const std::string& container, std::vector<Break>& out) {
        // A second "1." or "a)" is a new list; right after the first it is a duplicate.
        const bool again =
            last_ && last_->label.shown == place.label.shown && !(section_ && starts(place.label));
        section_ = false;
        if (again)
            out.push_back({Break::Kind::kDuplicate, last_, place, container});
        else if (!starts(place.label)) {
            if (!last_)
                out.push_back({Break::Kind::kGap, std::nullopt, place, container});
            else if (!follows(last_->label, place.label)) {
                const auto seen = seen_.find(place.label.shown);
                if (seen != seen_.end())
                    out.push_back({Break::Kind::kDuplicate, seen->second, place, container});
                else
                    out.push_back({Break::Kind::kGap, last_, place, container});
            }
        } else {
            seen_.clear();
        }
        seen_.emplace(place.label.shown, place);
        last_ = std::move(place);
    }

    // A new group begins: its rows may be numbered from 1 again, or go on.
    void section() { section_ = true; }

private:
    bool section_ = false;
    std::optional<Place> last_;
    std::map<std::string, Place> seen_;
};

void walk_nodes(const Context& context, std::size_t document, std::vector<Break>& out) {
    const contracts::Document& doc = context.document(document);
    std::map<std::string, Sequence> sequences;
    for (std::size_t n = 0; n < doc.nodes.size(); ++n) {
        const Node& node = doc.nodes[n];
        const auto label = label_of(node);
        if (!label || label->value == 0) continue;
        const bool loose = node.kind == NodeKind::kBullet || node.kind == NodeKind::kParagraph;
        // Articles run through the whole document, everything else within its parent.
        std::int32_t scope = node.kind == NodeKind::kArticle ? 0 : node.parent;
        if (node.kind == NodeKind::kArticle)
            for (std::int32_t up = node.parent; up > 0;
                 up = doc.nodes[static_cast<std::size_t>(up)].parent)
                if (doc.nodes[static_cast<std::size_t>(up)].kind == NodeKind::kAppendix) scope = up;
        const std::string container = std::to_string(scope) + "/" + label->family;
        // A numbered phrase in running text ("Bảng 3: ...") is no list unless it begins with 1.
        if (loose && !sequences.contains(container) && !starts(*label)) continue;
        Place place{*label, document, static_cast<std::int32_t>(n), nullptr, 0, 0};
        sequences[container].add(place, context.name(document) + "/" + label->family, out);
    }
}

void walk_tables(const Context& context, std::vector<Break>& out) {
    for (const TableView& table : context.tables()) {
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            if (!table.columns[c].index) continue;
            Sequence arabic, romans;
            for (std::size_t r = 0; r < table.rows.size(); ++r) {
                const CellView& cell = table.rows[r][c];
                if (table.raw(context.input()).rows[r].kind == contracts::RowKind::kGroup)
                    arabic.section();
                if (cell.blank() || cell.cell->carried) continue;
                std::string folded = text::fold(cell.cell->text.value);
                while (!folded.empty() && (folded.back() == '.' || folded.back() == ')'))
                    folded.pop_back();
                const std::string container =
                    context.name(table.document) + "/" + table.folded_caption;
                Place place{{}, table.document, -1, &table, r, c};
                if (digits_only(folded)) {
                    place.label = {"row", Script::kArabic, std::stoi(folded), folded};
                    arabic.add(place, container, out);
                } else if (const int value = roman(folded); value > 0) {
                    place.label = {"row", Script::kRoman, value, folded};
                    romans.add(place, container, out);
                    arabic.section();
                }
            }
        }
    }
}

std::vector<Break> breaks_of(const Context& context) {
    std::vector<Break> out;
    for (std::size_t d = 0; d < context.input().documents.size(); ++d) walk_nodes(context, d, out);
    walk_tables(context, out);
    return out;
}

}  // namespace

void numbering_gap(const Context& context, Report& report) {
    for (const Break& b : breaks_of(context)) {
        if (b.kind != Break::Kind::kGap) continue;
        std::vector<Quote> quotes{quote_of(context, b.now, "stated")};
        if (b.before) quotes.push_back(quote_of(context, *b.before, "previous"));
        const std::string before = b.before ? b.before->label.shown : "";
        report.add(b.container + "/" + before + ">" + b.now.label.shown,
                   b.before ? "Đánh số nhảy từ “" + before + "” sang “" + b.now.label.shown + "”"
                            : "Đánh số bắt đầu từ “" + b.now.label.shown + "”",
                   b.before ? "Numbering jumps from “" + before + "” to “" + b.now.label.shown + "”"
                            : "Numbering starts at “" + b.now.label.shown + "”",
                   (b.before ? before : "(đầu)") + " → " + b.now.label.shown, std::move(quotes));
    }
}

void numbering_duplicate(const Context& context, Report& report) {
    for (const Break& b : breaks_of(context)) {
        if (b.kind != Break::Kind::kDuplicate) continue;
        report.add(b.container + "/" + b.now.label.shown,
                   "Số “" + b.now.label.shown + "” dùng hai lần",
                   "Number “" + b.now.label.shown + "” is used twice",
                   b.before->label.shown + " = " + b.now.label.shown,
                   {quote_of(context, b.now, "stated"), quote_of(context, *b.before, "previous")});
    }
}

}  // namespace saola::programme::findings
