// Statistics tables: patents by year, holder and kind; standards by group and origin.
#include <optional>

#include "base/text.h"
#include "programme/extract/extract.h"
#include "programme/keys.h"

namespace saola::programme {
namespace {

std::string leaf(const std::string& title) {
    const std::size_t slash = title.rfind(" / ");
    return slash == std::string::npos ? title : title.substr(slash + 3);
}

std::string stem(const std::string& title) {
    const std::size_t slash = title.rfind(" / ");
    return slash == std::string::npos ? std::string() : title.substr(0, slash);
}

// ---- patents: "<holder> / SC", "<holder> / GPHI", "Tổng / ..." ----

std::optional<std::string> holder_of(const std::string& words) {
    if (contains_any(words, {"doanh nghiệp"})) return "enterprise";
    if (contains_any(words, {"viện", "trường"})) return "institute";
    if (contains_any(words, {"cá nhân"})) return "individual";
    if (contains_any(words, {"tổng", "cộng"})) return "total";
    return std::nullopt;
}

std::optional<std::string> kind_of(const std::string& words) {
    if (words == "sc" || contains_any(words, {"sáng chế"})) return "sc";
    if (words == "gphi" || contains_any(words, {"giải pháp hữu ích"})) return "gphi";
    if (contains_any(words, {"tổng", "cộng"})) return "total";
    return std::nullopt;
}

struct PatentColumns {
    int year = -1;
    std::vector<std::pair<std::uint32_t, std::string>> counts;  // column, "enterprise/sc"
    bool has_kinds = false;
};

PatentColumns patent_columns(const contracts::Table& table) {
    PatentColumns out;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const std::string title = folded_title(table.columns[i]);
        if (out.year < 0 && (title == "năm" || leaf(title) == "năm")) {
            out.year = static_cast<int>(i);
            continue;
        }
        const std::string above = stem(title);
        const auto kind = kind_of(leaf(title));
        const auto holder = holder_of(above.empty() ? title : above);
        if (!kind || !holder) continue;
        if (*kind != "total") out.has_kinds = true;
        out.counts.emplace_back(static_cast<std::uint32_t>(i), *holder + "/" + *kind);
    }
    return out;
}

struct Count {
    SubjectKind kind;
    std::string subject;
    std::string predicate;
    std::string period;
};

void propose_count(ExtractContext& context, const contracts::Row& row, std::int32_t table,
                   std::size_t index, const contracts::Cell& cell, Count count) {
    const auto number = cell_number(cell.text.value);
    if (!number) return;
    Proposal out = proposal_at(context, cell.text, number->begin, number->end);
    out.kind = count.kind;
    out.subject = std::move(count.subject);
    out.predicate = std::move(count.predicate);
    out.period = std::move(count.period);
    out.value = number->value;
    out.unit = "count";
    out.confidence = row.confidence;
    out.place = context.document.place(table, index, cell.column);
    context.out.push_back(std::move(out));
}

void extract_patent_table(ExtractContext& context, std::int32_t table_index) {
    const contracts::Table& table = context.document.tables[static_cast<std::size_t>(table_index)];
    const PatentColumns columns = patent_columns(table);
    if (columns.year < 0 || columns.counts.size() < 2 || !columns.has_kinds) return;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const contracts::Row& row = table.rows[i];
        const contracts::Cell* year_cell = row.cell(static_cast<std::uint32_t>(columns.year));
        std::string period;
        std::string predicate = "count";
        if (row.kind == contracts::RowKind::kTotal) {
            predicate = "stated_total";
        } else {
            if (year_cell == nullptr) continue;
            const auto year = cell_number(year_cell->text.value);
            const auto* number = year ? std::get_if<Decimal>(&year->value) : nullptr;
            if (number == nullptr || !number->is_integer() || number->unscaled() < 1900 ||
                number->unscaled() > 2200)
                continue;
            period = number->to_string();
        }
        for (const auto& [column, subject] : columns.counts) {
            const contracts::Cell* cell = row.cell(column);
            if (cell == nullptr || cell->text.value.empty()) continue;
            propose_count(context, row, table_index, i, *cell,
                          {SubjectKind::kPatentCount, subject, predicate, period});
        }
    }
}

// ---- standards: group x {all, national, international} ----

struct StandardColumns {
    int group = -1;
    std::vector<std::pair<std::uint32_t, std::string>> counts;  // column, "national"
    bool has_national = false;
};

StandardColumns standard_columns(const contracts::Table& table) {
    StandardColumns out;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const std::string title = folded_title(table.columns[i]);
        const std::string last = leaf(title);
        const auto column = static_cast<std::uint32_t>(i);
        if (last == "stt" || last == "tt") continue;
        if (contains_any(last, {"tcvn", "tiêu chuẩn việt nam", "tiêu chuẩn quốc gia"})) {
            out.counts.emplace_back(column, "national");
            out.has_national = true;
        } else if (contains_any(last, {"tcqt", "tcnn", "quốc tế", "nước ngoài"})) {
            out.counts.emplace_back(column, "foreign");
        } else if (contains_any(last, {"số lượng", "tổng", "cộng"})) {
            out.counts.emplace_back(column, "total");
        } else if (out.group < 0) {
            out.group = static_cast<int>(i);
        }
    }
    return out;
}

void extract_standard_table(ExtractContext& context, std::int32_t table_index) {
    const contracts::Table& table = context.document.tables[static_cast<std::size_t>(table_index)];
    const StandardColumns columns = standard_columns(table);
    if (columns.group < 0 || columns.counts.size() < 2 || !columns.has_national) return;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const contracts::Row& row = table.rows[i];
        if (row.kind == contracts::RowKind::kGroup || row.kind == contracts::RowKind::kHeader)
            continue;
        const bool total = row.kind == contracts::RowKind::kTotal;
        const contracts::Cell* name = row.cell(static_cast<std::uint32_t>(columns.group));
        if (!total && (name == nullptr || text::trim(name->text.value).empty())) continue;
        const std::string subject = total ? "total" : slug(name->text.value);
        if (!total) {
            propose_text(context, SubjectKind::kStandardCount, subject, "title", name->text,
                         context.document.place(table_index, i, name->column), row.confidence);
        }
        for (const auto& [column, predicate] : columns.counts) {
            const contracts::Cell* cell = row.cell(column);
            if (cell == nullptr || cell->text.value.empty()) continue;
            propose_count(context, row, table_index, i, *cell,
                          {SubjectKind::kStandardCount, subject,
                           total ? "stated_" + predicate : predicate, ""});
        }
    }
}

}  // namespace

void extract_patents(ExtractContext& context) {
    for (std::size_t i = 0; i < context.document.tables.size(); ++i) {
        extract_patent_table(context, static_cast<std::int32_t>(i));
    }
}

void extract_standards(ExtractContext& context) {
    for (std::size_t i = 0; i < context.document.tables.size(); ++i) {
        extract_standard_table(context, static_cast<std::int32_t>(i));
    }
}

}  // namespace saola::programme
