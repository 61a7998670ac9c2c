#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "base/ids.h"
#include "net/tests/client.h"

namespace saola::net::test {
namespace {

using namespace std::chrono_literals;

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
    start();
    Client client(port());
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(client.send(get_request("/hello")));
        const Reply reply = client.read_reply();
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(reply.body, "hello");
        EXPECT_TRUE(is_ulid(reply.headers.at("x-request-id")));
        EXPECT_EQ(reply.headers.at("content-type"), "text/plain; charset=utf-8");
        EXPECT_EQ(reply.headers.at("date").size(), 29U);
    }
    EXPECT_EQ(server->stats().connections_total, 1U);
    EXPECT_EQ(server->stats().requests_total, 3U);
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrder) {
    start();
    Client client(port());
    std::string many;
    for (int i = 0; i < 50; ++i) {
        const std::string body = std::to_string(i);
        many += "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n\r\n" + body;
        many += get_request("/hello");
    }
    ASSERT_TRUE(client.send(many));
    for (int i = 0; i < 50; ++i) {
        const std::string body = std::to_string(i);
        EXPECT_EQ(client.read_reply().body, "POST " + std::to_string(body.size()) + " " + body);
        EXPECT_EQ(client.read_reply().body, "hello");
    }
}

TEST_F(ServerTest, BytesOneAtATimeParseTheSame) {
    start();
    Client client(port());
    const std::string text =
        "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n";
    for (const char c : text) ASSERT_TRUE(client.send(std::string_view(&c, 1)));
    EXPECT_EQ(client.read_reply().body, "POST 5 abcde");
    ASSERT_TRUE(client.send(get_request("/hello")));  // the framing is still in step
    EXPECT_EQ(client.read_reply().status, 200);
}

// The parser looks again at a last chunk that came in pieces; only a body without any other chunk
// shows it fewer bytes than it counts on.
TEST_F(ServerTest, EmptyChunkedBodyArrivesInPieces) {
    start();
    Client client(port());
    ASSERT_TRUE(
        client.send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"));
    for (const char c : std::string_view("0\r\n\r\n")) {
        std::this_thread::sleep_for(50ms);  // each byte is read alone
        ASSERT_TRUE(client.send(std::string_view(&c, 1)));
    }
    EXPECT_EQ(client.read_reply().body, "POST 0 ");
}

TEST_F(ServerTest, HeadSendsTheHeadOfGet) {
    start();
    Client client(port());
    ASSERT_TRUE(client.send("HEAD /hello HTTP/1.1\r\nHost: t\r\n\r\n" + get_request("/hello")));
    const Reply head = client.read_reply(/*head_only=*/true);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.headers.at("content-length"), "5");
    EXPECT_EQ(client.read_reply().body, "hello");
}

TEST_F(ServerTest, UnknownPathAndMethod) {
    start();
    EXPECT_EQ(get(port(), "/nothing").status, 404);
    Client client(port());
    ASSERT_TRUE(client.send("DELETE /hello HTTP/1.1\r\nHost: t\r\n\r\n"));
    const Reply reply = client.read_reply();
    EXPECT_EQ(reply.status, 405);
    EXPECT_EQ(reply.headers.at("allow"), "GET, HEAD, OPTIONS");
    EXPECT_NE(reply.body.find("http.method_not_allowed"), std::string::npos);
    ASSERT_TRUE(client.send("OPTIONS /echo HTTP/1.1\r\nHost: t\r\n\r\n"));
    const Reply options_reply = client.read_reply();
    EXPECT_EQ(options_reply.status, 204);
    EXPECT_EQ(options_reply.headers.at("allow"), "POST, OPTIONS");
    ASSERT_TRUE(client.send("OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n"));
    EXPECT_EQ(client.read_reply().status, 204);
    ASSERT_TRUE(client.send("BREW /hello HTTP/1.1\r\nHost: t\r\n\r\n"));
    EXPECT_EQ(client.read_reply().status, 501);
}

