// Stands in for the quality rules in a tree that does not have them: no rule, no finding.
#if !__has_include("programme/findings/context.h")
#include "programme/findings/finding.h"

namespace saola::programme {

std::string_view to_string(Severity severity) noexcept {
    return severity == Severity::kError ? "error" : severity == Severity::kWarning ? "warning" : "question";
}
std::vector<RuleInfo> rules() { return {}; }
std::vector<Finding> find_defects(const FindingInput&) { return {}; }

}  // namespace saola::programme
#endif
