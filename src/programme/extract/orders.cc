// Orders: a table with one task a row - an organisation, a task name, a budget and a duration.
#include <map>

#include "base/text.h"
#include "programme/extract/extract.h"
#include "programme/keys.h"
#include "programme/value.h"

namespace saola::programme {
namespace {

struct OrderColumns {
    int number = -1, organisation = -1, title = -1, objective = -1, result = -1, budget = -1,
        duration = -1, note = -1;
    std::int64_t budget_factor = 0;
};

OrderColumns columns_of(const contracts::Table& table) {
    OrderColumns out;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const contracts::Column& column = table.columns[i];
        const std::string title = folded_title(column);
        const int index = static_cast<int>(i);
        const auto take = [&](int& slot, bool matches) {
            if (!matches || slot >= 0) return false;
            slot = index;
            return true;
        };
        if (take(out.number, title == "stt" || title == "tt" || title == "số tt")) continue;
        if (take(out.budget, contains_any(title, {"kinh phí", "dự toán", "tổng mức", "số tiền"}))) {
            out.budget_factor = money_factor(column.unit.empty() ? column.title : column.unit);
            continue;
        }
        if (take(out.duration, contains_any(title, {"thời gian", "thời hạn"}))) continue;
        if (take(out.title,
                 contains_any(title, {"nhiệm vụ", "tên dự án", "tên đề tài", "tên bài toán"})))
            continue;
        if (take(out.organisation,
                 contains_any(title, {"đơn vị", "cơ quan", "bộ, ngành", "địa phương", "tổ chức"})))
            continue;
        if (take(out.objective, contains_any(title, {"mục tiêu"}))) continue;
        if (take(out.result, contains_any(title, {"kết quả", "sản phẩm"}))) continue;
        take(out.note, contains_any(title, {"ghi chú", "công văn", "văn bản"}));
    }
    return out;
}

const contracts::Cell* cell_of(const contracts::Row& row, int column) {
    return column < 0 ? nullptr : row.cell(static_cast<std::uint32_t>(column));
}

std::string cell_text(const contracts::Row& row, int column) {
    const contracts::Cell* cell = cell_of(row, column);
    return cell == nullptr ? std::string() : std::string(text::trim(cell->text.value));
}

struct OrderRow {
    ExtractContext& context;
    const contracts::Row& row;
    std::int32_t table;
    std::size_t index;
    std::string subject;
    std::string organisation;
};

std::string place_of(const OrderRow& order, int column) {
    return order.context.document.place(order.table, order.index,
                                        static_cast<std::uint32_t>(column));
}

// A number, an interval or "-": anything else is proposed as unknown with low confidence, so that a
// person looks at it.
void propose_number(const OrderRow& order, int column, std::string predicate, std::string unit,
                    std::int64_t factor) {
    const contracts::Cell* cell = cell_of(order.row, column);
    if (cell == nullptr || text::trim(cell->text.value).empty()) return;
    const auto number = cell_number(cell->text.value);
    Proposal row = number ? proposal_at(order.context, cell->text, number->begin, number->end)
                          : proposal_at(order.context, cell->text, 0, cell->text.value.size());
    row.kind = SubjectKind::kTask;
    row.subject = order.subject;
    row.predicate = std::move(predicate);
    row.unit = std::move(unit);
    row.value = Unknown{};
    row.confidence = number ? order.row.confidence : 0.3F;
    if (number) {
        auto scaled = multiply(number->value, factor);
        if (scaled) row.value = std::move(*scaled);
        if (!scaled) row.confidence = 0.3F;
    }
    row.organisation = order.organisation;
    row.place = place_of(order, column);
    order.context.out.push_back(std::move(row));
}

void propose_words(const OrderRow& order, int column, std::string predicate) {
    const contracts::Cell* cell = cell_of(order.row, column);
    if (cell == nullptr) return;
    propose_text(order.context, SubjectKind::kTask, order.subject, std::move(predicate), cell->text,
                 place_of(order, column), order.row.confidence, order.organisation);
}

// The organisation's own row; its name is proposed once, by the first task.
void propose_organisation(const OrderRow& order, int column) {
    const contracts::Cell* cell = cell_of(order.row, column);
    if (cell == nullptr || text::trim(cell->text.value).empty()) return;
    if (!cell->carried) {
        propose_text(order.context, SubjectKind::kOrganisation, order.organisation, "name",
                     cell->text, place_of(order, column), order.row.confidence);
    }
    propose_words(order, column, "organisation");
}

void propose_stated_total(ExtractContext& context, const contracts::Row& row, std::int32_t table,
                          std::size_t index, const OrderColumns& columns) {
    // A total may stand in any cell of its row: merged cells shift it.
    for (const contracts::Cell& cell : row.cells) {
        const auto number = cell_number(cell.text.value);
        if (!number || !bounds_of(number->value)) continue;
        Proposal out = proposal_at(context, cell.text, number->begin, number->end);
        auto scaled = multiply(number->value, columns.budget_factor);
        if (!scaled) continue;
        out.kind = SubjectKind::kProgramme;
        out.subject = "orders/" + context.document_key;
        out.predicate = "stated_total";
        out.value = std::move(*scaled);
        out.unit = "VND";
        out.confidence = row.confidence;
        out.place = context.document.place(table, index, cell.column);
        context.out.push_back(std::move(out));
        return;
    }
}

void extract_table(ExtractContext& context, std::int32_t table_index) {
    const contracts::Table& table = context.document.tables[static_cast<std::size_t>(table_index)];
    const OrderColumns columns = columns_of(table);
    if (columns.organisation < 0 || columns.title < 0 || columns.budget < 0 ||
        columns.budget_factor == 0)
        return;
    std::map<std::string, int> seen;
    std::string letter_owner;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const contracts::Row& row = table.rows[i];
        if (row.kind == contracts::RowKind::kTotal) {
            propose_stated_total(context, row, table_index, i, columns);
            continue;
        }
        const std::string title = cell_text(row, columns.title);
        const std::string organisation = cell_text(row, columns.organisation);
        if (row.kind != contracts::RowKind::kBody || title.empty()) continue;
        std::string subject = task_key(organisation, title);
        if (const int twice = seen[subject]++; twice > 0)
            subject += "-" + std::to_string(twice + 1);
        const OrderRow order{context, row, table_index, i, subject, organisation_key(organisation)};
        propose_words(order, columns.title, "title");
        propose_organisation(order, columns.organisation);
        propose_words(order, columns.number, "number");
        propose_words(order, columns.objective, "objective");
        propose_words(order, columns.result, "result");
        propose_number(order, columns.budget, "budget", "VND", columns.budget_factor);
        propose_number(order, columns.duration, "duration", "month", 1);
        propose_words(order, columns.note, "letter");
    }
}

}  // namespace

void extract_orders(ExtractContext& context) {
    for (std::size_t i = 0; i < context.document.tables.size(); ++i) {
        extract_table(context, static_cast<std::int32_t>(i));
    }
}

}  // namespace saola::programme
