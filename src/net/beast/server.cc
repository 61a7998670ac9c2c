// Listeners, loops and their threads; start and stop of the server.
#include <sys/resource.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <ctime>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "net/beast/connection.h"
#include "net/beast/server_state.h"
#include "net/spool_file.h"

namespace saola::net {
namespace {

using asio::ip::tcp;
using boost::system::error_code;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
constexpr std::chrono::milliseconds kAcceptPause{50};
constexpr std::chrono::milliseconds kPollTime{5};
constexpr std::chrono::milliseconds kKillTime{2'000};
constexpr int kBindTries = 16;

class PlainTransport final : public Transport {
public:
    explicit PlainTransport(tcp::socket socket) : socket_(std::move(socket)) {
        error_code ignored;
        socket_.non_blocking(true, ignored);  // write_now must not wait
    }
    asio::awaitable<error_code> handshake() override { co_return error_code(); }
    asio::awaitable<IoResult> read_some(asio::mutable_buffer to) override {
        return socket_.async_read_some(to, kAwait);
    }
    asio::awaitable<IoResult> write_all(asio::const_buffer from) override {
        return asio::async_write(socket_, from, kAwait);
    }
    std::size_t write_now(asio::const_buffer from) override {
        error_code ignored;  // an error comes again from write_all
        return socket_.send(from, 0, ignored);
    }
    asio::awaitable<void> end_write() override {
        error_code ignored;
        socket_.shutdown(tcp::socket::shutdown_send, ignored);
        co_return;
    }
    tcp::socket& socket() override { return socket_; }
    bool tls() const override { return false; }

private:
    tcp::socket socket_;
};

// Thousands of connections need as many descriptors; the soft limit is 1,024 on most systems.
void raise_descriptor_limit(std::size_t connections) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const rlim_t wanted = std::min<rlim_t>(connections + 256, limit.rlim_max);
    if (limit.rlim_cur >= wanted) return;
    limit.rlim_cur = wanted;
    setrlimit(RLIMIT_NOFILE, &limit);
}

Result<tcp::endpoint> parse_endpoint(const HttpServerOptions& options) {
    error_code ec;
    const std::string& text = options.address == "localhost" ? "127.0.0.1" : options.address;
    const asio::ip::address address = asio::ip::make_address(text, ec);
    if (ec) {
        return fail(ErrorKind::kInvalidArgument, "net.bad_address",
                    "'" + options.address + "' is not an IP address to listen on.", "address");
    }
    return tcp::endpoint(address, options.port);
}

class HttpServerImpl final : public HttpServer {
public:
    HttpServerImpl(const HttpServerOptions& options, const RouteTable& routes, Observer observer)
        : state_(options, routes, std::move(observer)) {}
    ~HttpServerImpl() override { stop(std::chrono::milliseconds(0)); }

    Status open();
    std::uint16_t port() const override { return port_; }
    HttpServerStats stats() const override;
    Status reload_certificate() override;
    void stop(std::chrono::milliseconds deadline) override;

private:
    Status bind_loops(tcp::endpoint endpoint);
    error_code bind_one(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, bool share);
    void run(Loop& loop);
    asio::awaitable<void> accept(Loop& loop);
    asio::awaitable<void> tick(Loop& loop);
    void take(Loop& loop, tcp::socket socket);
    void refuse(Loop& loop, tcp::socket socket);
    std::unique_ptr<Transport> make_transport(tcp::socket socket);
    bool wait_until_closed(std::chrono::steady_clock::time_point deadline) const;
    void on_every_connection(void (Connection::*action)());

