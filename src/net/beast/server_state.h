// What the parts of one running HTTP server share: the state of the whole server, and one event
// loop per core with the connections it owns. Private to src/net/beast.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"
#include "net/beast/transport.h"
#include "net/http_server.h"
#include "net/worker_pool.h"

namespace saola::net {

class Connection;

struct ServerState {
    ServerState(const HttpServerOptions& server_options, const RouteTable& route_table,
                HttpServer::Observer request_observer)
        : options(server_options),
          routes(route_table),
          observer(std::move(request_observer)),
          pool(server_options.limits.worker_threads, server_options.limits.max_queued_jobs) {}

    const HttpServerOptions options;
    const RouteTable& routes;
    const HttpServer::Observer observer;
    const SystemClock clock;
    std::atomic<std::size_t> connections_open{0};
    std::atomic<std::size_t> sse_open{0};
    std::atomic<bool> stopping{false};
    std::mutex tls_mutex;
    std::shared_ptr<TlsContext> tls;  // null: plain HTTP; replaced under tls_mutex
    WorkerPool pool;
};

// Random bytes fetched 4 KB at a time: a system call per request id would cost more than the id.
class BufferedRandom final : public Random {
public:
    void fill(std::span<std::uint8_t> out) override {
        for (std::uint8_t& byte : out) {
            if (next_ == buffer_.size()) {
                source_.fill(buffer_);
                next_ = 0;
            }
            byte = buffer_[next_++];
        }
    }

private:
    SystemRandom source_;
    std::array<std::uint8_t, 4096> buffer_{};
    std::size_t next_ = buffer_.size();
};

// Written by one loop, read by stats(): relaxed atomics on the loop's own cache lines.
struct alignas(64) LoopCounters {
    std::atomic<std::uint64_t> connections_total{0}, connections_refused{0}, requests_total{0},
        requests_bad{0}, jobs_refused{0}, sse_dropped{0}, bytes_in{0}, bytes_out{0};
};

// One thread runs one loop; all members except `io` (post only) and `counters` belong to it.
struct Loop {
    explicit Loop(ServerState& server_state) : state(server_state) {}

    [[nodiscard]] std::int64_t now_ms() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::steady_clock::now().time_since_epoch())
            .count();
    }
    [[nodiscard]] std::string_view date();  // of the Date header, computed once a second

    ServerState& state;
    LoopCounters counters;
    BufferedRandom random;
    std::list<Connection*> connections;
    std::string date_text;
    std::int64_t date_second = -1;
    // After what connections use while they are destroyed: the frames of suspended coroutines die
    // with the io_context.
    asio::io_context io{1};
    asio::ip::tcp::acceptor acceptor{io};
    asio::steady_timer ticker{io};
};

}  // namespace saola::net
