// The one query layer: every read of the programme (reports, search, export, map, counts, figures,
// API and CLI) goes through a View, and a View holds only what its actor may see
// (classification x organisation, Actor::sees). Nothing above this file reads the fact tables.
//
// A FactLog is every fact but observations, in memory, immutable: a newer data version adds the
// facts after the last one read and shares the rest. A Snapshot says which of them hold on a day;
// it is made without the database. Observations (10^6 and more) stay in the database and are read
// by index, so they take no memory here. Query is thread-safe; View, Snapshot and FactLog are
// values.
#pragma once

#include <array>
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

struct HeldFile {  // an original this installation holds
    std::string sha256, document, name, format;
    std::int64_t bytes = 0, text_bytes = 0;
    bool accepted = true;  // a person accepted rows of it, so it stands for its number
    Json head;             // type, number, issuer, date, title, signer, draft
    TimestampNs added_at_ns = 0;
    platform::Classification classification = platform::Classification::kPublic;
    std::string organisation;
};

struct CodeMapping {
    std::string list_from, code_from, list_to, code_to, kind, basis;
};

// What is not a fact: read again with every data version.
struct SideTables {
    std::map<std::string, OrganisationRow, std::less<>> organisations;
    std::multimap<std::string, HeldFile, std::less<>> files;  // by document key, newest last
    std::multimap<std::string_view, const HeldFile*> files_by_hash;
    std::vector<CodeMapping> mappings;
};

struct FactLog {
    static constexpr std::uint32_t kNone = 0xFFFFFFFFU;
    static constexpr std::size_t kKinds = static_cast<std::size_t>(SubjectKind::kCode) + 1;
    struct Entry {
        std::shared_ptr<const Fact> fact;
        Date valid_from;                     // full date
        std::uint32_t corrected_by = kNone;  // place of the fact that supersedes this one
    };
    using Places = std::vector<std::uint32_t>;  // in order of recording

    void append(Fact fact);

    std::int64_t last_seq = 0;   // of the last row read, damaged ones too
    std::size_t unreadable = 0;  // rows left out because they are damaged
    std::vector<Entry> entries;  // in order of recording, superseded ones too
    std::array<std::map<std::string, Places, std::less<>>, kKinds> subjects;
    std::unordered_map<std::string_view, std::uint32_t> by_id;  // keys lie in the facts
};

// The facts of a log that hold on a day and are not corrected by then.
struct Snapshot {
    std::int64_t version = 0;
    std::optional<Date> day;  // nullopt: now
    std::string as_of;        // the day as ISO date, "" for now
    std::shared_ptr<const FactLog> log;
    std::shared_ptr<const SideTables> side;
    std::vector<bool> current;  // of each entry of the log
};

// What one actor sees of one snapshot. Cheap to copy; valid as long as it exists.
class View {
public:
    View(std::shared_ptr<const Snapshot> snapshot, platform::Actor actor);

    // Subjects of a kind with at least one visible fact, in key order.
    [[nodiscard]] std::vector<std::string> subjects(SubjectKind kind) const;
    // Visible facts of a subject, oldest first.
    [[nodiscard]] std::vector<const Fact*> facts(SubjectKind kind, std::string_view subject) const;
    // The fact a report shows for a predicate: of the owner whose word stands (an organisation's
    // own restricted facts, then the whole programme's, then the first owner's), the newest
    // document's, then the newest recorded.
    [[nodiscard]] const Fact* find(SubjectKind kind, std::string_view subject,
                                   std::string_view predicate) const;
    [[nodiscard]] const Fact* by_id(std::string_view id) const;
    // Text value of find(), or "".
    [[nodiscard]] std::string text(SubjectKind kind, std::string_view subject,
                                   std::string_view predicate) const;
    [[nodiscard]] bool sees(platform::Classification classification,
                            std::string_view organisation) const;
    [[nodiscard]] std::string organisation_name(std::string_view key) const;  // key when unnamed
    [[nodiscard]] std::vector<OrganisationRow> organisations() const;
    [[nodiscard]] const HeldFile* file(std::string_view document) const;
    // ^ newest accepted one, of the first owner or of the actor's own; people who import or review
    //   also see one that waits, where nothing was accepted yet
    [[nodiscard]] const HeldFile* file_by_hash(std::string_view sha256) const;
    [[nodiscard]] std::vector<const HeldFile*> files() const;  // newest per document
    // Organisations that own visible facts or files of this class ("" among them when unowned).
    [[nodiscard]] std::set<std::string> owners(platform::Classification classification) const;
    [[nodiscard]] const std::vector<CodeMapping>& mappings() const {
        return snapshot_->side->mappings;
    }
    [[nodiscard]] std::string document_title(std::string_view key) const;
    [[nodiscard]] std::string document_number(std::string_view key) const;

