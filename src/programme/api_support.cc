#include "programme/api_support.h"

#include <charconv>
#include <map>
#include <set>

#include "platform/accounts.h"
#include "platform/events.h"

namespace saola::programme {
namespace {

void collect_actors(const Json& json, std::set<std::string, std::less<>>& ids) {
    if (json.is_array()) {
        for (const Json& item : json.as_array()) collect_actors(item, ids);
    } else if (json.is_object()) {
        for (const auto& [key, value] : json.as_object()) {
            if (key == "actor" && value.is_string()) ids.insert(value.as_string());
            collect_actors(value, ids);
        }
    }
}

void set_names(Json& json, const std::map<std::string, std::string, std::less<>>& names) {
    if (json.is_array()) {
        for (Json& item : json.as_array()) set_names(item, names);
    } else if (json.is_object()) {
        for (auto& [key, value] : json.as_object()) set_names(value, names);
        const Json* actor = json.find("actor");
        if (actor == nullptr || !actor->is_string()) return;
        const auto name = names.find(actor->as_string());
        if (name != names.end()) json.set("actor_name", name->second);
    }
}

}  // namespace

Result<Json> with_names(const Service& service, Json answer) {
    std::set<std::string, std::less<>> ids;
    collect_actors(answer, ids);
    SAOLA_TRY(const auto names, platform::display_names(*service.platform.sql, ids));
    set_names(answer, names);
    return answer;
}

net::Handler json_handler(JsonHandler handler, int status) {
    return [handler = std::move(handler), status](const net::Request& request) {
        const auto answer = handler(request, platform::actor_of(request));
        if (!answer) return net::Response::error(answer.error(), request.request_id);
        return net::Response::json(*answer, status);
    };
}

Json schema_ref(std::string_view name) {
    return Json::object().set("$ref", "#/components/schemas/" + std::string(name));
}

platform::RouteSpec get_route(std::string path, std::string id, std::string summary,
                              std::string_view schema, JsonHandler handler) {
    platform::RouteSpec spec;
    spec.path = "/api/programme/" + std::move(path);
    spec.operation_id = std::move(id);
    spec.summary = std::move(summary);
    spec.tag = "programme";
    spec.permission = platform::Permission::kRead;
    if (!schema.empty()) spec.response_schema = schema_ref(schema);
    spec.handler = json_handler(std::move(handler));
    return spec;
}

platform::RouteSpec post_route(std::string path, std::string id, std::string summary,
                               std::string_view schema, JsonHandler handler,
                               platform::Permission permission, int status) {
    platform::RouteSpec spec =
        get_route(std::move(path), std::move(id), std::move(summary), schema, {});
    spec.method = net::Method::kPost;
    spec.permission = permission;
    spec.max_body_bytes = 1U << 20U;
    spec.handler = json_handler(std::move(handler), status);
    return spec;
}

platform::ParamSpec path_param(std::string name, std::string description) {
    platform::ParamSpec out;
    out.name = std::move(name);
    out.in = "path";
    out.description = std::move(description);
    out.required = true;
    return out;
}

platform::ParamSpec query_param(std::string name, std::string description, std::string type) {
    platform::ParamSpec out;
    out.name = std::move(name);
    out.description = std::move(description);
    out.schema = Json::object().set("type", type);
    return out;
}

std::string param(const net::Request& request, std::string_view name) {
    const auto it = request.params.find(name);
    return it == request.params.end() ? std::string() : it->second;
}

Result<Page> page_of(const net::Request& request) {
    Page out;
    for (auto& [name, slot, most] : {std::tuple{"limit", &out.limit, kMaxPageRows},
                                     std::tuple{"offset", &out.offset, std::size_t{10'000'000}}}) {
        const std::string_view text = request.query_or(name, "");
        if (text.empty()) continue;
        std::size_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size() || value > most) {
            return fail(
                ErrorKind::kInvalidArgument, "programme.bad_page",
                std::string(name) + " is a whole number up to " + std::to_string(most) + ".", name,
                "max_" + std::string(name) + "=" + std::to_string(most));
        }
        if (value == 0 && slot == &out.limit)
            return fail(ErrorKind::kInvalidArgument, "programme.bad_page", "limit is at least 1.",
                        "limit", "min_limit=1");
        *slot = value;
    }
    return out;
}

Result<Json> body_of(const net::Request& request) {
    auto body = Json::parse(request.body);
    if (!body) return fail(body.error());
    if (!body->is_object())
        return fail(ErrorKind::kInvalidArgument, "programme.bad_body", "The body is a JSON object.",
                    "body");
    return body;
}

void publish_change(const Service& service, std::string_view what, const ImportOptions& audience) {
    if (service.platform.events == nullptr) return;
    platform::Event event;
    event.type = "programme.changed";
    event.data = Json::object().set("what", what);  // which list to read again, never its rows
    if (audience.classification == platform::Classification::kRestricted) {
        event.classification = audience.classification;
        event.organisation = audience.organisation;
    }
    service.platform.events->publish(std::move(event));
}

}  // namespace saola::programme
