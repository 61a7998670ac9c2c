// CSV writer of platform::Table. Stateless; holds one buffer of kFlushBytes.
#include <array>

#include "platform/table.h"
#include "platform/table_export.h"

namespace saola::platform {
namespace {

constexpr std::size_t kFlushBytes = 64U << 10U;

// What spreadsheets take for the start of a formula, with the full-width forms some of them accept.
bool starts_formula(std::string_view text) {
    static constexpr std::array<std::string_view, 11> kStarts = {"=",  "+",  "-",  "@",  "\t", "\r",
                                                                 "\n", "＝", "＋", "－", "＠"};
    for (const std::string_view start : kStarts)
        if (text.starts_with(start)) return true;
    return false;
}

void append_field(std::string& out, std::string_view text, bool guard) {
    const bool guarded = guard && starts_formula(text);
    const bool quoted = text.find_first_of("\",\r\n") != std::string_view::npos ||
                        (!text.empty() && (text.front() == ' ' || text.back() == ' '));
    if (!quoted) {
        if (guarded) out += '\'';
        out += text;
        return;
    }
    out += '"';
    if (guarded) out += '\'';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

void append_value(std::string& out, const ExportValue& value) {
    // Numbers and dates are made of digits by us: they need no guard, and -5 must stay a number.
    if (const auto* number = std::get_if<Decimal>(&value))
        append_field(out, number->to_string(), /*guard=*/false);
    if (const auto* date = std::get_if<Date>(&value))
        append_field(out, to_iso(*date), /*guard=*/false);
    if (const auto* text = std::get_if<std::string>(&value))
        append_field(out, *text, /*guard=*/true);
}

Status append_row(std::string& out, const TableMeta& meta, const TableRow& row,
                  const std::vector<ExportColumn>& columns, Language language) {
    SAOLA_TRY_STATUS(check_row(meta, row));
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) out += ',';
        SAOLA_TRY(const ExportValue value, export_value(meta, row, columns[i], language));
        append_value(out, value);
    }
    out += "\r\n";
    return {};
}

}  // namespace

Status write_csv(const TableMeta& meta, const RowSource& rows, Language language,
                 const Sink& sink) {
    const std::vector<ExportColumn> columns = export_columns(meta, language);
    std::string buffer = "\xEF\xBB\xBF";
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) buffer += ',';
        append_field(buffer, columns[i].key, /*guard=*/true);
    }
    buffer += "\r\n";
    Status status;
    SAOLA_TRY_STATUS(rows([&](const TableRow& row) {
        status = append_row(buffer, meta, row, columns, language);
        if (status && buffer.size() >= kFlushBytes) {
            status = sink(buffer);
            buffer.clear();
        }
        return status.has_value();
    }));
    SAOLA_TRY_STATUS(std::move(status));
    return sink(buffer);
}

}  // namespace saola::platform
