// What `saola doctor` looks at in this module: whether the kept originals are those of this
// database and whole, and whether the key at hand is the one that signed the releases. Changes
// nothing.
#pragma once

#include <vector>

#include "platform/module.h"

namespace saola::programme {

[[nodiscard]] std::vector<platform::CheckResult> examine(const platform::Examination& examination);

}  // namespace saola::programme
