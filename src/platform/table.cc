#include "platform/table.h"

#include <array>

#include "base/text.h"
#include "platform/table_export.h"

namespace saola::platform {
namespace {

// A JSON number where a reader gets the exact value back (int64, or a double of at most 15
// significant digits), otherwise the digits as a string.
Json number_json(const Decimal& value) {
    constexpr std::int64_t kExactInDouble = 999'999'999'999'999;
    if (value.is_integer()) return Json(value.unscaled());
    if (value.unscaled() <= kExactInDouble && value.unscaled() >= -kExactInDouble)
        return Json(value.to_double());
    return Json(value.to_string());
}

Json bound_json(const std::optional<Decimal>& bound) {
    return bound ? number_json(*bound) : Json(nullptr);
}

Json cell_json(const Cell& cell) {
    Json out = Json::object();
    if (const auto* text = std::get_if<std::string>(&cell.value)) out.set("v", Json(*text));
    if (const auto* number = std::get_if<Decimal>(&cell.value)) out.set("v", number_json(*number));
    if (const auto* date = std::get_if<Date>(&cell.value)) out.set("v", Json(to_iso(*date)));
    if (const auto* interval = std::get_if<Interval>(&cell.value))
        out.set("lo", bound_json(interval->lo)).set("hi", bound_json(interval->hi));
    if (is_unknown(cell)) out.set("unknown", Json(true));
    if (!cell.assertion.empty()) out.set("assertion", Json(cell.assertion));
    if (!cell.figure.empty()) out.set("figure", Json(cell.figure));
    if (!cell.link.empty()) out.set("link", Json(cell.link));
    return out;
}

Json local_json(const LocalText& text) {
    Json out = Json::object();
    out.set("vi", Json(text.vi)).set("en", Json(text.en));
    return out;
}

std::string_view type_name(CellType type) {
    switch (type) {
        case CellType::kText: return "text";
        case CellType::kNumber: return "number";
        case CellType::kInterval: return "interval";
        case CellType::kDate: return "date";
        case CellType::kLink: return "link";
        case CellType::kStatus: return "status";
    }
    return "text";
}

tl::unexpected<Error> wrong_cell(const TableMeta& meta, const TableColumn& column) {
    return fail(ErrorKind::kInternal, "platform.table_cell",
                "a cell of report \"" + meta.name + "\" does not have the type of its column",
                column.key);
}

std::string unknown_keys(const TableMeta& meta, const TableRow& row) {
    std::string out;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
        if (!is_unknown(row.cells[i])) continue;
        if (!out.empty()) out += "; ";
        out += meta.columns[i].key;
    }
    return out;
}

ExportValue optional_value(const std::optional<Decimal>& value) {
    if (value) return *value;
    return std::monostate{};
}

}  // namespace

Json to_json(const TableMeta& meta) {
    Json filters = Json::object();
    for (const auto& [key, value] : meta.filters) filters.set(key, Json(value));
    Json columns = Json::array();
    for (const TableColumn& column : meta.columns) {
        Json item = Json::object();
        item.set("key", Json(column.key)).set("title", local_json(column.title));
        item.set("type", Json(type_name(column.type))).set("unit", Json(column.unit));
        item.set("sortable", Json(column.sortable));
        columns.push(std::move(item));
    }
    Json totals = Json::array();
    for (const TableTotal& total : meta.totals) {
        Json item = Json::object();
        item.set("key", Json(total.key)).set("label", local_json(total.label));
        item.set("cell", cell_json(total.value)).set("unit", Json(total.unit));
        item.set("unknown_count", Json(total.unknown_count));
        totals.push(std::move(item));
    }
    Json sources = Json::array();
    for (const TableSource& source : meta.sources) {
        Json item = Json::object();
        item.set("document_number", Json(source.document_number)).set("title", Json(source.title));
        item.set("place", Json(source.place));
        sources.push(std::move(item));
    }
    Json out = Json::object();
    out.set("name", Json(meta.name)).set("title", local_json(meta.title));
    out.set("as_of", Json(meta.as_of)).set("synthetic", Json(meta.synthetic));
    out.set("row_count", Json(meta.row_count)).set("filters", std::move(filters));
    out.set("columns", std::move(columns)).set("totals", std::move(totals));
    out.set("sources", std::move(sources));
    return out;
}

Json to_json(const TableRow& row, const TableMeta& meta) {
    Json cells = Json::object();
    for (std::size_t i = 0; i < row.cells.size() && i < meta.columns.size(); ++i)
        cells.set(meta.columns[i].key, cell_json(row.cells[i]));
    Json out = Json::object();
    out.set("id", Json(row.id)).set("synthetic", Json(row.synthetic));
    out.set("cells", std::move(cells));
    return out;
}

Json to_json(const Table& table) {
    Json out = to_json(table.meta);
    Json rows = Json::array();
    for (const TableRow& row : table.rows) rows.push(to_json(row, table.meta));
    out.set("rows", std::move(rows));
    return out;
}

RowSource rows_of(const Table& table) {
    return [&table](const std::function<bool(const TableRow&)>& take) -> Status {
        for (const TableRow& row : table.rows)
            if (!take(row)) break;
        return {};
    };
}

const std::string& pick(const LocalText& text, Language language) {
    if (language == Language::kEn) return text.en.empty() ? text.vi : text.en;
    return text.vi.empty() ? text.en : text.vi;
}

