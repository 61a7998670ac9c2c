#include "programme/import.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <tuple>

#include "base/log.h"
#include "base/text.h"
#include "platform/accounts.h"
#include "programme/import_change.h"
#include "programme/import_codec.h"
#include "programme/keys.h"
#include "programme/limits.h"
#include "programme/value.h"

namespace saola::programme {

using contracts::Document;

struct Imports::Prepared {
    std::shared_ptr<const Document> document;
    std::string key;
    std::vector<Proposal> proposals;
};

namespace {

std::string excerpt_of(const Document& document, const contracts::Span& span) {
    std::string_view words = document.source(span);
    if (words.size() > kMaxExcerptBytes) {
        std::size_t size = kMaxExcerptBytes;
        while (size > 0 && (static_cast<unsigned char>(words[size]) & 0xC0U) == 0x80U) --size;
        words = words.substr(0, size);
    }
    return std::string(words);
}

Fact fact_of(const Proposal& row, const Document& document, const std::string& document_key,
             const ImportOptions& options, const View& view) {
    Fact fact;
    Assertion& a = fact.assertion;
    a.subject_kind = row.kind;
    a.subject = row.subject;
    a.predicate = row.predicate;
    a.value = row.value;
    a.unit = row.unit;
    a.period = row.period;
    if (document.head.date && document.head.date->month != 0) a.as_of = document.head.date;
    a.confidence = row.confidence;
    a.stated = row.stated.size() > kMaxStatedBytes ? std::string() : row.stated;
    a.classification = options.classification;
    // The owner is who imports, never a name out of the text: that decides who sees and reviews the
    // row. The organisation a row speaks of is in its subject and its predicate "organisation".
    a.organisation = options.organisation;
    // Rows of an organisation whose data are classified inherit that (the stricter of the two).
    for (const OrganisationRow& organisation : view.organisations()) {
        if (organisation.key == a.organisation || organisation.key == row.organisation)
            a.classification = std::max(a.classification, organisation.classification);
    }
    fact.source.document = document_key;
    fact.source.document_sha256 = document.sha256;
    fact.source.place = row.place;
    fact.source.span = row.span;
    fact.source.excerpt = excerpt_of(document, row.span);
    return fact;
}

std::string state_after(const ImportCounts& counts) {
    const std::int64_t decided = counts.accepted + counts.rejected;
    if (counts.proposed > 0) return decided > 0 ? "partly" : "proposed";
    if (counts.accepted == 0 && counts.rejected > 0) return "rejected";
    return "accepted";
}

// Counts of the rows that `actor` may see.
Result<ImportCounts> count_rows(store::Connection& connection, const platform::Actor& actor,
                                const std::string& import) {
    ImportCounts out;
    SAOLA_TRY_STATUS(connection.query(
        "SELECT state, change, COUNT(*), SUM(CASE WHEN confidence < 0.7995 THEN 1 ELSE 0 END), "
        "classification, organisation"
        " FROM programme_import_row WHERE import = ? GROUP BY state, change, classification, "
        "organisation",
        {import}, [&](const store::Row& row) {
            if (!actor.sees(static_cast<platform::Classification>(row.integer(4)), row.text(5)))
                return store::Step::kContinue;
            const std::int64_t count = row.integer(2);
            out.rows += count;
            out.low_confidence += row.integer(3);
            const std::string_view state = row.text(0);
            const std::string_view change = row.text(1);
            (state == "proposed"   ? out.proposed
             : state == "rejected" ? out.rejected
                                   : out.accepted) += count;
            (change == "new"       ? out.fresh
             : change == "changed" ? out.changed
                                   : out.conflict) += count;
            return store::Step::kContinue;
        }));
    SAOLA_TRY(out.same, connection.query_integer(
                            "SELECT same_rows FROM programme_import WHERE id = ?", {import}));
    return out;
}

platform::AuditRecord audit_of(const platform::Actor& actor, std::string action,
                               const std::string& import, Json detail) {
    platform::AuditRecord record;
    record.actor_id = actor.id;
    record.actor_name = actor.name;
    record.action = std::move(action);
    record.object = "import:" + import;
    record.detail = std::move(detail);
    return record;
}

Status insert_row(store::Connection& connection, const std::string& import, const ImportRow& row) {
    const Assertion& a = row.fact.assertion;
    SAOLA_TRY(
        [[maybe_unused]] const std::int64_t added,
        connection.execute(
            "INSERT INTO programme_import_row (import, row_no, id, state, change, confidence,"
            " document, kind, subject, predicate, body, previous, assertion, classification, "
            "organisation)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            {import, row.row_no, row.id, row.state, row.change, static_cast<double>(a.confidence),
             row.document, std::string(to_string(a.subject_kind)), a.subject, a.predicate,
             fact_body(row.fact).dump(), row.previous, row.assertion,
             static_cast<std::int64_t>(a.classification), a.organisation}));
    return {};
}

Result<ImportRow> read_row(const store::Row& row) {
    ImportRow out;
    out.row_no = row.integer(0);
    out.id = std::string(row.text(1));
    out.state = std::string(row.text(2));
    out.change = std::string(row.text(3));
    out.document = std::string(row.text(4));
    SAOLA_TRY(const Json body, Json::parse(row.text(5)));
    SAOLA_TRY(out.fact, fact_from_body(body));
    out.previous = std::string(row.text(6));
    out.assertion = std::string(row.text(7));
    return out;
}

constexpr std::string_view kRowColumns =
    "SELECT row_no, id, state, change, document, body, previous, assertion FROM "
    "programme_import_row ";

// Only who sees a row may read or decide it.
bool sees_row(const platform::Actor& actor, const ImportRow& row) {
    return actor.sees(row.fact.assertion.classification, row.fact.assertion.organisation);
}
// A row of no organisation is the whole programme's: only a grant over the whole tree reviews it.
bool reviews_row(const platform::Actor& actor, const ImportRow& row) {
    return actor.can(platform::Permission::kReview, row.fact.assertion.organisation);
}

// From now on these files stand for their numbers: those of the chosen rows, and with "all" those
// that proposed nothing.
Status accept_files(store::Connection& connection, const platform::Actor& actor,
                    const std::string& import, const std::string& owner, bool all,
                    const std::vector<ImportRow>& chosen) {
    std::set<std::string> keys;
    for (const ImportRow& row : chosen) keys.insert(row.document);
    if (all && actor.can(platform::Permission::kReview, owner)) {
        SAOLA_TRY_STATUS(connection.query(
            "SELECT d.document FROM programme_import_document d WHERE d.import = ? AND NOT EXISTS "
            "(SELECT 1 FROM"
            " programme_import_row r WHERE r.import = d.import AND r.document = d.document)",
            {import}, [&](const store::Row& row) {
                keys.emplace(row.text(0));
                return store::Step::kContinue;
            }));
    }
    for (const std::string& key : keys) {
        SAOLA_TRY([[maybe_unused]] const std::int64_t files,
                  connection.execute("UPDATE programme_file SET accepted = 1 WHERE EXISTS (SELECT "
                                     "1 FROM programme_import_document d JOIN programme_import i"
                                     " ON i.id = d.import WHERE d.import = ? AND d.document = ? "
                                     "AND d.sha256 = programme_file.sha256 AND"
                                     " i.classification = programme_file.classification AND "
                                     "i.organisation = programme_file.organisation)",
                                     {import, key}));
    }
    return keys.empty() ? Status{} : bump_version(connection);
}

}  // namespace

