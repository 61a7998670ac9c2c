// The one query layer: every read of the programme (reports, search, export, map, counts, figures,
// API and CLI) goes through a View, and a View holds only what its actor may see
// (classification x organisation, Actor::sees). Nothing above this file reads the fact tables.
//
// A Snapshot is all current facts as of a day, immutable, shared by requests and rebuilt from the
// log when the data version changes. Query is thread-safe; View and Snapshot are values over it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "platform/identity.h"
#include "programme/assertion_log.h"
#include "store/sql.h"

namespace saola::programme {

struct OrganisationRow {
    std::string key, name, kind, parent;
    platform::Classification classification = platform::Classification::kPublic;
};

struct HeldFile {                        // an original this installation holds
    std::string sha256, document, name, format;
    std::int64_t bytes = 0, text_bytes = 0;
    bool accepted = true;                // a person accepted rows of it, so it stands for its number
    Json head;                           // type, number, issuer, date, title, signer, draft
    TimestampNs added_at_ns = 0;
    platform::Classification classification = platform::Classification::kPublic;
    std::string organisation;
};

struct CodeMapping {
    std::string list_from, code_from, list_to, code_to, kind, basis;
};

struct Snapshot {
    std::int64_t version = 0;
    std::string as_of;                   // "" for now
    std::size_t unreadable = 0;          // rows of the log left out because they are damaged
    std::vector<Fact> facts;             // current ones, in order of recording
    using Key = std::pair<SubjectKind, std::string>;
    std::map<Key, std::vector<std::uint32_t>> subjects;
    std::unordered_map<std::string, std::uint32_t> by_id;
    std::map<std::string, OrganisationRow, std::less<>> organisations;
    std::multimap<std::string, HeldFile, std::less<>> files;   // by document key, newest last
    std::vector<CodeMapping> mappings;
};

// What one actor sees of one snapshot. Cheap to copy; valid as long as it exists.
class View {
public:
    View(std::shared_ptr<const Snapshot> snapshot, platform::Actor actor);

    // Subjects of a kind with at least one visible fact, in key order.
    [[nodiscard]] std::vector<std::string> subjects(SubjectKind kind) const;
    // Visible facts of a subject, oldest first.
    [[nodiscard]] std::vector<const Fact*> facts(SubjectKind kind, std::string_view subject) const;
    // The fact a report shows for a predicate: the newest document's, then the newest recorded.
    [[nodiscard]] const Fact* find(SubjectKind kind, std::string_view subject,
                                   std::string_view predicate) const;
    [[nodiscard]] const Fact* by_id(std::string_view id) const;
    // Text value of find(), or "".
    [[nodiscard]] std::string text(SubjectKind kind, std::string_view subject,
                                   std::string_view predicate) const;
    [[nodiscard]] bool sees(platform::Classification classification, std::string_view organisation) const;
    [[nodiscard]] std::string organisation_name(std::string_view key) const;  // key when unnamed
    [[nodiscard]] std::vector<OrganisationRow> organisations() const;
    [[nodiscard]] const HeldFile* file(std::string_view document) const;
    // ^ newest accepted one, of the first owner or of the actor's own; people who import or review
    //   also see one that waits, where nothing was accepted yet
    [[nodiscard]] const HeldFile* file_by_hash(std::string_view sha256) const;
    [[nodiscard]] std::vector<const HeldFile*> files() const;                   // newest per document
    // Organisations that own visible facts or files of this class ("" among them when unowned).
    [[nodiscard]] std::set<std::string> owners(platform::Classification classification) const;
    [[nodiscard]] const std::vector<CodeMapping>& mappings() const { return snapshot_->mappings; }
    [[nodiscard]] std::string document_title(std::string_view key) const;
    [[nodiscard]] std::string document_number(std::string_view key) const;

    [[nodiscard]] const std::string& as_of() const { return snapshot_->as_of; }
    [[nodiscard]] std::int64_t version() const { return snapshot_->version; }
    [[nodiscard]] const platform::Actor& actor() const { return actor_; }
    // Two actors with equal signatures see the same rows: part of every cache key.
    [[nodiscard]] const std::string& signature() const { return signature_; }

private:
    std::shared_ptr<const Snapshot> snapshot_;
    platform::Actor actor_;
    std::string signature_;
};

class Query {
public:
    Query(store::Sql& sql, const Clock& clock) : sql_(sql), clock_(clock) {}

    // as_of "": now. kInvalidArgument for a date that is not full.
    [[nodiscard]] Result<View> view(const platform::Actor& actor, std::string_view as_of = {}) const;
    // A fact by id, also when superseded; kNotFound when absent or not visible (no difference shown).
    [[nodiscard]] Result<Fact> fact(const platform::Actor& actor, std::string_view id) const;
    // id of the fact that supersedes this one, "" when none visible.
    [[nodiscard]] Result<std::string> superseded_by(const platform::Actor& actor, std::string_view id) const;
    // All facts of a subject (and predicate, when given), newest first, superseded ones included.
    [[nodiscard]] Result<std::vector<Fact>> history(const platform::Actor& actor, SubjectKind kind,
                                                    std::string_view subject, std::string_view predicate,
                                                    std::size_t limit) const;
    // Latest visible observation of each (subject, organisation) of the given subjects.
    [[nodiscard]] Result<std::vector<Fact>> latest(const platform::Actor& actor, SubjectKind kind,
                                                   const std::vector<std::string>& subjects) const;
    // Rows of the log that the newest snapshot had to leave out.
    [[nodiscard]] std::size_t unreadable() const;
    [[nodiscard]] Date today() const { return date_in_vietnam(clock_.now_ns()); }

private:
    [[nodiscard]] Result<std::shared_ptr<const Snapshot>> snapshot(const std::string& as_of) const;

    store::Sql& sql_;
    const Clock& clock_;
    mutable std::mutex mutex_;
    mutable std::vector<std::shared_ptr<const Snapshot>> snapshots_;  // most recent first
};

}  // namespace saola::programme
