// Findings of the quality rules as kept records: found again by fingerprint, decided by people,
// with their whole history. A refresh runs the rules over the held documents and the current facts;
// what is no longer found stays with its history and is marked absent. Thread-safe.
//
// A finding can also be carried: it came with a data set, made where the originals are. It is kept
// as found until this installation holds every document it quotes; from then on the rules decide.
// What they find again has the same fingerprint, so it replaces the carried record and keeps its
// decision.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "platform/audit.h"
#include "platform/identity.h"
#include "platform/module.h"
#include "programme/document_store.h"
#include "programme/findings/finding.h"
#include "programme/import.h"
#include "programme/query.h"

namespace saola::programme {

struct StoredQuote {
    std::string document, sha256, text, place, role;
    contracts::Span span;
};

struct FindingEvent {
    TimestampNs at_ns = 0;
    std::string actor, action, reason;
};

struct StoredFinding {
    std::string id;  // fingerprint
    std::string rule, severity, state;
    int rule_version = 1;
    bool present = true;   // found by the last refresh
    bool carried = false;  // from a data set, not from originals held here
    std::string summary_vi, summary_en, computation, subject;
    std::vector<StoredQuote> quotes;
    std::vector<std::string> assertions;
    std::vector<FindingEvent> history;
    TimestampNs first_seen_ns = 0, last_seen_ns = 0;
    std::size_t body_hash = 0;  // of the stored words: equal ones need not be parsed again
    platform::Classification classification = platform::Classification::kPublic;
    std::string organisation;
};

struct FindingFilter {
    std::string state, rule, severity, document;
};

struct FindingDecision {
    std::string decision;  // accept | dismiss | correct | reopen
    std::string reason;
    std::string assertion;  // correct: which assertion, and its right value
    std::optional<AssertedValue> value;
};

// Shared, because every dashboard counts them and few read them.
using FindingRows = std::vector<std::shared_ptr<const StoredFinding>>;

class FindingStore {
public:
    FindingStore(const platform::Platform& platform, const Query& query,
                 const DocumentStore& documents)
        : platform_(platform), query_(query), documents_(documents) {}

    // Runs the rules and stores what they find. Returns the number of findings present. An original
    // that is missing or damaged is left out, logged and counted.
    [[nodiscard]] Result<std::int64_t> refresh();
    [[nodiscard]] Result<FindingRows> list(const platform::Actor& actor,
                                           const FindingFilter& filter) const;
    // Of each finding the words that search reads, with or without tone marks.
    [[nodiscard]] std::vector<std::string> folded(const FindingRows& rows, bool marks) const;
    [[nodiscard]] Result<StoredFinding> find(const platform::Actor& actor,
                                             std::string_view id) const;
    [[nodiscard]] Status decide(const platform::Actor& actor, std::string_view id,
                                const FindingDecision& decision);
    // Adds findings of a data set inside the caller's transaction; known ones, and those whose
    // documents `open` (what everyone sees) holds, stay as they are. Returns the number added.
    [[nodiscard]] Result<std::int64_t> carry(store::Connection& connection,
                                             const std::vector<StoredFinding>& findings,
                                             const View& open) const;

    // Originals that the last refresh could not read.
    [[nodiscard]] std::size_t unread() const { return unread_; }

private:
    struct Audience;
    [[nodiscard]] static std::vector<Audience> audiences(const View& whole);
    [[nodiscard]] Result<std::vector<StoredFinding>> run_rules(const Audience& audience,
                                                               std::set<std::string>& unread) const;

    [[nodiscard]] Result<std::shared_ptr<const FindingRows>> present() const;

    const platform::Platform& platform_;
    const Query& query_;
    const DocumentStore& documents_;
    std::atomic<std::size_t> unread_{0};
    std::mutex turn_;           // one refresh at a time: the last to begin is the last to write
    mutable std::mutex mutex_;  // guards what follows
    mutable std::array<std::unordered_map<std::string, std::string>, 2>
        folded_;                                          // by id and body_hash
    mutable std::int64_t version_ = -1;                   // data version of present_
    mutable std::shared_ptr<const FindingRows> present_;  // found by the last refresh, for everyone
};

[[nodiscard]] Json to_json(const StoredFinding& finding, const View& view);
// A finding in a data set: no history, no ids of facts, quotes cut to their first words, and not
// the words that its fingerprint was made of.
[[nodiscard]] Json dataset_json(const StoredFinding& finding);
[[nodiscard]] Result<StoredFinding> carried_finding(const Json& json);

}  // namespace saola::programme