Status Imports::check(const platform::Actor& actor, const ImportOptions& options) const {
    if (options.classification == platform::Classification::kRestricted &&
        options.organisation.empty()) {
        return fail(ErrorKind::kInvalidArgument, "programme.organisation_missing",
                    "Restricted documents need the organisation that owns them.", "organisation");
    }
    if (!options.organisation.empty() &&
        !actor.can(platform::Permission::kImport, options.organisation)) {
        return fail(ErrorKind::kPermissionDenied, "programme.not_your_organisation",
                    "You may not import for organisation " + options.organisation + ".",
                    "organisation");
    }
    if (options.organisation.empty()) return {};
    // A key that nobody has yet would give the rows to whoever creates it.
    return platform_.sql->read([&](store::Connection& connection) -> Status {
        SAOLA_TRY(const bool exists,
                  platform::organisation_exists(connection, options.organisation));
        if (exists) return {};
        return fail(ErrorKind::kNotFound, "programme.no_organisation",
                    "There is no organisation " + options.organisation +
                        "; create it first (console, or `saola admin organisation add`).",
                    "organisation");
    });
}

// Rows that wait for a person, or that a person refused, are not proposed a second time: neither by
// the same file nor by another edition of the document that says the same.
Result<std::set<std::string>> Imports::undecided_or_refused(
    const std::vector<Prepared>& files) const {
    std::set<std::string> keys;
    for (const Prepared& file : files) keys.insert(file.key);
    std::set<std::string> out;
    const Status read = platform_.sql->read([&](store::Connection& connection) -> Status {
        out.clear();
        for (const std::string& key : keys) {
            SAOLA_TRY_STATUS(
                connection.query("SELECT body FROM programme_import_row WHERE document = ? AND "
                                 "state IN ('proposed', 'rejected')",
                                 {key}, [&](const store::Row& row) {
                                     const auto body = Json::parse(row.text(0));
                                     const auto fact = body ? fact_from_body(*body)
                                                            : Result<Fact>(fail(body.error()));
                                     if (fact) out.insert(statement_of(*fact));
                                     return store::Step::kContinue;
                                 }));
        }
        return {};
    });
    if (!read) return fail(read.error());
    return out;
}

