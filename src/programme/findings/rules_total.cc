// Totals: rows against the stated total, a row's total against its parts, prose totals against
// their parts, and ranges shown as one value.
#include <algorithm>
#include <map>

#include "base/text.h"
#include "programme/findings/context.h"

namespace saola::programme::findings {
namespace {

std::string unit_suffix(const std::string& unit) { return unit.empty() ? "" : " " + unit; }

// Values of a column are printed as written: the cells are in base units, the column's unit
// divides.
Decimal shown_in(const contracts::Column& column, const Decimal& base) {
    const auto unit = parse_unit(column.unit);
    if (!unit || unit->multiplier == Decimal(1)) return base;
    const auto out = base.divide(unit->multiplier, 6);
    return out ? *out : base;
}

std::string unknown_words(std::size_t count, bool vi) {
    if (count == 0) return {};
    return vi ? "; " + std::to_string(count) + " dòng chưa có số"
              : "; " + std::to_string(count) + " rows without a figure";
}

// Numbers with decimals were rounded one by one.
Decimal rounding_slack(const TableView& table, const Total& total) {
    std::uint8_t scale = 0;
    for (const std::size_t r : total.sum.rows) {
        const auto& value = table.rows[r][total.column].value;
        if (value && value->quantity)
            scale = std::max({scale, value->quantity->lo.scale(), value->quantity->hi.scale()});
    }
    if (scale == 0) return Decimal(0);
    const Decimal multiplier =
        table.rows[total.sum.rows.front()][total.column].value->quantity->multiplier;
    const auto half = Decimal(5, static_cast<std::uint8_t>(scale + 1)).multiply(multiplier);
    const auto slack =
        half ? half->multiply(Decimal(static_cast<std::int64_t>(total.sum.known))) : half;
    return slack ? *slack : Decimal(0);
}

}  // namespace

void total_rows(const Context& context, Report& report) {
    for (const TableView& table : context.tables()) {
        const contracts::Table& raw = table.raw(context.input());
        for (const Total& total : totals_of(context, table)) {
            const auto& column = raw.columns[total.column];
            const Decimal slack = rounding_slack(table, total);
            const auto low = minus(total.sum.lo, slack);
            const auto high = plus(total.sum.hi, slack);
            if (!low || !high || (*low <= total.stated && total.stated <= *high)) continue;
            // Rows without a figure may explain a larger total: then it is a question.
            const bool open = total.sum.unknown > 0 && total.stated > total.sum.hi;
            const Decimal stated = shown_in(column, total.stated);
            const Decimal lo = shown_in(column, total.sum.lo);
            const Decimal hi = shown_in(column, total.sum.hi);
            const std::string sum = lo == hi ? show(lo) : show(lo) + " – " + show(hi);
            const auto gap = minus(stated, stated > hi ? hi : lo);
            if (!gap) continue;
            std::vector<Quote> quotes{context.quote(table, total.row, total.column, "stated")};
            // All rows are operands; the first and the last show where they stand.
            for (const std::size_t r : total.sum.rows)
                quotes.push_back(context.quote(table, r, total.column, "row"));
            report.add(context.name(table.document) + "/" + table.folded_caption + "/" +
                           table.columns[total.column].folded,
                       "Tổng ghi " + show(stated) + unit_suffix(column.unit) +
                           ", cộng các dòng được " + sum + unknown_words(total.sum.unknown, true),
                       "Stated total " + show(stated) + ", the rows add up to " + sum +
                           unknown_words(total.sum.unknown, false),
                       std::to_string(total.sum.known) + " dòng: " + sum + "; ghi " + show(stated) +
                           "; chênh lệch " + show(*gap) + unknown_words(total.sum.unknown, true),
                       std::move(quotes), open ? std::optional(Severity::kQuestion) : std::nullopt);
        }
    }
}

void range_collapsed(const Context& context, Report& report) {
    for (const TableView& table : context.tables()) {
        const contracts::Table& raw = table.raw(context.input());
        for (const Total& total : totals_of(context, table)) {
            const auto& column = raw.columns[total.column];
            if (total.stated < total.sum.lo || total.stated > total.sum.hi) continue;
            std::vector<std::size_t> ranged;
            for (const std::size_t r : total.sum.rows)
                if (const Bounds b = bounds_of(table.rows[r][total.column]); *b.lo != *b.hi)
                    ranged.push_back(r);
            if (ranged.empty()) continue;
            const Decimal stated = shown_in(column, total.stated);
            const Decimal lo = shown_in(column, total.sum.lo);
            const Decimal hi = shown_in(column, total.sum.hi);
            std::vector<Quote> quotes{context.quote(table, total.row, total.column, "stated")};
            for (const std::size_t r : ranged)
                quotes.push_back(context.quote(table, r, total.column, "row"));
            // The body that repeats the one value hides the range as well.
            for (const Sentence& s : context.sentences())
                if (s.document == table.document && context.points_to(s, table))
                    for (const Quantity& q : s.quantities)
                        if (!q.range && q.base_lo() == total.stated && !q.unit.empty())
                            quotes.push_back(context.quote(s, q, "other"));
            const std::string which = stated == hi   ? "cận trên"
                                      : stated == lo ? "cận dưới"
                                                     : "một giá trị ở giữa";
            report.add(context.name(table.document) + "/" + table.folded_caption + "/" +
                           table.columns[total.column].folded,
                       "Tổng " + show(stated) + " là " + which + " của khoảng " + show(lo) + " – " +
                           show(hi) + unit_suffix(column.unit) +
                           unknown_words(total.sum.unknown, true),
                       "The total " + show(stated) + " hides the range " + show(lo) + " – " +
                           show(hi) + unknown_words(total.sum.unknown, false),
                       "Tổng cận dưới " + show(lo) + "; tổng cận trên " + show(hi) + "; ghi " +
                           show(stated) + "; " + std::to_string(ranged.size()) +
                           " dòng ghi khoảng" + unknown_words(total.sum.unknown, true),
                       std::move(quotes));
        }
    }
}

namespace {

// total = sum of parts, as the headings suggest it; the rows decide whether it is meant so.
struct Relation {
    std::size_t total = 0;
    std::vector<std::size_t> parts;
    friend bool operator==(const Relation&, const Relation&) = default;
};

bool names_total(std::string_view leaf) {
    return leaf == "tổng" || leaf == "tổng số" || leaf == "tổng cộng" || leaf == "cộng" ||
           leaf.starts_with("tổng ");
}

std::vector<Relation> relations_of(const TableView& table) {
    std::vector<Relation> out;
    const auto& columns = table.columns;
    const auto add = [&](Relation relation) {
        if (relation.parts.size() >= 2 && std::find(out.begin(), out.end(), relation) == out.end())
            out.push_back(std::move(relation));
    };
    for (std::size_t t = 0; t < columns.size(); ++t) {
        if (!is_additive(columns[t])) continue;
        const bool total = names_total(columns[t].leaf) || names_total(columns[t].group);
        Relation group{t, {}}, others{t, {}}, same_leaf{t, {}}, detail{t, {}};
        for (std::size_t c = 0; c < columns.size(); ++c) {
            if (c == t || !is_additive(columns[c])) continue;
            const bool part_total = names_total(columns[c].leaf) || names_total(columns[c].group);
            if (!columns[t].group.empty() && columns[c].group == columns[t].group)
                group.parts.push_back(c);
            if (!part_total) others.parts.push_back(c);
            if (!columns[t].group.empty() && columns[c].leaf == columns[t].leaf &&
                !names_total(columns[c].group))
                same_leaf.parts.push_back(c);
        }
        // A plain column followed by a group that splits it up.
        if (columns[t].group.empty() && t + 2 < columns.size() && !columns[t + 1].group.empty())
            for (std::size_t c = t + 1;
                 c < columns.size() && columns[c].group == columns[t + 1].group; ++c)
                if (is_additive(columns[c])) detail.parts.push_back(c);
        if (names_total(columns[t].leaf)) {
            add(std::move(group));
            add(std::move(others));
        }
        if (total && names_total(columns[t].group)) add(std::move(same_leaf));
        add(std::move(detail));
    }
    return out;
}

struct RowCheck {
    std::size_t row = 0;
    Decimal stated, lo, hi;
};

// Rows where total and all parts are known; `wrong` those that do not add up.
void check_relation(const TableView& table, const Relation& relation, std::size_t& checked,
                    std::vector<RowCheck>& wrong) {
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        const Bounds total = bounds_of(table.rows[r][relation.total]);
        RowCheck check{r, Decimal(0), Decimal(0), Decimal(0)};
        bool known = total.lo && total.hi && *total.lo == *total.hi;
        for (const std::size_t c : relation.parts) {
            const Bounds part = bounds_of(table.rows[r][c]);
            known = known && part.lo && part.hi;
            if (!known) break;
            const auto lo = plus(check.lo, *part.lo);
            const auto hi = plus(check.hi, *part.hi);
            known = lo && hi;
            if (known) check.lo = *lo, check.hi = *hi;
        }
        if (!known) continue;
        check.stated = *total.lo;
        ++checked;
        if (check.stated < check.lo || check.stated > check.hi) wrong.push_back(check);
    }
}

}  // namespace

