// Routes with their description, in one place: the handler, who may call it, and what the OpenAPI
// 3.1 document says. The document is generated from here, and the console's types from the
// document, so the three cannot drift apart.
// A path segment "{name}" matches one segment; a literal segment wins over it. HEAD is answered by
// the GET route. Built at start on one thread, immutable and thread-safe afterwards.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "net/http.h"
#include "net/http_server.h"
#include "platform/identity.h"

namespace saola::platform {

enum class Access : std::uint8_t { kOpen, kSignedIn };

struct ParamSpec {
    std::string name;
    std::string in = "query";  // "query" or "path"
    std::string description;
    Json schema;  // JSON Schema 2020-12; default {"type":"string"}
    bool required = false;
};

struct RouteSpec {
    net::Method method = net::Method::kGet;
    std::string path;          // "/api/programme/documents/{id}"
    std::string operation_id;  // camelCase, unique
    std::string summary;
    std::string tag;  // module name
    Access access = Access::kSignedIn;
    std::optional<Permission> permission;       // needed anywhere in the tree, else 403
    net::RunOn run_on = net::RunOn::kBlocking;  // signed-in routes always block: the gate uses SQL
    std::uint64_t max_body_bytes = 0;
    std::vector<ParamSpec> params;
    Json request_schema;  // null: no JSON body; {"$ref":"#/components/schemas/X"} allowed
    std::string request_content_type = "application/json";
    Json response_schema;  // of status 200/201; null: not JSON
    std::string response_content_type = "application/json";
    net::Handler handler;
};

// Runs before a handler, on its thread: establishes Request::context, rate limits, CSRF. A response
// answers in the handler's place.
using Gate = std::function<std::optional<net::Response>(const net::Request&, const RouteSpec&)>;
// Runs on every response that a route, the gate or the fallback made: common headers.
using Finish = std::function<void(const net::Request&, net::Response&)>;

class Router final : public net::RouteTable {
public:
    void add(RouteSpec spec);
    // A named schema for components/schemas; the same name twice must be the same schema.
    void add_schema(std::string name, Json schema);
    void set_gate(Gate gate);
    void set_finish(Finish finish);
    // Answers paths that no route has (the console's files); default: 404 error.
    void set_fallback(net::Handler handler);
    // Builds the match tree; add() afterwards is a bug, as are two routes for one method and path,
    // or an operation id used twice: all abort.
    void seal();

    [[nodiscard]] net::RouteMatch match(net::Method method, std::string_view path) const override;
    [[nodiscard]] Json openapi(std::string_view version) const;  // OpenAPI 3.1.0 document
    [[nodiscard]] const std::vector<RouteSpec>& routes() const { return specs_; }

    Router();
    ~Router() override;
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

private:
    struct Tree;
    net::Handler guarded(const RouteSpec& spec) const;
    std::vector<RouteSpec> specs_;
    std::vector<std::pair<std::string, Json>> schemas_;
    Gate gate_;
    Finish finish_;
    net::Handler fallback_;
    std::unique_ptr<Tree> tree_;
};

}  // namespace saola::platform