Result<std::vector<ImportRow>> Imports::compare(const View& view, std::vector<Prepared>& files,
                                                const ImportOptions& options,
                                                std::int64_t& same) const {
    SAOLA_TRY(const std::set<std::string> known, undecided_or_refused(files));
    std::vector<ImportRow> out;
    // What these files said before, rows that wait from an earlier import included: else a second
    // mention of a waiting fact would be news.
    std::deque<Fact> said;
    std::map<std::tuple<SubjectKind, std::string, std::string, std::string>,
             std::vector<const Fact*>>
        batch;
    for (Prepared& file : files) {
        for (const Proposal& proposal : file.proposals) {
            ImportRow row;
            row.fact = fact_of(proposal, *file.document, file.key, options, view);
            const Assertion& a = row.fact.assertion;
            std::vector<const Fact*> existing = view.facts(a.subject_kind, a.subject);
            auto& earlier = batch[{a.subject_kind, a.subject, a.predicate, a.period}];
            existing.insert(existing.end(), earlier.begin(), earlier.end());
            Change change = change_of(row.fact, existing);
            // Counted for everyone who sees the import, so rows of a stricter class stay out of it.
            const std::int64_t counted = a.classification <= options.classification ? 1 : 0;
            if (change.word == "same") {
                same += counted;
                continue;
            }
            row.fact.assertion.supersedes = change.supersedes;
            earlier.push_back(&said.emplace_back(row.fact));
            if (known.contains(statement_of(row.fact))) {
                same += counted;
                continue;
            }
            row.change = std::string(change.word);
            row.previous = std::move(change.previous);
            row.state = "proposed";
            row.document = file.key;
            row.row_no = static_cast<std::int64_t>(out.size()) + 1;
            row.id = new_ulid(*platform_.clock, *platform_.random);
            if (out.size() >= kMaxImportRows) {
                return fail(ErrorKind::kTooLarge, "programme.too_many_rows",
                            "These documents propose more rows than one import takes: import them "
                            "in parts.",
                            "files", "max_import_rows=" + std::to_string(kMaxImportRows));
            }
            out.push_back(std::move(row));
        }
    }
    return out;
}

