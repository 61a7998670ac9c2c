// Figures in prose against tables, and stated changes against their levels.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "programme/findings/context.h"

namespace saola::programme::findings {
namespace {

constexpr std::int64_t kNearPercent = 20;  // further apart, two figures are not the same figure

bool is_common(const std::string& word) {
    static const std::set<std::string> kCommon = {
        "số", "lượng", "tổng", "cộng", "chi",  "tiết", "các", "của",   "và", "theo",
        "dự", "kiến",  "tên",  "nội",  "dung", "đơn",  "vị",  "triệu", "tỷ", "đồng"};
    return kCommon.contains(word);
}

// Content words of a column title's leaf.
std::vector<std::string> title_words(const ColumnView& column) {
    std::vector<std::string> out;
    for (std::string& word : split_words(column.leaf))
        if (!is_common(word)) out.push_back(std::move(word));
    return out;
}

std::size_t covered(const std::vector<std::string>& words, const std::set<std::string>& window) {
    return static_cast<std::size_t>(std::count_if(
        words.begin(), words.end(), [&](const std::string& w) { return window.contains(w); }));
}

// Words that describe the amount at `i`: up to the next amount, and back to the one before for
// money.
std::set<std::string> window_of(const Context& context, const Sentence& s, std::size_t i,
                                bool before) {
    const std::size_t end = i + 1 < s.quantities.size() ? s.quantities[i + 1].full_begin : s.end;
    const std::size_t begin = i > 0 ? s.quantities[i - 1].full_end : s.begin;
    const std::string words =
        context.between(s, s.quantities[i].full_end, end) +
        (before ? " " + context.between(s, begin, s.quantities[i].full_begin) : "");
    const auto list = split_words(words);
    return {list.begin(), list.end()};
}

// Prose may round: the last digit written is good to half of its place.
bool same_figure(const Quantity& q, const Decimal& table) {
    const auto value = q.base_lo();
    if (!value) return true;
    if (*value == table) return true;
    const auto gap = minus(*value, table);
    if (!gap) return true;
    const bool loose = q.qualifier != Qualifier::kNone || q.multiplier != Decimal(1);
    const auto half =
        Decimal(5, static_cast<std::uint8_t>(q.lo.scale() + 1)).multiply(q.multiplier);
    return loose && half && absolute(*gap) <= *half;
}

bool is_near(const Decimal& a, const Decimal& b) {
    const auto gap = minus(a, b);
    const auto scaled = gap ? absolute(*gap).multiply(Decimal(100))
                            : Result<Decimal>(fail(ErrorKind::kInternal, "x", "x"));
    const auto limit = absolute(b).multiply(Decimal(kNearPercent));
    return scaled && limit && *scaled <= *limit;
}

bool comparable(const Quantity& q, const TableView& table, const contracts::Table& raw,
                std::size_t column) {
    const auto unit = parse_unit(raw.columns[column].unit);
    const std::string of_column = unit ? unit->unit : "";
    (void)table;
    return q.unit == of_column;
}

struct Match {
    const Total* total = nullptr;
    std::size_t score = 0;
};

void compare_sentence(const Context& context, const Sentence& s, const TableView& table,
                      const std::vector<Total>& totals, Report& report) {
    const contracts::Table& raw = table.raw(context.input());
    std::set<const Total*> taken;
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < s.quantities.size(); ++i) {
        const Quantity& q = s.quantities[i];
        if (q.kind != QuantityKind::kAmount || q.range || q.unit == "%") continue;
        bool found = false;
        for (const Total& total : totals)
            if (comparable(q, table, raw, total.column) && same_figure(q, total.stated))
                found = taken.insert(&total).second || found || true;
        if (!found) open.push_back(i);
    }
    for (const std::size_t i : open) {
        const Quantity& q = s.quantities[i];
        const std::set<std::string> window = window_of(context, s, i, !q.unit.empty());
        Match best;
        for (const Total& total : totals) {
            if (taken.contains(&total) || !comparable(q, table, raw, total.column)) continue;
            const auto words = title_words(table.columns[total.column]);
            const std::size_t score = covered(words, window);
            const auto value = q.base_lo();
            // Every content word of the heading must be said; a column of money needs "kinh phí"
            // alone.
            const bool named = !words.empty() && score == words.size();
            if (named && value && is_near(*value, total.stated) && score > best.score)
                best = {&total, score};
        }
        if (best.total == nullptr) continue;
        taken.insert(best.total);
        const auto value = q.base_lo();
        const auto gap = minus(*value, best.total->stated);
        report.add(context.name(s.document) + "/" + table.folded_caption + "/" +
                       table.columns[best.total->column].folded,
                   "Phần lời ghi " + show(q.lo) + ", bảng ghi " +
                       std::string(text::trim(
                           table.rows[best.total->row][best.total->column].cell->text.value)) +
                       " (“" + raw.columns[best.total->column].title + "”)",
                   "The text says " + show(q.lo) + ", the table says " +
                       std::string(text::trim(
                           table.rows[best.total->row][best.total->column].cell->text.value)),
                   show(*value) + " ≠ " + show(best.total->stated) + "; chênh lệch " +
                       (gap ? show(*gap) : "?"),
                   {context.quote(s, q, "stated"),
                    context.quote(table, best.total->row, best.total->column, "other")});
    }
}

}  // namespace

