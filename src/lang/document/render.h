// A document as JSON (for tools), as an indented outline or as plain text (for people). Pure.
#pragma once

#include <string>

#include "base/json.h"
#include "contracts/document.h"

namespace saola::lang {

[[nodiscard]] Json to_json(const contracts::Document& document);
[[nodiscard]] std::string to_outline(const contracts::Document& document);  // one line a node
[[nodiscard]] std::string to_plain_text(const contracts::Document& document);

}  // namespace saola::lang