namespace {

Status step(const Progress& progress, int percent, std::string_view word) {
    if (!progress || progress(percent, word)) return {};
    return fail(ErrorKind::kCancelled, "programme.cancelled",
                "The import was cancelled; nothing was proposed.");
}

std::string_view format_word(contracts::Format format) {
    return format == contracts::Format::kText   ? "text"
           : format == contracts::Format::kDocx ? "docx"
                                                : "pdf";
}

}  // namespace

Result<std::vector<Imports::Prepared>> Imports::read_files(
    std::vector<ImportFile> files, const Progress& progress,
    const contracts::StopCheck& stopped) const {
    std::vector<Prepared> out;
    for (std::size_t i = 0; i < files.size(); ++i) {
        SAOLA_TRY_STATUS(step(progress, static_cast<int>(i * 50 / files.size()), "reading"));
        auto document = documents_.add(files[i].name, files[i].bytes, stopped);
        if (!document) {
            Error error = document.error();
            error.message = files[i].name + ": " + error.message;
            if (error.field.empty()) error.field = files[i].name;
            return fail(std::move(error));
        }
        files[i].bytes.clear();
        const bool twice = std::ranges::any_of(
            out, [&](const Prepared& p) { return p.document->sha256 == (*document)->sha256; });
        if (!twice) out.push_back({*document, document_key(**document), {}});
    }
    // The order of file names decides nothing: files are taken by their content.
    std::ranges::sort(out, {},
                      [](const Prepared& p) { return std::pair(p.key, p.document->sha256); });
    return out;
}

Status Imports::extract(const View& view, std::vector<Prepared>& files,
                        const Progress& progress) const {
    std::vector<Component> components;
    for (const std::string& key : view.subjects(SubjectKind::kComponent))
        components.push_back({key, view.text(SubjectKind::kComponent, key, "title")});
    for (const Prepared& file : files) {
        for (Component& item : find_components(*file.document)) {
            const bool known = std::ranges::any_of(
                components, [&](const Component& c) { return c.key == item.key; });
            if (!known) components.push_back(std::move(item));
        }
    }
    for (std::size_t i = 0; i < files.size(); ++i) {
        SAOLA_TRY_STATUS(
            step(progress, 50 + static_cast<int>(i * 30 / files.size()), "extracting"));
        files[i].proposals = extract_all(*files[i].document, components);
    }
    return {};
}

Status Imports::save(store::Connection& connection, const platform::Actor& actor,
                     const ImportOptions& options, const ImportInfo& info,
                     const std::vector<Prepared>& files, const std::vector<ImportRow>& rows) const {
    const auto classification = static_cast<std::int64_t>(options.classification);
    SAOLA_TRY(
        [[maybe_unused]] const std::int64_t a,
        connection.execute("INSERT INTO programme_import (id, state, created_at, actor, same_rows, "
                           "classification, organisation)"
                           " VALUES (?,?,?,?,?,?,?)",
                           {info.id, rows.empty() ? "accepted" : "proposed", info.created_at_ns,
                            actor.id, info.counts.same, classification, options.organisation}));
    // A file that says what is known already waits for nobody, when who imports it may review it.
    const bool reviewer = actor.can(platform::Permission::kReview, options.organisation);
    for (const Prepared& file : files) {
        const Document& d = *file.document;
        const bool accepted =
            reviewer && std::ranges::find(rows, file.key, &ImportRow::document) == rows.end();
        SAOLA_TRY([[maybe_unused]] const std::int64_t b,
                  connection.execute("INSERT INTO programme_import_document (import, sha256, name, "
                                     "document) VALUES (?,?,?,?)",
                                     {info.id, d.sha256, d.name, file.key}));
        SAOLA_TRY(
            [[maybe_unused]] const std::int64_t c,
            connection.execute(
                "INSERT INTO programme_file (sha256, document, name, format, bytes, text_bytes, "
                "head,"
                " added_at, classification, organisation, accepted) VALUES (?,?,?,?,?,?,?,?,?,?,?)"
                " ON CONFLICT (sha256, classification, organisation) DO NOTHING",
                {d.sha256, file.key, d.name, std::string(format_word(d.format)),
                 static_cast<std::int64_t>(d.original_bytes),
                 static_cast<std::int64_t>(d.source_text.size()), head_json(d).dump(),
                 info.created_at_ns, classification, options.organisation,
                 std::int64_t{accepted ? 1 : 0}}));
    }
    for (const ImportRow& row : rows) SAOLA_TRY_STATUS(insert_row(connection, info.id, row));
    SAOLA_TRY_STATUS(bump_version(connection));
    Json detail = Json::object();
    detail.set("rows", static_cast<std::int64_t>(rows.size())).set("same", info.counts.same);
    platform::AuditRecord audit =
        audit_of(actor, "programme.import.propose", info.id, std::move(detail));
    audit.organisation = options.organisation;
    return platform_.audit->append(connection, audit);
}

