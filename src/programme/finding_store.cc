#include "programme/finding_store.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/log.h"
#include "base/text.h"
#include "programme/limits.h"
#include "programme/value.h"

namespace saola::programme {
namespace {

Json quotes_json(const std::vector<StoredQuote>& quotes) {
    Json out = Json::array();
    for (const StoredQuote& quote : quotes) {
        Json item = Json::object();
        item.set("document", quote.document).set("sha256", quote.sha256).set("text", quote.text);
        item.set("place", quote.place).set("role", quote.role);
        item.set("begin", std::int64_t{quote.span.begin}).set("end", std::int64_t{quote.span.end});
        out.push(std::move(item));
    }
    return out;
}

Json body_json(const StoredFinding& f) {
    Json out = Json::object();
    out.set("subject", f.subject).set("summary_vi", f.summary_vi).set("summary_en", f.summary_en);
    out.set("computation", f.computation).set("quotes", quotes_json(f.quotes));
    Json assertions = Json::array();
    for (const std::string& id : f.assertions) assertions.push(id);
    out.set("assertions", std::move(assertions));
    if (f.carried) out.set("carried", true);
    return out;
}

void read_body(const Json& body, StoredFinding& f) {
    f.subject = body.get_string_or("subject", "");
    f.summary_vi = body.get_string_or("summary_vi", "");
    f.summary_en = body.get_string_or("summary_en", "");
    f.computation = body.get_string_or("computation", "");
    f.carried = body.get_bool_or("carried", false);
    if (const Json* quotes = body.find("quotes"); quotes != nullptr && quotes->is_array()) {
        for (const Json& item : quotes->as_array()) {
            StoredQuote quote;
            quote.document = item.get_string_or("document", "");
            quote.sha256 = item.get_string_or("sha256", "");
            quote.text = item.get_string_or("text", "");
            quote.place = item.get_string_or("place", "");
            quote.role = item.get_string_or("role", "");
            quote.span = {static_cast<std::uint32_t>(item.get_integer_or("begin", 0)),
                          static_cast<std::uint32_t>(item.get_integer_or("end", 0))};
            f.quotes.push_back(std::move(quote));
        }
    }
    if (const Json* ids = body.find("assertions"); ids != nullptr && ids->is_array()) {
        for (const Json& id : ids->as_array()) {
            if (id.is_string()) f.assertions.push_back(id.as_string());
        }
    }
}

StoredFinding stored_of(const Finding& found, const std::vector<const HeldFile*>& files,
                        TimestampNs now) {
    StoredFinding out;
    out.id = found.fingerprint;
    out.rule = found.rule;
    out.rule_version = found.rule_version;
    out.severity = std::string(to_string(found.severity));
    out.state = "open";
    out.summary_vi = found.summary_vi;
    out.summary_en = found.summary_en;
    out.computation = found.computation;
    out.subject = found.subject;
    out.assertions = found.assertions;
    out.first_seen_ns = out.last_seen_ns = now;
    for (const Quote& quote : found.quotes) {
        if (quote.document >= files.size()) continue;
        const HeldFile& file = *files[quote.document];
        out.quotes.push_back(
            {file.document, file.sha256, quote.text, quote.place, quote.role, quote.span});
    }
    return out;
}

Status add_event(store::Connection& connection, const std::string& finding, TimestampNs at,
                 const std::string& actor, const std::string& action, const std::string& reason) {
    SAOLA_TRY(
        const std::int64_t last,
        connection.query_integer(
            "SELECT COALESCE(MAX(event_no), 0) FROM programme_finding_event WHERE finding = ?",
            {finding}));
    SAOLA_TRY([[maybe_unused]] const std::int64_t rows,
              connection.execute("INSERT INTO programme_finding_event (finding, event_no, at, "
                                 "actor, action, reason) VALUES (?,?,?,?,?,?)",
                                 {finding, last + 1, at, actor, action, reason}));
    return {};
}

Result<bool> is_known(store::Connection& connection, const std::string& id) {
    SAOLA_TRY(
        const std::int64_t known,
        connection.query_integer("SELECT COUNT(*) FROM programme_finding WHERE id = ?", {id}));
    return known > 0;
}

Status save(store::Connection& connection, const StoredFinding& f, TimestampNs now) {
    SAOLA_TRY(const bool known, is_known(connection, f.id));
    if (known) {
        // A person's decision stays: only what the rule says now is renewed.
        SAOLA_TRY([[maybe_unused]] const std::int64_t rows,
                  connection.execute(
                      "UPDATE programme_finding SET present = 1, last_seen = ?, body = ?, "
                      "rule_version = ?, severity = ?,"
                      " classification = ?, organisation = ? WHERE id = ?",
                      {now, body_json(f).dump(), std::int64_t{f.rule_version}, f.severity,
                       static_cast<std::int64_t>(f.classification), f.organisation, f.id}));
        return {};
    }
    SAOLA_TRY(
        [[maybe_unused]] const std::int64_t rows,
        connection.execute(
            "INSERT INTO programme_finding (id, rule, rule_version, severity, state, present, "
            "document, body, first_seen,"
            " last_seen, classification, organisation) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            {f.id, f.rule, std::int64_t{f.rule_version}, f.severity, "open", std::int64_t{1},
             f.quotes.empty() ? std::string() : f.quotes.front().document, body_json(f).dump(), now,
             now, static_cast<std::int64_t>(f.classification), f.organisation}));
    return add_event(connection, f.id, now, "system", "found", f.carried ? "data set" : "");
}

// Where a quote in a data set ends: facts are carried, not the prose around them.
std::size_t short_end(std::string_view words) {
    constexpr std::size_t kMaxCarriedQuote = 80;
    if (words.size() <= kMaxCarriedQuote) return words.size();
    const std::size_t blank = words.find_last_of(" \n\t", kMaxCarriedQuote);
    if (blank != std::string_view::npos && blank > 0) return blank;
    std::size_t size = kMaxCarriedQuote;
    while (size > 0 && (static_cast<unsigned char>(words[size]) & 0xC0U) == 0x80U) --size;
    return size;
}

bool all_held(const StoredFinding& finding, const View& open) {
    return std::ranges::all_of(finding.quotes, [&](const StoredQuote& quote) {
        return open.file(quote.document) != nullptr;
    });
}

// Carried findings that still stand: not every document they quote is held for everyone to read.
Status read_standing(store::Connection& connection, const View& open, std::set<std::string>& out) {
    return connection.query(
        "SELECT id, body FROM programme_finding WHERE body LIKE '%\"carried\":true%'", {},
        [&](const store::Row& row) {
            StoredFinding finding;
            if (auto body = Json::parse(row.text(1))) read_body(*body, finding);
            if (finding.carried && !all_held(finding, open)) out.emplace(row.text(0));
            return store::Step::kContinue;
        });
}

// Whether the finding names the assertion, or quotes the words it was read from.
bool belongs(const Fact& fact, const StoredFinding& finding) {
    if (std::ranges::find(finding.assertions, fact.assertion.id) != finding.assertions.end())
        return true;
    return fact.source.span && std::ranges::any_of(finding.quotes, [&](const StoredQuote& quote) {
               return quote.sha256 == fact.source.document_sha256 &&
                      quote.span.begin < fact.source.span->end &&
                      fact.source.span->begin < quote.span.end;
           });
}

}  // namespace

