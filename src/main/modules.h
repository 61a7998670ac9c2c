// The only list of product modules. A build contains those of SAOLA_MODULES; `--modules` chooses
// among them at the start. Called from the main thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/document_reader.h"
#include "platform/module.h"

namespace saola {

// Fresh, unconfigured modules in their order of start.
[[nodiscard]] std::vector<std::unique_ptr<platform::Module>> make_modules();
// The named ones (comma-separated, "" is all); kInvalidArgument for a name that is not built in.
[[nodiscard]] Result<std::vector<std::unique_ptr<platform::Module>>> choose_modules(
    std::string_view names);
// nullptr when module lang is not built in. Lives as long as the process.
[[nodiscard]] const contracts::DocumentReader* document_reader();

}  // namespace saola