Result<std::string> Imports::propose(const platform::Actor& actor, std::vector<ImportFile> files,
                                     const ImportOptions& options, const Progress& progress,
                                     const contracts::StopCheck& stopped) {
    SAOLA_TRY_STATUS(check(actor, options));
    if (files.empty() || files.size() > kMaxImportFiles) {
        return fail(ErrorKind::kInvalidArgument, "programme.import_files",
                    "An import takes between 1 and " + std::to_string(kMaxImportFiles) + " files.",
                    "files", "max_import_files=" + std::to_string(kMaxImportFiles));
    }
    SAOLA_TRY(std::vector<Prepared> prepared, read_files(std::move(files), progress, stopped));
    // Compared with what the actor sees only: "same" or "conflict" would tell of rows of others.
    SAOLA_TRY(const View view, query_.view(actor));
    SAOLA_TRY_STATUS(extract(view, prepared, progress));
    SAOLA_TRY_STATUS(step(progress, 80, "comparing"));
    ImportInfo info;
    SAOLA_TRY(const std::vector<ImportRow> rows,
              compare(view, prepared, options, info.counts.same));
    SAOLA_TRY_STATUS(step(progress, 90, "saving"));
    info.id = new_ulid(*platform_.clock, *platform_.random);
    info.created_at_ns = platform_.clock->now_ns();
    const Status saved = platform_.sql->write([&](store::Connection& connection) {
        return save(connection, actor, options, info, prepared, rows);
    });
    if (!saved) return fail(saved.error());
    return info.id;
}

