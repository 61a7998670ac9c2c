// OpenAPI schemas of the programme's answers: the console's types are generated from them.
#include "programme/api_support.h"

namespace saola::programme {
namespace {

Json typed(std::string_view type) { return Json::object().set("type", type); }
Json nullable(std::string_view type) {
    return Json::object().set("type", Json::array().push(type).push("null"));
}
Json array_of(Json item) { return typed("array").set("items", std::move(item)); }
Json one_of_words(std::initializer_list<const char*> words) {
    Json list = Json::array();
    for (const char* word : words) list.push(word);
    return typed("string").set("enum", std::move(list));
}
Json nullable_ref(std::string_view name) {
    return Json::object().set("anyOf", Json::array().push(schema_ref(name)).push(typed("null")));
}

using Members = std::initializer_list<std::pair<const char*, Json>>;
// An object whose members are all required, but those whose name ends in '?'.
Json object(Members members) {
    Json properties = Json::object();
    Json required = Json::array();
    for (const auto& [name, schema] : members) {
        std::string key = name;
        if (key.back() == '?') {
            key.pop_back();
        } else {
            required.push(key);
        }
        properties.set(key, schema);
    }
    return typed("object")
        .set("properties", std::move(properties))
        .set("required", std::move(required));
}

Json text() { return typed("string"); }
Json whole() { return typed("integer"); }
Json flag() { return typed("boolean"); }

void add_value_schemas(platform::Router& router) {
    Json v = Json::object().set("type", Json::array().push("string").push("number"));
    router.add_schema("ProgrammeCell", object({{"v?", v},
                                               {"lo?", nullable("number")},
                                               {"hi?", nullable("number")},
                                               {"unknown?", flag()},
                                               {"assertion?", text()},
                                               {"figure?", text()},
                                               {"link?", text()}}));
    router.add_schema("ProgrammeText", object({{"vi", text()}, {"en", text()}}));
    router.add_schema("ProgrammeSpan", object({{"begin", whole()}, {"end", whole()}}));
    router.add_schema("ProgrammeDocumentRef", object({{"key", text()},
                                                      {"number?", text()},
                                                      {"title?", text()},
                                                      {"name?", text()},
                                                      {"sha256?", text()},
                                                      {"held?", flag()}}));
    router.add_schema("ProgrammeSource", object({{"id", text()},
                                                 {"document", schema_ref("ProgrammeDocumentRef")},
                                                 {"place", text()},
                                                 {"span", nullable_ref("ProgrammeSpan")},
                                                 {"excerpt", text()}}));
    router.add_schema("ProgrammeSubject",
                      object({{"kind", text()}, {"key", text()}, {"title", text()}}));
    router.add_schema(
        "ProgrammeAssertion",
        object({{"id", text()},
                {"subject", schema_ref("ProgrammeSubject")},
                {"predicate", text()},
                {"value", schema_ref("ProgrammeCell")},
                {"unit", text()},
                {"period", text()},
                {"as_of", nullable("string")},
                {"recorded_at", text()},
                {"stated", text()},
                {"confidence", typed("number")},
                {"classification", one_of_words({"public", "internal", "restricted"})},
                {"organisation", text()},
                {"synthetic", flag()},
                {"supersedes", nullable("string")},
                {"superseded_by", nullable("string")},
                {"actor", text()},
                {"actor_name?", text()},
                {"source", schema_ref("ProgrammeSource")}}));
    Json formula = object({{"vi", text()}, {"en", text()}, {"expression", text()}});
    router.add_schema("ProgrammeFigure",
                      object({{"id", text()},
                              {"title", schema_ref("ProgrammeText")},
                              {"formula", formula},
                              {"value", schema_ref("ProgrammeCell")},
                              {"unit", text()},
                              {"known_count", whole()},
                              {"unknown_count", whole()},
                              {"partial", flag()},
                              {"as_of", text()},
                              {"assertions", array_of(schema_ref("ProgrammeAssertion"))}}));
}

void add_table_schemas(platform::Router& router) {
    Json column =
        object({{"key", text()},
                {"title", schema_ref("ProgrammeText")},
                {"type", one_of_words({"text", "number", "interval", "date", "link", "status"})},
                {"unit", text()},
                {"sortable", flag()}});
    Json cells = typed("object").set("additionalProperties", schema_ref("ProgrammeCell"));
    Json row = object({{"id", text()}, {"synthetic", flag()}, {"cells", cells}});
    Json total = object({{"key", text()},
                         {"label", schema_ref("ProgrammeText")},
                         {"cell", schema_ref("ProgrammeCell")},
                         {"unit", text()},
                         {"unknown_count", whole()}});
    Json source = object({{"document_number", text()}, {"title", text()}, {"place", text()}});
    router.add_schema("ProgrammeTable",
                      object({{"name", text()},
                              {"title", schema_ref("ProgrammeText")},
                              {"as_of", text()},
                              {"synthetic", flag()},
                              {"row_count", whole()},
                              {"filters", typed("object").set("additionalProperties", text())},
                              {"columns", array_of(column)},
                              {"rows", array_of(row)},
                              {"totals", array_of(total)},
                              {"sources", array_of(source)}}));
}

void add_overview_schemas(platform::Router& router) {
    Json known = object({{"cell", schema_ref("ProgrammeCell")},
                         {"unit", text()},
                         {"as_of", text()},
                         {"assertion", text()}});
    Json target = object(
        {{"indicator", text()},
         {"subject", text()},
         {"title", text()},
         {"horizon", text()},
         {"cell", schema_ref("ProgrammeCell")},
         {"unit", text()},
         {"known", Json::object().set("anyOf", Json::array().push(known).push(typed("null")))}});
    Json component = object({{"key", text()},
                             {"title", schema_ref("ProgrammeText")},
                             {"indicators", whole()},
                             {"targets", array_of(target)}});
    Json findings = object(
        {{"open", whole()}, {"error", whole()}, {"warning", whole()}, {"question", whole()}});
    Json next = object({{"due", text()}, {"duty", text()}, {"organisation", text()}});
    Json deadlines = object(
        {{"total", whole()},
         {"passed", whole()},
         {"next", Json::object().set("anyOf", Json::array().push(next).push(typed("null")))}});
    Json totals = object({{"tasks", whole()},
                          {"priced", whole()},
                          {"unpriced", whole()},
                          {"budget", schema_ref("ProgrammeCell")},
                          {"patents", schema_ref("ProgrammeCell")},
                          {"standards", schema_ref("ProgrammeCell")},
                          {"findings", findings},
                          {"deadlines", deadlines}});
    router.add_schema("ProgrammeOverview", object({{"as_of", text()},
                                                   {"synthetic", flag()},
                                                   {"components", array_of(component)},
                                                   {"totals", totals}}));
    Json province = object({{"code", text()},
                            {"name", text()},
                            {"row", whole()},
                            {"column", whole()},
                            {"value", schema_ref("ProgrammeCell")},
                            {"figure?", text()},
                            {"archipelago_of?", text()}});
    Json unplaced =
        object({{"value", schema_ref("ProgrammeCell")}, {"organisations", array_of(text())}});
    router.add_schema("ProgrammeMap",
                      object({{"indicator", text()},
                              {"unit", text()},
                              {"provinces", array_of(province)},
                              {"formers", array_of(object({{"name", text()}, {"into", text()}}))},
                              {"unplaced", unplaced}}));
    Json hit = object({{"kind", text()},
                       {"id", text()},
                       {"title", text()},
                       {"snippet", text()},
                       {"link", text()}});
    router.add_schema("ProgrammeSearch", object({{"hits", array_of(hit)}}));
}

void add_document_schemas(platform::Router& router) {
    Json citation = object({{"number", text()},
                            {"document", nullable("string")},
                            {"begin", whole()},
                            {"end", whole()}});
    Json node = object({{"node", whole()},
                        {"kind", text()},
                        {"label", text()},
                        {"text", text()},
                        {"depth", whole()},
                        {"begin", whole()},
                        {"end", whole()},
                        {"place", text()}});
    router.add_schema("ProgrammeDocument", object({{"key", text()},
                                                   {"type", text()},
                                                   {"number", text()},
                                                   {"issuer", text()},
                                                   {"issued", nullable("string")},
                                                   {"effective", nullable("string")},
                                                   {"title", text()},
                                                   {"draft", flag()},
                                                   {"status", text()},
                                                   {"replaces", array_of(text())},
                                                   {"replaced_by", array_of(text())},
                                                   {"amended_by", array_of(text())},
                                                   {"held", flag()},
                                                   {"sha256", text()},
                                                   {"format", text()},
                                                   {"citations", array_of(citation)},
                                                   {"outline", array_of(node)}}));
    router.add_schema("ProgrammeDocumentText", object({{"key", text()},
                                                       {"sha256", text()},
                                                       {"total_bytes", whole()},
                                                       {"begin", whole()},
                                                       {"end", whole()},
                                                       {"text", text()}}));
    Json mark = object({{"begin", whole()},
                        {"end", whole()},
                        {"kind", one_of_words({"assertion", "finding", "citation"})},
                        {"id", text()},
                        {"label", text()}});
    router.add_schema("ProgrammeMarks", object({{"marks", array_of(mark)}}));
    router.add_schema("ProgrammeAssertions",
                      object({{"assertions", array_of(schema_ref("ProgrammeAssertion"))}}));
}

void add_import_schemas(platform::Router& router) {
    Json counts = typed("object").set("additionalProperties", whole());
    router.add_schema(
        "ProgrammeImport",
        object({{"id", text()},
                {"state", one_of_words({"proposed", "accepted", "rejected", "partly"})},
                {"created_at", text()},
                {"actor", text()},
                {"actor_name?", text()},
                {"classification", one_of_words({"public", "internal", "restricted"})},
                {"organisation", text()},
                {"documents", array_of(schema_ref("ProgrammeDocumentRef"))},
                {"counts", counts}}));
    router.add_schema("ProgrammeImports",
                      object({{"imports", array_of(schema_ref("ProgrammeImport"))}}));
    Json row = object({{"id", text()},
                       {"state", one_of_words({"proposed", "accepted", "rejected", "corrected"})},
                       {"change", one_of_words({"new", "same", "changed", "conflict"})},
                       {"confidence", typed("number")},
                       {"subject", schema_ref("ProgrammeSubject")},
                       {"predicate", text()},
                       {"value", schema_ref("ProgrammeCell")},
                       {"unit", text()},
                       {"period", text()},
                       {"stated", text()},
                       {"source", schema_ref("ProgrammeSource")},
                       {"previous", nullable_ref("ProgrammeAssertion")},
                       {"assertion", nullable("string")}});
    router.add_schema("ProgrammeImportRows",
                      object({{"row_count", whole()}, {"rows", array_of(row)}}));
    router.add_schema("ProgrammeJob", object({{"job", text()}}));
    router.add_schema("ProgrammeDecided", object({{"decided", whole()}}));
}

void add_quality_schemas(platform::Router& router) {
    Json rule = object({{"id", text()},
                        {"version", whole()},
                        {"title", schema_ref("ProgrammeText")},
                        {"explains", schema_ref("ProgrammeText")}});
    Json quote = object({{"document", schema_ref("ProgrammeDocumentRef")},
                         {"begin", whole()},
                         {"end", whole()},
                         {"text", text()},
                         {"place", text()},
                         {"role", text()}});
    Json event = object({{"at", text()},
                         {"actor", text()},
                         {"actor_name?", text()},
                         {"action", text()},
                         {"reason", text()}});
    router.add_schema(
        "ProgrammeFinding",
        object({{"id", text()},
                {"rule", rule},
                {"severity", one_of_words({"error", "warning", "question"})},
                {"state", one_of_words({"open", "accepted", "dismissed", "corrected"})},
                {"summary", schema_ref("ProgrammeText")},
                {"computation", text()},
                {"quotes", array_of(quote)},
                {"assertions", array_of(text())},
                {"history", array_of(event)},
                {"first_seen", text()},
                {"last_seen", text()}}));
    Json counts = typed("object").set("additionalProperties", whole());
    router.add_schema("ProgrammeRelease", object({{"id", text()},
                                                  {"number", whole()},
                                                  {"created_at", text()},
                                                  {"note", text()},
                                                  {"hash", text()},
                                                  {"previous", text()},
                                                  {"public_key", text()},
                                                  {"counts", counts}}));
    router.add_schema("ProgrammeReleases",
                      object({{"releases", array_of(schema_ref("ProgrammeRelease"))}}));
    router.add_schema(
        "ProgrammeDecision",
        object({{"rows?",
                 Json::object().set("anyOf", Json::array().push(array_of(text())).push(text()))},
                {"row?", text()},
                {"decision", one_of_words({"accept", "reject", "correct"})},
                {"value?", schema_ref("ProgrammeCell")},
                {"reason?", text()}}));
    Json correction = object({{"assertion", text()}, {"value", schema_ref("ProgrammeCell")}});
    router.add_schema(
        "ProgrammeFindingDecision",
        object({{"decision", one_of_words({"accept", "dismiss", "correct", "reopen"})},
                {"reason?", text()},
                {"correction?", correction}}));
    router.add_schema("ProgrammeReleaseRequest", object({{"note?", text()}}));
}

}  // namespace

void add_schemas(platform::Router& router) {
    add_value_schemas(router);
    add_table_schemas(router);
    add_overview_schemas(router);
    add_document_schemas(router);
    add_import_schemas(router);
    add_quality_schemas(router);
}

}  // namespace saola::programme
