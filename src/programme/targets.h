// The rows that reports and the overview show of one indicator: each target with the words at its
// own place, and the level known so far. A level that no target asks for has a row too, so that
// nothing known stays unseen. Pure functions over a View.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/table.h"
#include "programme/query.h"

namespace saola::programme {

struct TargetRow {
    const Fact* target = nullptr;  // nullptr: a level is known, no target is stated
    const Fact* title = nullptr;   // words of the target, from its own place where there are some
    const Fact* known = nullptr;
    [[nodiscard]] const Fact& source() const { return target != nullptr ? *target : *known; }
    [[nodiscard]] std::string period() const { return source().assertion.period; }
};

[[nodiscard]] std::vector<TargetRow> target_rows(const View& view, const std::string& subject);
// Name of a measure that all components share ("…/localisation"), else the subject's last part.
[[nodiscard]] platform::LocalText measure_name(std::string_view subject);

}  // namespace saola::programme
