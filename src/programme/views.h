// JSON shapes shared by the API and the command line (see /openapi.json): assertions with their
// sources, figures, imports. Pure functions over views.
#pragma once

#include "base/json.h"
#include "programme/import.h"
#include "programme/query.h"
#include "programme/report/report.h"

namespace saola::programme {

// A value in the unit that people read (million VND), as cells of a table have it.
[[nodiscard]] Json display_cell(const AssertedValue& value, std::string_view unit);
[[nodiscard]] Json source_json(const Fact& fact, const View& view);
[[nodiscard]] Json assertion_json(const Fact& fact, const View& view,
                                  std::string_view superseded_by);
[[nodiscard]] Json figure_json(const Figure& figure, const View& view);
[[nodiscard]] Json import_json(const ImportInfo& info);
[[nodiscard]] Json import_row_json(const ImportRow& row, const View& view);
// A table as platform::to_json gives it; with `inline_sources` every cell that has an assertion
// also carries "source": {document, place, span, text}.
[[nodiscard]] Json table_json(const platform::Table& table, const View& view, bool inline_sources);
// {"v":..} | {"lo":..,"hi":..} | {"unknown":true} as people and programs send corrections; `like`
// tells dates from other text. kInvalidArgument says what is wrong.
[[nodiscard]] Result<AssertedValue> value_from_cell(const Json& cell, const AssertedValue& like);
[[nodiscard]] std::string subject_title(const Assertion& assertion, const View& view);

}  // namespace saola::programme
