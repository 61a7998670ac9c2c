// Columns of tables: figures in the wrong unit, missing values, near-equal titles.
#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "programme/findings/context.h"

namespace saola::programme::findings {
namespace {

using contracts::RowKind;

struct Figure {
    std::size_t row = 0;
    Decimal value;
};

std::string words_of(const CellView& cell) {
    return cell.cell == nullptr ? "" : std::string(text::trim(cell.cell->text.value));
}

// value / 1000 (or x 1000) lies among the others, the value itself far outside.
bool is_thousandfold(const Decimal& value, const Decimal& low, const Decimal& high, bool up) {
    const auto moved = up ? value.divide(Decimal(1000), 6) : value.multiply(Decimal(1000));
    const auto far = up ? high.multiply(Decimal(20)) : low.divide(Decimal(20), 6);
    const auto least = low.divide(Decimal(3), 6);
    const auto most = high.multiply(Decimal(3));
    if (!moved || !far || !least || !most) return false;
    return (up ? value >= *far : value <= *far) && *moved >= *least && *moved <= *most;
}

void outliers_of(const Context& context, const TableView& table, std::size_t c, Report& report) {
    const contracts::Table& raw = table.raw(context.input());
    std::vector<Figure> figures;
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        const Bounds b = bounds_of(table.rows[r][c]);
        if (raw.rows[r].kind == RowKind::kBody && b.hi && *b.hi > Decimal(0))
            figures.push_back({r, *b.hi});
    }
    if (figures.size() < 5) return;
    std::stable_sort(figures.begin(), figures.end(),
                     [](const Figure& a, const Figure& b) { return a.value < b.value; });
    const std::size_t last = figures.size() - 1;
    const auto add = [&](const Figure& odd, const Figure& low, const Figure& high, bool up) {
        if (!is_thousandfold(odd.value, low.value, high.value, up)) return;
        const std::string factor = up ? "lớn gấp khoảng 1.000 lần" : "nhỏ hơn khoảng 1.000 lần";
        report.add(
            context.name(table.document) + "/" + table.folded_caption + "/" +
                table.columns[c].folded + "/" + text::fold(words_of(table.rows[odd.row][c])),
            "“" + words_of(table.rows[odd.row][c]) + "” " + factor + " các dòng khác của cột “" +
                raw.columns[c].title + "”",
            "“" + words_of(table.rows[odd.row][c]) + "” is about 1,000 times " +
                (up ? "larger" : "smaller") + " than the rest of its column",
            "các dòng khác: " + words_of(table.rows[low.row][c]) + " … " +
                words_of(table.rows[high.row][c]),
            {context.quote(table, odd.row, c, "stated"), context.quote(table, low.row, c, "other"),
             context.quote(table, high.row, c, "other")});
    };
    add(figures[last], figures[0], figures[last - 1], /*up=*/true);
    add(figures[0], figures[1], figures[last], /*up=*/false);
}

// Most cells name no unit (or the column's): one that names another stands out.
void mixed_units_of(const Context& context, const TableView& table, std::size_t c, Report& report) {
    const contracts::Table& raw = table.raw(context.input());
    const auto column_unit = parse_unit(raw.columns[c].unit);
    std::map<std::string, std::vector<std::size_t>> by_unit;
    std::size_t filled = 0;
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        const CellView& cell = table.rows[r][c];
        if (raw.rows[r].kind != RowKind::kBody || !cell.number() || !cell.value->quantity) continue;
        ++filled;
        const Quantity& q = *cell.value->quantity;
        std::string written = text::fold(q.unit_words);
        if (written.empty() && column_unit) written = text::fold(raw.columns[c].unit);
        by_unit[written].push_back(r);
    }
    if (by_unit.size() < 2 || filled < 4) return;
    const auto common = std::max_element(
        by_unit.begin(), by_unit.end(),
        [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
    if (common->second.size() * 10 < filled * 7) return;
    for (const auto& [unit, rows] : by_unit) {
        if (unit == common->first) continue;
        for (const std::size_t r : rows)
            report.add(context.name(table.document) + "/" + table.folded_caption + "/" +
                           table.columns[c].folded + "/" + unit,
                       "Cột “" + raw.columns[c].title + "” lẫn đơn vị: “" +
                           words_of(table.rows[r][c]) + "”",
                       "Mixed units in one column: “" + words_of(table.rows[r][c]) + "”",
                       "“" + unit + "” ≠ “" + common->first + "”",
                       {context.quote(table, r, c, "stated"),
                        context.quote(table, common->second.front(), c, "other")});
    }
}

}  // namespace

void unit_outlier(const Context& context, Report& report) {
    for (const TableView& table : context.tables())
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            if (!table.columns[c].numeric || table.columns[c].index || table.columns[c].year)
                continue;
            outliers_of(context, table, c, report);
            mixed_units_of(context, table, c, report);
        }
}

