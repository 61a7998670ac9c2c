#include "platform/gate.h"

#include <algorithm>

#include "crypto/hash.h"

namespace saola::platform {
namespace {

// Scripts and styles only from our own files. What the console sets on elements (charts, columns)
// goes through the CSSOM, which no policy concerns.
constexpr std::string_view kPagePolicy =
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
constexpr std::string_view kDataPolicy = "default-src 'none'; frame-ancestors 'none'";

bool is_safe(net::Method method) {
    return method == net::Method::kGet || method == net::Method::kHead ||
           method == net::Method::kOptions;
}

net::Response refused(const net::Request& request, ErrorKind kind, std::string code,
                      std::string message, std::string limit = {}) {
    return net::Response::error({.kind = kind,
                                 .code = "identity." + code,
                                 .message = std::move(message),
                                 .limit = std::move(limit)},
                                request.request_id);
}

net::Response not_signed_in(const net::Request& request) {
    net::Response response = refused(request, ErrorKind::kUnauthenticated, "not_signed_in",
                                     "Sign in, or send a valid API token.");
    response.headers.set("WWW-Authenticate", "Bearer");
    return response;
}

std::string_view bearer(const net::Request& request) {
    constexpr std::string_view kScheme = "Bearer ";
    const std::string_view value = request.headers.get("Authorization");
    return value.starts_with(kScheme) ? value.substr(kScheme.size()) : std::string_view();
}

RateLimit per_second(double rate) {
    return {.burst = std::max(rate * 10, 1.0), .per_second = rate};
}

}  // namespace

Gatekeeper::Gatekeeper(Sessions& sessions, const Clock& clock, Random& random,
                       const GateOptions& options)
    : sessions_(sessions),
      options_(options),
      by_actor_(per_second(options.requests_per_second), clock, random),
      refused_by_address_(per_second(options.refused_per_second), clock, random) {}

Result<std::shared_ptr<Actor>> Gatekeeper::identify(const net::Request& request) {
    if (const std::string_view token = bearer(request); !token.empty())
        return sessions_.resolve_token(token);
    if (const std::string_view cookie = request.cookie(kSessionCookie); !cookie.empty())
        return sessions_.resolve_session(cookie);
    return std::shared_ptr<Actor>();
}

std::optional<net::Response> Gatekeeper::over_limit(const net::Request& request,
                                                    const Actor* actor) {
    const auto refuse = [&](std::int64_t seconds, std::string code, std::string message,
                            const std::string& limit, double rate) {
        return refusal_response({{.kind = ErrorKind::kResourceExhausted,
                                  .code = std::move(code),
                                  .message = std::move(message),
                                  .limit = limit + "=" + std::to_string(static_cast<int>(rate))},
                                 seconds},
                                request.request_id);
    };
    if (actor == nullptr) {
        const auto seconds = refused_by_address_.take(address_key(request.remote_address));
        if (seconds == 0) return std::nullopt;
        return refuse(seconds, "identity.too_many_refused",
                      "Too many requests with bad credentials from this address.",
                      "refused_per_second", options_.refused_per_second);
    }
    if (options_.requests_per_second <= 0) return std::nullopt;
    const auto seconds = by_actor_.take(actor->id);
    if (seconds == 0) return std::nullopt;
    return refuse(seconds, "http.too_many_requests", "Too many requests; slow down.",
                  "requests_per_second", options_.requests_per_second);
}

Status Gatekeeper::check_csrf(const net::Request& request, const Actor& actor) const {
    const std::string_view token = request.headers.get("X-CSRF-Token");
    if (crypto::equal_constant_time(as_bytes(token), as_bytes(actor.csrf_token))) return {};
    return fail(ErrorKind::kPermissionDenied, "identity.csrf",
                "The header X-CSRF-Token is missing or wrong; GET /api/me tells it.",
                "X-CSRF-Token");
}

std::optional<net::Response> Gatekeeper::check(const net::Request& request, const RouteSpec& spec) {
    const bool safe = is_safe(request.method);
    if (!safe && !is_same_origin(request))
        return refused(request, ErrorKind::kPermissionDenied, "cross_site",
                       "This request came from a page of another site.");
    if (spec.access == Access::kOpen) return std::nullopt;
    const bool has_credentials =
        !bearer(request).empty() || !request.cookie(kSessionCookie).empty();
    if (!has_credentials) return not_signed_in(request);
    auto actor = identify(request);
    if (!actor) return net::Response::error(actor.error(), request.request_id);
    // First who it is, then the limit: people behind one address share it only while unknown.
    if (auto slow_down = over_limit(request, actor->get())) return slow_down;
    if (*actor == nullptr) return not_signed_in(request);
    if (!safe && !(*actor)->session_id.empty())
        if (const Status csrf = check_csrf(request, **actor); !csrf)
            return net::Response::error(csrf.error(), request.request_id);
    if (spec.permission && !(*actor)->can(*spec.permission))
        return refused(request, ErrorKind::kPermissionDenied, "denied",
                       "Your role does not allow this; it needs \"" +
                           std::string(to_string(*spec.permission)) + "\".");
    request.context = std::move(*actor);
    return std::nullopt;
}

bool is_same_origin(const net::Request& request) {
    const std::string_view site = request.headers.get("Sec-Fetch-Site");
    if (!site.empty() && site != "same-origin" && site != "none") return false;
    const std::string_view origin = request.headers.get("Origin");
    if (origin.empty()) return true;
    const std::size_t scheme_end = origin.find("://");
    if (scheme_end == std::string_view::npos) return false;  // "null": a sandboxed page
    return origin.substr(scheme_end + 3) == request.headers.get("Host");
}

void add_common_headers(const net::Request& request, net::Response& response) {
    net::Headers& headers = response.headers;
    const bool page = headers.get("Content-Type").starts_with("text/html");
    headers.add("Content-Security-Policy", page ? kPagePolicy : kDataPolicy);
    headers.add("X-Content-Type-Options", "nosniff");
    headers.add("Referrer-Policy", "same-origin");
    headers.add("Cross-Origin-Resource-Policy", "same-origin");
    if (page) {
        headers.add("X-Frame-Options", "DENY");
        headers.add("Cross-Origin-Opener-Policy", "same-origin");
        headers.add("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
    }
    if (request.tls) headers.add("Strict-Transport-Security", "max-age=31536000");
    if (headers.get("Cache-Control").empty()) headers.add("Cache-Control", "no-store");
}

net::Response refusal_response(const Refusal& refusal, std::string_view request_id) {
    net::Response response = net::Response::error(refusal.error, request_id);
    if (refusal.retry_after_s > 0)
        response.headers.set("Retry-After", std::to_string(refusal.retry_after_s));
    return response;
}

}  // namespace saola::platform