std::string unit_label(std::string_view unit, Language language) {
    struct Words {
        std::string_view unit, vi, en;
    };
    static constexpr std::array<Words, 9> kWords = {{{"VND", "đồng", "VND"},
                                                     {"million_vnd", "triệu đồng", "million VND"},
                                                     {"billion_vnd", "tỷ đồng", "billion VND"},
                                                     {"month", "tháng", "months"},
                                                     {"day", "ngày", "days"},
                                                     {"year", "năm", "years"},
                                                     {"count", "", ""},
                                                     {"%", "%", "%"},
                                                     {"row", "dòng", "rows"}}};
    for (const Words& words : kWords)
        if (words.unit == unit) return std::string(language == Language::kVi ? words.vi : words.en);
    return std::string(unit);
}

bool is_unknown(const Cell& cell) {
    if (std::holds_alternative<std::monostate>(cell.value)) return true;
    const auto* interval = std::get_if<Interval>(&cell.value);
    return interval != nullptr && !interval->lo && !interval->hi;
}

std::string format_number(const Decimal& value, Language language) {
    std::string text = value.to_vietnamese();
    if (language == Language::kEn)
        for (char& c : text) c = c == '.' ? ',' : c == ',' ? '.' : c;
    return text;
}

std::string format_cell(const Cell& cell, Language language) {
    if (is_unknown(cell)) return language == Language::kVi ? "chưa rõ" : "unknown";
    if (const auto* text = std::get_if<std::string>(&cell.value)) return *text;
    if (const auto* number = std::get_if<Decimal>(&cell.value))
        return format_number(*number, language);
    if (const auto* date = std::get_if<Date>(&cell.value)) return to_iso(*date);
    const auto& interval = std::get<Interval>(cell.value);
    if (!interval.lo) return "≤ " + format_number(*interval.hi, language);
    if (!interval.hi) return "≥ " + format_number(*interval.lo, language);
    if (*interval.lo == *interval.hi) return format_number(*interval.lo, language);
    return format_number(*interval.lo, language) + "–" + format_number(*interval.hi, language);
}

std::vector<ExportColumn> export_columns(const TableMeta& meta, Language language) {
    const bool vi = language == Language::kVi;
    std::vector<ExportColumn> out;
    bool synthetic_column = false;
    for (std::size_t i = 0; i < meta.columns.size(); ++i) {
        const TableColumn& column = meta.columns[i];
        synthetic_column = synthetic_column || column.key == "synthetic";
        const std::string unit = unit_label(column.unit, language);
        const std::string tail = unit.empty() ? "" : " (" + unit + ")";
        const std::string& title = pick(column.title, language);
        if (column.type != CellType::kInterval) {
            out.push_back({ExportPart::kWhole, i, column.type, column.key, title + tail});
            continue;
        }
        out.push_back({ExportPart::kLo, i, CellType::kNumber, column.key + "_lo",
                       title + (vi ? " – từ" : " – from") + tail});
        out.push_back({ExportPart::kHi, i, CellType::kNumber, column.key + "_hi",
                       title + (vi ? " – đến" : " – to") + tail});
    }
    out.push_back({ExportPart::kUnknownKeys, 0, CellType::kText, "unknown",
                   vi ? "Ô chưa rõ" : "Unknown cells"});
    if (meta.synthetic && !synthetic_column)
        out.push_back({ExportPart::kSynthetic, 0, CellType::kText, "synthetic",
                       vi ? "Dữ liệu giả lập" : "Synthetic data"});
    return out;
}

Status check_row(const TableMeta& meta, const TableRow& row) {
    if (row.cells.size() == meta.columns.size()) return {};
    return fail(ErrorKind::kInternal, "platform.table_row",
                "row \"" + row.id + "\" of report \"" + meta.name + "\" has " +
                    std::to_string(row.cells.size()) + " cells for " +
                    std::to_string(meta.columns.size()) + " columns");
}

Result<ExportValue> export_value(const TableMeta& meta, const TableRow& row,
                                 const ExportColumn& column, Language language) {
    if (column.part == ExportPart::kUnknownKeys) return ExportValue(unknown_keys(meta, row));
    if (column.part == ExportPart::kSynthetic) {
        const char* yes = language == Language::kVi ? "có" : "yes";
        return ExportValue(std::string(row.synthetic ? yes : ""));
    }
    const TableColumn& source = meta.columns[column.source];
    const Cell& cell = row.cells[column.source];
    if (is_unknown(cell)) return ExportValue(std::monostate{});
    const auto* number = std::get_if<Decimal>(&cell.value);
    const auto* interval = std::get_if<Interval>(&cell.value);
    const auto* date = std::get_if<Date>(&cell.value);
    const auto* text = std::get_if<std::string>(&cell.value);
    switch (source.type) {
        case CellType::kInterval:
            if (number != nullptr) return ExportValue(*number);
            if (interval == nullptr) return wrong_cell(meta, source);
            return optional_value(column.part == ExportPart::kLo ? interval->lo : interval->hi);
        case CellType::kNumber:
            if (number != nullptr) return ExportValue(*number);
            if (interval != nullptr && interval->lo && interval->lo == interval->hi)
                return ExportValue(*interval->lo);
            return wrong_cell(meta, source);
        case CellType::kDate:
            if (date != nullptr) return ExportValue(*date);
            return wrong_cell(meta, source);
        case CellType::kText:
        case CellType::kLink:
        case CellType::kStatus:
            if (text != nullptr) return ExportValue(*text);
            return ExportValue(format_cell(cell, language));
    }
    return wrong_cell(meta, source);
}

}  // namespace saola::platform
