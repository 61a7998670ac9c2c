// Money: advances above the cap that the documents set, spending above or without a plan.
#include <optional>

#include "base/text.h"
#include "programme/findings/context.h"

namespace saola::programme::findings {
namespace {

struct Cap {
    const Sentence* sentence = nullptr;
    const Quantity* quantity = nullptr;
};

bool speaks_of_advance(std::string_view folded) {
    return contains_any(folded, {"ứng trước", "tạm ứng", "tạm ứng vốn"});
}

// "được ứng trước không quá 50% kinh phí": the lowest such cap of the documents read.
std::optional<Cap> find_cap(const Context& context) {
    std::optional<Cap> out;
    for (const Sentence& s : context.sentences()) {
        if (!speaks_of_advance(s.folded)) continue;
        for (const Quantity& q : s.quantities)
            if (q.unit == "%" && q.qualifier == Qualifier::kAtMost &&
                speaks_of_advance(context.between(s, s.begin, q.full_begin)) &&
                (!out || q.hi < out->quantity->hi))
                out = Cap{&s, &q};
    }
    return out;
}

// First column whose title holds one of the words (and, if given, none of the others).
std::optional<std::size_t> column_of(const TableView& table,
                                     std::initializer_list<std::string_view> words,
                                     std::initializer_list<std::string_view> without) {
    for (std::size_t c = 0; c < table.columns.size(); ++c)
        if (table.columns[c].numeric && contains_any(table.columns[c].folded, words) &&
            !contains_any(table.columns[c].folded, without) &&
            table.columns[c].folded.find('%') == std::string::npos &&
            !contains_any(table.columns[c].folded, {"tỷ lệ", "tỉ lệ"}))
            return c;
    return std::nullopt;
}

std::optional<std::size_t> plan_column(const TableView& table) {
    for (const std::initializer_list<std::string_view>& words :
         {std::initializer_list<std::string_view>{"phân bổ", "được giao", "giao", "bố trí"},
          {"kế hoạch", "dự toán", "phê duyệt"},
          {"kinh phí", "tổng mức", "tổng vốn"}})
        if (const auto c = column_of(table, words,
                                     {"giải ngân", "tạm ứng", "ứng trước", "thực hiện", "đã chi"}))
            return c;
    return std::nullopt;
}

std::string written(const CellView& cell) { return std::string(text::trim(cell.cell->text.value)); }

}  // namespace

void budget_advance(const Context& context, Report& report) {
    const auto cap = find_cap(context);
    if (!cap) return;
    const Quote limit = context.quote(*cap->sentence, *cap->quantity, "limit");
    const Decimal& most = cap->quantity->hi;
    for (const Sentence& s : context.sentences()) {
        if (!speaks_of_advance(s.folded) || &s == cap->sentence) continue;
        for (const Quantity& q : s.quantities) {
            if (q.unit != "%" || q.qualifier == Qualifier::kAtMost ||
                q.qualifier == Qualifier::kUnder || q.lo <= most)
                continue;
            // The percent must be of the advance: no other amount between them.
            const std::string before = context.between(s, s.begin, q.full_begin);
            const std::size_t cue = std::max(
                before.rfind("ứng trước") == std::string::npos ? 0 : before.rfind("ứng trước"),
                before.rfind("tạm ứng") == std::string::npos ? 0 : before.rfind("tạm ứng"));
            if (!speaks_of_advance(before) ||
                before.substr(cue).find_first_of(";:") != std::string::npos)
                continue;
            report.add(context.name(s.document) + "/" + q.lo.to_string(),
                       "Ứng trước " + show(q.lo) + "% vượt mức trần " + show(most) + "%",
                       "An advance of " + show(q.lo) + " % exceeds the cap of " + show(most) + " %",
                       show(q.lo) + "% > " + show(most) + "%",
                       {context.quote(s, q, "stated"), limit});
        }
    }
    for (const TableView& table : context.tables()) {
        const auto advance = column_of(table, {"tạm ứng", "ứng trước"}, {});
        const auto plan = plan_column(table);
        if (!advance || !plan) continue;
        for (std::size_t r = 0; r < table.rows.size(); ++r) {
            const Bounds a = bounds_of(table.rows[r][*advance]);
            const Bounds p = bounds_of(table.rows[r][*plan]);
            if (!a.lo || !p.hi || *p.hi <= Decimal(0)) continue;
            const auto part = a.lo->multiply(Decimal(100));
            const auto percent = part ? part->divide(*p.hi, 2) : part;
            const auto allowed = p.hi->multiply(most);
            if (!part || !percent || !allowed || *part <= *allowed) continue;
            report.add(
                context.name(table.document) + "/" + table.folded_caption + "/" + std::to_string(r),
                "Ứng trước " + show(*percent) + "% vượt mức trần " + show(most) + "%",
                "An advance of " + show(*percent) + " % exceeds the cap of " + show(most) + " %",
                written(table.rows[r][*advance]) + " / " + written(table.rows[r][*plan]) + " = " +
                    show(*percent) + "% > " + show(most) + "%",
                {context.quote(table, r, *advance, "stated"),
                 context.quote(table, r, *plan, "other"), limit});
        }
    }
}

void budget_overspend(const Context& context, Report& report) {
    for (const TableView& table : context.tables()) {
        const contracts::Table& raw = table.raw(context.input());
        const auto spent =
            column_of(table, {"giải ngân", "đã chi", "đã thực hiện", "thực chi"}, {});
        const auto plan = plan_column(table);
        if (!spent || !plan) continue;
        for (std::size_t r = 0; r < table.rows.size(); ++r) {
            const Bounds s = bounds_of(table.rows[r][*spent]);
            const Bounds p = bounds_of(table.rows[r][*plan]);
            if (!s.lo || *s.lo <= Decimal(0) || raw.rows[r].kind == contracts::RowKind::kGroup)
                continue;
            const std::string subject =
                context.name(table.document) + "/" + table.folded_caption + "/" + std::to_string(r);
            if (!p.hi) {
                const CellView& cell = table.rows[r][*plan];
                if (cell.cell == nullptr || (!cell.blank() && !cell.value)) continue;
                report.add(
                    subject,
                    "Đã giải ngân " + written(table.rows[r][*spent]) + " khi chưa có kế hoạch",
                    "Spent " + written(table.rows[r][*spent]) + " without a plan",
                    "giải ngân " + written(table.rows[r][*spent]) + "; kế hoạch: không có",
                    {context.quote(table, r, *spent, "stated"),
                     context.quote(table, r, *plan, "other")});
            } else if (*s.lo > *p.hi) {
                const auto gap = minus(*s.lo, *p.hi);
                report.add(subject,
                           "Giải ngân " + written(table.rows[r][*spent]) + " vượt kế hoạch " +
                               written(table.rows[r][*plan]),
                           "Spent " + written(table.rows[r][*spent]) + ", more than the plan of " +
                               written(table.rows[r][*plan]),
                           written(table.rows[r][*spent]) + " > " + written(table.rows[r][*plan]) +
                               (gap ? "; vượt " + show(*gap) : ""),
                           {context.quote(table, r, *spent, "stated"),
                            context.quote(table, r, *plan, "other")});
            }
        }
    }
}

}  // namespace saola::programme::findings
