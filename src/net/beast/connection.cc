#include "net/beast/connection.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "base/log.h"
#include "net/uri.h"

namespace saola::net {
namespace {

using boost::system::error_code;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadBytes = 4096;  // first buffer of a connection
constexpr std::size_t kBodyReadBytes = 64U << 10U;
constexpr std::size_t kSpoolStepBytes = 256U << 10U;
constexpr std::uint64_t kBodyProgressBytes = 1U << 20U;  // body_timeout starts again for each
constexpr std::size_t kKeptOutBytes = 64U << 10U;        // larger output buffers are given back
constexpr std::chrono::milliseconds kLingerTime{10'000};
constexpr std::chrono::milliseconds kGoodbyeTime{1'000};

void add(std::atomic<std::uint64_t>& counter, std::uint64_t n = 1) {
    counter.fetch_add(n, std::memory_order_relaxed);
}

Refusal make_refusal(int status, ErrorKind kind, std::string code, std::string message,
                     std::string limit = {}) {
    return Refusal{status, Error{kind, std::move(code), std::move(message), {}, std::move(limit)}};
}

Refusal body_too_large(std::uint64_t max_body_bytes) {
    return make_refusal(413, ErrorKind::kTooLarge, "http.body_too_large",
                        "The request body is too large.",
                        "max_body_bytes=" + std::to_string(max_body_bytes));
}

Refusal timed_out_refusal(std::string what, std::string limit) {
    return make_refusal(408, ErrorKind::kCancelled, "http.timeout",
                        "The request " + std::move(what) + " did not arrive in time.",
                        std::move(limit));
}

}  // namespace

Connection::Connection(Loop& loop, std::unique_ptr<Transport> transport, std::string remote_address)
    : loop_(loop),
      transport_(std::move(transport)),
      remote_address_(std::move(remote_address)),
      place_(loop.connections.insert(loop.connections.end(), this)),
      wake_(loop.io),
      parser_(loop.state.options.limits.max_header_bytes,
              loop.state.options.limits.max_target_bytes) {
    loop_.state.connections_open.fetch_add(1);
    add(loop_.counters.connections_total);
}

Connection::~Connection() {
    if (sse_) sse_->detach();
    loop_.connections.erase(place_);
    loop_.state.connections_open.fetch_sub(1);
}

void Connection::start() {
    asio::co_spawn(
        loop_.io,
        [self = shared_from_this()]() -> asio::awaitable<void> {
            try {
                co_await self->run();
            } catch (const std::exception& e) {
                log::error("http.connection_failed", {{"what", e.what()}});
            }
        },
        asio::detached);
}

void Connection::arm(std::chrono::milliseconds timeout) {
    timed_out_ = false;
    deadline_ms_ = loop_.now_ms() + timeout.count();
}

void Connection::sweep(std::int64_t now_ms) {
    if (deadline_ms_ == 0 || now_ms < deadline_ms_) return;
    deadline_ms_ = 0;
    timed_out_ = true;
    error_code ignored;
    transport_->socket().cancel(ignored);
}

void Connection::begin_stop() {
    if (sse_) sse_->close();
    if (idle_) kill();
}

void Connection::kill() {
    if (sse_) sse_->detach();
    error_code ignored;
    transport_->socket().close(ignored);
    wake_.cancel();
}

asio::awaitable<void> Connection::run() {
    if (transport_->tls()) {
        arm(limits().header_timeout);
        if (co_await transport_->handshake()) co_return;
    }
    After after = After::kKeep;
    while (after == After::kKeep) after = co_await serve_one();
    co_await leave(after);
}

// Without the wait for what the client still sends, the kernel would answer that with a reset, and
// the reset can destroy the response before the client has read it.
asio::awaitable<void> Connection::leave(After after) {
    if (!transport_->socket().is_open()) co_return;
    if (after == After::kClose) {
        arm(kGoodbyeTime);
        co_await transport_->end_write();
        co_return;
    }
    arm(loop_.state.stopping.load() ? kGoodbyeTime : kLingerTime);
    if (!transport_->tls()) co_await transport_->end_write();
    idle_ = true;  // a stop need not wait for this
    std::string sink(kBodyReadBytes, '\0');
    while (!timed_out_) {
        const auto [ec, n] = co_await transport_->read_some(asio::buffer(sink));
        if (ec) break;
        add(loop_.counters.bytes_in, n);
    }
}

void Connection::reset_request() {
    request_ = Request{};
    request_.remote_address = remote_address_;
    request_.tls = transport_->tls();
    spool_.reset();
    if (out_.capacity() > kKeptOutBytes) out_ = std::string();
    if (in_begin_ == in_end_ && in_.size() > kReadBytes) {
        in_ = std::string();
        in_begin_ = in_end_ = 0;
    }
    parser_.start(request_);
}

asio::awaitable<Connection::After> Connection::serve_one() {
    reset_request();
    std::optional<Refusal> refusal;
    if (!co_await read_head(refusal)) co_return After::kClose;
    started_ = std::chrono::steady_clock::now();
    request_.request_id = new_ulid(loop_.state.clock, loop_.random);
    add(loop_.counters.requests_total);
    keep_alive_ = !refusal && parser_.keep_alive() && !loop_.state.stopping.load();
    if (!refusal) refusal = decode_request();

    RouteMatch match;
    bool head_only = request_.method == Method::kHead;
    std::optional<Response> answer;
    if (!refusal) {
        match = find_route(head_only);
        answer = answer_without_handler(match);
    }
    if (!refusal && !answer) {
        const std::uint64_t max = match.max_body_bytes;
        if (!co_await read_body(max == 0 ? limits().max_body_bytes : max, refusal)) {
            co_return After::kClose;
        }
    }
    if (refusal) {
        answer = refuse(*refusal);
    } else if (answer) {
        observe(*answer);
    } else {
        answer = co_await handle(match);
    }
    const bool complete = !refusal && parser_.done();
    keep_alive_ = keep_alive_ && complete && !loop_.state.stopping.load();
    const bool streamed = static_cast<bool>(answer->on_sse);
    const bool sent = co_await respond(*answer, head_only, match.run_on);
    if (!sent || streamed) co_return After::kClose;
    if (!complete) co_return After::kLinger;
    co_return keep_alive_ ? After::kKeep : After::kClose;
}

// --- reading

asio::awaitable<bool> Connection::read_more(std::size_t capacity) {
    if (in_begin_ == in_end_) in_begin_ = in_end_ = 0;
    if (in_.size() < capacity) in_.resize(capacity);
    if (in_end_ == in_.size()) {
        in_.erase(0, in_begin_);
        in_.resize(std::max(in_.size() + in_begin_, in_end_ - in_begin_ + kReadBytes));
        in_end_ -= in_begin_;
        in_begin_ = 0;
    }
    const auto [ec, n] =
        co_await transport_->read_some(asio::buffer(in_.data() + in_end_, in_.size() - in_end_));
    in_end_ += n;
    add(loop_.counters.bytes_in, n);
    co_return !ec && !timed_out_;
}

asio::awaitable<bool> Connection::read_head(std::optional<Refusal>& refusal) {
    const bool waits = pending().empty();
    arm(waits && !first_ ? limits().idle_timeout : limits().header_timeout);
    first_ = false;
    bool started = !waits;
    for (;;) {
        if (!pending().empty()) {
            if (!started) arm(limits().header_timeout);
            started = true;
            in_begin_ += parser_.put(pending());
            if (parser_.refusal()) refusal = parser_.refusal();
            if (refusal || parser_.head_done()) break;
        } else if (!started && loop_.state.stopping.load()) {
            co_return false;
        }
        idle_ = !started;
        const bool more = co_await read_more(kReadBytes);
        idle_ = false;
        if (more) continue;
        if (!started || !timed_out_) co_return false;
        refusal = timed_out_refusal(
            "header", "header_timeout_ms=" + std::to_string(limits().header_timeout.count()));
        break;
    }
    disarm();
    co_return true;
}

std::optional<Refusal> Connection::decode_request() {
    if (!parser_.has_method()) {
        return make_refusal(501, ErrorKind::kUnsupported, "http.method_not_implemented",
                            "The request method is not implemented.");
    }
    Result<DecodedTarget> decoded = decode_target(request_.target);
    if (!decoded) return Refusal{400, std::move(decoded).error()};
    if (decoded->path == "*" && request_.method != Method::kOptions) {
        return make_refusal(400, ErrorKind::kInvalidArgument, "http.bad_target",
                            "The target '*' is only for OPTIONS.");
    }
    request_.path = std::move(decoded->path);
    request_.query = std::move(decoded->query);
    apply_forwarded(request_, loop_.state.options.trusted_proxies);
    return std::nullopt;
}

std::optional<Refusal> Connection::check_body_size(std::uint64_t max_body_bytes) const {
    const std::uint64_t known = parser_.content_length().value_or(0);
    if (std::max(known, parser_.body_bytes()) <= max_body_bytes) return std::nullopt;
    return body_too_large(max_body_bytes);
}

asio::awaitable<bool> Connection::continue_100() {
    if (!parser_.expects_continue() || !pending().empty()) co_return true;
    co_return co_await write("HTTP/1.1 100 Continue\r\n\r\n");
}

asio::awaitable<bool> Connection::read_body(std::uint64_t max_body_bytes,
                                            std::optional<Refusal>& refusal) {
    if (parser_.done()) co_return true;
    refusal = check_body_size(max_body_bytes);
    if (refusal) co_return true;
    if (!co_await continue_100()) co_return false;
    arm(limits().body_timeout);
    std::uint64_t next_arm = kBodyProgressBytes;
    while (!parser_.done()) {
        const std::size_t used = parser_.put(pending());
        in_begin_ += used;
        refusal = parser_.refusal() ? parser_.refusal() : check_body_size(max_body_bytes);
        if (!refusal) co_await spool(/*all=*/false, refusal);
        if (refusal) co_return true;
        if (parser_.done()) break;
        if (used == 0 && pending().size() > kBodyReadBytes) {
            refusal = make_refusal(400, ErrorKind::kInvalidArgument, "http.bad_chunk",
                                   "A chunk header or trailer is too long.",
                                   "max_chunk_header_bytes=" + std::to_string(kBodyReadBytes));
            co_return true;
        }
        if (parser_.body_bytes() >= next_arm) {
            arm(limits().body_timeout);
            next_arm = parser_.body_bytes() + kBodyProgressBytes;
        }
        const bool large = parser_.content_length().value_or(kBodyReadBytes) >= kBodyReadBytes;
        if (co_await read_more(large ? kBodyReadBytes : kReadBytes)) continue;
        if (!timed_out_) co_return false;
        refusal = timed_out_refusal(
            "body", "body_timeout_ms=" + std::to_string(limits().body_timeout.count()));
        co_return true;
    }
    co_await spool(/*all=*/true, refusal);
    request_.body_bytes = parser_.body_bytes();
    disarm();
    co_return true;
}

// Moves what lies in request_.body to the temporary file: once the body is known to be larger than
// spool_body_bytes, in steps, and at the end all of it.
asio::awaitable<void> Connection::spool(bool all, std::optional<Refusal>& refusal) {
    const std::uint64_t known =
        std::max(parser_.content_length().value_or(0), parser_.body_bytes());
    if (known <= limits().spool_body_bytes) co_return;
    if (request_.body.empty() || (!all && request_.body.size() < kSpoolStepBytes)) co_return;
    Status status;
    std::string data;
    data.swap(request_.body);
    std::function<void()> work = [this, &status, &data] {
        if (!spool_.is_open()) status = spool_.create(loop_.state.options.spool_dir);
        if (status) status = spool_.append(data);
    };
    const Ran ran = co_await on_pool(/*bounded=*/false, std::move(work));
    if (ran != Ran::kYes) {
        refusal =
            make_refusal(503, ErrorKind::kUnavailable, "http.stopping", "The server is stopping.");
    } else if (!status) {
        const int code = http_status(status.error().kind);
        refusal = Refusal{code, std::move(status).error()};
    }
    request_.body_file = spool_.path();
}

// --- handling

RouteMatch Connection::find_route(bool& head_only) {
    const RouteTable& routes = loop_.state.routes;
    RouteMatch match = routes.match(request_.method, request_.path);
    if (match.handler == nullptr && head_only) match = routes.match(Method::kGet, request_.path);
    return match;
}

std::optional<Response> Connection::answer_without_handler(const RouteMatch& match) {
    if (match.handler != nullptr) return std::nullopt;
    std::string allow;
    const auto offer = [&allow](Method method) {
        if (!allow.empty()) allow += ", ";
        allow += to_string(method);
    };
    bool any = request_.path == "*";
    for (const Method method :
         {Method::kGet, Method::kPost, Method::kPut, Method::kPatch, Method::kDelete}) {
        const bool found = request_.path == "*" ||
                           loop_.state.routes.match(method, request_.path).handler != nullptr;
        if (!found) continue;
        any = true;
        offer(method);
        if (method == Method::kGet) offer(Method::kHead);
    }
    offer(Method::kOptions);
    Response response;
    if (!any && !match.path_exists) {
        return Response::error(
            Error{ErrorKind::kNotFound, "http.no_such_path", "There is nothing at this address."},
            request_.request_id);
    }
    if (request_.method == Method::kOptions) {
        response.status = 204;
    } else {
        response = Response::error(Error{ErrorKind::kInvalidArgument, "http.method_not_allowed",
                                         "This address does not take the method " +
                                             std::string(to_string(request_.method)) + "."},
                                   request_.request_id);
        response.status = 405;
    }
    response.headers.set("Allow", allow);
    return response;
}

Response Connection::run_handler(const Handler& handler) {
    std::string what = "unknown exception";
    try {
        Response response = handler(request_);
        observe(response);
        return response;
    } catch (const std::exception& e) {
        what = e.what();
    } catch (...) {
    }
    log::error("http.handler_failed",
               {{"request_id", request_.request_id}, {"path", request_.path}, {"what", what}});
    Response response = Response::error(
        Error{ErrorKind::kInternal, "http.internal_error",
              "The server failed on this request. The log holds the details by request id."},
        request_.request_id);
    observe(response);
    return response;
}

asio::awaitable<Response> Connection::handle(const RouteMatch& match) {
    request_.params = match.params;
    if (match.run_on == RunOn::kInline) co_return run_handler(*match.handler);
    Response response;
    std::function<void()> work = [this, &match, &response] {
        response = run_handler(*match.handler);
    };
    const Ran ran = co_await on_pool(/*bounded=*/true, std::move(work));
    if (ran == Ran::kYes) co_return response;
    if (ran == Ran::kCancelled || loop_.state.stopping.load()) {
        co_return refuse(
            make_refusal(503, ErrorKind::kUnavailable, "http.stopping", "The server is stopping."));
    }
    add(loop_.counters.jobs_refused);
    response = refuse(make_refusal(503, ErrorKind::kUnavailable, "http.too_busy",
                                   "Too many requests wait for a worker. Try again in a moment.",
                                   "max_queued_jobs=" + std::to_string(limits().max_queued_jobs)));
    response.headers.set("Retry-After", "1");
    co_return response;
}

asio::awaitable<Connection::Ran> Connection::on_pool(bool bounded, std::function<void()> work) {
    job_done_ = false;
    job_ran_ = false;
    WorkerPool::Job job = [self = shared_from_this(), work = std::move(work)](bool run) mutable {
        if (run) work();
        Connection& connection = *self;
        // The last reference must go on the loop, never here.
        asio::post(connection.loop_.io, [self = std::move(self), run] {
            self->job_done_ = true;
            self->job_ran_ = run;
            self->wake_.cancel();
        });
    };
    WorkerPool& pool = loop_.state.pool;
    const bool taken = bounded ? pool.submit(std::move(job)) : pool.submit_step(std::move(job));
    if (!taken) co_return Ran::kRefused;
    const std::int64_t deadline_ms =
        std::exchange(deadline_ms_, 0);  // a worker's time is not the client's
    while (!job_done_) {
        wake_.expires_at(asio::steady_timer::time_point::max());
        co_await wake_.async_wait(kAwait);
    }
    if (deadline_ms != 0) arm(limits().body_timeout);
    co_return job_ran_ ? Ran::kYes : Ran::kCancelled;
}

Response Connection::refuse(const Refusal& refusal) {
    add(loop_.counters.requests_bad);
    Response response = Response::error(refusal.error, request_.request_id);
    response.status = refusal.status;
    observe(response);
    return response;
}

void Connection::observe(const Response& response) {
    if (!loop_.state.observer) return;
    const auto elapsed = std::chrono::steady_clock::now() - started_;
    try {
        loop_.state.observer(
            request_, response,
            std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count());
    } catch (const std::exception& e) {
        log::error("http.observer_failed", {{"what", e.what()}});
    }
}

}  // namespace saola::net
