#include "programme/targets.h"

namespace saola::programme {
namespace {

const Fact* title_of(const std::vector<const Fact*>& facts, const Fact& target) {
    const Fact* found = nullptr;
    for (const Fact* fact : facts) {
        if (fact->assertion.predicate != "title" ||
            fact->assertion.period != target.assertion.period)
            continue;
        const bool here = fact->source.place == target.source.place &&
                          fact->source.document == target.source.document;
        if (here) return fact;
        found = fact;
    }
    return found;
}

}  // namespace

std::vector<TargetRow> target_rows(const View& view, const std::string& subject) {
    std::vector<TargetRow> out;
    const std::vector<const Fact*> facts = view.facts(SubjectKind::kIndicator, subject);
    const Fact* known = view.find(SubjectKind::kIndicator, subject, "known");
    for (const Fact* fact : facts) {
        if (fact->assertion.predicate == "target")
            out.push_back({fact, title_of(facts, *fact), known});
    }
    if (out.empty() && known != nullptr) out.push_back({nullptr, nullptr, known});
    return out;
}

platform::LocalText measure_name(std::string_view subject) {
    const std::string_view measure = subject.substr(subject.find('/') + 1);
    if (measure == "localisation") return {"Tỷ lệ nội địa hóa", "Localisation"};
    if (measure == "core-technology-mastery")
        return {"Mức làm chủ công nghệ lõi", "Mastery of core technologies"};
    return {std::string(measure), std::string(measure)};
}

}  // namespace saola::programme