void text_table(const Context& context, Report& report) {
    for (const TableView& table : context.tables()) {
        if (table.appendix.empty()) continue;
        const std::vector<Total> totals = totals_of(context, table);
        if (totals.empty()) continue;
        for (const Sentence& s : context.sentences())
            if (!s.quantities.empty() && context.points_to(s, table))
                compare_sentence(context, s, table, totals, report);
    }
}

// "37 nhiệm vụ ... (Phụ lục V)" against the number of rows that have a value in "Tên nhiệm vụ".
void text_rows(const Context& context, Report& report) {
    for (const TableView& table : context.tables()) {
        if (table.appendix.empty() || table.rows.size() < 3) continue;
        const contracts::Table& raw = table.raw(context.input());
        for (const Sentence& s : context.sentences()) {
            if (s.quantities.empty() || !context.points_to(s, table)) continue;
            for (const Quantity& q : s.quantities) {
                const auto noun = split_words(text::fold(q.noun));
                if (q.kind != QuantityKind::kAmount || q.range || !q.unit.empty() ||
                    noun.size() < 2 || !q.lo.is_integer() || q.qualifier != Qualifier::kNone)
                    continue;
                for (std::size_t c = 0; c < table.columns.size(); ++c) {
                    const std::string& leaf = table.columns[c].leaf;
                    if (table.columns[c].numeric || leaf != "tên " + noun[0] + " " + noun[1])
                        continue;
                    std::vector<std::size_t> rows;
                    for (std::size_t r = 0; r < table.rows.size(); ++r)
                        if (raw.rows[r].kind == contracts::RowKind::kBody &&
                            !table.rows[r][c].blank())
                            rows.push_back(r);
                    const Decimal count(static_cast<std::int64_t>(rows.size()));
                    if (rows.empty() || count == q.lo || !is_near(q.lo, count)) continue;
                    report.add(context.name(s.document) + "/" + table.folded_caption + "/" +
                                   noun[0] + " " + noun[1],
                               "Phần lời ghi " + show(q.lo) + " " + q.noun + ", bảng có " +
                                   show(count) + " dòng",
                               "The text counts " + show(q.lo) + ", the table has " + show(count) +
                                   " rows",
                               "đếm được " + show(count) + "; ghi " + show(q.lo),
                               {context.quote(s, q, "stated"),
                                context.quote(table, rows.front(), c, "row"),
                                context.quote(table, rows.back(), c, "row")});
                }
            }
        }
    }
}

namespace {

// "từ A lên B, tăng C, tương đương khoảng P%".
struct Change {
    const Sentence* sentence = nullptr;
    const Quantity* from = nullptr;
    const Quantity* to = nullptr;
    const Quantity* difference = nullptr;
    const Quantity* percent = nullptr;
    bool says_up = false, says_down = false;
};

std::vector<Change> changes_of(const Context& context) {
    std::vector<Change> out;
    for (const Sentence& s : context.sentences()) {
        for (std::size_t i = 0; i + 2 < s.quantities.size() + 1 && i + 1 < s.quantities.size();
             ++i) {
            const Quantity& a = s.quantities[i];
            const Quantity& b = s.quantities[i + 1];
            if (a.kind != QuantityKind::kAmount || b.kind != QuantityKind::kAmount || a.range ||
                b.range)
                continue;
            const std::string before =
                context.between(s, i > 0 ? s.quantities[i - 1].full_end : s.begin, a.full_begin);
            const std::string link = context.between(s, a.full_end, b.full_begin);
            if (!before.ends_with("từ") || !contains_any(link, {"lên", "xuống", "còn"}) ||
                contains_any(link, {"trong", "gồm"}))
                continue;
            if (!a.unit.empty() && a.unit != b.unit) continue;
            Change change{&s,
                          &a,
                          &b,
                          nullptr,
                          nullptr,
                          contains_any(link, {"lên"}) || contains_any(before, {"tăng"}),
                          contains_any(link, {"xuống", "còn"}) || contains_any(before, {"giảm"})};
            for (std::size_t k = i + 2; k < s.quantities.size() && k < i + 4; ++k) {
                const Quantity& q = s.quantities[k];
                const std::string words =
                    context.between(s, s.quantities[k - 1].full_end, q.full_begin);
                if (q.range || q.kind != QuantityKind::kAmount ||
                    words.find("so với") != std::string::npos)
                    break;
                if (q.unit == "%" && b.unit != "%" &&
                    contains_any(words,
                                 {"tương đương", "tăng", "giảm", "tức", "đạt", "bằng", "khoảng"}))
                    change.percent = &q;
                else if (q.unit == "%" && b.unit != "%" &&
                         words.find_first_not_of(" ,(") == std::string::npos)
                    change.percent = &q;
                else if (q.unit == b.unit && change.difference == nullptr &&
                         contains_any(words, {"tăng", "giảm"}))
                    change.difference = &q;
            }
            out.push_back(change);
        }
    }
    return out;
}

std::string subject_of(const Context& context, const Change& change) {
    return context.name(change.sentence->document) + "/" + text::fold(change.to->noun) + "/" +
           change.from->lo.to_string() + "/" + change.to->lo.to_string();
}

}  // namespace