TEST_F(ServerTest, HandlerExceptionIs500AndTheServerLives) {
    for (const RunOn run_on : {RunOn::kInline, RunOn::kBlocking}) {
        const std::string path = run_on == RunOn::kInline ? "/inline" : "/blocking";
        routes.add(Method::kGet, path, run_on,
                   [](const Request&) -> Response { throw std::runtime_error("secret detail"); });
    }
    routes.add(Method::kGet, "/int", RunOn::kInline, [](const Request&) -> Response { throw 7; });
    start();
    Client client(port());
    for (const char* path : {"/inline", "/blocking", "/int"}) {
        ASSERT_TRUE(client.send(get_request(path)));
        const Reply reply = client.read_reply();
        EXPECT_EQ(reply.status, 500);
        EXPECT_EQ(reply.body.find("secret"), std::string::npos);
        EXPECT_NE(reply.body.find(reply.headers.at("x-request-id")), std::string::npos);
    }
    ASSERT_TRUE(client.send(get_request("/hello")));
    EXPECT_EQ(client.read_reply().status, 200);
}

TEST_F(ServerTest, RequestHoldsWhatWasSent) {
    std::promise<Request> seen;
    routes.add(Method::kPut, "/đề", RunOn::kBlocking, [&seen](const Request& request) {
        seen.set_value(request);
        Response response = Response::text("ok", 201);
        response.headers.add("X-Split", "a\r\nSet-Cookie: evil=1");
        response.headers.add("Content-Length", "999");
        return response;
    });
    start();
    Client client(port());
    ASSERT_TRUE(
        client.send("PUT /%C4%91%E1%BB%81?q=a+b%26c&q=last&empty HTTP/1.1\r\nhost: t\r\n"
                    "COOKIE: a=1; saola_session=\"abc\"\r\nX-Multi: 1\r\nx-multi: 2\r\n"
                    "Content-Length: 2\r\n\r\nhi"));
    const Reply reply = client.read_reply();
    EXPECT_EQ(reply.status, 201);
    EXPECT_EQ(reply.headers.at("x-split"), "a  Set-Cookie: evil=1");
    EXPECT_FALSE(reply.headers.contains("set-cookie"));
    EXPECT_EQ(reply.body, "ok");
    const Request request = seen.get_future().get();
    EXPECT_EQ(request.method, Method::kPut);
    EXPECT_EQ(request.path, "/đề");
    EXPECT_EQ(request.query_or("q", ""), "last");
    EXPECT_EQ(request.query_or("empty", "x"), "");
    EXPECT_EQ(request.query_or("none", "x"), "x");
    EXPECT_EQ(request.cookie("saola_session"), "abc");
    EXPECT_EQ(request.cookie("saola"), "");
    EXPECT_EQ(request.headers.get("X-MULTI"), "1");
    EXPECT_EQ(request.body, "hi");
    EXPECT_EQ(request.body_bytes, 2U);
    EXPECT_EQ(request.remote_address, "127.0.0.1");
    EXPECT_EQ(request.request_id, reply.headers.at("x-request-id"));
    EXPECT_FALSE(request.tls);
}

struct BadRequest {
    const char* name;
    std::string text;
    int status;
};

class MalformedTest : public ServerTest, public ::testing::WithParamInterface<BadRequest> {};

TEST_P(MalformedTest, IsRefusedAndTheConnectionEnds) {
    start();
    Client client(port());
    ASSERT_TRUE(client.send(GetParam().text));
    const Reply reply = client.read_reply();
    EXPECT_EQ(reply.status, GetParam().status) << reply.body;
    EXPECT_EQ(reply.headers.at("connection"), "close");
    client.half_close();
    EXPECT_TRUE(client.ends_within(2s));
    EXPECT_EQ(client.seen(), "");  // nothing after the refusal was taken for another request
    EXPECT_EQ(get(port(), "/hello").status, 200);
}

const std::string kNext = "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n";
const std::string kPost = "POST /echo HTTP/1.1\r\nHost: t\r\n";