namespace {

Status check_decision(const ImportDecision& decision) {
    if (decision.reason.size() > kMaxReasonBytes) {
        return fail(ErrorKind::kTooLarge, "programme.reason_too_long", "The reason is too long.",
                    "reason", "max_reason_bytes=" + std::to_string(kMaxReasonBytes));
    }
    if (std::set<std::string>(decision.rows.begin(), decision.rows.end()).size() !=
        decision.rows.size()) {
        return fail(ErrorKind::kInvalidArgument, "programme.duplicate_row",
                    "A decision names each row once.", "rows");
    }
    return {};
}

// Owner of an import that the actor may know of.
Result<std::string> owner_of(store::Connection& connection, const platform::Actor& actor,
                             const std::string& import) {
    std::string owner;
    bool exists = false;
    SAOLA_TRY_STATUS(connection.query(
        "SELECT classification, organisation FROM programme_import WHERE id = ?", {import},
        [&](const store::Row& row) {
            exists = actor.sees(static_cast<platform::Classification>(row.integer(0)), row.text(1));
            owner = std::string(row.text(1));
            return store::Step::kStop;
        }));
    if (!exists)
        return fail(ErrorKind::kNotFound, "programme.no_import", "There is no import with this id.",
                    "id");
    return owner;
}

// A row that the decision names, refused when the actor may not decide it.
Result<ImportRow> named_row(store::Connection& connection, const platform::Actor& actor,
                            const std::string& import, const std::string& id) {
    std::optional<Result<ImportRow>> found;
    SAOLA_TRY_STATUS(connection.query(std::string(kRowColumns) + "WHERE import = ? AND id = ?",
                                      {import, id}, [&](const store::Row& row) {
                                          found = read_row(row);
                                          if (!*found)
                                              log::error(
                                                  "programme.damaged_import_row",
                                                  {{"row", id}, {"error", found->error().message}});
                                          return store::Step::kStop;
                                      }));
    if (found && !*found) return std::move(*found);
    if (!found || !sees_row(actor, **found))
        return fail(ErrorKind::kNotFound, "programme.no_import_row",
                    "There is no row " + id + " in this import.", "rows");
    if (!reviews_row(actor, **found)) {
        return fail(
            ErrorKind::kPermissionDenied, "programme.not_your_row",
            "You may review rows of your organisations only, and row " + id + " is not one.",
            "rows");
    }
    if ((*found)->state != "proposed") {
        return fail(ErrorKind::kConflict, "programme.row_decided",
                    "Row " + id + " was decided before: its state is " + (*found)->state + ".",
                    "rows");
    }
    return std::move(*found);
}

// The rows decided on: those named, or all that wait and that the actor may see and review.
Result<std::vector<ImportRow>> chosen_rows(store::Connection& connection,
                                           const platform::Actor& actor, const std::string& import,
                                           const ImportDecision& decision) {
    std::vector<ImportRow> out;
    for (const std::string& id : decision.rows) {
        SAOLA_TRY(ImportRow row, named_row(connection, actor, import, id));
        out.push_back(std::move(row));
    }
    if (!decision.rows.empty()) return out;
    SAOLA_TRY_STATUS(connection.query(
        std::string(kRowColumns) + "WHERE import = ? AND state = 'proposed' AND confidence >= ? "
                                   "AND (document = ? OR ? = '')"
                                   " ORDER BY row_no",
        {import, static_cast<double>(decision.least_confidence) - 0.0005, decision.document,
         decision.document},
        [&](const store::Row& row) {
            auto item = read_row(row);
            if (!item) {
                log::error("programme.damaged_import_row",
                           {{"row", std::string(row.text(1))}, {"error", item.error().message}});
            } else if (sees_row(actor, *item) && reviews_row(actor, *item)) {
                out.push_back(std::move(*item));
            }
            return store::Step::kContinue;
        }));
    return out;
}

}  // namespace

// Marks the rows as decided and returns the facts that they become.
Result<std::vector<Fact>> Imports::record(store::Connection& connection,
                                          const platform::Actor& actor, const std::string& import,
                                          const ImportDecision& decision,
                                          std::vector<ImportRow>& chosen) const {
    std::vector<Fact> facts;
    std::set<std::string> superseded;
    const bool reject = decision.kind == ImportDecision::Kind::kReject;
    for (ImportRow& row : chosen) {
        row.state = reject                                            ? "rejected"
                    : decision.kind == ImportDecision::Kind::kCorrect ? "corrected"
                                                                      : "accepted";
        if (!reject) {
            Fact& fact = row.fact;
            if (decision.value) {
                SAOLA_TRY_STATUS(
                    check_correction(*decision.value, fact.assertion.value, fact.assertion.unit));
                fact.assertion.value = *decision.value;
            }
            // Replaced meanwhile by another decision: then this one stands beside it.
            if (!fact.assertion.supersedes.empty()) {
                SAOLA_TRY(const bool late, is_superseded(connection, fact.assertion.supersedes));
                if (late || !superseded.insert(fact.assertion.supersedes).second)
                    fact.assertion.supersedes.clear();
            }
            fact.assertion.id = new_ulid(*platform_.clock, *platform_.random);
            fact.assertion.source = new_ulid(*platform_.clock, *platform_.random);
            fact.source.id = fact.assertion.source;
            fact.assertion.recorded_at_ns = platform_.clock->now_ns();
            fact.source.retrieved_at_ns = fact.assertion.recorded_at_ns;
            fact.assertion.actor = actor.id;
            row.assertion = fact.assertion.id;
            facts.push_back(fact);
        }
        SAOLA_TRY(const std::int64_t changed,
                  connection.execute("UPDATE programme_import_row SET state = ?, assertion = ? "
                                     "WHERE import = ? AND row_no = ? AND state = 'proposed'",
                                     {row.state, row.assertion, import, row.row_no}));
        if (changed != 1)
            return fail(ErrorKind::kConflict, "programme.row_decided",
                        "Row " + row.id + " was decided meanwhile.", "rows");
    }
    return facts;
}

