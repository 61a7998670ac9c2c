#include "programme/cli.h"

#include "programme/cli_support.h"

namespace saola::programme {

std::vector<platform::Command> commands() {
    return {{"import", "read official documents and propose their facts", run_import, true},
            {"report", "print a list: orders, budget, targets, patents ...", run_report},
            {"findings", "run the quality rules and print what does not add up", run_findings},
            {"release", "freeze a signed, hash-linked snapshot", run_release},
            {"verify", "check a release file offline", run_verify},
            {"export", "write every list as csv, xlsx and json", run_export},
            {"load", "load a data set of facts (\"builtin\": the one inside)", run_load, true}};
}

}  // namespace saola::programme
