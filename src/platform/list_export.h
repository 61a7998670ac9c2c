// Every list as a file for spreadsheets: ?format=csv|xlsx&lang=vi|en on the list's own route, with
// the same filters and for the same people. The rows stream through the writers of table.h into a
// file of the spool folder, which is sent and removed: no export is in memory as a whole.
// Stateless; the calls block.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "platform/module.h"
#include "platform/router.h"
#include "platform/table.h"

namespace saola::platform {

inline constexpr std::int64_t kMaxExportRows = 1'000'000;  // of one file

enum class ListFormat : std::uint8_t { kJson, kCsv, kXlsx };
struct ListForm {
    ListFormat format = ListFormat::kJson;
    Language language = Language::kVi;
};
[[nodiscard]] Result<ListForm> list_form(const net::Request& request);
[[nodiscard]] std::vector<ParamSpec> list_form_params();

struct TableStream {
    TableMeta meta;
    RowSource rows;
};
[[nodiscard]] TableStream stream_of(Table table);

// kTooLarge names max_export_rows when meta.row_count is over it.
[[nodiscard]] Result<net::Response> send_table(const Platform& platform, const TableStream& table,
                                               const ListForm& form);

// Gives a route of a JSON list the other two formats. `platform` outlives the route.
void add_export(RouteSpec& spec, const Platform& platform,
                std::function<Result<TableStream>(const net::Request&)> table);

// For lists that are built by hand: a column without a sort, and a cell of text.
[[nodiscard]] TableColumn plain_column(std::string key, std::string vi, std::string en,
                                       CellType type = CellType::kText);
[[nodiscard]] Cell text_of(std::string text);
[[nodiscard]] Cell number_of(std::int64_t number);

}  // namespace saola::platform
