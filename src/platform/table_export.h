// What the writers of a Table share: the layout of the exported columns and the words for units and
// unknown cells. Internal to platform/table_*.cc. Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "platform/table.h"

namespace saola::platform {

// Which part of a Table cell an exported column shows.
enum class ExportPart : std::uint8_t { kWhole, kLo, kHi, kUnknownKeys, kSynthetic };

struct ExportColumn {
    ExportPart part = ExportPart::kWhole;
    std::size_t source = 0;  // index into TableMeta::columns (kWhole, kLo, kHi)
    CellType type = CellType::kText;
    std::string key;    // "budget", "budget_lo", "unknown"
    std::string title;  // in the language asked for, with the unit
};

// The layout depends on the meta alone, never on the rows, so that a script may rely on it.
[[nodiscard]] std::vector<ExportColumn> export_columns(const TableMeta& meta, Language language);

// Value of one exported cell: monostate = nothing to show (unknown, open bound or not applicable).
using ExportValue = std::variant<std::monostate, std::string, Decimal, Date>;
// Error kInternal "platform.table_cell" when the row does not fit the meta (a bug of the report).
[[nodiscard]] Result<ExportValue> export_value(const TableMeta& meta, const TableRow& row,
                                               const ExportColumn& column, Language language);
// Error kInternal "platform.table_row" unless the row has one cell per column.
[[nodiscard]] Status check_row(const TableMeta& meta, const TableRow& row);

[[nodiscard]] const std::string& pick(const LocalText& text, Language language);
[[nodiscard]] std::string unit_label(std::string_view unit, Language language);
[[nodiscard]] bool is_unknown(const Cell& cell);
[[nodiscard]] std::string format_number(const Decimal& value, Language language);
// One cell for people: "1.416.130–1.436.130", "≥ 80", "chưa rõ".
[[nodiscard]] std::string format_cell(const Cell& cell, Language language);

}  // namespace saola::platform