// The rules run once for each audience, over what that audience sees: then neither a finding, nor
// its words, nor its absence tells of rows somebody may not see. What a wider audience's run found
// is not repeated for a narrower one.
struct FindingStore::Audience {
    platform::Actor actor;
    platform::Classification classification = platform::Classification::kPublic;
    std::string organisation;  // of a restricted audience
};

std::vector<FindingStore::Audience> FindingStore::audiences(const View& whole) {
    std::vector<Audience> out(1);  // everyone
    platform::Actor signed_in;
    signed_in.id = "rules";
    if (!whole.owners(platform::Classification::kInternal).empty())
        out.push_back({signed_in, platform::Classification::kInternal, {}});
    const std::set<std::string> owners = whole.owners(platform::Classification::kRestricted);
    for (const std::string& owner : owners) {
        platform::Actor actor = signed_in;
        if (owner.empty()) continue;
        actor.organisations.insert(owner);
        out.push_back({std::move(actor), platform::Classification::kRestricted, owner});
    }
    // Across organisations: only for those who see everything, as organisation "" says.
    if (owners.size() > 1 || owners.contains(""))
        out.push_back({platform::system_actor(), platform::Classification::kRestricted, {}});
    return out;
}

Result<std::vector<StoredFinding>> FindingStore::run_rules(const Audience& audience,
                                                           std::set<std::string>& unread) const {
    SAOLA_TRY(const View view, query_.view(audience.actor));
    std::vector<const HeldFile*> files;
    std::vector<std::shared_ptr<const contracts::Document>> held;
    FindingInput input;
    for (const HeldFile* file : view.files()) {
        auto document = documents_.load(file->sha256, file->name);
        if (!document) {
            // Restored without its originals, say: what can be read is still worth checking.
            if (unread.insert(file->sha256).second)
                log::error("programme.original_unread", {{"document", file->document},
                                                         {"sha256", file->sha256},
                                                         {"error", document.error().message}});
            continue;
        }
        files.push_back(file);
        input.documents.push_back(document->get());
        held.push_back(std::move(*document));
    }
    for (int k = 0; k <= static_cast<int>(SubjectKind::kCode); ++k) {
        const auto kind = static_cast<SubjectKind>(k);
        for (const std::string& subject : view.subjects(kind)) {
            for (const Fact* fact : view.facts(kind, subject))
                input.assertions.push_back(fact->assertion);
        }
    }
    input.today = query_.today();
    std::vector<StoredFinding> out;
    for (const Finding& item : find_defects(input)) {
        out.push_back(stored_of(item, files, platform_.clock->now_ns()));
        out.back().classification = audience.classification;
        out.back().organisation = audience.organisation;
    }
    return out;
}

