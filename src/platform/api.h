// Routes of the platform itself: identity (api_identity.cc), and health, metrics, modules, audit,
// jobs and events (api_system.cc). See docs of /openapi.json for the contract.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/gate.h"
#include "platform/module.h"

namespace saola::platform {

// One line of /healthz.
struct HealthCheck {
    std::string name;
    bool ok = true;
    std::string detail;
};

// All of it outlives the router.
struct ApiParts {
    const Platform& platform;
    Directory& directory;
    Sessions& sessions;
    Gatekeeper& gate;
    const std::vector<std::unique_ptr<Module>>& modules;
    std::string version;
    std::size_t streams_per_actor = 20;  // 0: no limit
    std::function<std::vector<HealthCheck>()> health;
};

void add_identity_routes(Router& router, const ApiParts& parts);
void add_system_routes(Router& router, const ApiParts& parts);

// Helpers for handlers, also of modules.
// The body as a JSON object; kUnsupported without "Content-Type: application/json".
[[nodiscard]] Result<Json> json_body(const net::Request& request);
struct Page {
    std::int64_t limit = 50;
    std::int64_t offset = 0;
};
inline constexpr std::int64_t kMaxPage = 500;
// ?limit= (1..kMaxPage, default 50) and ?offset= (0..10^9).
[[nodiscard]] Result<Page> page_of(const net::Request& request);
[[nodiscard]] std::vector<ParamSpec> page_params();

}  // namespace saola::platform
