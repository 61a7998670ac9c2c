// Helpers of the routes. Internal to module programme.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "net/http.h"
#include "platform/identity.h"
#include "platform/router.h"
#include "programme/limits.h"
#include "programme/service.h"

namespace saola::programme {

using JsonHandler = std::function<Result<Json>(const net::Request&, const platform::Actor&)>;

// The answer with "actor_name" beside every "actor": people read names, not account ids. An actor
// that is no account (the command line) has none.
[[nodiscard]] Result<Json> with_names(const Service& service, Json answer);
// A handler that answers JSON or the error's status.
[[nodiscard]] net::Handler json_handler(JsonHandler handler, int status = 200);
[[nodiscard]] platform::RouteSpec get_route(std::string path, std::string id, std::string summary,
                                            std::string_view schema, JsonHandler handler);
[[nodiscard]] platform::RouteSpec post_route(std::string path, std::string id, std::string summary,
                                             std::string_view schema, JsonHandler handler,
                                             platform::Permission permission, int status = 200);
[[nodiscard]] platform::ParamSpec path_param(std::string name, std::string description);
[[nodiscard]] platform::ParamSpec query_param(std::string name, std::string description,
                                              std::string type = "string");
[[nodiscard]] Json schema_ref(std::string_view name);
[[nodiscard]] std::string param(const net::Request& request, std::string_view name);
struct Page {
    std::size_t limit = kDefaultPageRows;
    std::size_t offset = 0;
};
[[nodiscard]] Result<Page> page_of(const net::Request& request);
[[nodiscard]] Result<Json> body_of(const net::Request& request);
// Tells consoles which list to read again; `audience` when it is about documents of one class.
void publish_change(const Service& service, std::string_view what,
                    const ImportOptions& audience = {});

void add_schemas(platform::Router& router);
void add_read_routes(platform::Router& router, Service& service);
void add_document_routes(platform::Router& router, Service& service);
void add_write_routes(platform::Router& router, Service& service);
[[nodiscard]] Result<Json> overview_json(const Service& service, const platform::Actor& actor,
                                         std::string_view as_of);
[[nodiscard]] Result<Json> map_json(const Service& service, const platform::Actor& actor,
                                    std::string_view indicator, std::string_view as_of);
[[nodiscard]] Result<Json> search_json(const Service& service, const platform::Actor& actor,
                                       const std::string& q);

}  // namespace saola::programme