Result<std::int64_t> FindingStore::refresh() {
    const std::scoped_lock turn(turn_);
    SAOLA_TRY(const View whole, query_.view(platform::system_actor()));
    const TimestampNs now = platform_.clock->now_ns();
    std::vector<StoredFinding> found;
    std::set<std::string> unread;  // sha256
    std::set<std::string> wide;    // found for everyone signed in
    std::set<std::string> narrow;  // found for one organisation
    for (const Audience& audience : audiences(whole)) {
        SAOLA_TRY(std::vector<StoredFinding> items, run_rules(audience, unread));
        const bool restricted = audience.classification == platform::Classification::kRestricted;
        for (StoredFinding& item : items) {
            if (wide.contains(item.id) ||
                (restricted && audience.organisation.empty() && narrow.contains(item.id)))
                continue;
            (restricted ? narrow : wide).insert(item.id);
            // The same document may be restricted at two organisations, with a finding for each.
            if (restricted)
                item.id += "." + (audience.organisation.empty() ? std::string("all")
                                                                : audience.organisation);
            found.push_back(std::move(item));
        }
    }
    SAOLA_TRY(const View open, query_.view(platform::Actor{}));
    std::int64_t present = 0;
    unread_ = unread.size();
    const Status saved = platform_.sql->write([&](store::Connection& connection) -> Status {
        std::set<std::string> standing;
        SAOLA_TRY_STATUS(read_standing(connection, open, standing));
        present = static_cast<std::int64_t>(standing.size());
        SAOLA_TRY([[maybe_unused]] const std::int64_t absent,
                  connection.execute("UPDATE programme_finding SET present = 0"));
        for (const StoredFinding& item : found) {
            if (standing.contains(item.id)) continue;
            SAOLA_TRY_STATUS(save(connection, item, now));
            ++present;
        }
        for (const std::string& id : standing) {
            SAOLA_TRY([[maybe_unused]] const std::int64_t rows,
                      connection.execute(
                          "UPDATE programme_finding SET present = 1, last_seen = ? WHERE id = ?",
                          {now, id}));
        }
        return bump_version(connection);
    });
    if (!saved) return fail(saved.error());
    return present;
}