void total_columns(const Context& context, Report& report) {
    for (const TableView& table : context.tables()) {
        const contracts::Table& raw = table.raw(context.input());
        std::map<std::pair<std::size_t, std::size_t>, bool> done;  // row, total column
        for (const Relation& relation : relations_of(table)) {
            std::size_t checked = 0;
            std::vector<RowCheck> wrong;
            check_relation(table, relation, checked, wrong);
            // The headings only suggest the relation: it counts when nearly all rows follow it.
            if (checked < 4 || wrong.size() * 3 > checked) continue;
            for (const RowCheck& check : wrong) {
                if (!done.emplace(std::pair(check.row, relation.total), true).second) continue;
                const auto& column = raw.columns[relation.total];
                const Decimal stated = shown_in(column, check.stated);
                const Decimal lo = shown_in(column, check.lo);
                std::vector<Quote> quotes{
                    context.quote(table, check.row, relation.total, "stated")};
                std::string formula;
                for (const std::size_t c : relation.parts) {
                    quotes.push_back(context.quote(table, check.row, c, "part"));
                    formula += (formula.empty() ? "" : " + ") +
                               std::string(text::trim(table.rows[check.row][c].cell->text.value));
                }
                const auto gap = minus(stated, lo);
                report.add(context.name(table.document) + "/" + table.folded_caption + "/" +
                               table.columns[relation.total].folded + "/" +
                               std::to_string(check.row),
                           "Cột “" + column.title + "” ghi " + show(stated) +
                               ", cộng các cột thành phần được " + show(lo),
                           "Column “" + column.title + "” says " + show(stated) +
                               ", its parts add up to " + show(lo),
                           formula + " = " + show(lo) + "; ghi " + show(stated) + "; chênh lệch " +
                               (gap ? show(*gap) : "?"),
                           std::move(quotes));
            }
        }
    }
}