    ServerState state_;
    std::vector<std::unique_ptr<Loop>> loops_;
    std::vector<asio::executor_work_guard<asio::io_context::executor_type>> guards_;
    std::vector<std::thread> threads_;
    std::uint16_t port_ = 0;
    std::mutex stop_mutex_;
    bool stopped_ = false;
};

Status HttpServerImpl::open() {
    const HttpServerOptions& options = state_.options;
    if (options.certificate_file.empty() != options.private_key_file.empty()) {
        return fail(ErrorKind::kInvalidArgument, "net.bad_certificate",
                    "TLS needs both a certificate file and a private key file.",
                    "certificate_file");
    }
    if (!options.certificate_file.empty()) {
        SAOLA_TRY(state_.tls, TlsContext::load(options.certificate_file, options.private_key_file));
    }
    SAOLA_TRY(const tcp::endpoint endpoint, parse_endpoint(options));
    if (!options.spool_dir.empty()) SpoolFile::clean(options.spool_dir);
    raise_descriptor_limit(options.limits.max_connections);
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    const std::size_t count = options.loops > 0 ? static_cast<std::size_t>(options.loops) : cores;
    for (std::size_t i = 0; i < count; ++i) loops_.push_back(std::make_unique<Loop>(state_));
    SAOLA_TRY_STATUS(bind_loops(endpoint));
    for (const std::unique_ptr<Loop>& loop : loops_) {
        guards_.emplace_back(asio::make_work_guard(loop->io));
        asio::co_spawn(loop->io, accept(*loop), asio::detached);
        asio::co_spawn(loop->io, tick(*loop), asio::detached);
    }
    for (const std::unique_ptr<Loop>& loop : loops_) {
        threads_.emplace_back([this, raw = loop.get()] { run(*raw); });
    }
    return {};
}

error_code HttpServerImpl::bind_one(tcp::acceptor& acceptor, const tcp::endpoint& endpoint,
                                    bool share) {
    error_code ec;
    acceptor.open(endpoint.protocol(), ec);
    if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec && share) acceptor.set_option(ReusePort(true), ec);
    if (!ec) acceptor.bind(endpoint, ec);
    if (ec) {
        error_code ignored;
        acceptor.close(ignored);
    }
    return ec;
}

// SO_REUSEPORT would let a second server of the same user share the port in silence, so a socket
// without it asks first whether the port is free.
Status HttpServerImpl::bind_loops(tcp::endpoint endpoint) {
    const bool any_port = endpoint.port() == 0;
    error_code ec;
    for (int i = 0; i < (any_port ? kBindTries : 1); ++i) {
        tcp::acceptor probe(loops_.front()->io);
        ec = bind_one(probe, endpoint, /*share=*/false);
        if (ec) break;
        tcp::endpoint chosen = probe.local_endpoint(ec);
        probe.close(ec);
        for (const std::unique_ptr<Loop>& loop : loops_) {
            ec = bind_one(loop->acceptor, chosen, /*share=*/true);
            if (!ec) loop->acceptor.listen(tcp::acceptor::max_listen_connections, ec);
            if (ec) break;
        }
        if (!ec) {
            port_ = chosen.port();
            return {};
        }
        for (const std::unique_ptr<Loop>& loop : loops_) {
            error_code ignored;
            loop->acceptor.close(ignored);
        }
    }
    const bool taken = ec == asio::error::address_in_use;
    return fail(taken ? ErrorKind::kConflict : ErrorKind::kInvalidArgument,
                taken ? "net.port_in_use" : "net.cannot_listen",
                "Cannot listen on " + state_.options.address + " port " +
                    std::to_string(endpoint.port()) + ": " + ec.message() + ".",
                taken ? "port" : "address");
}

void HttpServerImpl::run(Loop& loop) {
    for (;;) {
        try {
            loop.io.run();
            return;
        } catch (const std::exception& e) {
            log::error("http.loop_exception", {{"what", e.what()}});
        }
    }
}

asio::awaitable<void> HttpServerImpl::accept(Loop& loop) {
    asio::steady_timer pause(loop.io);
    while (loop.acceptor.is_open()) {
        auto [ec, socket] = co_await loop.acceptor.async_accept(kAwait);
        if (!ec) {
            take(loop, std::move(socket));
        } else if (loop.acceptor.is_open()) {
            log::warn("http.accept_failed", {{"what", ec.message()}});  // no descriptors left?
            pause.expires_after(kAcceptPause);
            co_await pause.async_wait(kAwait);
        }
    }
}

void HttpServerImpl::take(Loop& loop, tcp::socket socket) {
    error_code ec;
    const tcp::endpoint remote = socket.remote_endpoint(ec);
    if (ec) return;  // gone already
    socket.set_option(tcp::no_delay(true), ec);
    if (state_.connections_open.load() >= state_.options.limits.max_connections) {
        refuse(loop, std::move(socket));
        return;
    }
    std::make_shared<Connection>(loop, make_transport(std::move(socket)),
                                 remote.address().to_string())
        ->start();
}

// One answer without waiting, so that refused connections cost nothing; a TLS client only sees the
// close.
void HttpServerImpl::refuse(Loop& loop, tcp::socket socket) {
    loop.counters.connections_refused.fetch_add(1, std::memory_order_relaxed);
    if (!state_.options.certificate_file.empty()) return;
    Response response = Response::error(
        Error{ErrorKind::kUnavailable,
              "http.too_many_connections",
              "The server has too many connections. Try again in a moment.",
              {},
              "max_connections=" + std::to_string(state_.options.limits.max_connections)});
    response.headers.set("Retry-After", "1");
    const std::string id = new_ulid(state_.clock, loop.random);
    std::string out;
    ResponseHead head;
    head.status = 503;
    head.content_length = response.body.size();
    head.keep_alive = false;
    head.date = loop.date();
    head.request_id = id;
    append_response_head(out, head, response.headers);
    out += response.body;
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.send(asio::buffer(out), 0, ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    std::array<char, 16384> sink{};  // unread bytes would turn the close into a reset
    socket.receive(asio::buffer(sink), 0, ignored);
}

std::unique_ptr<Transport> HttpServerImpl::make_transport(tcp::socket socket) {
    if (state_.options.certificate_file.empty()) {
        return std::make_unique<PlainTransport>(std::move(socket));
    }
    std::shared_ptr<TlsContext> tls;
    {
        const std::lock_guard lock(state_.tls_mutex);
        tls = state_.tls;
    }
    return tls->wrap(std::move(socket));
}

// One timer per loop instead of one per operation: deadlines are exact to a quarter of the shortest
// timeout, at most half a second.
asio::awaitable<void> HttpServerImpl::tick(Loop& loop) {
    const HttpLimits& l = state_.options.limits;
    const auto shortest =
        std::min({l.header_timeout, l.body_timeout, l.idle_timeout, l.write_timeout});
    const auto period =
        std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(500));
    for (;;) {
        loop.ticker.expires_after(period);
        const auto [ec] = co_await loop.ticker.async_wait(kAwait);
        if (ec) co_return;
        const std::int64_t now_ms = loop.now_ms();
        for (Connection* connection : loop.connections) connection->sweep(now_ms);
    }
}

HttpServerStats HttpServerImpl::stats() const {
    HttpServerStats sum;
    sum.connections_open = state_.connections_open.load();
    sum.sse_open = state_.sse_open.load();
    sum.jobs_queued = state_.pool.queued();
    for (const std::unique_ptr<Loop>& loop : loops_) {
        const LoopCounters& c = loop->counters;
        const auto read = [](const std::atomic<std::uint64_t>& value) {
            return value.load(std::memory_order_relaxed);
        };
        sum.connections_total += read(c.connections_total);
        sum.connections_refused += read(c.connections_refused);
        sum.requests_total += read(c.requests_total);
        sum.requests_bad += read(c.requests_bad);
        sum.jobs_refused += read(c.jobs_refused);
        sum.sse_dropped += read(c.sse_dropped);
        sum.bytes_in += read(c.bytes_in);
        sum.bytes_out += read(c.bytes_out);
    }
    return sum;
}

Status HttpServerImpl::reload_certificate() {
    const HttpServerOptions& options = state_.options;
    if (options.certificate_file.empty()) {
        return fail(ErrorKind::kInvalidArgument, "net.no_tls", "This server does not use TLS.");
    }
    SAOLA_TRY(std::shared_ptr<TlsContext> fresh,
              TlsContext::load(options.certificate_file, options.private_key_file));
    const std::lock_guard lock(state_.tls_mutex);
    state_.tls = std::move(fresh);
    return {};
}

bool HttpServerImpl::wait_until_closed(std::chrono::steady_clock::time_point deadline) const {
    while (state_.connections_open.load() > 0) {
        if (std::chrono::steady_clock::now() >= deadline) return false;
        std::this_thread::sleep_for(kPollTime);
    }
    return true;
}

void HttpServerImpl::on_every_connection(void (Connection::*action)()) {
    for (const std::unique_ptr<Loop>& loop : loops_) {
        asio::post(loop->io, [raw = loop.get(), action] {
            error_code ignored;
            raw->acceptor.close(ignored);
            for (Connection* connection : raw->connections) (connection->*action)();
        });
    }
}

void HttpServerImpl::stop(std::chrono::milliseconds deadline) {
    const std::lock_guard lock(stop_mutex_);
    if (stopped_) return;
    stopped_ = true;
    const auto now = std::chrono::steady_clock::now;
    state_.stopping = true;
    if (!threads_.empty()) {
        on_every_connection(&Connection::begin_stop);
        wait_until_closed(now() + deadline);
    }
    state_.pool.stop();
    if (!threads_.empty()) {
        on_every_connection(&Connection::kill);
        wait_until_closed(now() + kKillTime);
    }
    for (const std::unique_ptr<Loop>& loop : loops_) loop->io.stop();
    for (std::thread& thread : threads_) thread.join();
}

}  // namespace

std::string_view Loop::date() {
    const std::int64_t second = state.clock.now_ns() / 1'000'000'000;
    if (second != date_second) {
        date_second = second;
        const std::time_t time = second;
        std::tm parts{};
        gmtime_r(&time, &parts);
        std::array<char, 40> text{};
        const std::size_t n =
            std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
        date_text.assign(text.data(), n);
    }
    return date_text;
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpServerOptions& options,
                                                      const RouteTable& routes, Observer observer) {
    try {
        auto server = std::make_unique<HttpServerImpl>(options, routes, std::move(observer));
        SAOLA_TRY_STATUS(server->open());
        return std::unique_ptr<HttpServer>(std::move(server));
    } catch (const std::exception& e) {
        return fail(ErrorKind::kInternal, "net.start_failed", e.what());
    }
}

}  // namespace saola::net