Result<std::shared_ptr<const FindingRows>> FindingStore::present() const {
    std::shared_ptr<const FindingRows> found;
    SAOLA_TRY_STATUS(platform_.sql->read([&](store::Connection& connection) -> Status {
        SAOLA_TRY(const std::int64_t version, data_version(connection));
        std::shared_ptr<const FindingRows> known;
        {
            const std::scoped_lock lock(mutex_);
            known = found = present_;
            if (version == version_) return {};
        }
        // Most findings say what they said before: those need not be parsed.
        std::unordered_map<std::string_view, const StoredFinding*> parsed;
        if (known) {
            for (const auto& item : *known) parsed.emplace(item->id, item.get());
        }
        auto fresh = std::make_shared<FindingRows>();
        SAOLA_TRY_STATUS(connection.query(
            "SELECT id, rule, rule_version, severity, state, present, body, first_seen, last_seen, "
            "classification, organisation"
            " FROM programme_finding WHERE present = 1 ORDER BY CASE severity WHEN 'error' THEN 0 "
            "WHEN 'warning' THEN 1 ELSE 2 END, rule, id",
            {}, [&](const store::Row& row) {
                const auto same = parsed.find(row.text(0));
                const std::size_t hash = std::hash<std::string_view>{}(row.text(6));
                const bool seen = same != parsed.end() && same->second->body_hash == hash;
                auto f = seen ? std::make_shared<StoredFinding>(*same->second)
                              : std::make_shared<StoredFinding>();
                f->id = std::string(row.text(0));
                f->rule = std::string(row.text(1));
                f->rule_version = static_cast<int>(row.integer(2));
                f->severity = std::string(row.text(3));
                f->state = std::string(row.text(4));
                f->present = row.integer(5) != 0;
                if (!seen) {
                    if (auto body = Json::parse(row.text(6))) read_body(*body, *f);
                }
                f->body_hash = hash;
                f->first_seen_ns = row.integer(7);
                f->last_seen_ns = row.integer(8);
                f->classification = static_cast<platform::Classification>(row.integer(9));
                f->organisation = std::string(row.text(10));
                fresh->push_back(std::move(f));
                return store::Step::kContinue;
            }));
        found = fresh;
        const std::scoped_lock lock(mutex_);
        version_ = version;
        present_ = std::move(fresh);
        return {};
    }));
    return found;
}

std::vector<std::string> FindingStore::folded(const FindingRows& rows, bool marks) const {
    std::vector<std::string> out;
    const std::scoped_lock lock(mutex_);
    auto& known = folded_[marks ? 1 : 0];
    for (const auto& f : rows) {
        if (known.size() >= kMaxFoldedWords) known.clear();
        const auto [found, fresh] = known.try_emplace(f->id + "@" + std::to_string(f->body_hash));
        if (fresh) {
            std::string words = f->rule + "\n" + f->summary_vi + "\n" + f->summary_en;
            for (const StoredQuote& quote : f->quotes) words += "\n" + quote.text;
            found->second = marks ? text::fold(words) : text::fold_unmarked(words);
        }
        out.push_back(found->second);
    }
    return out;
}