namespace {

std::string first_word(const std::string& noun) {
    const auto words = split_words(text::fold(noun));
    return words.empty() ? "" : words.front();
}

// Index of the last part of the whole at `whole`: amounts of the same thing until the sentence
// ends.
std::vector<std::size_t> parts_after(const Sentence& s, std::size_t whole, std::size_t from) {
    std::vector<std::size_t> parts;
    const Quantity& total = s.quantities[whole];
    for (std::size_t i = whole + 1; i < s.quantities.size(); ++i) {
        const Quantity& q = s.quantities[i];
        if (q.begin < from || q.kind != QuantityKind::kAmount) continue;
        if (q.unit != total.unit || q.range || q.qualifier != Qualifier::kNone) break;
        if (total.unit.empty() && first_word(q.noun) != first_word(total.noun)) break;
        parts.push_back(i);
    }
    return parts;
}

}  // namespace

void total_text(const Context& context, Report& report) {
    for (const Sentence& s : context.sentences()) {
        for (std::size_t i = 0; i + 2 < s.quantities.size(); ++i) {
            const Quantity& whole = s.quantities[i];
            if (whole.kind != QuantityKind::kAmount || whole.range ||
                whole.qualifier != Qualifier::kNone || whole.unit == "%")
                continue;
            if (whole.unit.empty() && whole.noun.empty()) continue;
            const Quantity& next = s.quantities[i + 1];
            // Only what stands right before the next amount splits the whole up.
            const std::string link = context.between(s, whole.full_end, next.full_begin);
            if (!contains_any(link, {"trong đó", "bao gồm", "gồm"})) continue;
            // A document number or a closed bracket between them: the split is of something else.
            if (link.find_first_of("0123456789)") != std::string::npos) continue;
            const std::vector<std::size_t> parts = parts_after(s, i, whole.full_end);
            if (parts.size() < 2) continue;
            std::optional<Decimal> sum = Decimal(0);
            std::string formula;
            std::vector<Quote> quotes{context.quote(s, whole, "stated")};
            for (const std::size_t p : parts) {
                const auto value = s.quantities[p].base_lo();
                sum = sum && value ? plus(*sum, *value) : std::nullopt;
                formula += (formula.empty() ? "" : " + ") + show(s.quantities[p].lo);
                quotes.push_back(context.quote(s, s.quantities[p], "part"));
            }
            const auto stated = whole.base_lo();
            if (!sum || !stated || *sum == *stated) continue;
            const auto gap = minus(*stated, *sum);
            if (!gap) continue;
            // "trong đó" may name only some parts: too small a sum says nothing unless it nearly
            // fits.
            const auto near = stated->divide(Decimal(20), 6);
            if (*sum < *stated && (!near || *gap > *near) && absolute(*gap) > Decimal(1)) continue;
            report.add(
                context.name(s.document) + "/" + first_word(whole.noun) + "/" +
                    whole.lo.to_string(),
                "Tổng nêu " + show(whole.lo) + " nhưng các phần cộng lại " + formula +
                    " không bằng tổng",
                "Stated " + show(whole.lo) + ", but its parts " + formula + " do not add up to it",
                formula + " = " + show(*sum) + "; ghi " + show(*stated) + "; chênh lệch " +
                    show(*gap),
                std::move(quotes));
        }
    }
}

}  // namespace saola::programme::findings