INSTANTIATE_TEST_SUITE_P(
    Table, MalformedTest,
    ::testing::Values(
        BadRequest{"garbage", "\x16\x03\x01 nonsense\r\n\r\n", 400},
        BadRequest{"bare_lf", "GET /hello HTTP/1.1\nHost: t\n\n" + kNext, 505},
        BadRequest{"bare_lf_header", "GET /hello HTTP/1.1\r\nA: b\nHost: t\r\n\r\n" + kNext, 400},
        BadRequest{"space_before_colon", "GET /hello HTTP/1.1\r\nHost : t\r\n\r\n", 400},
        BadRequest{"no_colon", "GET /hello HTTP/1.1\r\nHost t\r\n\r\n", 400},
        BadRequest{"nul_in_value", std::string("GET /hello HTTP/1.1\r\nHost: t\0\r\n\r\n", 32),
                   400},
        BadRequest{"version", "GET /hello HTTP/2.0\r\nHost: t\r\n\r\n", 505},
        BadRequest{"no_host", "GET /hello HTTP/1.1\r\n\r\n", 400},
        BadRequest{"two_hosts", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        BadRequest{"te_and_cl",
                   kPost + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400},
        BadRequest{"cl_and_te",
                   kPost + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        BadRequest{"cl_twice", kPost + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400},
        BadRequest{"cl_differs", kPost + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400},
        BadRequest{"cl_list", kPost + "Content-Length: 3, 3\r\n\r\nabc", 400},
        BadRequest{"cl_negative", kPost + "Content-Length: -1\r\n\r\n", 400},
        BadRequest{"cl_plus", kPost + "Content-Length: +3\r\n\r\nabc", 400},
        BadRequest{"cl_overflow", kPost + "Content-Length: 18446744073709551616\r\n\r\n", 400},
        BadRequest{"te_twice",
                   kPost + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        BadRequest{"te_gzip", kPost + "Transfer-Encoding: gzip\r\n\r\n" + kNext, 501},
        BadRequest{"te_identity", kPost + "Transfer-Encoding: chunked, identity\r\n\r\n", 501},
        BadRequest{"te_in_1_0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        BadRequest{"bad_chunk", kPost + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
        BadRequest{"chunk_overrun", kPost + "Transfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n", 400},
        BadRequest{"expectation", kPost + "Expect: 200-ok\r\nContent-Length: 1\r\n\r\n", 417},
        BadRequest{"authority_target", "GET hello HTTP/1.1\r\nHost: t\r\n\r\n", 400},
        BadRequest{"connect", "CONNECT t:443 HTTP/1.1\r\nHost: t\r\n\r\n", 501}),
    [](const ::testing::TestParamInfo<BadRequest>& bad) { return std::string(bad.param.name); });

TEST_F(ServerTest, BadTargetsAreRefused) {
    start();
    for (const char* target :
         {"/%00", "/%zz", "/%C3%28", "/a/../hello", "/%2e%2e/hello", "/./hello", "/a%2Fb", "/a%5Cb",
          "/a\\b", "/hello?q=%00", "/hello?q=%ff", "/hello#x", "/%0Ahello", "http://t?x"}) {
        const Reply reply = get(port(), target);
        EXPECT_EQ(reply.status, 400) << target;
        EXPECT_NE(reply.body.find("http.bad_target"), std::string::npos) << target;
    }
    EXPECT_EQ(get(port(), "http://test/hello").status, 200);
    EXPECT_EQ(get(port(), "/hell%6F?a=%41").status, 200);
}

TEST_F(ServerTest, Http10ClosesUnlessAsked) {
    start();
    Client plain(port());
    ASSERT_TRUE(plain.send("GET /hello HTTP/1.0\r\n\r\n"));
    EXPECT_EQ(plain.read_reply().headers.at("connection"), "close");
    EXPECT_TRUE(plain.ends_within(2s));
    Client kept(port());
    ASSERT_TRUE(kept.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    EXPECT_EQ(kept.read_reply().headers.at("connection"), "keep-alive");
    ASSERT_TRUE(kept.send("GET /hello HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"));
    EXPECT_EQ(kept.read_reply().headers.at("connection"), "close");
    EXPECT_TRUE(kept.ends_within(2s));
}

TEST_F(ServerTest, ObserverSeesEveryAnswer) {
    std::mutex mutex;
    std::vector<std::pair<std::string, int>> seen;
    observer = [&](const Request& request, const Response& response, std::int64_t duration_us) {
        const std::lock_guard lock(mutex);
        EXPECT_GE(duration_us, 0);
        seen.emplace_back(request.path, response.status);
    };
    start();
    get(port(), "/hello");
    get(port(), "/nothing");
    get(port(), "/%00");
    Client client(port());
    client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n");
    client.read_reply();
    const std::vector<std::pair<std::string, int>> expected{
        {"/hello", 200}, {"/nothing", 404}, {"", 400}, {"/echo", 200}};
    const std::lock_guard lock(mutex);
    EXPECT_EQ(seen, expected);
}

TEST_F(ServerTest, PortInUseIsAConflict) {
    start();
    options.port = port();
    const auto second = HttpServer::start(options, routes);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::kConflict);
    EXPECT_EQ(second.error().code, "net.port_in_use");
    options.port = 0;
    options.address = "not-an-address";
    const auto bad = HttpServer::start(options, routes);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().field, "address");
}

TEST_F(ServerTest, AThousandKeepAliveConnectionsAreAllServed) {
    start();
    std::vector<Client> clients;
    for (int i = 0; i < 1'000; ++i) clients.emplace_back(port());
    for (int round = 0; round < 2; ++round) {
        for (Client& client : clients) ASSERT_TRUE(client.send(get_request("/hello")));
        for (Client& client : clients) ASSERT_EQ(client.read_reply().body, "hello");
    }
    EXPECT_EQ(server->stats().connections_open, 1'000U);
    EXPECT_EQ(server->stats().requests_total, 2'000U);
    clients.clear();
    EXPECT_TRUE(eventually([&] { return server->stats().connections_open == 0; }));
}

TEST_F(ServerTest, StopLetsTheRequestInFlightFinish) {
    std::promise<void> entered;
    routes.add(Method::kGet, "/slow", RunOn::kBlocking, [&entered](const Request&) {
        entered.set_value();
        std::this_thread::sleep_for(300ms);
        return Response::text("finished");
    });
    start();
    const std::uint16_t p = port();
    Client idle(p);
    ASSERT_TRUE(idle.send(get_request("/hello")));
    EXPECT_EQ(idle.read_reply().status, 200);
    Client client(p);
    ASSERT_TRUE(client.send(get_request("/slow")));
    entered.get_future().wait();
    const auto begin = std::chrono::steady_clock::now();
    std::thread stopper([&] { server->stop(5s); });
    const Reply reply = client.read_reply();
    EXPECT_EQ(reply.body, "finished");
    EXPECT_EQ(reply.headers.at("connection"), "close");
    EXPECT_TRUE(idle.ends_within(2s));
    client.close();
    stopper.join();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
    Client late(p);
    EXPECT_FALSE(late.send(get_request("/hello")) && late.read_reply().status != 0);
    EXPECT_EQ(server->stats().connections_open, 0U);
}

TEST_F(ServerTest, StopCutsWhatIsNotDoneByTheDeadline) {
    start();
    Client half(port());
    ASSERT_TRUE(half.send("GET /hello HTTP/1.1\r\nHost:"));
    ASSERT_TRUE(eventually([&] { return server->stats().bytes_in > 0; }));
    const auto begin = std::chrono::steady_clock::now();
    server->stop(200ms);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
    EXPECT_TRUE(half.ends_within(1s));
    server->stop(200ms);  // again is harmless
}

}  // namespace
}  // namespace saola::net::test