Result<FindingRows> FindingStore::list(const platform::Actor& actor,
                                       const FindingFilter& filter) const {
    SAOLA_TRY(const std::shared_ptr<const FindingRows> all, present());
    // Read after the findings, so that no fact they lean on is newer than these.
    SAOLA_TRY(const View view, query_.view(actor));
    SAOLA_TRY(const View whole, query_.view(platform::system_actor()));
    const auto is = [](const std::string& wanted, const std::string& word) {
        return wanted.empty() || wanted == word;
    };
    // A finding that leans on a fact or quotes a document the actor may not see would show it.
    const auto hidden = [&](const StoredFinding& f) {
        if (!actor.sees(f.classification, f.organisation)) return true;
        const bool fact = std::ranges::any_of(f.assertions, [&](const std::string& id) {
            return view.by_id(id) == nullptr && whole.by_id(id) != nullptr;
        });
        if (fact || f.carried) return fact;
        return std::ranges::any_of(
            f.quotes, [&](const StoredQuote& q) { return view.file_by_hash(q.sha256) == nullptr; });
    };
    FindingRows out;
    for (const auto& item : *all) {
        const StoredFinding& f = *item;
        const bool about =
            filter.document.empty() || std::ranges::any_of(f.quotes, [&](const StoredQuote& q) {
                return q.document == filter.document;
            });
        if (about && is(filter.state, f.state) && is(filter.rule, f.rule) &&
            is(filter.severity, f.severity) && !hidden(f))
            out.push_back(item);
    }
    return out;
}

Result<StoredFinding> FindingStore::find(const platform::Actor& actor, std::string_view id) const {
    SAOLA_TRY(const FindingRows all, list(actor, {}));
    const auto row = std::ranges::find_if(all, [&](const auto& item) { return item->id == id; });
    if (row == all.end())
        return fail(ErrorKind::kNotFound, "programme.no_finding",
                    "There is no finding with this id among those you may see.", "id");
    StoredFinding found = **row;
    const Status read = platform_.sql->read([&](store::Connection& connection) {
        found.history.clear();
        return connection.query(
            "SELECT at, actor, action, reason FROM programme_finding_event WHERE finding = ? ORDER "
            "BY event_no",
            {std::string(id)}, [&](const store::Row& event) {
                found.history.push_back({event.integer(0), std::string(event.text(1)),
                                         std::string(event.text(2)), std::string(event.text(3))});
                return store::Step::kContinue;
            });
    });
    if (!read) return fail(read.error());
    return found;
}

