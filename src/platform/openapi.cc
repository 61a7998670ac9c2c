// The OpenAPI 3.1 document, derived from the routes (Router::openapi).
#include <map>

#include "platform/router.h"

namespace saola::platform {
namespace {

Json typed(std::string_view type) { return Json::object().set("type", type); }

Json ref(std::string_view name) {
    return Json::object().set("$ref", "#/components/schemas/" + std::string(name));
}

Json array_of(Json items) { return typed("array").set("items", std::move(items)); }

Json required(std::initializer_list<std::string_view> names) {
    Json list = Json::array();
    for (const auto name : names) list.push(name);
    return list;
}

Json error_schema() {
    Json fields = Json::object();
    fields.set("code", typed("string").set("description", "Stable machine word, \"module.what\"."));
    for (const char* name : {"message", "field", "limit", "request_id"})
        fields.set(name, typed("string"));
    Json inner =
        typed("object").set("required", required({"code", "message"})).set("properties", fields);
    return typed("object")
        .set("required", required({"error"}))
        .set("properties", Json::object().set("error", inner));
}

Json local_text_schema() {
    return typed("object")
        .set("required", required({"vi", "en"}))
        .set("properties", Json::object().set("vi", typed("string")).set("en", typed("string")));
}

Json nullable_number() {
    Json types = Json::array();
    types.push("number").push("null");
    return Json::object().set("type", types);
}

Json cell_schema() {
    Json value = Json::object();
    Json types = Json::array();
    types.push("string").push("number");
    value.set("v", Json::object().set("type", types));
    value.set("lo", nullable_number()).set("hi", nullable_number());
    value.set("unknown", typed("boolean"));
    for (const char* name : {"assertion", "figure", "link"}) value.set(name, typed("string"));
    return typed("object")
        .set("description",
             "One figure: v, or the bounds lo and hi (null: open), or unknown; never a formatted "
             "string.")
        .set("properties", value);
}

Json table_schema() {
    Json kinds = Json::array();
    for (const char* kind : {"text", "number", "interval", "date", "link", "status"})
        kinds.push(kind);
    Json column = Json::object();
    column.set("key", typed("string")).set("title", ref("LocalText"));
    column.set("type", typed("string").set("enum", kinds));
    column.set("unit", typed("string")).set("sortable", typed("boolean"));
    Json row = Json::object();
    row.set("id", typed("string")).set("synthetic", typed("boolean"));
    row.set("cells", typed("object").set("additionalProperties", ref("Cell")));
    Json total = Json::object();
    total.set("key", typed("string")).set("label", ref("LocalText")).set("cell", ref("Cell"));
    total.set("unit", typed("string")).set("unknown_count", typed("integer"));
    Json source = Json::object();
    for (const char* name : {"document_number", "title", "place"})
        source.set(name, typed("string"));
    const auto object = [](Json properties, Json names) {
        return typed("object")
            .set("required", std::move(names))
            .set("properties", std::move(properties));
    };
    Json table = Json::object();
    table.set("name", typed("string")).set("title", ref("LocalText")).set("as_of", typed("string"));
    table.set("synthetic", typed("boolean")).set("row_count", typed("integer"));
    table.set("filters", typed("object").set("additionalProperties", typed("string")));
    table.set("columns", array_of(object(column, required({"key", "title", "type"}))));
    table.set("rows", array_of(object(row, required({"id", "cells"}))));
    table.set("totals", array_of(object(total, required({"key", "label", "cell"}))));
    table.set("sources", array_of(object(source, required({"document_number"}))));
    return object(table, required({"name", "title", "columns", "rows", "row_count"}));
}

Json parameters_of(const RouteSpec& spec) {
    Json list = Json::array();
    const auto append = [&list](const ParamSpec& param) {
        Json item = Json::object().set("name", param.name).set("in", param.in);
        item.set("required", param.required || param.in == "path");
        if (!param.description.empty()) item.set("description", param.description);
        item.set("schema", param.schema.is_null() ? typed("string") : param.schema);
        list.push(std::move(item));
    };
    for (const auto& param : spec.params) append(param);
    for (std::size_t at = spec.path.find('{'); at != std::string::npos;
         at = spec.path.find('{', at)) {
        const std::size_t end = spec.path.find('}', at);
        if (end == std::string::npos) break;
        const std::string name = spec.path.substr(at + 1, end - at - 1);
        bool declared = false;
        for (const auto& param : spec.params)
            declared = declared || (param.in == "path" && param.name == name);
        if (!declared)
            append({.name = name, .in = "path", .description = {}, .schema = {}, .required = true});
        at = end;
    }
    return list;
}

Json content(std::string_view type, const Json& schema) {
    return Json::object().set(
        type, schema.is_null() ? Json::object() : Json::object().set("schema", schema));
}

Json responses_of(const RouteSpec& spec) {
    Json good = Json::object().set("description", "Success");
    const bool json = spec.response_content_type == "application/json";
    if (!json || !spec.response_schema.is_null())
        good.set("content", content(spec.response_content_type, spec.response_schema));
    const auto error = [](std::string_view description) {
        return Json::object()
            .set("description", description)
            .set("content", content("application/json", ref("Error")));
    };
    Json responses = Json::object().set("200", good);
    if (spec.access == Access::kSignedIn) responses.set("401", error("Not signed in"));
    if (spec.permission) responses.set("403", error("The role does not allow it"));
    responses.set("default", error("What went wrong, by error.code"));
    return responses;
}

Json security_of(const RouteSpec& spec) {
    Json ways = Json::array();
    if (spec.access == Access::kOpen) return ways;
    const bool safe = spec.method == net::Method::kGet || spec.method == net::Method::kHead;
    Json session = Json::object().set("sessionCookie", Json::array());
    if (!safe) session.set("csrfToken", Json::array());
    ways.push(std::move(session));
    ways.push(Json::object().set("bearerToken", Json::array()));
    return ways;
}

Json operation_of(const RouteSpec& spec) {
    Json operation = Json::object();
    operation.set("operationId", spec.operation_id).set("summary", spec.summary);
    operation.set("tags", Json::array().push(spec.tag));
    Json parameters = parameters_of(spec);
    if (parameters.size() > 0) operation.set("parameters", std::move(parameters));
    if (!spec.request_schema.is_null() || spec.request_content_type != "application/json")
        operation.set("requestBody",
                      Json::object()
                          .set("required", true)
                          .set("content", content(spec.request_content_type, spec.request_schema)));
    operation.set("responses", responses_of(spec)).set("security", security_of(spec));
    if (spec.permission) operation.set("x-permission", to_string(*spec.permission));
    return operation;
}

Json security_schemes() {
    Json schemes = Json::object();
    schemes.set("sessionCookie", typed("apiKey").set("in", "cookie").set("name", "saola_session"));
    schemes.set("csrfToken", typed("apiKey").set("in", "header").set("name", "X-CSRF-Token"));
    schemes.set("bearerToken", typed("http").set("scheme", "bearer"));
    return schemes;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

}  // namespace

Json Router::openapi(std::string_view version) const {
    Json document = Json::object().set("openapi", "3.1.0");
    document.set(
        "info", Json::object()
                    .set("title", "Saola")
                    .set("version", version)
                    .set("license",
                         Json::object().set("name", "Apache-2.0").set("identifier", "Apache-2.0")));
    document.set("servers", Json::array().push(Json::object().set("url", "/")));
    std::map<std::string, Json>
        paths;  // sorted, so that the document does not depend on add() order
    std::map<std::string, bool> tags;
    for (const auto& spec : specs_) {
        auto [it, fresh] = paths.try_emplace(spec.path, Json::object());
        it->second.set(lower(net::to_string(spec.method)), operation_of(spec));
        tags[spec.tag] = true;
    }
    Json tag_list = Json::array();
    for (const auto& [tag, unused] : tags) tag_list.push(Json::object().set("name", tag));
    document.set("tags", std::move(tag_list));
    Json path_object = Json::object();
    for (auto& [path, item] : paths) path_object.set(path, std::move(item));
    document.set("paths", std::move(path_object));
    Json schemas = Json::object();
    schemas.set("Error", error_schema()).set("LocalText", local_text_schema());
    schemas.set("Cell", cell_schema()).set("Table", table_schema());
    for (const auto& [name, schema] : schemas_) schemas.set(name, schema);
    document.set("components",
                 Json::object().set("schemas", schemas).set("securitySchemes", security_schemes()));
    return document;
}

}  // namespace saola::platform