    [[nodiscard]] const std::string& as_of() const { return snapshot_->as_of; }
    [[nodiscard]] std::int64_t version() const { return snapshot_->version; }
    [[nodiscard]] const platform::Actor& actor() const { return actor_; }
    // Two actors with equal signatures see the same rows: part of every cache key.
    [[nodiscard]] const std::string& signature() const { return signature_; }

private:
    // The fact at a place of the log, nullptr when it does not hold or may not be seen.
    [[nodiscard]] const Fact* visible(std::uint32_t place) const;
    [[nodiscard]] const FactLog::Places* places(SubjectKind kind, std::string_view subject) const;

    std::shared_ptr<const Snapshot> snapshot_;
    platform::Actor actor_;
    std::string signature_;
};

class Query {
public:
    Query(store::Sql& sql, const Clock& clock) : sql_(sql), clock_(clock) {}

    // as_of "": now. kInvalidArgument for a date that is not full.
    [[nodiscard]] Result<View> view(const platform::Actor& actor,
                                    std::string_view as_of = {}) const;
    // A fact by id, also when superseded; kNotFound when absent or not visible (no difference
    // shown).
    [[nodiscard]] Result<Fact> fact(const platform::Actor& actor, std::string_view id) const;
    // id of the fact that supersedes this one, "" when none visible.
    [[nodiscard]] Result<std::string> superseded_by(const platform::Actor& actor,
                                                    std::string_view id) const;
    // The same for many facts in one statement: id -> id of its correction, where one is visible.
    [[nodiscard]] Result<std::map<std::string, std::string>> superseded_by(
        const platform::Actor& actor, const std::vector<std::string>& ids) const;
    // The newest `limit` facts of a subject (and predicate, when given), newest first, superseded
    // ones included.
    [[nodiscard]] Result<std::vector<Fact>> history(const platform::Actor& actor, SubjectKind kind,
                                                    std::string_view subject,
                                                    std::string_view predicate,
                                                    std::size_t limit) const;
    // The newest visible observation of each subject of a kind by one organisation ("": the whole
    // country), as known on a day ("": now), in order of subjects.
    [[nodiscard]] Result<std::vector<Fact>> latest(const platform::Actor& actor, SubjectKind kind,
                                                   std::string_view organisation,
                                                   std::string_view as_of) const;
    // Rows of the log that the newest snapshot had to leave out.
    [[nodiscard]] std::size_t unreadable() const;
    [[nodiscard]] Date today() const { return date_in_vietnam(clock_.now_ns()); }

private:
    [[nodiscard]] Result<std::shared_ptr<const Snapshot>> newest() const;
    [[nodiscard]] std::shared_ptr<const Snapshot> on_day(const std::shared_ptr<const Snapshot>& now,
                                                         const Date& day) const;

    store::Sql& sql_;
    const Clock& clock_;
    mutable std::mutex turn_;   // one thread reads the log, others wait for what it reads
    mutable std::mutex mutex_;  // guards the members below
    mutable std::shared_ptr<const Snapshot> newest_;
    mutable std::vector<std::shared_ptr<const Snapshot>>
        days_;  // of newest_'s version, most recent first
};

}  // namespace saola::programme
