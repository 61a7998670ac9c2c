#include "programme/query.h"

#include <algorithm>

#include "programme/limits.h"

namespace saola::programme {
namespace {

using store::Value;

Status load_side_tables(store::Connection& connection, SideTables& out) {
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
    for (const auto& [key, file] : out.files) out.files_by_hash.emplace(file.sha256, &file);
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

// The log of the connection's data: `known` and what was recorded after it. Going by seq is safe:
// writers number their facts one transaction after another.
Result<std::shared_ptr<const FactLog>> read_log(store::Connection& connection,
                                                std::shared_ptr<const FactLog> known) {
    SAOLA_TRY(const std::int64_t last,
              connection.query_integer(
                  "SELECT COALESCE(MAX(seq), 0) FROM programme_assertion WHERE observed = 0"));
    if (known && known->last_seq == last) return known;
    auto out = known && known->last_seq < last ? std::make_shared<FactLog>(*known)
                                               : std::make_shared<FactLog>();
    const std::vector<Value> params{out->last_seq};
    std::size_t damaged = 0;
    SAOLA_TRY_STATUS(query_facts(
        connection, fact_select() + "WHERE a.observed = 0 AND a.seq > ? ORDER BY a.seq", params,
        [&](Fact fact) { out->append(std::move(fact)); }, &damaged));
    out->unreadable += damaged;
    out->last_seq = last;
    return out;
}

std::shared_ptr<Snapshot> snapshot_of(std::int64_t version, std::shared_ptr<const FactLog> log,
                                      std::shared_ptr<const SideTables> side,
                                      std::optional<Date> day) {
    auto out = std::make_shared<Snapshot>();
    out->version = version;
    out->day = day;
    if (day) out->as_of = to_iso(*day);
    out->current.resize(log->entries.size());
    const auto holds = [&](const FactLog::Entry& entry) {
        return !day || entry.valid_from <= *day;
    };
    for (std::size_t i = 0; i < log->entries.size(); ++i) {
        const FactLog::Entry& entry = log->entries[i];
        const bool corrected =
            entry.corrected_by != FactLog::kNone && holds(log->entries[entry.corrected_by]);
        out->current[i] = holds(entry) && !corrected;
    }
    out->log = std::move(log);
    out->side = std::move(side);
    return out;
}

// The rows that Actor::sees() lets through, as a condition on columns of table `a`.
std::string visible_sql(const platform::Actor& actor, std::vector<Value>& params) {
    if (!actor.sees(platform::Classification::kInternal, "")) return " AND a.classification = 0 ";
    if (actor.everywhere) return " ";
    if (actor.organisations.empty()) return " AND a.classification < 2 ";
    std::string marks;
    for (const std::string& key : actor.organisations) {
        params.emplace_back(key);
        marks += marks.empty() ? "?" : ",?";
    }
    return " AND (a.classification < 2 OR a.organisation IN (" + marks + ")) ";
}

Result<std::optional<Date>> day_of(std::string_view as_of) {
    if (as_of.empty()) return std::optional<Date>{};
    const auto date = parse_iso_date(as_of);
    if (!date || date->day == 0) {
        return fail(ErrorKind::kInvalidArgument, "programme.bad_as_of",
                    "as_of is a full date, for example 2026-06-30.", "as_of");
    }
    return std::optional<Date>{*date};
}

std::string visibility_signature(const platform::Actor& actor) {
    std::string out = actor.id.empty() ? "anonymous" : "signed-in";
    // Who imports or reviews also sees files that wait: see View::file.
    if (actor.can(platform::Permission::kReview) || actor.can(platform::Permission::kImport))
        out += "|waiting";
    if (actor.everywhere) return out + "|*";
    for (const std::string& key : actor.organisations) out += "|" + key;
    return out;
}

}  // namespace

void FactLog::append(Fact fact) {
    const auto place = static_cast<std::uint32_t>(entries.size());
    Entry entry;
    entry.valid_from = valid_day(fact.assertion);
    entry.fact = std::make_shared<const Fact>(std::move(fact));
    const Assertion& a = entry.fact->assertion;
    if (const auto corrected = by_id.find(a.supersedes); corrected != by_id.end())
        entries[corrected->second].corrected_by = place;
    subjects[static_cast<std::size_t>(a.subject_kind)][a.subject].push_back(place);
    by_id.emplace(a.id, place);
    entries.push_back(std::move(entry));
}

View::View(std::shared_ptr<const Snapshot> snapshot, platform::Actor actor)
    : snapshot_(std::move(snapshot)),
      actor_(std::move(actor)),
      signature_(visibility_signature(actor_)) {}

bool View::sees(platform::Classification classification, std::string_view organisation) const {
    return actor_.sees(classification, organisation);
}

const Fact* View::visible(std::uint32_t place) const {
    if (!snapshot_->current[place]) return nullptr;
    const Fact& fact = *snapshot_->log->entries[place].fact;
    return sees(fact.assertion.classification, fact.assertion.organisation) ? &fact : nullptr;
}

const FactLog::Places* View::places(SubjectKind kind, std::string_view subject) const {
    const auto& subjects = snapshot_->log->subjects[static_cast<std::size_t>(kind)];
    const auto it = subjects.find(subject);
    return it == subjects.end() ? nullptr : &it->second;
}

std::vector<std::string> View::subjects(SubjectKind kind) const {
    std::vector<std::string> out;
    for (const auto& [subject, places] : snapshot_->log->subjects[static_cast<std::size_t>(kind)]) {
        const bool any = std::ranges::any_of(
            places, [&](std::uint32_t place) { return visible(place) != nullptr; });
        if (any) out.push_back(subject);
    }
    return out;
}

std::vector<const Fact*> View::facts(SubjectKind kind, std::string_view subject) const {
    std::vector<const Fact*> out;
    const FactLog::Places* found = places(kind, subject);
    if (found == nullptr) return out;
    for (const std::uint32_t place : *found) {
        if (const Fact* fact = visible(place)) out.push_back(fact);
    }
    return out;
}

namespace {

// Whether a fact stands before the one shown so far: the owner's own restricted figures before what
// is public, then the whole programme's before an organisation's, then the first owner's. What
// another organisation says stands beside it. 0: the same owner, the day decides.
int standing(const Fact& shown, const Assertion& next) {
    const Assertion& now = shown.assertion;
    const auto restricted = [](const Assertion& a) {
        return a.classification == platform::Classification::kRestricted ? 1 : 0;
    };
    if (restricted(next) != restricted(now)) return restricted(next) - restricted(now);
    if (next.organisation == now.organisation) return 0;
    return next.organisation.empty() ? 1 : -1;
}

}  // namespace

const Fact* View::find(SubjectKind kind, std::string_view subject,
                       std::string_view predicate) const {
    const FactLog::Places* found = places(kind, subject);
    if (found == nullptr) return nullptr;
    const Fact* best = nullptr;
    Date best_from;
    for (const std::uint32_t place : *found) {
        const FactLog::Entry& entry = snapshot_->log->entries[place];
        if (entry.fact->assertion.predicate != predicate || visible(place) == nullptr) continue;
        if (best != nullptr) {
            const int rank = standing(*best, entry.fact->assertion);
            if (rank < 0 || (rank == 0 && entry.valid_from < best_from)) continue;
        }
        best = entry.fact.get();
        best_from = entry.valid_from;
    }
    return best;
}

const Fact* View::by_id(std::string_view id) const {
    const auto it = snapshot_->log->by_id.find(id);
    return it == snapshot_->log->by_id.end() ? nullptr : visible(it->second);
}

std::string View::text(SubjectKind kind, std::string_view subject,
                       std::string_view predicate) const {
    const Fact* fact = find(kind, subject, predicate);
    if (fact == nullptr) return {};
    if (const auto* words = std::get_if<std::string>(&fact->assertion.value)) return *words;
    return {};
}

std::string View::organisation_name(std::string_view key) const {
    const auto it = snapshot_->side->organisations.find(key);
    if (it != snapshot_->side->organisations.end()) return it->second.name;
    const std::string name = text(SubjectKind::kOrganisation, key, "name");
    return name.empty() ? std::string(key) : name;
}

std::vector<OrganisationRow> View::organisations() const {
    std::vector<OrganisationRow> out;
    for (const auto& [key, row] : snapshot_->side->organisations) out.push_back(row);
    for (const std::string& key : subjects(SubjectKind::kOrganisation)) {
        if (snapshot_->side->organisations.contains(key)) continue;
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
    const auto [first, last] = snapshot_->side->files.equal_range(document);
    for (auto it = first; it != last; ++it) {
        const HeldFile& item = it->second;
        if (!sees(item.classification, item.organisation)) continue;
        if (!item.accepted) {
            waiting = &item;
            continue;
        }
        // What another organisation publishes under a number stands beside the document, not for
        // it.
        const bool own = best == nullptr || item.organisation == best->organisation;
        if (own || item.classification == platform::Classification::kRestricted) best = &item;
    }
    using platform::Permission;
    if (best == nullptr && (actor_.can(Permission::kReview) || actor_.can(Permission::kImport)))
        return waiting;
    return best;
}

const HeldFile* View::file_by_hash(std::string_view sha256) const {
    const auto [first, last] = snapshot_->side->files_by_hash.equal_range(sha256);
    for (auto it = first; it != last; ++it) {
        if (sees(it->second->classification, it->second->organisation)) return it->second;
    }
    return nullptr;
}

std::vector<const HeldFile*> View::files() const {
    std::vector<const HeldFile*> out;
    for (auto it = snapshot_->side->files.begin(); it != snapshot_->side->files.end();
         it = snapshot_->side->files.upper_bound(it->first)) {
        if (const HeldFile* newest = file(it->first)) out.push_back(newest);
    }
    return out;
}

std::set<std::string> View::owners(platform::Classification classification) const {
    std::set<std::string> out;
    for (std::uint32_t place = 0; place < snapshot_->current.size(); ++place) {
        const Fact* fact = visible(place);
        if (fact != nullptr && fact->assertion.classification == classification)
            out.insert(fact->assertion.organisation);
    }
    for (const auto& [key, file] : snapshot_->side->files) {
        if (file.classification == classification && sees(file.classification, file.organisation))
            out.insert(file.organisation);
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

Result<std::shared_ptr<const Snapshot>> Query::newest() const {
    std::shared_ptr<const Snapshot> known;
    const auto look = [&](store::Connection& connection) -> Result<std::int64_t> {
        SAOLA_TRY(const std::int64_t version, data_version(connection));
        const std::scoped_lock lock(mutex_);
        known = newest_;
        return version;
    };
    std::int64_t version = 0;
    SAOLA_TRY_STATUS(sql_.read([&](store::Connection& connection) -> Status {
        SAOLA_TRY(version, look(connection));
        return {};
    }));
    if (known && known->version == version) return known;
    // Whoever waits here holds no connection.
    const std::scoped_lock turn(turn_);
    std::shared_ptr<const Snapshot> found;
    SAOLA_TRY_STATUS(sql_.read([&](store::Connection& connection) -> Status {
        SAOLA_TRY(version, look(connection));
        if (known && known->version == version) {
            found = known;
            return {};
        }
        const bool grown =
            known && known->version < version;  // else another database stands there now
        SAOLA_TRY(std::shared_ptr<const FactLog> log,
                  read_log(connection, grown ? known->log : nullptr));
        auto side = std::make_shared<SideTables>();
        SAOLA_TRY_STATUS(load_side_tables(connection, *side));
        found = snapshot_of(version, std::move(log), std::move(side), std::nullopt);
        return {};
    }));
    const std::scoped_lock lock(mutex_);
    newest_ = found;
    return found;
}

std::shared_ptr<const Snapshot> Query::on_day(const std::shared_ptr<const Snapshot>& now,
                                              const Date& day) const {
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& item : days_) {
            if (item->version == now->version && item->day == day) return item;
        }
    }
    const std::shared_ptr<const Snapshot> made =
        snapshot_of(now->version, now->log, now->side, day);
    const std::scoped_lock lock(mutex_);
    std::erase_if(days_, [&](const auto& item) { return item->version < made->version; });
    days_.insert(days_.begin(), made);
    if (days_.size() > kMaxSnapshots) days_.resize(kMaxSnapshots);
    return made;
}

std::size_t Query::unreadable() const {
    const std::scoped_lock lock(mutex_);
    return newest_ == nullptr ? 0 : newest_->log->unreadable;
}

Result<View> Query::view(const platform::Actor& actor, std::string_view as_of) const {
    SAOLA_TRY(const std::optional<Date> day, day_of(as_of));
    SAOLA_TRY(std::shared_ptr<const Snapshot> found, newest());
    if (day) found = on_day(found, *day);
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
    SAOLA_TRY(const auto found, superseded_by(actor, std::vector<std::string>{std::string(id)}));
    return found.empty() ? std::string() : found.begin()->second;
}

Result<std::map<std::string, std::string>> Query::superseded_by(
    const platform::Actor& actor, const std::vector<std::string>& ids) const {
    std::map<std::string, std::string> out;
    if (ids.empty()) return out;
    std::vector<Value> params;
    std::string marks;
    for (const std::string& id : ids) {
        params.emplace_back(id);
        marks += marks.empty() ? "?" : ",?";
    }
    // The second condition lets the partial index serve the first.
    const std::string sql =
        "SELECT supersedes, id, classification, organisation FROM programme_assertion"
        " WHERE supersedes IN (" +
        marks + ") AND supersedes <> ''";
    SAOLA_TRY_STATUS(sql_.read([&](store::Connection& connection) {
        out.clear();
        return connection.query(sql, params, [&](const store::Row& row) {
            const auto classification = static_cast<platform::Classification>(row.integer(2));
            if (actor.sees(classification, row.text(3)))
                out[std::string(row.text(0))] = std::string(row.text(1));
            return store::Step::kContinue;
        });
    }));
    return out;
}

Result<std::vector<Fact>> Query::history(const platform::Actor& actor, SubjectKind kind,
                                         std::string_view subject, std::string_view predicate,
                                         std::size_t limit) const {
    std::vector<Fact> out;
    std::vector<Value> params{std::string(to_string(kind)), std::string(subject)};
    std::string sql = fact_select() + "WHERE a.kind = ? AND a.subject = ?";
    if (!predicate.empty()) {
        sql += " AND a.predicate = ?";
        params.emplace_back(std::string(predicate));
    }
    sql += visible_sql(actor, params) + "ORDER BY a.seq DESC LIMIT " + std::to_string(limit);
    SAOLA_TRY_STATUS(sql_.read([&](store::Connection& connection) {
        out.clear();
        return query_facts(connection, sql, params, [&](Fact fact) {
            if (actor.sees(fact.assertion.classification, fact.assertion.organisation))
                out.push_back(std::move(fact));
        });
    }));
    return out;
}

Result<std::vector<Fact>> Query::latest(const platform::Actor& actor, SubjectKind kind,
                                        std::string_view organisation,
                                        std::string_view as_of) const {
    SAOLA_TRY(const std::optional<Date> day, day_of(as_of));
    // The rollup names the series; of an earlier day, the newest entry of each is found by index.
    std::vector<Value> params;
    std::string entry = "l.seq";
    if (day) {
        entry =
            "(SELECT b.seq FROM programme_assertion b WHERE b.observed = 1 AND b.kind = l.kind AND "
            "b.subject = l.subject"
            " AND b.predicate = l.predicate AND b.organisation = l.organisation AND "
            "b.classification = l.classification"
            " AND b.valid_from <= ? ORDER BY b.period DESC, b.seq DESC LIMIT 1)";
        params.emplace_back(to_iso(*day));
    }
    params.insert(params.end(), {std::string(to_string(kind)), std::string(kObserved),
                                 std::string(organisation)});
    std::string sql =
        fact_select() + "WHERE a.seq IN (SELECT " + entry +
        " FROM programme_latest l WHERE l.kind = ? AND l.predicate = ? AND l.organisation = ?)";
    sql += visible_sql(actor, params) + "ORDER BY a.subject, a.period, a.seq";
    std::vector<Fact> out;
    SAOLA_TRY_STATUS(sql_.read([&](store::Connection& connection) {
        out.clear();
        return query_facts(connection, sql, params, [&](Fact fact) {
            if (!actor.sees(fact.assertion.classification, fact.assertion.organisation)) return;
            // A subject may have a series for each classification: the newest visible entry stays.
            if (!out.empty() && out.back().assertion.subject == fact.assertion.subject)
                out.pop_back();
            out.push_back(std::move(fact));
        });
    }));
    return out;
}

}  // namespace saola::programme
