#include "programme/import_change.h"

#include "base/text.h"
#include "programme/value.h"

namespace saola::programme {
namespace {

// Predicates that may hold several values at once: another value is news, not a conflict.
bool holds_many(std::string_view predicate) {
    return predicate == "replaces" || predicate == "amends" || predicate == "repeals";
}

// Words that describe a subject: whoever said them first is enough, except that a document's own
// words about itself replace what others call it.
bool is_descriptive(SubjectKind kind, std::string_view predicate) {
    if (kind == SubjectKind::kDocument)
        return predicate == "title" || predicate == "type" || predicate == "issuer" ||
               predicate == "number";
    if (kind == SubjectKind::kIndicator || kind == SubjectKind::kBudgetLine ||
        kind == SubjectKind::kDeadline)
        return predicate == "title" || predicate == "lead";
    return predicate == "name" || kind == SubjectKind::kProduct ||
           kind == SubjectKind::kComponent ||
           (kind == SubjectKind::kStandardCount && predicate == "title");
}

bool same_value(const AssertedValue& a, const AssertedValue& b) {
    const auto* left = std::get_if<std::string>(&a);
    const auto* right = std::get_if<std::string>(&b);
    if (left != nullptr && right != nullptr)
        return *left == *right || text::fold(*left) == text::fold(*right);
    return a == b;
}

// A fact replaces another only of its own owner and class; all else stands beside it.
bool may_supersede(const Assertion& fresh, const Assertion& old) {
    return fresh.classification == old.classification && fresh.organisation == old.organisation;
}

}  // namespace

Change change_of(const Fact& fact, const std::vector<const Fact*>& existing) {
    const Assertion& a = fact.assertion;
    const Fact* other = nullptr;
    const Fact* same_place = nullptr;
    for (const Fact* item : existing) {
        const Assertion& b = item->assertion;
        if (b.predicate != a.predicate || b.period != a.period) continue;
        if (same_value(a.value, b.value) && a.unit == b.unit) return {"same", b.id, {}};
        other = item;
        const bool own = item->source.document == fact.source.document;
        if (own && (item->source.place == fact.source.place ||
                    item->source.document_sha256 != fact.source.document_sha256))
            same_place = item;
    }
    if (other == nullptr || holds_many(a.predicate)) return {"new", {}, {}};
    // A target's words go with its place: two targets of one indicator and year keep both.
    const bool target_words = a.subject_kind == SubjectKind::kIndicator && a.predicate == "title";
    if (target_words && other->source.place != fact.source.place) return {"new", {}, {}};
    if (is_descriptive(a.subject_kind, a.predicate)) {
        const bool own_words = a.subject_kind == SubjectKind::kDocument &&
                               fact.source.document == a.subject &&
                               other->source.document != a.subject;
        if (!own_words) return {"same", other->assertion.id, {}};
        return {"changed", other->assertion.id,
                may_supersede(a, other->assertion) ? other->assertion.id : std::string()};
    }
    if (same_place != nullptr) {
        // The same row of a newer edition of the same document.
        const bool edition = same_place->source.document_sha256 != fact.source.document_sha256;
        if (edition && may_supersede(a, same_place->assertion))
            return {"changed", same_place->assertion.id, same_place->assertion.id};
    }
    return {"conflict", other->assertion.id, {}};
}

std::string statement_of(const Fact& fact) {
    const Assertion& a = fact.assertion;
    Json out = Json::array();
    out.push(std::string(to_string(a.subject_kind)))
        .push(a.subject)
        .push(a.predicate)
        .push(a.period)
        .push(a.unit);
    out.push(to_json(a.value))
        .push(fact.source.document)
        .push(static_cast<std::int64_t>(a.classification))
        .push(a.organisation);
    return out.dump();
}

}  // namespace saola::programme
