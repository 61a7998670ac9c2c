// Finds mentions of other documents in the texts of a document. Linear in the text; stateless.
#pragma once

#include "contracts/document.h"

namespace saola::lang {

// Fills document.citations from nodes and table cells. Spans come from Text::source, so call it when
// the texts lead to source offsets.
void find_citations(contracts::Document& document);

}  // namespace saola::lang
