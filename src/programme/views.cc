#include "programme/views.h"

#include "programme/value.h"

namespace saola::programme {
namespace {

Json local_text(const platform::LocalText& text) {
    return Json::object().set("vi", text.vi).set("en", text.en);
}

Json span_json(const std::optional<contracts::Span>& span) {
    if (!span) return {};
    Json out = Json::object();
    out.set("begin", std::int64_t{span->begin}).set("end", std::int64_t{span->end});
    return out;
}

Json document_json(const Source& source, const View& view) {
    Json out = Json::object();
    out.set("key", source.document).set("number", view.document_number(source.document));
    out.set("title", view.document_title(source.document));
    out.set("sha256", source.document_sha256)
        .set("held", view.file_by_hash(source.document_sha256) != nullptr);
    return out;
}

Result<Decimal> number_of(const Json& json) {
    if (json.is_integer()) return Decimal(json.as_integer());
    if (json.is_string()) return Decimal::parse(json.as_string());
    if (json.is_number()) return Decimal::parse(json.dump());
    return fail(ErrorKind::kInvalidArgument, "programme.bad_value", "A number is expected.",
                "value");
}

}  // namespace

Json display_cell(const AssertedValue& value, std::string_view unit) {
    if (unit != "VND") return cell_json(value);
    const platform::Cell cell = to_cell(value, unit);
    Json out = Json::object();
    if (const auto* number = std::get_if<Decimal>(&cell.value))
        return out.set("v", decimal_json(*number));
    if (const auto* interval = std::get_if<platform::Interval>(&cell.value)) {
        out.set("lo", interval->lo ? decimal_json(*interval->lo) : Json());
        return out.set("hi", interval->hi ? decimal_json(*interval->hi) : Json());
    }
    return cell_json(value);
}

std::string subject_title(const Assertion& assertion, const View& view) {
    for (const char* predicate : {"title", "name"}) {
        const std::string words = view.text(assertion.subject_kind, assertion.subject, predicate);
        if (!words.empty()) return words;
    }
    if (assertion.subject_kind == SubjectKind::kDocument)
        return view.document_number(assertion.subject);
    return assertion.subject;
}

Json source_json(const Fact& fact, const View& view) {
    const Source& source = fact.source;
    Json out = Json::object();
    out.set("id", source.id)
        .set("document", document_json(source, view))
        .set("place", source.place);
    out.set("span", span_json(source.span)).set("excerpt", source.excerpt);
    return out;  // not the reference that set() gives: it would be copied
}

Json assertion_json(const Fact& fact, const View& view, std::string_view superseded_by) {
    const Assertion& a = fact.assertion;
    Json subject = Json::object();
    subject.set("kind", to_string(a.subject_kind))
        .set("key", a.subject)
        .set("title", subject_title(a, view));
    Json out = Json::object();
    out.set("id", a.id).set("subject", std::move(subject)).set("predicate", a.predicate);
    out.set("value", display_cell(a.value, a.unit))
        .set("unit", display_unit(a.unit))
        .set("period", a.period);
    out.set("as_of", a.as_of ? Json(to_iso(*a.as_of)) : Json())
        .set("recorded_at", to_rfc3339(a.recorded_at_ns));
    out.set("stated", a.stated)
        .set("confidence",
             static_cast<double>(static_cast<int>(a.confidence * 1000.0F + 0.5F)) / 1000.0);
    out.set("classification", platform::to_string(a.classification))
        .set("organisation", a.organisation);
    out.set("synthetic", a.synthetic)
        .set("supersedes", a.supersedes.empty() ? Json() : Json(a.supersedes));
    out.set("superseded_by", superseded_by.empty() ? Json() : Json(superseded_by))
        .set("actor", a.actor);
    out.set("source", source_json(fact, view));
    return out;
}

Json figure_json(const Figure& figure, const View& view) {
    Json formula = local_text(figure.formula);
    formula.set("expression", figure.expression);
    Json assertions = Json::array();
    for (const Fact& fact : figure.operands) assertions.push(assertion_json(fact, view, ""));
    Json out = Json::object();
    out.set("id", figure.id)
        .set("title", local_text(figure.title))
        .set("formula", std::move(formula));
    out.set("value", display_cell(figure.value, figure.unit))
        .set("unit", display_unit(figure.unit));
    out.set("known_count", figure.known_count).set("unknown_count", figure.unknown_count);
    // Said for everyone, so that it tells nothing: rows of this kind can be restricted.
    out.set("partial", true).set("as_of", figure.as_of);
    out.set("assertions", std::move(assertions));
    return out;
}

Json import_json(const ImportInfo& info) {
    Json documents = Json::array();
    for (const ImportInfo::File& file : info.files) {
        documents.push(Json::object()
                           .set("key", file.document)
                           .set("name", file.name)
                           .set("sha256", file.sha256));
    }
    const ImportCounts& c = info.counts;
    Json counts = Json::object();
    counts.set("rows", c.rows)
        .set("new", c.fresh)
        .set("changed", c.changed)
        .set("conflict", c.conflict)
        .set("same", c.same);
    counts.set("low_confidence", c.low_confidence)
        .set("proposed", c.proposed)
        .set("accepted", c.accepted)
        .set("rejected", c.rejected);
    Json out = Json::object();
    out.set("id", info.id)
        .set("state", info.state)
        .set("created_at", to_rfc3339(info.created_at_ns))
        .set("actor", info.actor);
    out.set("classification", platform::to_string(info.classification))
        .set("organisation", info.organisation);
    return out.set("documents", std::move(documents)).set("counts", std::move(counts));
}

Json import_row_json(const ImportRow& row, const View& view) {
    const Assertion& a = row.fact.assertion;
    Json subject = Json::object();
    subject.set("kind", to_string(a.subject_kind))
        .set("key", a.subject)
        .set("title", subject_title(a, view));
    const Fact* previous = row.previous.empty() ? nullptr : view.by_id(row.previous);
    Json out = Json::object();
    out.set("id", row.id).set("state", row.state).set("change", row.change);
    out.set("confidence",
            static_cast<double>(static_cast<int>(a.confidence * 1000.0F + 0.5F)) / 1000.0);
    out.set("subject", std::move(subject))
        .set("predicate", a.predicate)
        .set("value", display_cell(a.value, a.unit));
    out.set("unit", display_unit(a.unit))
        .set("period", a.period)
        .set("stated", a.stated)
        .set("source", source_json(row.fact, view));
    out.set("previous", previous != nullptr ? assertion_json(*previous, view, "") : Json());
    return out.set("assertion", row.assertion.empty() ? Json() : Json(row.assertion));
}

Json table_json(const platform::Table& table, const View& view, bool inline_sources) {
    Json out = platform::to_json(table);
    Json* rows = out.find("rows");
    if (!inline_sources || rows == nullptr) return out;
    for (Json& row : rows->as_array()) {
        Json* cells = row.find("cells");
        if (cells == nullptr) continue;
        for (auto& [key, cell] : cells->as_object()) {
            const Json* id = cell.find("assertion");
            if (id == nullptr || !id->is_string()) continue;
            const Fact* fact = view.by_id(id->as_string());
            if (fact == nullptr) continue;
            Json source = Json::object();
            source.set("document", document_json(fact->source, view))
                .set("place", fact->source.place);
            source.set("span", span_json(fact->source.span)).set("text", fact->source.excerpt);
            source.set("stated", fact->assertion.stated);
            cell.set("source", std::move(source));
        }
    }
    return out;
}

Result<AssertedValue> value_from_cell(const Json& cell, const AssertedValue& like) {
    if (cell.find("unknown") != nullptr) return AssertedValue{Unknown{}};
    if (const Json* v = cell.find("v"); v != nullptr) {
        const bool text = std::holds_alternative<std::string>(like);
        const bool date = std::holds_alternative<Date>(like);
        if (v->is_string() && date) {
            SAOLA_TRY(Date day, parse_iso_date(v->as_string()));
            return AssertedValue{day};
        }
        if (v->is_string() && text) return AssertedValue{v->as_string()};
        SAOLA_TRY(Decimal number, number_of(*v));
        return AssertedValue{number};
    }
    if (cell.find("lo") != nullptr || cell.find("hi") != nullptr) {
        Range range;
        for (auto& [name, bound] : {std::pair{"lo", &range.lo}, std::pair{"hi", &range.hi}}) {
            const Json* found = cell.find(name);
            if (found == nullptr || found->is_null()) continue;
            SAOLA_TRY(Decimal number, number_of(*found));
            *bound = number;
        }
        if ((!range.lo && !range.hi) || (range.lo && range.hi && *range.hi < *range.lo)) {
            return fail(ErrorKind::kInvalidArgument, "programme.bad_value",
                        "A range has at least one bound, and lo <= hi.", "value");
        }
        return AssertedValue{range};
    }
    return fail(ErrorKind::kInvalidArgument, "programme.bad_value",
                "A value is {\"v\":..}, {\"lo\":..,\"hi\":..} or {\"unknown\":true}.", "value");
}

}  // namespace saola::programme
