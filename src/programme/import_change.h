// What a proposed fact is beside the facts there are: news, the same, another value, a conflict.
// Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "programme/assertion_log.h"

namespace saola::programme {

// What a proposal is beside the facts there are. `previous` names the one it is compared with.
struct Change {
    std::string_view word;  // "same" proposes nothing
    std::string previous;
    std::string supersedes;
};

[[nodiscard]] Change change_of(const Fact& fact, const std::vector<const Fact*>& existing);

// What a row says, whichever edition of its document says it, and where.
[[nodiscard]] std::string statement_of(const Fact& fact);

}  // namespace saola::programme
