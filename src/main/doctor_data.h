// The part of `saola doctor` that looks at the data directory and the database. Nothing is changed.
#pragma once

#include <vector>

#include "main/commands.h"
#include "platform/module.h"

namespace saola {

struct DataExamination {
    std::vector<platform::CheckResult> results;
    bool server_runs = false;  // then the database was left alone
};

// `full`: all kept files are read, however many they are.
[[nodiscard]] DataExamination examine_data(const Globals& globals, bool full);

}  // namespace saola
