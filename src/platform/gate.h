// What stands before every handler: who is asking (session cookie or bearer token), whether the
// role allows it, CSRF, and rate limits; and the headers that every answer carries. Runs on the
// worker pool for signed-in routes (it may read the database). Thread-safe.
#pragma once

#include <memory>
#include <optional>

#include "platform/router.h"
#include "platform/sessions.h"

namespace saola::platform {

inline constexpr std::string_view kSessionCookie = "saola_session";

struct GateOptions {
    double requests_per_second = 200;  // per actor, with a burst of ten times that; 0: no limit
    double refused_per_second = 20;    // requests with bad credentials, per address
};

class Gatekeeper {
public:
    Gatekeeper(Sessions& sessions, const Clock& clock, Random& random, const GateOptions& options);

    // A Gate: nothing when the handler may run.
    [[nodiscard]] std::optional<net::Response> check(const net::Request& request,
                                                     const RouteSpec& spec);
    // The actor, or nullptr when the request carries no valid credentials. For open routes that
    // tell more to some (metrics).
    [[nodiscard]] Result<std::shared_ptr<Actor>> identify(const net::Request& request);

private:
    // `actor` null: of bad credentials.
    [[nodiscard]] std::optional<net::Response> over_limit(const net::Request& request,
                                                          const Actor* actor);
    [[nodiscard]] Status check_csrf(const net::Request& request, const Actor& actor) const;

    Sessions& sessions_;
    const GateOptions options_;
    RateTable by_actor_;
    RateTable refused_by_address_;
};

// A state-changing request must come from our own pages: Sec-Fetch-Site says so, or Origin names
// the host that was asked. Clients that send neither are no browsers.
[[nodiscard]] bool is_same_origin(const net::Request& request);
// Content security policy, no sniffing, no framing, referrer, HSTS on TLS, no caching of answers.
void add_common_headers(const net::Request& request, net::Response& response);
// A 429 with Retry-After.
[[nodiscard]] net::Response refusal_response(const Refusal& refusal, std::string_view request_id);

}  // namespace saola::platform
