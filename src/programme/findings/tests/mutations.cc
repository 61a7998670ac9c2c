// One way to damage a clean document per rule (some rules have several).
#include <algorithm>

#include "base/text.h"
#include "programme/findings/tests/model.h"

namespace saola::programme::findings::test {
namespace {

using contracts::RowKind;

std::size_t body_rows(const ModelTable& table) {
    return static_cast<std::size_t>(
        std::count_if(table.rows.begin(), table.rows.end(),
                      [](const ModelRow& r) { return r.kind == RowKind::kBody; }));
}
ModelRow& any_row(ModelTable& table, Random& random) {
    return table.rows[static_cast<std::size_t>(
        between(random, 0, static_cast<std::int64_t>(body_rows(table)) - 1))];
}
std::int64_t number(const std::string& text) {
    return Decimal::parse_vietnamese(text).value().unscaled();
}
std::string shifted(const std::string& text, Random& random) {
    const std::int64_t value = number(text);
    const std::int64_t by = between(random, 1, std::max<std::int64_t>(2, value / 20));
    const std::int64_t out = between(random, 0, 1) == 0 || value <= by ? value + by : value - by;
    return text.find('.') != std::string::npos ? grouped(out) : std::to_string(out);
}
std::string& total_cell(ModelTable& table, std::size_t column) {
    return table.rows.back().cells[column];
}

// The n-th amount of a block's text, replaced by what `change` makes of it.
template <class F>
bool change_amount(Block& block, std::size_t index, F change) {
    std::size_t seen = 0;
    for (const Quantity& q : find_quantities(block.text)) {
        if (q.kind != QuantityKind::kAmount) continue;
        if (seen++ != index) continue;
        block.text.replace(q.begin, q.end - q.begin,
                           change(block.text.substr(q.begin, q.end - q.begin)));
        return true;
    }
    return false;
}

bool stated_total(Model& m, Random& r) {
    std::string& cell = total_cell(m.table("orders"), 3);
    cell = shifted(cell, r);
    return true;
}
bool row_of_total(Model& m, Random& r) {
    ModelRow& row = any_row(m.table("spending"), r);
    row.cells[2] = grouped(number(row.cells[2]) + between(r, 1, 900));
    return true;
}
bool dropped_row(Model& m, Random& r) {
    ModelTable& table = m.table("standards");
    table.rows.erase(table.rows.begin() +
                     between(r, 0, static_cast<std::int64_t>(body_rows(table)) - 1));
    return true;
}
bool row_total(Model& m, Random& r) {
    ModelRow& row = any_row(m.table("yearly"), r);
    const auto column = static_cast<std::size_t>(between(r, 6, 8));
    row.cells[column] = shifted(row.cells[column], r);
    return true;
}
bool row_part(Model& m, Random& r) {
    ModelRow& row = any_row(m.table("standards"), r);
    const auto column = static_cast<std::size_t>(between(r, 2, 4));
    row.cells[column] = shifted(row.cells[column], r);
    return true;
}
bool prose_part(Model& m, Random& r) {
    return change_amount(*m.find("standards.text"), static_cast<std::size_t>(between(r, 0, 2)),
                         [&](const std::string& t) {
                             return std::to_string(number(t) + (between(r, 0, 1) == 0 ? 1 : 2));
                         });
}
bool prose_figure(Model& m, Random& r) {
    return change_amount(*m.find("standards.text"), static_cast<std::size_t>(between(r, 0, 2)),
                         [&](const std::string& t) { return shifted(t, r); });
}
bool prose_money(Model& m, Random& r) {
    return change_amount(*m.find("orders.text"), 1,
                         [&](const std::string& t) { return shifted(t, r); });
}
bool prose_count(Model& m, Random& r) {
    return change_amount(*m.find("orders.text"), 0, [&](const std::string& t) {
        return std::to_string(number(t) + (between(r, 0, 1) == 0 ? 1 : -1));
    });
}
bool difference(Model& m, Random& r) {
    return change_amount(*m.find("change"), 2, [&](const std::string& t) { return shifted(t, r); });
}
bool direction(Model& m, Random&) {
    return replace(m.find("change")->text, "tăng từ", "giảm từ") &&
           replace(m.find("change")->text, "hồ sơ lên", "hồ sơ xuống") &&
           replace(m.find("change")->text, "tăng", "giảm");
}
bool percent(Model& m, Random& r) {
    return change_amount(*m.find("change"), 3, [&](const std::string& t) {
        return std::to_string(number(t) + between(r, 2, 9));
    });
}
bool collapsed_range(Model& m, Random& r) {
    ModelTable& table = m.table("orders");
    ModelRow& row = any_row(table, r);
    const std::int64_t value = number(row.cells[3]);
    const std::int64_t spread = between(r, 100, value - 100);
    row.cells[3] = between(r, 0, 1) == 0 ? grouped(value - spread) + " - " + grouped(value)
                                         : grouped(value) + " - " + grouped(value + spread);
    return true;
}
bool skipped_row_number(Model& m, Random& r) {
    ModelTable& table = m.table("orders");
    const auto from =
        static_cast<std::size_t>(between(r, 1, static_cast<std::int64_t>(body_rows(table)) - 1));
    for (std::size_t i = from; i < body_rows(table); ++i)
        table.rows[i].cells[0] = std::to_string(i + 2) + ".";
    return true;
}
bool missing_point(Model& m, Random& r) {
    const std::string letter(1, static_cast<char>('a' + between(r, 0, 2)));
    const Block* block = m.find("point." + letter);
    m.blocks.erase(m.blocks.begin() + (block - m.blocks.data()));
    return true;
}
bool skipped_content(Model& m, Random& r) {
    const std::int64_t from = between(r, 2, 4);
    for (std::int64_t i = from; i <= 4; ++i)
        replace(m.find("content." + std::to_string(i))->text, "Nội dung " + std::to_string(i),
                "Nội dung " + std::to_string(i + 1));
    return true;
}
bool repeated_row_number(Model& m, Random& r) {
    ModelTable& table = m.table("standards");
    const auto at =
        static_cast<std::size_t>(between(r, 1, static_cast<std::int64_t>(body_rows(table)) - 1));
    for (std::size_t i = at; i < body_rows(table); ++i)
        table.rows[i].cells[0] = std::to_string(i) + ".";
    return true;
}
bool repeated_heading(Model& m, Random& r) {
    std::vector<Block*> headings;
    for (Block& block : m.blocks)
        if (block.kind == contracts::NodeKind::kHeading && block.depth == 2 && block.label != "1")
            headings.push_back(&block);
    Block* block = headings[static_cast<std::size_t>(
        between(r, 0, static_cast<std::int64_t>(headings.size()) - 1))];
    block->label = std::to_string(number(block->label) - 1);
    return true;
}
bool repeated_content(Model& m, Random& r) {
    const std::string i = std::to_string(between(r, 2, 4));
    return replace(m.find("content." + i)->text, "Nội dung " + i,
                   "Nội dung " + std::to_string(number(i) - 1));
}
bool other_target(Model& m, Random& r) {
    return change_amount(*m.find(between(r, 0, 1) == 0 ? "target.general" : "target.special"), 0,
                         [&](const std::string& t) { return shifted(t, r); });
}
bool thousandfold(Model& m, Random& r) {
    ModelTable& table = m.table("spending");
    // Plan, advance and spending of one row move together, as a wrong unit does.
    ModelRow& row = any_row(table, r);
    const bool up = between(r, 0, 1) == 0;
    for (std::size_t c = 2; c <= 4; ++c) {
        const std::int64_t value = number(row.cells[c]);
        row.cells[c] = up ? grouped(value * 1000) : Decimal(value, 3).to_vietnamese();
    }
    return true;
}
bool mixed_unit(Model& m, Random& r) {
    ModelRow& row = any_row(m.table("orders"), r);
    row.cells[3] = Decimal(number(row.cells[3]), 3).to_vietnamese() + " tỷ đồng";
    return true;
}
bool reversed_range(Model& m, Random&) {
    Block* block = m.find("target.range");
    const auto q = find_quantities(block->text).at(0);
    if (!q.range) return false;
    block->text.replace(q.begin, q.end - q.begin, q.hi.to_string() + " đến " + q.lo.to_string());
    return true;
}
bool swapped_bounds(Model& m, Random&) {
    Block* block = m.find("target.bounds");
    const auto all = find_quantities(block->text);
    block->text.replace(all[1].begin, all[1].end - all[1].begin, all[0].lo.to_string());
    block->text.replace(all[0].begin, all[0].end - all[0].begin, all[1].lo.to_string());
    return true;
}
bool two_bounds_at_once(Model& m, Random& r) {
    return replace(m.find("target.share")->text, "tối thiểu ",
                   between(r, 0, 1) == 0 ? "tối đa ≥ " : "tối thiểu ≤ ");
}
bool old_basis(Model& m, Random&) {
    const std::string lists = m.find("lists")->text;
    const std::string cue = "thay thế Quyết định số ";
    const std::size_t at = lists.find(cue) + cue.size();
    const std::string old = lists.substr(at, lists.find(" (", at) - at);
    m.find("basis")->text = "Các đơn vị thực hiện Quyết định số " + old + " theo đúng tiến độ.";
    return true;
}
bool old_scope(Model& m, Random&) {
    const auto all = find_quantities(m.find("lists")->text);
    std::vector<std::string> counts;
    for (const Quantity& q : all)
        if (q.kind == QuantityKind::kAmount) counts.push_back(q.lo.to_string());
    return counts.size() == 2 &&
           replace(m.find("scope")->text, "theo " + counts[0], "theo " + counts[1]);
}
bool emptied_cell(Model& m, Random& r) {
    ModelRow& row = any_row(m.table("orders"), r);
    const auto column = static_cast<std::size_t>(between(r, 1, 4));
    row.cells[column] = column >= 3 && between(r, 0, 1) == 0 ? "-" : "";
    return true;
}
bool past_deadline(Model& m, Random& r) {
    return replace(m.find("deadline")->text, "2031", std::to_string(between(r, 2019, 2026)));
}
bool big_advance(Model& m, Random& r) {
    ModelRow& row = any_row(m.table("spending"), r);
    row.cells[3] = grouped(number(row.cells[2]) * between(r, 65, 98) / 100);
    return true;
}
bool advance_in_prose(Model& m, Random& r) {
    Block* cap = m.find("cap");
    Block copy = *cap;
    copy.role = "advance";
    copy.text =
        "Đơn vị đã tạm ứng " + std::to_string(between(r, 65, 95)) + "% kinh phí cho nhà thầu.";
    m.blocks.insert(m.blocks.begin() + (cap - m.blocks.data()) + 1, copy);
    return true;
}
bool overspent(Model& m, Random& r) {
    ModelRow& row = any_row(m.table("spending"), r);
    row.cells[4] = grouped(number(row.cells[2]) + between(r, 1, 2000));
    return true;
}
bool unplanned(Model& m, Random& r) {
    any_row(m.table("spending"), r).cells[2] = between(r, 0, 1) == 0 ? "-" : "";
    return true;
}
bool other_date(Model& m, Random& r) {
    Block* block = m.find("basis");
    const auto dates = find_dates(block->text);
    if (dates.size() != 1) return false;
    Date d = dates[0].date;
    d.day = static_cast<std::uint8_t>(d.day % 28 + 1);
    d.year += static_cast<int>(between(r, 0, 1));
    block->text.replace(dates[0].begin, dates[0].end - dates[0].begin,
                        "ngày " + std::to_string(d.day) + "/" + std::to_string(d.month) + "/" +
                            std::to_string(d.year));
    return true;
}
bool other_form(Model& m, Random&) { return replace(m.find("basis")->text, "/QĐ-TCL", "-QĐ/TC"); }
bool no_such_date(Model& m, Random& r) {
    const bool which = between(r, 0, 1) == 0;
    Block* block = m.find(which ? "deadline" : "circular");
    const auto dates = find_dates(block->text);
    if (dates.empty()) return false;
    static const std::vector<std::string> kBad = {
        "31/2/2031", "30/2/2031", "31/4/2031", "31/6/2031", "12/13/2031", "29/2/2031", "32/1/2031"};
    block->text.replace(dates[0].begin, dates[0].end - dates[0].begin,
                        "ngày " + kBad[static_cast<std::size_t>(between(r, 0, 6))]);
    return true;
}
bool near_copy(Model& m, Random& r) {
    ModelTable& table = m.table("orders");
    const auto from =
        static_cast<std::size_t>(between(r, 0, static_cast<std::int64_t>(body_rows(table)) - 2));
    std::string title = table.rows[from].cells[2];
    title += between(r, 0, 1) == 0 ? " mới" : " (đợt hai)";
    table
        .rows[static_cast<std::size_t>(between(r, static_cast<std::int64_t>(from) + 1,
                                               static_cast<std::int64_t>(body_rows(table)) - 1))]
        .cells[2] = title;
    return true;
}

}  // namespace

const std::vector<Mutation>& mutations() {
    static const std::vector<Mutation> kMutations = {
        {"total.rows", "stated total changed", stated_total},
        {"total.rows", "one row changed", row_of_total},
        {"total.rows", "one row dropped", dropped_row},
        {"total.columns", "row total changed", row_total},
        {"total.columns", "part changed", row_part},
        {"total.text", "part in prose changed", prose_part},
        {"text.table", "count in prose changed", prose_figure},
        {"text.table", "money in prose changed", prose_money},
        {"text.rows", "number of tasks changed", prose_count},
        {"change.difference", "difference changed", difference},
        {"change.difference", "direction reversed", direction},
        {"change.percent", "percent changed", percent},
        {"range.collapsed", "one row made a range", collapsed_range},
        {"numbering.gap", "row number skipped", skipped_row_number},
        {"numbering.gap", "point removed", missing_point},
        {"numbering.gap", "named bullet skipped", skipped_content},
        {"numbering.duplicate", "row number repeated", repeated_row_number},
        {"numbering.duplicate", "heading repeated", repeated_heading},
        {"numbering.duplicate", "named bullet repeated", repeated_content},
        {"target.conflict", "one of two targets changed", other_target},
        {"unit.outlier", "one row a thousandfold", thousandfold},
        {"unit.outlier", "one cell in another unit", mixed_unit},
        {"bound.contradiction", "range reversed", reversed_range},
        {"bound.contradiction", "minimum above maximum", swapped_bounds},
        {"bound.contradiction", "two bounds at once", two_bounds_at_once},
        {"list.superseded", "old list as basis", old_basis},
        {"list.version", "scope of the old list", old_scope},
        {"value.missing", "cell emptied", emptied_cell},
        {"deadline.passed", "deadline in the past", past_deadline},
        {"budget.advance_over_cap", "advance in a table", big_advance},
        {"budget.advance_over_cap", "advance in prose", advance_in_prose},
        {"budget.overspend", "spent above plan", overspent},
        {"budget.overspend", "spent without plan", unplanned},
        {"reference.two_forms", "another date", other_date},
        {"reference.two_forms", "another form", other_form},
        {"date.impossible", "no such date", no_such_date},
        {"duplicate.order", "near copy of a title", near_copy},
    };
    return kMutations;
}

}  // namespace saola::programme::findings::test
