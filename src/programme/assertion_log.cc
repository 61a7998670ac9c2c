#include "programme/assertion_log.h"

#include "base/log.h"
#include "programme/value.h"

namespace saola::programme {
namespace {

using store::Value;

Status insert_source(store::Connection& connection, const Source& source) {
    const Value none{};
    const Value begin = source.span ? Value{std::int64_t{source.span->begin}} : none;
    const Value end = source.span ? Value{std::int64_t{source.span->end}} : none;
    SAOLA_TRY(
        [[maybe_unused]] const std::int64_t rows,
        connection.execute("INSERT INTO programme_source (id, document, sha256, place, span_begin,"
                           " span_end, excerpt, retrieved_at) VALUES (?,?,?,?,?,?,?,?)"
                           " ON CONFLICT (id) DO NOTHING",
                           {source.id, source.document, source.document_sha256, source.place, begin,
                            end, source.excerpt, source.retrieved_at_ns}));
    return {};
}

Status insert_assertion(store::Connection& connection, std::int64_t seq, const Assertion& a) {
    const std::string kind(to_string(a.subject_kind));
    const std::int64_t observed = a.predicate == kObserved ? 1 : 0;
    SAOLA_TRY([[maybe_unused]] const std::int64_t rows,
              connection.execute(
                  "INSERT INTO programme_assertion (seq, id, kind, subject, predicate, value, "
                  "unit, period,"
                  " as_of, valid_from, recorded_at, source, actor, confidence, supersedes, stated,"
                  " classification, organisation, synthetic, observed)"
                  " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                  {seq,
                   a.id,
                   kind,
                   a.subject,
                   a.predicate,
                   to_json(a.value).dump(),
                   a.unit,
                   a.period,
                   a.as_of ? to_iso(*a.as_of) : std::string(),
                   valid_from(a),
                   a.recorded_at_ns,
                   a.source,
                   a.actor,
                   static_cast<double>(a.confidence),
                   a.supersedes,
                   a.stated,
                   static_cast<std::int64_t>(a.classification),
                   a.organisation,
                   std::int64_t{a.synthetic ? 1 : 0},
                   observed}));
    if (observed == 0) return {};
    // Keep the newest period of each series and organisation at hand; later facts win ties.
    SAOLA_TRY(
        [[maybe_unused]] const std::int64_t latest,
        connection.execute(
            "INSERT INTO programme_latest (kind, subject, predicate, organisation, classification,"
            " period, seq) VALUES (?,?,?,?,?,?,?)"
            " ON CONFLICT (kind, subject, predicate, organisation, classification) DO UPDATE SET"
            " period = excluded.period, seq = excluded.seq"
            " WHERE excluded.period >= programme_latest.period",
            {kind, a.subject, a.predicate, a.organisation,
             static_cast<std::int64_t>(a.classification), a.period, seq}));
    return {};
}

}  // namespace

Date valid_day(const Assertion& assertion) {
    return assertion.as_of ? first_day(*assertion.as_of)
                           : date_in_vietnam(assertion.recorded_at_ns);
}

std::string valid_from(const Assertion& assertion) { return to_iso(valid_day(assertion)); }

Result<bool> is_superseded(store::Connection& connection, const std::string& id) {
    SAOLA_TRY(
        const std::int64_t count,
        connection.query_integer(
            "SELECT COUNT(*) FROM programme_assertion WHERE supersedes = ? AND supersedes <> ''",
            {id}));
    return count > 0;
}

Result<std::int64_t> data_version(store::Connection& connection) {
    return connection.query_integer("SELECT value FROM programme_state WHERE name = 'version'");
}

Status bump_version(store::Connection& connection) {
    SAOLA_TRY(
        [[maybe_unused]] const std::int64_t rows,
        connection.execute("INSERT INTO programme_state (name, value) VALUES ('version', 1)"
                           " ON CONFLICT (name) DO UPDATE SET value = programme_state.value + 1"));
    return {};
}

Status append_facts(store::Connection& connection, const std::vector<Fact>& facts) {
    if (facts.empty()) return {};
    SAOLA_TRY(std::int64_t seq,
              connection.query_integer("SELECT COALESCE(MAX(seq), 0) FROM programme_assertion"));
    std::string_view last_source;  // the observations of one report share a source
    for (const Fact& fact : facts) {
        SAOLA_TRY_STATUS(check_storable(fact.assertion.value));
        if (!fact.source.id.empty() && fact.source.id != last_source)
            SAOLA_TRY_STATUS(insert_source(connection, fact.source));
        last_source = fact.source.id;
        SAOLA_TRY_STATUS(insert_assertion(connection, ++seq, fact.assertion));
    }
    return bump_version(connection);
}