void change_difference(const Context& context, Report& report) {
    for (const Change& change : changes_of(context)) {
        const auto a = change.from->unit.empty() && !change.to->unit.empty()
                           ? change.from->lo.multiply(change.to->multiplier)
                           : change.from->lo.multiply(change.from->multiplier);
        const auto b = change.to->base_lo();
        if (!a || !b) continue;
        const auto moved = minus(*b, *a);
        if (!moved) continue;
        const bool wrong_way = (change.says_up && !change.says_down && *moved < Decimal(0)) ||
                               (change.says_down && !change.says_up && *moved > Decimal(0));
        std::optional<Decimal> stated;
        if (change.difference != nullptr) stated = change.difference->base_lo();
        const bool exact =
            change.difference != nullptr && change.difference->qualifier == Qualifier::kNone;
        const auto gap = stated ? minus(absolute(*moved), *stated) : std::nullopt;
        const auto slack = exact || change.difference == nullptr
                               ? std::optional(Decimal(0))
                               : plus(change.difference->multiplier, Decimal(0));
        const bool differs = gap && slack && absolute(*gap) > *slack;
        if (!differs && !wrong_way) continue;
        std::vector<Quote> quotes{context.quote(*change.sentence, *change.from, "previous"),
                                  context.quote(*change.sentence, *change.to, "other")};
        if (change.difference != nullptr)
            quotes.insert(quotes.begin(),
                          context.quote(*change.sentence, *change.difference, "stated"));
        const std::string sum = show(*b) + " − " + show(*a) + " = " + show(*moved);
        report.add(subject_of(context, change),
                   differs ? "Chênh lệch ghi " + show(*stated) + ", tính lại được " +
                                 show(absolute(*moved))
                           : "Chiều tăng, giảm ghi ngược với hai mức nêu",
                   differs ? "Stated difference " + show(*stated) + ", recomputed " +
                                 show(absolute(*moved))
                           : "The stated direction contradicts the two levels",
                   sum + (stated ? "; ghi " + show(*stated) : ""), std::move(quotes));
    }
}

void change_percent(const Context& context, Report& report) {
    for (const Change& change : changes_of(context)) {
        if (change.percent == nullptr) continue;
        const auto a = change.from->unit.empty() && !change.to->unit.empty()
                           ? change.from->lo.multiply(change.to->multiplier)
                           : change.from->lo.multiply(change.from->multiplier);
        const auto b = change.to->base_lo();
        if (!a || !b || *a == Decimal(0)) continue;
        const auto moved = minus(*b, *a);
        const auto hundred = moved ? absolute(*moved).multiply(Decimal(100))
                                   : Result<Decimal>(fail(ErrorKind::kInternal, "x", "x"));
        const auto percent = hundred ? hundred->divide(*a, 4) : hundred;
        if (!percent) continue;
        const Decimal& stated = change.percent->lo;
        const auto gap = minus(*percent, stated);
        // Half of the last place written; "khoảng" allows a whole one.
        const bool about = change.percent->qualifier != Qualifier::kNone;
        const Decimal slack(about ? 10 : 5, static_cast<std::uint8_t>(stated.scale() + 1));
        if (!gap || absolute(*gap) <= slack) continue;
        const auto shown = percent->divide(Decimal(1), 2);
        report.add(
            subject_of(context, change),
            "Tỷ lệ ghi " + show(stated) + "%, tính lại được " + show(shown ? *shown : *percent) +
                "%",
            "Stated " + show(stated) + " %, recomputed " + show(shown ? *shown : *percent) + " %",
            "(" + show(*b) + " − " + show(*a) + ") / " + show(*a) + " = " +
                show(shown ? *shown : *percent) + "%; ghi " + show(stated) + "%",
            {context.quote(*change.sentence, *change.percent, "stated"),
             context.quote(*change.sentence, *change.from, "previous"),
             context.quote(*change.sentence, *change.to, "other")});
    }
}

}  // namespace saola::programme::findings
