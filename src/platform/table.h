// A list as users see it, once: the same Table feeds the JSON API, the console's tables, CSV, XLSX
// and text on the command line, so their figures cannot differ. Cells keep numbers as numbers,
// intervals as two bounds, and unknown as unknown (never 0, never "").
// Pure values; the writers are stateless. Large exports stream: rows come from a callback.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/result.h"

namespace saola::platform {

struct LocalText {
    std::string vi;
    std::string en;
};

enum class CellType : std::uint8_t { kText, kNumber, kInterval, kDate, kLink, kStatus };

struct TableColumn {
    std::string key;  // stable, snake_case with unit last: "budget_million_vnd"
    LocalText title;
    CellType type = CellType::kText;
    std::string unit;  // UCUM-like or "VND", "million_vnd", "month", "%"; "" when none
    bool sortable = true;
};

struct Interval {
    std::optional<Decimal> lo;  // no bound: open ("at least", "at most")
    std::optional<Decimal> hi;
    friend bool operator==(const Interval&, const Interval&) = default;
};

struct Cell {
    // monostate = unknown; a text that is known to be empty is "".
    std::variant<std::monostate, std::string, Decimal, Interval, Date> value;
    std::string assertion;  // id of the assertion behind the cell, "" when derived or none
    std::string figure;     // id of a derived figure (formula), "" when none
    std::string link;       // console path for kLink
};

struct TableRow {
    std::string id;
    std::vector<Cell> cells;  // one per column
    bool synthetic = false;
};

struct TableSource {  // goes to the source sheet of exports
    std::string document_number;
    std::string title;
    std::string place;
};

struct TableTotal {
    std::string key;  // column key, or a name of its own
    LocalText label;
    Cell value;
    std::string unit;
    std::int64_t unknown_count = 0;
};

struct TableMeta {
    std::string name;  // "orders"
    LocalText title;
    std::string as_of;                                         // ISO date
    std::vector<std::pair<std::string, std::string>> filters;  // in force, as given
    std::vector<TableColumn> columns;
    std::vector<TableTotal> totals;
    std::vector<TableSource> sources;
    bool synthetic = false;
    std::int64_t row_count = 0;  // rows matching the filters, before paging
};

struct Table {
    TableMeta meta;
    std::vector<TableRow> rows;
};

// Calls back with each row in order; false stops.
using RowSource = std::function<Status(const std::function<bool(const TableRow&)>&)>;

[[nodiscard]] Json to_json(const TableMeta& meta);
[[nodiscard]] Json to_json(const TableRow& row, const TableMeta& meta);
[[nodiscard]] Json to_json(const Table& table);  // {name,title,as_of,columns,rows,totals,...}

enum class Language : std::uint8_t { kVi, kEn };
using Sink = std::function<Status(std::string_view)>;

// The columns of CSV and XLSX follow from the meta alone, so scripts may rely on them: one per
// column, two for an interval (key_lo, key_hi; an open bound is empty), then "unknown", which names
// the columns ("budget; duration") whose cell in this row is unknown: a numeric cell that is
// unknown stays empty, so it is never taken for 0 or for text. Tables that hold synthetic data get
// a last column "synthetic" unless they have one of that key.
//
// RFC 4180, UTF-8 with BOM, CRLF; the header row holds the keys; numbers are plain digits with a
// dot, dates ISO 8601. Text that a spreadsheet would run as a formula (starting with =, +, -, @,
// their full-width forms, tab or a line break) is prefixed with ' as OWASP advises.
[[nodiscard]] Status write_csv(const TableMeta& meta, const RowSource& rows, Language language,
                               const Sink& sink);
// OOXML through libxlsxwriter in constant memory: sheet 1 the rows (titles in `language` with
// units, numbers as numbers, full dates as dates, header frozen, filter on), sheet 2 title, as-of,
// synthetic mark, filters, totals and sources. Text, because a spreadsheet would change it
// otherwise: numbers of more than 15 digits, and dates without a day or before 1900. Writes beside
// `path` and renames: on an error (kStorage: disk full; kTooLarge: over 1,048,575 rows) `path` is
// as it was before.
[[nodiscard]] Status write_xlsx(const TableMeta& meta, const RowSource& rows, Language language,
                                const std::string& path);
// Aligned columns for a terminal, at most `width` wide; numbers are never cut. Where the columns do
// not fit, each row becomes a block of "title: value" lines.
[[nodiscard]] Status write_text(const TableMeta& meta, const RowSource& rows, Language language,
                                int width, const Sink& sink);
[[nodiscard]] RowSource rows_of(const Table& table);  // table must outlive the source

}  // namespace saola::platform
