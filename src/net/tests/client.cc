#include "net/tests/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

namespace saola::net::test {
namespace {

constexpr int kReadTimeoutMs = 5'000;

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

}  // namespace

Client::Client(std::uint16_t port, int receive_buffer)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) {
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    }
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) close();
}

Client::~Client() { close(); }

void Client::close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

void Client::half_close() { ::shutdown(fd_, SHUT_WR); }

bool Client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

bool Client::more() {
    pollfd wait{fd_, POLLIN, 0};
    if (fd_ < 0 || ::poll(&wait, 1, kReadTimeoutMs) != 1) return false;
    char chunk[65536];
    const ssize_t n = ::recv(fd_, chunk, sizeof(chunk), 0);
    if (n <= 0) return false;
    buffer_.append(chunk, static_cast<std::size_t>(n));
    return true;
}

std::string Client::take(std::size_t n) {
    std::string out = buffer_.substr(0, n);
    buffer_.erase(0, n);
    return out;
}

bool Client::read_until(std::string_view text) {
    while (buffer_.find(text) == std::string::npos) {
        if (!more()) return false;
    }
    return true;
}

Reply Client::read_reply(bool head_only) {
    Reply reply;
    if (!read_until("\r\n\r\n")) return reply;
    const std::string head = take(buffer_.find("\r\n\r\n") + 4);
    std::size_t at = head.find("\r\n") + 2;
    while (at < head.size() - 2) {
        const std::size_t end = head.find("\r\n", at);
        const std::size_t colon = head.find(": ", at);
        reply.headers[lower(head.substr(at, colon - at))] = head.substr(colon + 2, end - colon - 2);
        at = end + 2;
    }
    const int status = std::atoi(head.c_str() + 9);
    if (head_only || status == 204 || status == 304 || status == 100) {
        reply.status = status;
    } else if (reply.headers.contains("content-length")) {
        const std::size_t size = std::stoul(reply.headers["content-length"]);
        while (buffer_.size() < size) {
            if (!more()) return reply;
        }
        reply.body = take(size);
        reply.status = status;
    } else if (reply.headers["transfer-encoding"] == "chunked") {
        for (;;) {
            if (!read_until("\r\n")) return reply;
            const std::size_t size = std::stoul(take(buffer_.find("\r\n") + 2), nullptr, 16);
            while (buffer_.size() < size + 2) {
                if (!more()) return reply;
            }
            reply.body += take(size);
            take(2);
            if (size == 0) break;
        }
        reply.status = status;
    } else {
        while (more()) {
        }
        reply.body = take(buffer_.size());
        reply.status = status;
    }
    return reply;
}

bool Client::ends_within(std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now());
        if (left.count() <= 0) return false;
        pollfd wait{fd_, POLLIN, 0};
        if (::poll(&wait, 1, static_cast<int>(left.count())) != 1) return false;
        char chunk[65536];
        const ssize_t n = ::recv(fd_, chunk, sizeof(chunk), 0);
        if (n <= 0) return true;
        buffer_.append(chunk, static_cast<std::size_t>(n));
    }
}

std::string get_request(const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: test\r\n\r\n";
}

Reply get(std::uint16_t port, const std::string& target) {
    Client client(port);
    client.send(get_request(target));
    return client.read_reply();
}

void Routes::add(Method method, std::string path, RunOn run_on, Handler handler,
                 std::uint64_t max_body_bytes) {
    routes_.push_back(Route{method, std::move(path), run_on, max_body_bytes,
                            std::make_unique<Handler>(std::move(handler))});
}

RouteMatch Routes::match(Method method, std::string_view path) const {
    RouteMatch match;
    for (const Route& route : routes_) {
        if (route.path != path) continue;
        match.path_exists = true;
        if (route.method != method) continue;
        match.handler = route.handler.get();
        match.run_on = route.run_on;
        match.max_body_bytes = route.max_body_bytes;
    }
    return match;
}

void ServerTest::SetUp() {
    options.loops = 2;
    routes.add(Method::kGet, "/hello", RunOn::kInline,
               [](const Request&) { return Response::text("hello"); });
    routes.add(Method::kPost, "/echo", RunOn::kBlocking, [](const Request& request) {
        return Response::text(std::string(to_string(request.method)) + " " +
                              std::to_string(request.body_bytes) + " " + request.body);
    });
}

void ServerTest::start() {
    Result<std::unique_ptr<HttpServer>> started = HttpServer::start(options, routes, observer);
    ASSERT_TRUE(started) << to_string(started.error());
    server = std::move(*started);
}

bool ServerTest::eventually(const std::function<bool()>& done) {
    for (int i = 0; i < 1'000; ++i) {
        if (done()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

}  // namespace saola::net::test