Status FindingStore::decide(const platform::Actor& actor, std::string_view id,
                            const FindingDecision& decision) {
    SAOLA_TRY(const StoredFinding finding, find(actor, id));
    // A finding of no organisation is the whole programme's.
    if (!actor.can(platform::Permission::kReview, finding.organisation)) {
        return fail(ErrorKind::kPermissionDenied, "programme.not_your_finding",
                    "You may decide findings of your organisations only.", "id");
    }
    std::string state;
    if (decision.decision == "accept") state = "accepted";
    if (decision.decision == "dismiss") state = "dismissed";
    if (decision.decision == "correct") state = "corrected";
    if (decision.decision == "reopen") state = "open";
    if (state.empty())
        return fail(ErrorKind::kInvalidArgument, "programme.bad_decision",
                    "decision is accept, dismiss, correct or reopen.", "decision");
    if (decision.reason.empty() && state != "accepted") {
        return fail(ErrorKind::kInvalidArgument, "programme.reason_missing",
                    "Say why: this decision needs a reason.", "reason");
    }
    if (decision.reason.size() > kMaxReasonBytes) {
        return fail(ErrorKind::kTooLarge, "programme.reason_too_long", "The reason is too long.",
                    "reason", "max_reason_bytes=" + std::to_string(kMaxReasonBytes));
    }
    std::vector<Fact> facts;
    if (state == "corrected") {
        if (!decision.value || decision.assertion.empty()) {
            return fail(ErrorKind::kInvalidArgument, "programme.correction_missing",
                        "A correction names an assertion and its right value.", "correction");
        }
        SAOLA_TRY(Fact fact, query_.fact(actor, decision.assertion));
        if (!belongs(fact, finding)) {
            return fail(ErrorKind::kInvalidArgument, "programme.not_of_finding",
                        "This assertion is none that the finding speaks of.", "assertion");
        }
        SAOLA_TRY_STATUS(
            check_correction(*decision.value, fact.assertion.value, fact.assertion.unit));
        if (!actor.can(platform::Permission::kReview, fact.assertion.organisation)) {
            return fail(ErrorKind::kPermissionDenied, "programme.not_your_row",
                        "You may correct facts of your organisations only.", "assertion");
        }
        SAOLA_TRY(const std::string later, query_.superseded_by(actor, decision.assertion));
        if (!later.empty())
            return fail(ErrorKind::kConflict, "programme.superseded",
                        "This assertion was corrected before, by " + later + ".", "assertion");
        fact.assertion.supersedes = fact.assertion.id;
        fact.assertion.id = new_ulid(*platform_.clock, *platform_.random);
        fact.assertion.value = *decision.value;
        fact.assertion.actor = actor.id;
        fact.assertion.confidence = 1.0F;
        fact.assertion.recorded_at_ns = platform_.clock->now_ns();
        facts.push_back(std::move(fact));
    }
    const TimestampNs now = platform_.clock->now_ns();
    return platform_.sql->write([&](store::Connection& connection) -> Status {
        for (const Fact& fact : facts) {
            // Asked here again, so that of two corrections at once one is refused.
            SAOLA_TRY(const bool late, is_superseded(connection, fact.assertion.supersedes));
            if (late)
                return fail(ErrorKind::kConflict, "programme.superseded",
                            "This assertion was corrected before.", "assertion");
        }
        SAOLA_TRY([[maybe_unused]] const std::int64_t rows,
                  connection.execute("UPDATE programme_finding SET state = ? WHERE id = ?",
                                     {state, std::string(id)}));
        SAOLA_TRY_STATUS(add_event(connection, std::string(id), now, actor.id, decision.decision,
                                   decision.reason));
        SAOLA_TRY_STATUS(append_facts(connection, facts));
        SAOLA_TRY_STATUS(bump_version(connection));
        platform::AuditRecord record;
        record.actor_id = actor.id;
        record.actor_name = actor.name;
        record.action = "programme.finding." + decision.decision;
        record.object = "finding:" + std::string(id);
        record.organisation = finding.organisation;
        record.detail = Json::object();
        record.detail.set("rule", finding.rule).set("reason", decision.reason);
        if (!facts.empty())
            record.detail.set("assertion", facts.front().assertion.id)
                .set("supersedes", facts.front().assertion.supersedes);
        return platform_.audit->append(connection, record);
    });
}

namespace {

// The facts a correction may name: those of the rule, and those read from the quoted words.
Json correctable_json(const StoredFinding& f, const View& view) {
    Json out = Json::array();
    for (int k = 0; k <= static_cast<int>(SubjectKind::kCode); ++k) {
        const auto kind = static_cast<SubjectKind>(k);
        for (const std::string& subject : view.subjects(kind)) {
            for (const Fact* fact : view.facts(kind, subject)) {
                if (belongs(*fact, f) && out.size() < kMaxCorrectable) out.push(fact->assertion.id);
            }
        }
    }
    return out;
}

}  // namespace

