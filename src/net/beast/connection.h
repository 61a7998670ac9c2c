// One client connection: reads a request, finds and runs its handler, writes the response, again.
// It lives as long as its coroutine and is used only on its loop's thread; a blocking handler sees
// the request while the coroutine waits. Requests are taken strictly one after another, so a client
// that pipelines is held back by its own socket buffer.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "net/beast/request_parser.h"
#include "net/beast/server_state.h"
#include "net/beast/transport.h"
#include "net/response_head.h"
#include "net/spool_file.h"
#include "net/sse_stream.h"

namespace saola::net {

class Connection final : public std::enable_shared_from_this<Connection> {
public:
    // Counted in ServerState::connections_open from here to the destructor.
    Connection(Loop& loop, std::unique_ptr<Transport> transport, std::string remote_address);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void start();                     // spawns the coroutine, which keeps the object alive
    void sweep(std::int64_t now_ms);  // cuts what is past its deadline
    void begin_stop();                // closes when idle or streaming, else after the response
    void kill();                      // closes now

private:
    enum class Ran { kYes, kRefused, kCancelled };
    enum class After { kKeep, kClose, kLinger };  // what to do with the connection

    asio::awaitable<void> run();
    asio::awaitable<After> serve_one();
    asio::awaitable<void> leave(After after);

    // Reading. False: the connection is over and there is nothing to answer.
    asio::awaitable<bool> read_head(std::optional<Refusal>& refusal);
    asio::awaitable<bool> read_body(std::uint64_t max_body_bytes, std::optional<Refusal>& refusal);
    asio::awaitable<void> spool(bool all, std::optional<Refusal>& refusal);
    asio::awaitable<bool> read_more(std::size_t capacity);
    std::optional<Refusal> check_body_size(std::uint64_t max_body_bytes) const;
    std::optional<Refusal> decode_request();

    // Handling.
    RouteMatch find_route(bool& head_only);
    std::optional<Response> answer_without_handler(const RouteMatch& match);
    asio::awaitable<Response> handle(const RouteMatch& match);
    asio::awaitable<Ran> on_pool(bool bounded, std::function<void()> work);
    Response run_handler(const Handler& handler);
    Response refuse(const Refusal& refusal);
    void observe(const Response& response);

    // Writing. False: the client has gone.
    asio::awaitable<bool> respond(Response& response, bool head_only, RunOn run_on);
    asio::awaitable<bool> continue_100();
    void on_sse_signal();
    void reset_request();
    asio::awaitable<bool> send_body(Response& response, bool head_only);
    asio::awaitable<bool> send_file(Response& response, bool head_only);
    asio::awaitable<bool> send_produced(Response& response, bool head_only);
    asio::awaitable<bool> send_sse(Response& response, bool head_only, RunOn run_on);
    asio::awaitable<void> pump_sse(SseStreamImpl& stream);
    asio::awaitable<void> watch_for_end(std::shared_ptr<SseStreamImpl> stream);
    asio::awaitable<bool> write(std::string_view bytes);
    void append_head(const Response& response, std::optional<std::uint64_t> length, bool chunked);

    void arm(std::chrono::milliseconds timeout);
    void disarm() { deadline_ms_ = 0; }
    [[nodiscard]] const HttpLimits& limits() const { return loop_.state.options.limits; }
    [[nodiscard]] std::string_view pending() const {
        return std::string_view(in_).substr(in_begin_, in_end_ - in_begin_);
    }

    Loop& loop_;
    std::unique_ptr<Transport> transport_;
    const std::string remote_address_;
    std::list<Connection*>::iterator place_;
    asio::steady_timer wake_;  // ends a wait for a worker or for an SSE event
    RequestParser parser_;
    Request request_;
    SpoolFile spool_;
    std::shared_ptr<SseStreamImpl> sse_;
    std::string in_;  // [in_begin_, in_end_) is not parsed yet
    std::size_t in_begin_ = 0;
    std::size_t in_end_ = 0;
    std::string out_;
    std::int64_t deadline_ms_ = 0;  // 0: none
    std::chrono::steady_clock::time_point started_;
    bool timed_out_ = false;
    bool idle_ = false;  // waits for the first byte of a request
    bool keep_alive_ = true;
    bool first_ = true;
    bool job_done_ = false;
    bool job_ran_ = false;
};

}  // namespace saola::net
