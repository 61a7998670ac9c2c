// HTTP messages and routes as modules see them: plain values, no Boost in sight.
// A handler is an ordinary function from Request to Response. It says where it may run:
//   kInline   on the event loop; must not block, touch disk or take over ~50 us;
//   kBlocking on the bounded worker pool (SQL, files, CPU). A full pool answers 503 with its limit.
// Streams (SSE) and large bodies are described by the Response and written by the server under
// back-pressure, so a slow reader costs one bounded queue and nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace saola::net {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };
[[nodiscard]] std::string_view to_string(Method method) noexcept;

// Case-insensitive header names, order kept, bounded by the server (HttpLimits).
class Headers {
public:
    [[nodiscard]] std::string_view get(std::string_view name) const noexcept;  // "" when absent
    [[nodiscard]] std::string list(std::string_view name) const;  // all its lines, with commas
    void set(std::string_view name, std::string_view value);      // replaces
    void add(std::string_view name, std::string_view value);      // keeps earlier ones
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const {
        return items_;
    }

private:
    std::vector<std::pair<std::string, std::string>> items_;
};

// What the authentication middleware established; opaque to net. platform::Actor derives from it.
struct RequestContext {
    virtual ~RequestContext() = default;
};

struct Request {
    Method method = Method::kGet;
    std::string path;    // decoded, without query, always starts with '/'
    std::string target;  // raw request target
    std::map<std::string, std::string, std::less<>> query;   // decoded; last value wins
    std::map<std::string, std::string, std::less<>> params;  // from the route: "/x/{id}" -> "id"
    Headers headers;
    std::string body;       // empty when the body went to body_file
    std::string body_file;  // path of a temporary file for spooled bodies
    std::uint64_t body_bytes = 0;
    // Of the client: behind a trusted proxy, what the proxy says (HttpServerOptions).
    std::string remote_address;  // "127.0.0.1"
    bool tls = false;
    std::string request_id;  // ULID; also in the response header X-Request-Id
    // Set by the platform's gate before the handler; no part of what the client sent, hence
    // mutable.
    mutable std::shared_ptr<RequestContext> context;

    [[nodiscard]] std::string_view query_or(std::string_view name, std::string_view fallback) const;
    [[nodiscard]] std::string_view cookie(std::string_view name) const;  // "" when absent
};

struct SseEvent {
    std::string event;  // type, e.g. "import.progress"
    std::string data;   // one line of JSON
    std::string id;     // for Last-Event-ID
};

// Server end of one SSE stream. push() is thread-safe and never blocks; when the client's queue is
// full (HttpLimits::max_sse_queue) the stream is closed and the client reconnects with
// Last-Event-ID. alive() turns false when the client has gone.
class SseStream {
public:
    virtual ~SseStream() = default;
    virtual bool push(SseEvent event) = 0;  // false: closed
    virtual void close() = 0;
    [[nodiscard]] virtual bool alive() const = 0;
};

// Next chunk of a streamed body; an empty optional ends it. Runs on the worker pool.
using BodyProducer = std::function<Result<std::optional<std::string>>()>;

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
    // At most one of the following replaces `body`.
    std::string file;  // path sent with sendfile or reads
    bool delete_file_after = false;
    BodyProducer producer;                                   // chunked transfer
    std::function<void(std::shared_ptr<SseStream>)> on_sse;  // becomes text/event-stream

    [[nodiscard]] static Response json(const Json& value, int status = 200);
    [[nodiscard]] static Response text(std::string body, int status = 200);
    // {"error":{"code","message","field","limit","request_id"}} with the status of the kind.
    [[nodiscard]] static Response error(const Error& error, std::string_view request_id = {});
};

enum class RunOn : std::uint8_t { kInline, kBlocking };

using Handler = std::function<Response(const Request&)>;

}  // namespace saola::net
