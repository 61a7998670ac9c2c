#include "platform/router.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <stdexcept>

namespace saola::platform {
namespace {

using net::Method;

RouteSpec route(Method method, std::string path, std::string id, Access access = Access::kOpen) {
    RouteSpec spec;
    spec.method = method;
    spec.path = std::move(path);
    spec.operation_id = id;
    spec.summary = "Test";
    spec.tag = "test";
    spec.access = access;
    spec.run_on = net::RunOn::kInline;
    spec.handler = [id](const net::Request&) { return net::Response::text(id); };
    return spec;
}

net::Response call(const Router& router, Method method, const std::string& path) {
    const net::RouteMatch match = router.match(method, path);
    net::Request request;
    request.method = method;
    request.path = path;
    request.params = match.params;
    EXPECT_NE(match.handler, nullptr);
    return (*match.handler)(request);
}

TEST(Router, MatchesLiteralsParametersAndBacktracks) {
    Router router;
    router.add(route(Method::kGet, "/api/docs/{key}", "doc"));
    router.add(route(Method::kGet, "/api/docs/recent", "recent"));
    router.add(route(Method::kGet, "/api/docs/{id}/text", "text"));
    router.add(route(Method::kGet, "/api/docs/recent/marks", "marks"));
    router.add(route(Method::kGet, "/", "root"));
    router.seal();
    EXPECT_EQ(call(router, Method::kGet, "/api/docs/recent").body, "recent");
    EXPECT_EQ(call(router, Method::kGet, "/api/docs/x").body, "doc");
    EXPECT_EQ(call(router, Method::kGet, "/api/docs/recent/text").body, "text");
    EXPECT_EQ(call(router, Method::kGet, "/").body, "root");
    EXPECT_EQ(router.match(Method::kGet, "/api/docs/recent/text").params.at("id"), "recent");
    EXPECT_EQ(router.match(Method::kGet, "/api/docs/a b").params.at("key"), "a b");
    for (const char* path : {"/api/docs", "/api/docs/", "/api/docs/x/", "/api/docs/x/y", "//",
                             "/api//x", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17"})
        EXPECT_EQ(call(router, Method::kGet, path).status, 404) << path;
}

TEST(Router, OtherMethodIs405WithAllow) {
    Router router;
    router.add(route(Method::kGet, "/x/{id}", "a"));
    router.add(route(Method::kDelete, "/x/{id}", "b"));
    router.seal();
    const auto response = call(router, Method::kPost, "/x/1");
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(response.headers.get("Allow"), "GET, HEAD, DELETE");
    EXPECT_TRUE(router.match(Method::kPost, "/x/1").path_exists);
    EXPECT_EQ(call(router, Method::kHead, "/x/1").body, "a");
}

TEST(Router, GateAnswersOrPassesAndFinishRunsOnEverything) {
    Router router;
    router.add(route(Method::kGet, "/open", "open"));
    router.add(route(Method::kGet, "/closed", "closed", Access::kSignedIn));
    auto throwing = route(Method::kGet, "/throws", "throws");
    throwing.handler = [](const net::Request&) -> net::Response {
        throw std::runtime_error("secret");
    };
    router.add(throwing);
    router.set_gate([](const net::Request&, const RouteSpec& spec) -> std::optional<net::Response> {
        if (spec.access == Access::kOpen) return std::nullopt;
        return net::Response::error(
            {.kind = ErrorKind::kUnauthenticated, .code = "t", .message = "m"});
    });
    router.set_finish([](const net::Request&, net::Response& r) { r.headers.set("X-Test", "1"); });
    router.set_fallback([](const net::Request&) { return net::Response::text("page"); });
    router.seal();
    EXPECT_EQ(call(router, Method::kGet, "/open").status, 200);
    EXPECT_EQ(call(router, Method::kGet, "/closed").status, 401);
    EXPECT_EQ(call(router, Method::kGet, "/elsewhere").body, "page");
    const auto broken = call(router, Method::kGet, "/throws");
    EXPECT_EQ(broken.status, 500);
    EXPECT_EQ(broken.body.find("secret"), std::string::npos);
    for (const char* path : {"/open", "/closed", "/elsewhere", "/throws"})
        EXPECT_EQ(call(router, Method::kGet, path).headers.get("x-test"), "1") << path;
    EXPECT_EQ(call(router, Method::kPut, "/open").headers.get("x-test"), "1");
    // The gate reads the database, so it must not run on an event loop.
    EXPECT_EQ(router.match(Method::kGet, "/closed").run_on, net::RunOn::kBlocking);
    EXPECT_EQ(router.match(Method::kGet, "/open").run_on, net::RunOn::kInline);
}

TEST(RouterDeathTest, BugsAbort) {
    const auto twice = [](RouteSpec a, RouteSpec b) {
        Router router;
        router.add(std::move(a));
        router.add(std::move(b));
        router.seal();
    };
    EXPECT_DEATH(twice(route(Method::kGet, "/a", "x"), route(Method::kGet, "/b", "x")),
                 "operations");
    EXPECT_DEATH(twice(route(Method::kGet, "/a/{i}", "x"), route(Method::kGet, "/a/{j}", "y")),
                 "place");
    Router router;
    router.add_schema("S", Json::object().set("type", "string"));
    router.add_schema("S", Json::object().set("type", "string"));
    EXPECT_DEATH(router.add_schema("S", Json::object().set("type", "number")), "schema");
}

void walk(const Json& json, const std::function<void(std::string_view, const Json&)>& visit) {
    if (json.is_object())
        for (const auto& [key, value] : json.as_object()) {
            visit(key, value);
            walk(value, visit);
        }
    if (json.is_array())
        for (const auto& value : json.as_array()) walk(value, visit);
}

TEST(OpenApi, DescribesRoutes) {
    Router router;
    auto spec = route(Method::kPatch, "/api/things/{key}", "patchThing", Access::kSignedIn);
    spec.permission = Permission::kAdminister;
    spec.params = {{.name = "dry",
                    .description = "no change",
                    .schema = Json::object().set("type", "boolean")}};
    spec.request_schema = Json::object().set("$ref", "#/components/schemas/Thing");
    spec.response_schema = Json::object().set("$ref", "#/components/schemas/Table");
    router.add(spec);
    router.add(route(Method::kGet, "/healthz", "health"));
    router.add_schema("Thing", Json::object().set("type", "object"));
    router.seal();
    const Json document = router.openapi("1.2.3");
    EXPECT_EQ(document.find("openapi")->as_string(), "3.1.0");
    EXPECT_EQ(document.find("info")->find("version")->as_string(), "1.2.3");
    const Json& operation = *document.find("paths")->find("/api/things/{key}")->find("patch");
    EXPECT_EQ(operation.find("operationId")->as_string(), "patchThing");
    EXPECT_EQ(operation.find("x-permission")->as_string(), "administer");
    ASSERT_EQ(operation.find("parameters")->size(), 2U);
    const Json& path_param = operation.find("parameters")->as_array()[1];
    EXPECT_EQ(path_param.find("in")->as_string(), "path");
    EXPECT_TRUE(path_param.find("required")->as_bool());
    EXPECT_EQ(operation.find("requestBody")
                  ->find("content")
                  ->find("application/json")
                  ->find("schema")
                  ->find("$ref")
                  ->as_string(),
              "#/components/schemas/Thing");
    for (const char* status : {"200", "401", "403", "default"})
        EXPECT_NE(operation.find("responses")->find(status), nullptr) << status;
    ASSERT_EQ(operation.find("security")->size(), 2U);
    EXPECT_NE(operation.find("security")->as_array()[0].find("csrfToken"), nullptr);
    const Json& open = *document.find("paths")->find("/healthz")->find("get");
    EXPECT_EQ(open.find("security")->size(), 0U);
    // Every reference resolves, and every scheme named by an operation exists.
    const Json& schemas = *document.find("components")->find("schemas");
    std::set<std::string> seen;
    walk(document, [&](std::string_view key, const Json& value) {
        if (key != "$ref") return;
        const std::string target = value.as_string();
        ASSERT_TRUE(target.starts_with("#/components/schemas/")) << target;
        EXPECT_NE(schemas.find(target.substr(21)), nullptr) << target;
        seen.insert(target.substr(21));
    });
    EXPECT_TRUE(seen.contains("Table") && seen.contains("Error") && seen.contains("Cell"));
    for (const Json& way : operation.find("security")->as_array())
        for (const auto& [scheme, scopes] : way.as_object())
            EXPECT_NE(document.find("components")->find("securitySchemes")->find(scheme), nullptr)
                << scheme;
    EXPECT_EQ(Json::parse(document.dump()).value(), document);
}

}  // namespace
}  // namespace saola::platform
