// Storage form of facts inside import rows (column `body`) and of document heads. Internal.
#pragma once

#include "base/json.h"
#include "contracts/document.h"
#include "programme/assertion_log.h"

namespace saola::programme {

[[nodiscard]] Json fact_body(const Fact& fact);
[[nodiscard]] Result<Fact> fact_from_body(const Json& body);
[[nodiscard]] Json head_json(const contracts::Document& document);

}  // namespace saola::programme