Result<std::int64_t> Imports::decide(const platform::Actor& actor, const std::string& import,
                                     const ImportDecision& decision) {
    SAOLA_TRY_STATUS(check_decision(decision));
    std::int64_t decided = 0;
    const Status done = platform_.sql->write([&](store::Connection& connection) -> Status {
        SAOLA_TRY(const std::string owner, owner_of(connection, actor, import));
        SAOLA_TRY(std::vector<ImportRow> chosen, chosen_rows(connection, actor, import, decision));
        SAOLA_TRY(const std::vector<Fact> facts,
                  record(connection, actor, import, decision, chosen));
        SAOLA_TRY_STATUS(append_facts(connection, facts));
        const bool reject = decision.kind == ImportDecision::Kind::kReject;
        if (!reject)
            SAOLA_TRY_STATUS(accept_files(connection, actor, import, owner,
                                          decision.rows.empty() && decision.document.empty(),
                                          chosen));
        SAOLA_TRY(const ImportCounts counts,
                  count_rows(connection, platform::system_actor(), import));
        SAOLA_TRY([[maybe_unused]] const std::int64_t updated,
                  connection.execute("UPDATE programme_import SET state = ? WHERE id = ?",
                                     {state_after(counts), import}));
        decided = static_cast<std::int64_t>(chosen.size());
        Json detail = Json::object();
        detail.set("rows", decided).set("reason", decision.reason);
        if (decided == 1) detail.set("row", chosen[0].id).set("assertion", chosen[0].assertion);
        const std::string word = reject                                            ? "reject"
                                 : decision.kind == ImportDecision::Kind::kCorrect ? "correct"
                                                                                   : "accept";
        platform::AuditRecord audit =
            audit_of(actor, "programme.import." + word, import, std::move(detail));
        audit.organisation = owner;
        return platform_.audit->append(connection, audit);
    });
    if (!done) return fail(done.error());
    return decided;
}

Result<std::vector<std::pair<std::string, std::string>>> Imports::waiting_before(
    const std::string& import) const {
    std::vector<std::pair<std::string, std::string>> out;
    const Status read = platform_.sql->read([&](store::Connection& connection) {
        out.clear();
        return connection.query(
            "SELECT i.id, d.document FROM programme_import i JOIN programme_import_document d ON "
            "d.import = i.id"
            " JOIN programme_import_document mine ON mine.sha256 = d.sha256 JOIN programme_import "
            "me ON me.id = mine.import"
            " WHERE me.id = ? AND i.id <> me.id AND i.classification = me.classification AND "
            "i.organisation = me.organisation"
            " AND EXISTS (SELECT 1 FROM programme_import_row r WHERE r.import = i.id AND r.state = "
            "'proposed' AND r.document = d.document)"
            " ORDER BY i.id, d.document",
            {import}, [&](const store::Row& row) {
                out.emplace_back(row.text(0), row.text(1));
                return store::Step::kContinue;
            });
    });
    if (!read) return fail(read.error());
    return out;
}

