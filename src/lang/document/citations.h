// Finds mentions of other documents in the texts of a document. Linear in the text; stateless.
// Stops where the time of the budget is spent.
#pragma once

#include "contracts/document.h"
#include "lang/document/budget.h"

namespace saola::lang {

// Fills document.citations from nodes and table cells. Spans come from Text::source, so call it
// when the texts lead to source offsets.
void find_citations(contracts::Document& document, Budget& budget);

}  // namespace saola::lang
