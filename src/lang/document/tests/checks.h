// Properties every document read must have, whatever the input. Used by tests and fuzz programs.
#pragma once

#include <string>

#include "contracts/document.h"

namespace saola::lang {

// "" when all hold: spans nest, siblings do not overlap, every non-blank byte belongs to a child of
// the root, texts lead back to the bytes they came from. Else what is wrong and where.
[[nodiscard]] std::string broken_property(const contracts::Document& document);

}  // namespace saola::lang
