// Rows and columns from raw cells: headers of one or two levels, units, group and total rows,
// merged cells, missing cells. What cannot be known is placed with a low confidence, never
// silently. Offsets are canonical; stateless. Rows are filled up to the width and merged cells
// repeat their text: the budget bounds both.
#pragma once

#include <string_view>
#include <vector>

#include "contracts/document.h"
#include "lang/document/budget.h"
#include "lang/document/layout.h"

namespace saola::lang {

// Where a limit is met the table is left as far as it came; the caller looks at budget.status().
[[nodiscard]] contracts::Table build_table(std::string_view canon, const std::vector<Span>& holes,
                                           const RawTable& raw, Budget& budget);

// Unit named in brackets at the end of a title, or after "Đơn vị tính:"; "" when none.
[[nodiscard]] std::string find_unit(std::string_view title);

}  // namespace saola::lang
