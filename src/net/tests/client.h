// Raw socket client and a table of routes for the tests of the server: what is sent and read is
// exactly what the test says.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_server.h"

namespace saola::net::test {

struct Reply {
    int status = 0;                              // 0: the connection ended before a whole reply
    std::map<std::string, std::string> headers;  // lower-case names
    std::string body;
};

class Client {
public:
    // receive_buffer > 0 makes the kernel's buffer small, for slow readers.
    explicit Client(std::uint16_t port, int receive_buffer = 0);
    ~Client();
    Client(Client&& other) noexcept : fd_(other.fd_), buffer_(std::move(other.buffer_)) {
        other.fd_ = -1;
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    Client& operator=(Client&&) = delete;

    bool send(std::string_view bytes);  // false: the server has closed
    Reply read_reply(bool head_only = false);
    // Reads until `text` has been seen (true), the end or five seconds without a byte (false).
    bool read_until(std::string_view text);
    bool ends_within(std::chrono::milliseconds limit);  // end of the stream or a reset
    [[nodiscard]] const std::string& seen() const { return buffer_; }
    void forget_seen() { buffer_.clear(); }
    void half_close();
    void close();

private:
    bool more();
    std::string take(std::size_t n);
    int fd_ = -1;
    std::string buffer_;
};

Reply get(std::uint16_t port, const std::string& target);
std::string get_request(const std::string& target);

class Routes final : public RouteTable {
public:
    void add(Method method, std::string path, RunOn run_on, Handler handler,
             std::uint64_t max_body_bytes = 0);
    [[nodiscard]] RouteMatch match(Method method, std::string_view path) const override;

private:
    struct Route {
        Method method;
        std::string path;
        RunOn run_on;
        std::uint64_t max_body_bytes;
        std::unique_ptr<Handler> handler;
    };
    std::vector<Route> routes_;
};

// A server on a free port with /hello (inline) and /echo (POST, blocking: method, size, body).
class ServerTest : public ::testing::Test {
protected:
    void SetUp() override;
    void TearDown() override { server.reset(); }
    void start();  // with `options` and `routes` as they are
    [[nodiscard]] std::uint16_t port() const { return server->port(); }
    // Polls until `done` says so; false after five seconds.
    static bool eventually(const std::function<bool()>& done);

    HttpServerOptions options;
    Routes routes;
    HttpServer::Observer observer;
    std::unique_ptr<HttpServer> server;
};

}  // namespace saola::net::test
