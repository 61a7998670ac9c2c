#include "programme/import_codec.h"

#include "programme/value.h"

namespace saola::programme {

Json fact_body(const Fact& fact) {
    const Assertion& a = fact.assertion;
    const Source& s = fact.source;
    Json out = Json::object();
    out.set("kind", to_string(a.subject_kind))
        .set("subject", a.subject)
        .set("predicate", a.predicate);
    out.set("value", to_json(a.value)).set("unit", a.unit).set("period", a.period);
    out.set("as_of", a.as_of ? to_iso(*a.as_of) : std::string()).set("stated", a.stated);
    out.set("confidence", static_cast<std::int64_t>(a.confidence * 1000.0F + 0.5F));
    out.set("classification", static_cast<int>(a.classification))
        .set("organisation", a.organisation);
    out.set("synthetic", a.synthetic).set("supersedes", a.supersedes);
    Json source = Json::object();
    source.set("document", s.document).set("sha256", s.document_sha256).set("place", s.place);
    if (s.span)
        source.set("begin", std::int64_t{s.span->begin}).set("end", std::int64_t{s.span->end});
    source.set("excerpt", s.excerpt);
    out.set("source", std::move(source));
    return out;
}

Result<Fact> fact_from_body(const Json& body) {
    Fact fact;
    Assertion& a = fact.assertion;
    SAOLA_TRY(const std::string kind, body.get_string("kind"));
    const auto parsed = parse_subject_kind(kind);
    if (!parsed)
        return fail(ErrorKind::kInvalidArgument, "programme.bad_kind",
                    "Unknown kind of subject: " + kind + ".", "kind");
    a.subject_kind = *parsed;
    SAOLA_TRY(a.subject, body.get_string("subject"));
    SAOLA_TRY(a.predicate, body.get_string("predicate"));
    const Json* value = body.find("value");
    if (value == nullptr)
        return fail(ErrorKind::kInvalidArgument, "programme.bad_value", "A fact has no value.",
                    "value");
    SAOLA_TRY(a.value, value_from_json(*value));
    a.unit = body.get_string_or("unit", "");
    a.period = body.get_string_or("period", "");
    if (const std::string day = body.get_string_or("as_of", ""); !day.empty()) {
        SAOLA_TRY(Date date, parse_iso_date(day));
        a.as_of = date;
    }
    a.stated = body.get_string_or("stated", "");
    a.confidence = static_cast<float>(body.get_integer_or("confidence", 1000)) / 1000.0F;
    const std::int64_t classification = body.get_integer_or("classification", 0);
    if (classification < 0 || classification > 2) {
        return fail(ErrorKind::kInvalidArgument, "programme.bad_classification",
                    "classification is 0, 1 or 2.", "classification");
    }
    a.classification = static_cast<platform::Classification>(classification);
    a.organisation = body.get_string_or("organisation", "");
    a.synthetic = body.get_bool_or("synthetic", false);
    a.supersedes = body.get_string_or("supersedes", "");
    const Json* source = body.find("source");
    if (source == nullptr) return fact;
    fact.source.document = source->get_string_or("document", "");
    fact.source.document_sha256 = source->get_string_or("sha256", "");
    fact.source.place = source->get_string_or("place", "");
    fact.source.excerpt = source->get_string_or("excerpt", "");
    if (source->find("begin") != nullptr) {
        SAOLA_TRY(const std::int64_t begin, source->get_integer("begin"));
        SAOLA_TRY(const std::int64_t end, source->get_integer("end"));
        if (begin < 0 || end < begin || end > INT32_MAX) {
            return fail(ErrorKind::kInvalidArgument, "programme.bad_span",
                        "A span has 0 <= begin <= end.", "source");
        }
        fact.source.span =
            contracts::Span{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    }
    return fact;
}

Json head_json(const contracts::Document& document) {
    const contracts::Head& head = document.head;
    Json out = Json::object();
    out.set("type", head.type).set("number", head.number).set("issuer", head.issuer);
    out.set("date", head.date ? to_iso(*head.date) : std::string()).set("title", head.title);
    out.set("signer", head.signer).set("draft", head.draft);
    return out;
}

}  // namespace saola::programme