Json to_json(const StoredFinding& f, const View& view) {
    Json out = Json::object();
    Json rule = Json::object();
    rule.set("id", f.rule).set("version", f.rule_version);
    for (const RuleInfo& info : rules()) {
        if (info.id != f.rule) continue;
        rule.set("title", Json::object().set("vi", info.title_vi).set("en", info.title_en));
        rule.set("explains",
                 Json::object().set("vi", info.explains_vi).set("en", info.explains_en));
    }
    out.set("id", f.id)
        .set("rule", std::move(rule))
        .set("severity", f.severity)
        .set("state", f.state);
    out.set("summary", Json::object().set("vi", f.summary_vi).set("en", f.summary_en))
        .set("computation", f.computation);
    Json quotes = Json::array();
    for (const StoredQuote& quote : f.quotes) {
        Json document = Json::object();
        document.set("key", quote.document)
            .set("number", view.document_number(quote.document))
            .set("title", view.document_title(quote.document));
        document.set("sha256", quote.sha256)
            .set("held", view.file_by_hash(quote.sha256) != nullptr);
        Json item = Json::object();
        item.set("document", std::move(document))
            .set("begin", std::int64_t{quote.span.begin})
            .set("end", std::int64_t{quote.span.end});
        item.set("text", quote.text).set("place", quote.place).set("role", quote.role);
        quotes.push(std::move(item));
    }
    out.set("quotes", std::move(quotes));
    out.set("assertions", correctable_json(f, view));
    Json history = Json::array();
    for (const FindingEvent& event : f.history) {
        history.push(Json::object()
                         .set("at", to_rfc3339(event.at_ns))
                         .set("actor", event.actor)
                         .set("action", event.action)
                         .set("reason", event.reason));
    }
    out.set("history", std::move(history))
        .set("first_seen", to_rfc3339(f.first_seen_ns))
        .set("last_seen", to_rfc3339(f.last_seen_ns));
    return out;
}

Result<std::int64_t> FindingStore::carry(store::Connection& connection,
                                         const std::vector<StoredFinding>& findings,
                                         const View& open) const {
    std::int64_t added = 0;
    const TimestampNs now = platform_.clock->now_ns();
    for (const StoredFinding& finding : findings) {
        SAOLA_TRY(const bool known, is_known(connection, finding.id));
        if (known || all_held(finding, open)) continue;
        SAOLA_TRY_STATUS(save(connection, finding, now));
        ++added;
    }
    return added;
}

Json dataset_json(const StoredFinding& f) {
    Json out = Json::object();
    out.set("id", f.id)
        .set("rule", f.rule)
        .set("version", f.rule_version)
        .set("severity", f.severity);
    out.set("summary_vi", f.summary_vi)
        .set("summary_en", f.summary_en)
        .set("computation", f.computation);
    std::vector<StoredQuote> quotes = f.quotes;
    for (StoredQuote& quote : quotes) {
        quote.text.resize(short_end(quote.text));
        quote.span.end = quote.span.begin + static_cast<std::uint32_t>(quote.text.size());
    }
    return out.set("quotes", quotes_json(quotes));
}

Result<StoredFinding> carried_finding(const Json& json) {
    StoredFinding out;
    out.carried = true;
    out.state = "open";
    SAOLA_TRY(out.id, json.get_string("id", 64));
    SAOLA_TRY(out.rule, json.get_string("rule", 64));
    SAOLA_TRY(out.severity, json.get_string("severity", 16));
    SAOLA_TRY(const std::int64_t version, json.get_integer("version"));
    out.rule_version = static_cast<int>(version);
    const bool hex =
        out.id.size() == 64 && out.id.find_first_not_of("0123456789abcdef") == std::string::npos;
    constexpr std::array<std::string_view, 3> kSeverities{"error", "warning", "question"};
    read_body(json, out);
    out.carried = true;  // whatever the file says
    if (!hex || std::ranges::find(kSeverities, out.severity) == kSeverities.end() ||
        out.quotes.empty() || out.summary_vi.empty()) {
        return fail(ErrorKind::kInvalidArgument, "programme.bad_finding",
                    "A finding has a fingerprint, a severity, a summary and at least one quote.",
                    "findings");
    }
    return out;
}

}  // namespace saola::programme
