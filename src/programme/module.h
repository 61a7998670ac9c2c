// Module `programme`: the monitoring platform of the national programme. Owns its stores and serves
// its routes and commands. Lifecycle as in platform/module.h.
#pragma once

#include <memory>

#include "platform/module.h"

namespace saola::programme {

[[nodiscard]] std::unique_ptr<platform::Module> make_module();

}  // namespace saola::programme