Result<std::vector<ImportInfo>> Imports::read_imports(const platform::Actor& actor,
                                                      const std::string& only,
                                                      std::size_t limit) const {
    std::vector<ImportInfo> out;
    std::string sql =
        "SELECT id, state, created_at, actor, classification, organisation FROM programme_import";
    std::vector<store::Value> params;
    if (!only.empty()) {
        sql += " WHERE id = ?";
        params.emplace_back(only);
    }
    const Status read = platform_.sql->read([&](store::Connection& connection) -> Status {
        out.clear();
        SAOLA_TRY_STATUS(connection.query(
            sql + " ORDER BY created_at DESC, id DESC", params, [&](const store::Row& row) {
                // Of what the actor may not see, not even the import is told.
                if (!actor.sees(static_cast<platform::Classification>(row.integer(4)), row.text(5)))
                    return store::Step::kContinue;
                ImportInfo info;
                info.id = std::string(row.text(0));
                info.state = std::string(row.text(1));
                info.created_at_ns = row.integer(2);
                info.actor = std::string(row.text(3));
                info.classification = static_cast<platform::Classification>(row.integer(4));
                info.organisation = std::string(row.text(5));
                out.push_back(std::move(info));
                return out.size() < limit ? store::Step::kContinue : store::Step::kStop;
            }));
        for (ImportInfo& info : out) {
            SAOLA_TRY_STATUS(connection.query(
                "SELECT sha256, name, document FROM programme_import_document WHERE import = ? "
                "ORDER BY name, sha256",
                {info.id}, [&](const store::Row& row) {
                    info.files.push_back({std::string(row.text(0)), std::string(row.text(1)),
                                          std::string(row.text(2))});
                    return store::Step::kContinue;
                }));
            SAOLA_TRY(info.counts, count_rows(connection, actor, info.id));
            // The state that these rows have together, not that of rows the actor may not see.
            if (info.counts.rows > 0) info.state = state_after(info.counts);
        }
        return {};
    });
    if (!read) return fail(read.error());
    return out;
}

Result<std::vector<ImportInfo>> Imports::list(const platform::Actor& actor,
                                              std::size_t limit) const {
    return read_imports(actor, {}, limit);
}

Result<ImportInfo> Imports::find(const platform::Actor& actor, const std::string& import) const {
    if (import.empty())
        return fail(ErrorKind::kNotFound, "programme.no_import", "There is no import with this id.",
                    "id");
    SAOLA_TRY(std::vector<ImportInfo> found, read_imports(actor, import, 1));
    if (!found.empty()) return std::move(found.front());
    return fail(ErrorKind::kNotFound, "programme.no_import", "There is no import with this id.",
                "id");
}

Result<Imports::RowPage> Imports::rows(const platform::Actor& actor, const std::string& import,
                                       const RowQuery& query) const {
    RowPage out;
    std::string sql(kRowColumns);
    sql += "WHERE import = ?";
    std::vector<store::Value> params{import};
    for (const auto& [column, value] :
         {std::pair<std::string_view, const std::string&>{"state", query.status},
          {"document", query.document}}) {
        if (value.empty()) continue;
        sql += " AND " + std::string(column) + " = ?";
        params.emplace_back(value);
    }
    if (query.after) {
        sql += " AND row_no > ?";
        params.emplace_back(*query.after);
    }
    sql += " ORDER BY row_no";
    const Status read = platform_.sql->read([&](store::Connection& connection) {
        out = {};
        return connection.query(sql, params, [&](const store::Row& row) {
            auto item = read_row(row);
            if (!item) {
                log::error("programme.damaged_import_row",
                           {{"row", std::string(row.text(1))}, {"error", item.error().message}});
                return store::Step::kContinue;
            }
            if (!sees_row(actor, *item)) return store::Step::kContinue;
            const auto index = static_cast<std::size_t>(out.row_count++);
            if (index >= query.offset && out.rows.size() < query.limit)
                out.rows.push_back(std::move(*item));
            return query.after && out.rows.size() == query.limit ? store::Step::kStop
                                                                 : store::Step::kContinue;
        });
    });
    if (!read) return fail(read.error());
    return out;
}

}  // namespace saola::programme