void value_missing(const Context& context, Report& report) {
    for (const TableView& table : context.tables()) {
        const contracts::Table& raw = table.raw(context.input());
        std::vector<std::size_t> body;
        for (std::size_t r = 0; r < table.rows.size(); ++r)
            if (raw.rows[r].kind == RowKind::kBody) body.push_back(r);
        if (body.size() < 4) continue;
        std::map<std::size_t, std::vector<std::size_t>> missing;  // row -> columns
        std::vector<std::size_t> watched;
        const auto unfilled = [&](std::size_t r, std::size_t c) {
            const CellView& cell = table.rows[r][c];
            // A dash says "no figure"; in a column of figures that is missing all the same.
            return cell.cell != nullptr && !cell.cell->carried &&
                   (cell.blank() || (table.columns[c].numeric && cell.value && !cell.number()));
        };
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            if (table.columns[c].index || contains_any(table.columns[c].folded, {"ghi chú"}))
                continue;
            std::vector<std::size_t> empty;
            for (const std::size_t r : body)
                if (unfilled(r, c)) empty.push_back(r);
            // Otherwise filled: at least three quarters of the rows.
            if (empty.size() * 4 > body.size()) continue;
            watched.push_back(c);
            for (const std::size_t r : empty) missing[r].push_back(c);
        }
        for (const auto& [r, columns] : missing) {
            std::string names;
            for (const std::size_t c : columns)
                names += (names.empty() ? "“" : ", “") + raw.columns[c].title + "”";
            std::vector<Quote> quotes;
            const std::size_t c = columns.front();
            // An empty cell has no bytes: the row is quoted, and a filled cell of the column beside
            // it.
            quotes.push_back(
                table.rows[r][c].blank()
                    ? context.quote_span(table.document, raw.rows[r].span,
                                         context.document(table.document)
                                             .place(static_cast<std::int32_t>(table.table), r,
                                                    static_cast<std::uint32_t>(c)),
                                         "stated")
                    : context.quote(table, r, c, "stated"));
            for (const std::size_t other : body)
                if (!table.rows[other][c].blank() && !unfilled(other, c)) {
                    quotes.push_back(context.quote(table, other, c, "other"));
                    break;
                }
            report.add(context.name(table.document) + "/" + table.folded_caption + "/" + names +
                           "/" + std::to_string(r),
                       "Dòng chưa có giá trị ở cột " + names, "No value in column " + names,
                       std::to_string(columns.size()) + "/" + std::to_string(watched.size()) +
                           " ô trống hoặc “-”",
                       std::move(quotes));
        }
    }
}

namespace {

constexpr std::size_t kMinTitleWords = 5;

struct Title {
    const TableView* table = nullptr;
    std::size_t row = 0, column = 0;
    std::set<std::string> words;
};

std::vector<Title> titles_of(const Context& context) {
    std::vector<Title> out;
    for (const TableView& table : context.tables()) {
        const contracts::Table& raw = table.raw(context.input());
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            if (table.columns[c].numeric ||
                !contains_any(table.columns[c].leaf,
                              {"tên nhiệm vụ", "nhiệm vụ", "tên đề tài", "đề tài", "tên dự án",
                               "dự án", "tên nội dung"}))
                continue;
            for (std::size_t r = 0; r < table.rows.size(); ++r) {
                const CellView& cell = table.rows[r][c];
                if (raw.rows[r].kind != RowKind::kBody || cell.blank() || cell.cell->carried)
                    continue;
                const auto words = split_words(text::fold_unmarked(cell.cell->text.value));
                Title title{&table, r, c, {words.begin(), words.end()}};
                if (title.words.size() >= kMinTitleWords) out.push_back(std::move(title));
            }
        }
    }
    return out;
}

}  // namespace

// Jaccard similarity of words at or above 0.8. Prefix filter: two such titles share one of their
// rarest fifth of words, so only titles that meet there are compared.
void duplicate_order(const Context& context, Report& report) {
    const std::vector<Title> titles = titles_of(context);
    std::map<std::string, std::size_t> frequency;
    for (const Title& title : titles)
        for (const std::string& word : title.words) ++frequency[word];
    std::map<std::string, std::vector<std::size_t>> index;
    for (std::size_t i = 0; i < titles.size(); ++i) {
        std::vector<std::string> rare(titles[i].words.begin(), titles[i].words.end());
        std::stable_sort(rare.begin(), rare.end(), [&](const auto& a, const auto& b) {
            return frequency[a] != frequency[b] ? frequency[a] < frequency[b] : a < b;
        });
        rare.resize(std::min(rare.size(), rare.size() / 5 + 1));
        std::set<std::size_t> candidates;
        for (const std::string& word : rare) {
            for (const std::size_t k : index[word]) candidates.insert(k);
            index[word].push_back(i);
        }
        for (const std::size_t k : candidates) {
            const Title& a = titles[k];
            const Title& b = titles[i];
            std::size_t common = 0;
            for (const std::string& word : b.words) common += a.words.count(word);
            const std::size_t all = a.words.size() + b.words.size() - common;
            if (common * 10 < all * 8) continue;
            report.add(
                context.name(a.table->document) + "/" + words_of(a.table->rows[a.row][a.column]),
                "Hai nhiệm vụ có tên gần như nhau", "Two orders have nearly the same title",
                std::to_string(common) + "/" + std::to_string(all) + " từ giống nhau",
                {context.quote(*a.table, a.row, a.column, "stated"),
                 context.quote(*b.table, b.row, b.column, "other")});
        }
    }
}

}  // namespace saola::programme::findings
