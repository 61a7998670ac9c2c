#include "programme/query.h"

#include <algorithm>

#include "programme/limits.h"

namespace saola::programme {
namespace {

using store::Value;

Status load_side_tables(store::Connection& connection, Snapshot& out) {
    SAOLA_TRY_STATUS(connection.query(
        "SELECT key, name, kind, parent, classification FROM programme_organisation", {},
        [&](const store::Row& row) {
            OrganisationRow item;
            item.key = std::string(row.text(0));
            item.name = std::string(row.text(1));
            item.kind = std::string(row.text(2));
            item.parent = std::string(row.text(3));
            item.classification = static_cast<platform::Classification>(row.integer(4));
            out.organisations.emplace(item.key, std::move(item));
            return store::Step::kContinue;
        }));
    SAOLA_TRY_STATUS(connection.query(
        "SELECT sha256, document, name, format, bytes, text_bytes, head, added_at, classification,"
        " organisation, accepted FROM programme_file ORDER BY added_at, sha256",
        {}, [&](const store::Row& row) {
            HeldFile item;
            item.sha256 = std::string(row.text(0));
            item.document = std::string(row.text(1));
            item.name = std::string(row.text(2));
            item.format = std::string(row.text(3));
            item.bytes = row.integer(4);
            item.text_bytes = row.integer(5);
            if (auto head = Json::parse(row.text(6))) item.head = std::move(*head);
            item.added_at_ns = row.integer(7);
            item.classification = static_cast<platform::Classification>(row.integer(8));
            item.organisation = std::string(row.text(9));
            item.accepted = row.integer(10) != 0;
            out.files.emplace(item.document, std::move(item));
            return store::Step::kContinue;
        }));
    return connection.query(
        "SELECT list_from, code_from, list_to, code_to, kind, basis FROM programme_code_mapping"
        " ORDER BY list_from, code_from, list_to, code_to",
        {}, [&](const store::Row& row) {
            out.mappings.push_back({std::string(row.text(0)), std::string(row.text(1)),
                                    std::string(row.text(2)), std::string(row.text(3)),
                                    std::string(row.text(4)), std::string(row.text(5))});
            return store::Step::kContinue;
        });
}

void index_current(std::vector<Fact> all, Snapshot& out) {
    std::unordered_map<std::string, bool> superseded;
    for (const Fact& fact : all) {
        if (!fact.assertion.supersedes.empty()) superseded.emplace(fact.assertion.supersedes, true);
    }
    out.facts.reserve(all.size());
    for (Fact& fact : all) {
        if (superseded.contains(fact.assertion.id)) continue;
        out.facts.push_back(std::move(fact));
    }
    for (std::uint32_t i = 0; i < out.facts.size(); ++i) {
        const Assertion& a = out.facts[i].assertion;
        out.subjects[{a.subject_kind, a.subject}].push_back(i);
        out.by_id.emplace(a.id, i);
    }
}

std::string visibility_signature(const platform::Actor& actor) {
    std::string out = actor.id.empty() ? "anonymous" : "signed-in";
    if (actor.everywhere) return out + "|*";
    for (const std::string& key : actor.organisations) out += "|" + key;
    return out;
}

}  // namespace

View::View(std::shared_ptr<const Snapshot> snapshot, platform::Actor actor)
    : snapshot_(std::move(snapshot)), actor_(std::move(actor)), signature_(visibility_signature(actor_)) {}

bool View::sees(platform::Classification classification, std::string_view organisation) const {
    return actor_.sees(classification, organisation);
}

std::vector<std::string> View::subjects(SubjectKind kind) const {
    std::vector<std::string> out;
    for (auto it = snapshot_->subjects.lower_bound({kind, std::string()});
         it != snapshot_->subjects.end() && it->first.first == kind; ++it) {
        const bool visible = std::ranges::any_of(it->second, [&](std::uint32_t index) {
            const Assertion& a = snapshot_->facts[index].assertion;
            return sees(a.classification, a.organisation);
        });
        if (visible) out.push_back(it->first.second);
    }
    return out;
}

std::vector<const Fact*> View::facts(SubjectKind kind, std::string_view subject) const {
    std::vector<const Fact*> out;
    const auto it = snapshot_->subjects.find({kind, std::string(subject)});
    if (it == snapshot_->subjects.end()) return out;
    for (const std::uint32_t index : it->second) {
        const Fact& fact = snapshot_->facts[index];
        if (sees(fact.assertion.classification, fact.assertion.organisation)) out.push_back(&fact);
    }
    return out;
}

const Fact* View::find(SubjectKind kind, std::string_view subject, std::string_view predicate) const {
    const auto it = snapshot_->subjects.find({kind, std::string(subject)});
    if (it == snapshot_->subjects.end()) return nullptr;
    const Fact* best = nullptr;
    for (const std::uint32_t index : it->second) {
        const Fact& fact = snapshot_->facts[index];
        if (fact.assertion.predicate != predicate) continue;
        if (!sees(fact.assertion.classification, fact.assertion.organisation)) continue;
        if (best == nullptr || valid_from(fact.assertion) >= valid_from(best->assertion)) best = &fact;
    }
    return best;
}

const Fact* View::by_id(std::string_view id) const {
    const auto it = snapshot_->by_id.find(std::string(id));
    if (it == snapshot_->by_id.end()) return nullptr;
    const Fact& fact = snapshot_->facts[it->second];
    return sees(fact.assertion.classification, fact.assertion.organisation) ? &fact : nullptr;
}

std::string View::text(SubjectKind kind, std::string_view subject, std::string_view predicate) const {
    const Fact* fact = find(kind, subject, predicate);
    if (fact == nullptr) return {};
    if (const auto* words = std::get_if<std::string>(&fact->assertion.value)) return *words;
    return {};
}

std::string View::organisation_name(std::string_view key) const {
    const auto it = snapshot_->organisations.find(key);
    if (it != snapshot_->organisations.end()) return it->second.name;
    const std::string name = text(SubjectKind::kOrganisation, key, "name");
    return name.empty() ? std::string(key) : name;
}

std::vector<OrganisationRow> View::organisations() const {
    std::vector<OrganisationRow> out;
    for (const auto& [key, row] : snapshot_->organisations) out.push_back(row);
    for (const std::string& key : subjects(SubjectKind::kOrganisation)) {
        if (snapshot_->organisations.contains(key)) continue;
        OrganisationRow row;
        row.key = key;
        row.name = organisation_name(key);
        row.kind = "other";
        out.push_back(std::move(row));
    }
    return out;
}

const HeldFile* View::file(std::string_view document) const {
    const HeldFile* best = nullptr;
    const HeldFile* waiting = nullptr;
    const auto [first, last] = snapshot_->files.equal_range(document);
    for (auto it = first; it != last; ++it) {
        const HeldFile& item = it->second;
        if (!sees(item.classification, item.organisation)) continue;
        if (!item.accepted) {
            waiting = &item;
            continue;
        }
        // What another organisation publishes under a number stands beside the document, not for it.
        const bool own = best == nullptr || item.organisation == best->organisation;
        if (own || item.classification == platform::Classification::kRestricted) best = &item;
    }
    using platform::Permission;
    if (best == nullptr && (actor_.can(Permission::kReview) || actor_.can(Permission::kImport))) return waiting;
    return best;
}

const HeldFile* View::file_by_hash(std::string_view sha256) const {
    for (const auto& [key, file] : snapshot_->files) {
        if (file.sha256 == sha256 && sees(file.classification, file.organisation)) return &file;
    }
    return nullptr;
}

std::vector<const HeldFile*> View::files() const {
    std::vector<const HeldFile*> out;
    for (auto it = snapshot_->files.begin(); it != snapshot_->files.end();
         it = snapshot_->files.upper_bound(it->first)) {
        if (const HeldFile* newest = file(it->first)) out.push_back(newest);
    }
    return out;
}

std::set<std::string> View::owners(platform::Classification classification) const {
    std::set<std::string> out;
    for (const Fact& fact : snapshot_->facts) {
        const Assertion& a = fact.assertion;
        if (a.classification == classification && sees(a.classification, a.organisation)) out.insert(a.organisation);
    }
    for (const auto& [key, file] : snapshot_->files) {
        if (file.classification == classification && sees(file.classification, file.organisation)) out.insert(file.organisation);
    }
    return out;
}

std::string View::document_title(std::string_view key) const {
    const std::string title = text(SubjectKind::kDocument, key, "title");
    if (!title.empty()) return title;
    const HeldFile* held = file(key);
    return held != nullptr ? held->head.get_string_or("title", held->name) : std::string();
}

std::string View::document_number(std::string_view key) const {
    const std::string number = text(SubjectKind::kDocument, key, "number");
    if (!number.empty()) return number;
    const std::string type = text(SubjectKind::kDocument, key, "type");
    if (!type.empty()) return type + " (chưa có số)";
    return std::string(key);
}

Result<std::shared_ptr<const Snapshot>> Query::snapshot(const std::string& as_of) const {
    std::shared_ptr<const Snapshot> found;
    const Status read = sql_.read([&](store::Connection& connection) -> Status {
        SAOLA_TRY(const std::int64_t version, data_version(connection));
        {
            const std::scoped_lock lock(mutex_);
            for (const auto& item : snapshots_) {
                if (item->version == version && item->as_of == as_of) {
                    found = item;
                    return {};
                }
            }
        }
        auto fresh = std::make_shared<Snapshot>();
        fresh->version = version;
        fresh->as_of = as_of;
        std::vector<Fact> all;
        std::vector<Value> params;
        std::string sql = fact_select() + "WHERE a.observed = 0 ";
        if (!as_of.empty()) {
            sql += "AND a.valid_from <= ? ";
            params.emplace_back(as_of);
        }
        sql += "ORDER BY a.seq";
        SAOLA_TRY_STATUS(
            query_facts(connection, sql, params, [&](Fact fact) { all.push_back(std::move(fact)); }, &fresh->unreadable));
        index_current(std::move(all), *fresh);
        SAOLA_TRY_STATUS(load_side_tables(connection, *fresh));
        found = std::move(fresh);
        return {};
    });
    if (!read) return fail(read.error());
    const std::scoped_lock lock(mutex_);
    std::erase_if(snapshots_, [&](const auto& item) {
        return item == found || item->version < found->version;
    });
    snapshots_.insert(snapshots_.begin(), found);
    if (snapshots_.size() > kMaxSnapshots) snapshots_.resize(kMaxSnapshots);
    return found;
}

std::size_t Query::unreadable() const {
    const std::scoped_lock lock(mutex_);
    return snapshots_.empty() ? 0 : snapshots_.front()->unreadable;
}

Result<View> Query::view(const platform::Actor& actor, std::string_view as_of) const {
    std::string day;
    if (!as_of.empty()) {
        auto date = parse_iso_date(as_of);
        if (!date || date->day == 0) {
            return fail(ErrorKind::kInvalidArgument, "programme.bad_as_of",
                        "as_of is a full date, for example 2026-06-30.", "as_of");
        }
        day = to_iso(*date);
    }
    SAOLA_TRY(std::shared_ptr<const Snapshot> found, snapshot(day));
    return View(std::move(found), actor);
}

Result<Fact> Query::fact(const platform::Actor& actor, std::string_view id) const {
    std::optional<Fact> found;
    const std::vector<Value> params{std::string(id)};
    SAOLA_TRY_STATUS(sql_.read([&](store::Connection& connection) {
        return query_facts(connection, fact_select() + "WHERE a.id = ?", params,
                           [&](Fact fact) { found = std::move(fact); });
    }));
    if (!found || !actor.sees(found->assertion.classification, found->assertion.organisation)) {
        return fail(ErrorKind::kNotFound, "programme.no_assertion",
                    "There is no assertion with this id among those you may see.", "id");
    }
    return std::move(*found);
}

Result<std::string> Query::superseded_by(const platform::Actor& actor, std::string_view id) const {
    std::string found;
    const std::vector<Value> params{std::string(id)};
    SAOLA_TRY_STATUS(sql_.read([&](store::Connection& connection) {
        return query_facts(connection, fact_select() + "WHERE a.supersedes = ? ORDER BY a.seq", params,
                           [&](const Fact& fact) {
                               if (actor.sees(fact.assertion.classification, fact.assertion.organisation)) {
                                   found = fact.assertion.id;
                               }
                           });
    }));
    return found;
}

Result<std::vector<Fact>> Query::history(const platform::Actor& actor, SubjectKind kind,
                                         std::string_view subject, std::string_view predicate,
                                         std::size_t limit) const {
    std::vector<Fact> out;
    std::vector<Value> params{std::string(to_string(kind)), std::string(subject)};
    std::string sql = fact_select() + "WHERE a.kind = ? AND a.subject = ? ";
    if (!predicate.empty()) {
        sql += "AND a.predicate = ? ";
        params.emplace_back(std::string(predicate));
    }
    sql += "ORDER BY a.recorded_at DESC, a.seq DESC";
    SAOLA_TRY_STATUS(sql_.read([&](store::Connection& connection) {
        return query_facts(connection, sql, params, [&](Fact fact) {
            if (out.size() < limit &&
                actor.sees(fact.assertion.classification, fact.assertion.organisation)) {
                out.push_back(std::move(fact));
            }
        });
    }));
    return out;
}

Result<std::vector<Fact>> Query::latest(const platform::Actor& actor, SubjectKind kind,
                                        const std::vector<std::string>& subjects) const {
    std::vector<Fact> out;
    if (subjects.empty()) return out;
    std::vector<Value> params{std::string(to_string(kind)), std::string(kObserved)};
    std::string marks;
    for (const std::string& subject : subjects) {
        params.emplace_back(subject);
        marks += marks.empty() ? "?" : ",?";
    }
    const std::string sql = fact_select() +
                            "JOIN programme_latest l ON l.seq = a.seq WHERE l.kind = ? AND l.predicate = ?"
                            " AND l.subject IN (" + marks + ") ORDER BY a.subject, a.organisation, a.seq";
    SAOLA_TRY_STATUS(sql_.read([&](store::Connection& connection) {
        return query_facts(connection, sql, params, [&](Fact fact) {
            if (actor.sees(fact.assertion.classification, fact.assertion.organisation)) {
                out.push_back(std::move(fact));
            }
        });
    }));
    return out;
}

}  // namespace saola::programme
