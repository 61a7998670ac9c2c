// The server with one small JSON route and one event stream, for bench/http_bench.py and
// bench/sse_bench.py: http_server_bench [--port N] [--loops N]. Prints {"port":N} and serves until
// its standard input ends.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_server.h"

namespace {

using saola::net::Handler;
using saola::net::Method;
using saola::net::Request;
using saola::net::Response;
using saola::net::RouteMatch;
using saola::net::SseStream;

class BenchRoutes final : public saola::net::RouteTable {
public:
    BenchRoutes() {
        json_ = [](const Request&) {
            saola::Json value = saola::Json::object();
            value.set("message", "hello, world");
            return Response::json(value);
        };
        events_ = [this](const Request&) {
            Response response;
            response.on_sse = [this](const std::shared_ptr<SseStream>& stream) {
                const std::lock_guard lock(mutex_);
                streams_.push_back(stream);
            };
            return response;
        };
    }

    [[nodiscard]] RouteMatch match(Method method, std::string_view path) const override {
        RouteMatch match;
        if (method != Method::kGet) return match;
        if (path == "/json") match.handler = &json_;
        if (path == "/events") match.handler = &events_;
        return match;
    }

private:
    Handler json_;
    Handler events_;
    std::mutex mutex_;
    std::vector<std::shared_ptr<SseStream>> streams_;
};

}  // namespace

int main(int argc, char** argv) {
    saola::net::HttpServerOptions options;
    options.loops = 2;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        const int value = std::atoi(argv[i + 1]);
        if (name == "--port") options.port = static_cast<std::uint16_t>(value);
        if (name == "--loops") options.loops = value;
    }
    const BenchRoutes routes;
    auto server = saola::net::HttpServer::start(options, routes);
    if (!server) {
        std::cerr << saola::to_string(server.error()) << "\n";
        return 1;
    }
    std::cout << "{\"port\":" << (*server)->port() << "}" << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
    }
    (*server)->stop(std::chrono::milliseconds(1'000));
    return 0;
}
