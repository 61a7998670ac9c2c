// The commands of `saola programme`. Stable for scripts: see docs/formats/programme.md for the
// JSON.
#pragma once

#include <vector>

#include "platform/module.h"

namespace saola::programme {

[[nodiscard]] std::vector<platform::Command> commands();

}  // namespace saola::programme
