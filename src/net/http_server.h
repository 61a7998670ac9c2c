// HTTP/1.1 server (Boost.Beast coroutines inside src/net/beast). One event loop per core with
// SO_REUSEPORT, a bounded worker pool for blocking handlers, TLS 1.2+ when a certificate is given,
// Server-Sent Events, keep-alive, graceful stop. Everything is bounded by HttpLimits; a refusal
// names the limit.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/address.h"
#include "net/http.h"

namespace saola::net {

struct HttpLimits {
    std::size_t max_connections = 10'000;
    std::size_t max_header_bytes = 16U << 10U;
    std::size_t max_target_bytes = 8U << 10U;
    std::uint64_t max_body_bytes = 1U << 20U;          // default; a route may set its own
    std::uint64_t spool_body_bytes = 1U << 20U;        // larger bodies go to a temporary file
    std::chrono::milliseconds header_timeout{10'000};  // slow senders are cut
    std::chrono::milliseconds body_timeout{120'000};
    std::chrono::milliseconds idle_timeout{75'000};
    std::chrono::milliseconds write_timeout{30'000};
    std::size_t worker_threads = 4;
    std::size_t max_queued_jobs = 1'000;  // blocking requests waiting for a worker
    std::size_t max_sse_streams = 5'000;
    std::size_t max_sse_queue = 256;              // events waiting per stream
    std::size_t max_sse_queue_bytes = 1U << 20U;  // and their bytes
    std::chrono::milliseconds sse_heartbeat{
        15'000};  // an event "ping", so that proxies keep it open and clients notice its end
};

struct HttpServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;        // 0: any free port, see HttpServer::port()
    int loops = 0;                 // 0: one per core
    std::string certificate_file;  // PEM; empty: plain HTTP
    std::string private_key_file;
    std::string spool_dir;  // for large bodies; empty: system temporary
    // Peers whose X-Forwarded-For and X-Forwarded-Proto are believed; see apply_forwarded().
    std::vector<Network> trusted_proxies;
    HttpLimits limits;
};

struct RouteMatch {
    const Handler* handler = nullptr;  // nullptr: 404, or 405 if path_exists
    RunOn run_on = RunOn::kInline;
    std::uint64_t max_body_bytes = 0;  // 0: HttpLimits::max_body_bytes
    bool path_exists = false;          // with another method -> 405
    std::map<std::string, std::string, std::less<>> params;
};

// How the server finds a handler; implemented by platform::Router. Must be thread-safe and fast.
class RouteTable {
public:
    virtual ~RouteTable() = default;
    [[nodiscard]] virtual RouteMatch match(Method method, std::string_view path) const = 0;
};

// Counters for /metrics, read at any time.
struct HttpServerStats {
    std::uint64_t connections_open = 0, connections_total = 0, connections_refused = 0;
    std::uint64_t requests_total = 0, requests_bad = 0, jobs_queued = 0, jobs_refused = 0;
    std::uint64_t sse_open = 0, sse_dropped = 0, bytes_in = 0, bytes_out = 0;
};

class HttpServer {
public:
    // Called after the handler for every request, on any thread: access log, metrics, headers.
    using Observer = std::function<void(const Request&, const Response&, std::int64_t duration_us)>;

    // Whether the pair can be served, and when the certificate ends (UTC nanoseconds).
    // kInvalidArgument names the file that is wrong.
    [[nodiscard]] static Result<std::int64_t> check_certificate(
        const std::string& certificate_file, const std::string& private_key_file);
    // Binds and starts serving. kConflict when the port is taken, kInvalidArgument for a bad
    // certificate. `routes` must outlive the server.
    [[nodiscard]] static Result<std::unique_ptr<HttpServer>> start(const HttpServerOptions& options,
                                                                   const RouteTable& routes,
                                                                   Observer observer = {});
    virtual ~HttpServer() = default;  // stops at once
    [[nodiscard]] virtual std::uint16_t port() const = 0;
    [[nodiscard]] virtual HttpServerStats stats() const = 0;
    // Reads the certificate and key files again; new connections use them. On an error the old pair
    // stays in use. kInvalidArgument when the server has no TLS.
    [[nodiscard]] virtual Status reload_certificate() = 0;
    // Stops accepting, lets requests in flight finish until the deadline, closes SSE streams.
    // Then queued jobs are dropped and connections cut; a handler that still runs is waited for.
    // Idempotent; not from a handler.
    virtual void stop(std::chrono::milliseconds deadline) = 0;
};

}  // namespace saola::net