Status rebuild_latest(store::Connection& connection) {
    SAOLA_TRY([[maybe_unused]] const std::int64_t removed,
              connection.execute("DELETE FROM programme_latest"));
    SAOLA_TRY(
        [[maybe_unused]] const std::int64_t added,
        connection.execute(
            "INSERT INTO programme_latest (kind, subject, predicate, organisation, classification,"
            " period, seq) SELECT kind, subject, predicate, organisation, classification, period,"
            " MAX(seq) FROM programme_assertion a WHERE observed = 1 AND period = (SELECT "
            "MAX(b.period)"
            " FROM programme_assertion b WHERE b.kind = a.kind AND b.subject = a.subject AND"
            " b.predicate = a.predicate AND b.organisation = a.organisation AND"
            " b.classification = a.classification AND b.observed = 1)"
            " GROUP BY kind, subject, predicate, organisation, classification, period"));
    return bump_version(connection);
}

std::string fact_select() {
    return "SELECT a.seq, a.id, a.kind, a.subject, a.predicate, a.value, a.unit, a.period, a.as_of,"
           " a.recorded_at, a.actor, a.confidence, a.supersedes, a.stated, a.classification,"
           " a.organisation, a.synthetic, a.source, s.document, s.sha256, s.place, s.span_begin,"
           " s.span_end, s.excerpt, s.retrieved_at"
           " FROM programme_assertion a LEFT JOIN programme_source s ON s.id = a.source ";
}

Result<Fact> read_fact(const store::Row& row) {
    Fact fact;
    Assertion& a = fact.assertion;
    fact.seq = row.integer(0);
    a.id = std::string(row.text(1));
    const auto kind = parse_subject_kind(row.text(2));
    if (!kind) {
        return fail(ErrorKind::kDataLoss, "programme.damaged_assertion",
                    "Assertion " + a.id + " names an unknown kind of subject.");
    }
    a.subject_kind = *kind;
    a.subject = std::string(row.text(3));
    a.predicate = std::string(row.text(4));
    SAOLA_TRY(const Json json, Json::parse(row.text(5)));
    SAOLA_TRY(a.value, value_from_json(json));
    a.unit = std::string(row.text(6));
    a.period = std::string(row.text(7));
    if (!row.text(8).empty()) {
        SAOLA_TRY(Date date, parse_iso_date(row.text(8)));
        a.as_of = date;
    }
    a.recorded_at_ns = row.integer(9);
    a.actor = std::string(row.text(10));
    a.confidence = static_cast<float>(row.real(11));
    a.supersedes = std::string(row.text(12));
    a.stated = std::string(row.text(13));
    a.classification = static_cast<platform::Classification>(row.integer(14));
    a.organisation = std::string(row.text(15));
    a.synthetic = row.integer(16) != 0;
    a.source = std::string(row.text(17));
    Source& s = fact.source;
    s.id = a.source;
    s.document = std::string(row.text(18));
    s.document_sha256 = std::string(row.text(19));
    s.place = std::string(row.text(20));
    if (!row.is_null(21) && !row.is_null(22)) {
        s.span = contracts::Span{static_cast<std::uint32_t>(row.integer(21)),
                                 static_cast<std::uint32_t>(row.integer(22))};
    }
    s.excerpt = std::string(row.text(23));
    s.retrieved_at_ns = row.integer(24);
    return fact;
}

Status query_facts(store::Connection& connection, std::string_view sql,
                   std::span<const store::Value> params, const std::function<void(Fact)>& on_fact,
                   std::size_t* unreadable) {
    std::size_t skipped = 0;
    SAOLA_TRY_STATUS(connection.query(sql, params, [&](const store::Row& row) {
        auto fact = read_fact(row);
        if (fact) {
            on_fact(std::move(*fact));
        } else {
            // One damaged row must not take all lists away; health tells of it.
            if (++skipped <= 10)
                log::error("programme.damaged_assertion", {{"assertion", std::string(row.text(1))},
                                                           {"error", fact.error().message}});
        }
        return store::Step::kContinue;
    }));
    if (unreadable != nullptr) *unreadable = skipped;
    return {};
}

}  // namespace saola::programme
