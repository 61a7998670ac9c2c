#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include "net/multipart.h"
#include "net/tests/client.h"

namespace saola::net::test {
namespace {

using namespace std::chrono_literals;

std::string post(std::size_t length, std::string_view body, const std::string& extra = "") {
    return "POST /echo HTTP/1.1\r\nHost: t\r\n" + extra +
           "Content-Length: " + std::to_string(length) + "\r\n\r\n" + std::string(body);
}

class LimitsTest : public ServerTest {
protected:
    void SetUp() override {
        ServerTest::SetUp();
        dir_ = std::filesystem::temp_directory_path() /
               ("saola-net-test-" + std::to_string(::getpid()));
        std::filesystem::create_directories(dir_);
        options.spool_dir = dir_.string();
    }
    void TearDown() override {
        ServerTest::TearDown();
        std::filesystem::remove_all(dir_);
    }
    [[nodiscard]] std::size_t spooled_files() const {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(dir_),
                                                      std::filesystem::directory_iterator()));
    }
    std::filesystem::path dir_;
};

TEST_F(LimitsTest, HeaderAndTarget) {
    options.limits.max_header_bytes = 1024;
    options.limits.max_target_bytes = 200;
    start();
    struct Case {
        std::string text;
        int status;
        const char* limit;
    };
    const std::string long_target = "/" + std::string(300, 'a');
    const std::vector<Case> cases{
        {"GET /hello HTTP/1.1\r\nHost: t\r\nA: " + std::string(2000, 'x') + "\r\n\r\n", 431,
         "max_header_bytes=1024"},
        {"GET /hello HTTP/1.1\r\nHost: t\r\nA: " + std::string(2000, 'x'), 431,
         "max_header_bytes=1024"},
        {"GET " + long_target + " HTTP/1.1\r\nHost: t\r\n\r\n", 414, "max_target_bytes=200"},
        {"GET /" + std::string(5000, 'a'), 414, "max_target_bytes=200"}};
    for (const Case& c : cases) {
        Client client(port());
        ASSERT_TRUE(client.send(c.text));
        const Reply reply = client.read_reply();
        EXPECT_EQ(reply.status, c.status);
        EXPECT_NE(reply.body.find(c.limit), std::string::npos) << reply.body;
    }
    const std::string fits = "GET /hello HTTP/1.1\r\nHost: t\r\nA: ";
    Client exact(port());
    ASSERT_TRUE(exact.send(fits + std::string(1024 - fits.size() - 4, 'x') + "\r\n\r\n"));
    EXPECT_EQ(exact.read_reply().status, 200);
}

TEST_F(LimitsTest, BodyIsRefusedByItsLengthBeforeItIsSent) {
    options.limits.max_body_bytes = 1000;
    routes.add(
        Method::kPost, "/large", RunOn::kBlocking,
        [](const Request& request) { return Response::text(std::to_string(request.body_bytes)); },
        5000);
    start();
    Client client(port());
    ASSERT_TRUE(client.send(post(1001, "")));  // no body byte is sent
    const Reply reply = client.read_reply();
    EXPECT_EQ(reply.status, 413);
    EXPECT_NE(reply.body.find("\"limit\":\"max_body_bytes=1000\""), std::string::npos);
    Client fits(port());
    ASSERT_TRUE(fits.send(post(1000, std::string(1000, 'b'))));
    EXPECT_EQ(fits.read_reply().status, 200);
    Client route(port());
    ASSERT_TRUE(route.send("POST /large HTTP/1.1\r\nHost: t\r\nContent-Length: 5000\r\n\r\n" +
                           std::string(5000, 'b')));
    EXPECT_EQ(route.read_reply().body, "5000");
    ASSERT_TRUE(route.send("POST /large HTTP/1.1\r\nHost: t\r\nContent-Length: 5001\r\n\r\n"));
    EXPECT_NE(route.read_reply().body.find("max_body_bytes=5000"), std::string::npos);
    EXPECT_EQ(server->stats().requests_bad, 2U);
}

TEST_F(LimitsTest, ChunkedBodyIsRefusedWhenItGrowsTooLarge) {
    options.limits.max_body_bytes = 1000;
    start();
    Client client(port());
    ASSERT_TRUE(
        client.send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"));
    const std::string chunk = "190\r\n" + std::string(400, 'c') + "\r\n";
    ASSERT_TRUE(client.send(chunk + chunk + chunk));
    EXPECT_EQ(client.read_reply().status, 413);
}

// A client that only reads after it has sent everything still sees why it was refused.
TEST_F(LimitsTest, RefusalIsReadableAfterALargeUpload) {
    start();
    Client client(port());
    const std::string body(8U << 20U, 'x');
    client.send(post(body.size(), body));
    EXPECT_EQ(client.read_reply().status, 413);
}

TEST_F(LimitsTest, Expect100Continue) {
    options.limits.max_body_bytes = 10;
    start();
    Client client(port());
    ASSERT_TRUE(client.send(post(3, "", "Expect: 100-continue\r\n")));
    EXPECT_EQ(client.read_reply().status, 100);
    ASSERT_TRUE(client.send("abc"));
    EXPECT_EQ(client.read_reply().body, "POST 3 abc");
    ASSERT_TRUE(client.send(post(11, "", "Expect: 100-continue\r\n")));
    EXPECT_EQ(client.read_reply().status, 413);  // instead of 100
}

TEST_F(LimitsTest, LargeBodyIsSpooledAndRemoved) {
    options.limits.max_body_bytes = 16U << 20U;
    options.limits.spool_body_bytes = 100'000;
    std::mutex mutex;
    std::string path;
    std::string content;
    routes.add(Method::kPost, "/upload", RunOn::kBlocking, [&](const Request& request) {
        const std::lock_guard lock(mutex);
        path = request.body_file;
        EXPECT_TRUE(request.body.empty());
        const Result<BodyView> view = BodyView::open(request);
        content = view ? std::string(view->text()) : "unreadable";
        return Response::text(std::to_string(request.body_bytes));
    });
    std::ofstream(dir_ / "saola-spool-left01") << "from a crash";
    start();
    EXPECT_EQ(spooled_files(), 0U);  // cleaned at start
    std::string body;
    while (body.size() < 3'000'000) body += std::to_string(body.size()) + ",";
    std::string chunked;
    for (std::size_t at = 0; at < body.size(); at += 70'000) {
        const std::string piece = body.substr(at, 70'000);
        std::ostringstream size;
        size << std::hex << piece.size();
        chunked += size.str() + "\r\n" + piece + "\r\n";
    }
    const std::string plain = "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    for (const std::string& rest :
         {plain, "Transfer-Encoding: chunked\r\n\r\n" + chunked + "0\r\n\r\n"}) {
        Client client(port());
        ASSERT_TRUE(client.send("POST /upload HTTP/1.1\r\nHost: t\r\n" + rest));
        EXPECT_EQ(client.read_reply().body, std::to_string(body.size()));
        const std::lock_guard lock(mutex);
        EXPECT_TRUE(content == body);
        EXPECT_TRUE(path.starts_with(dir_.string() + "/saola-spool-"));
        client.close();
        EXPECT_TRUE(eventually([&] { return spooled_files() == 0; }));
    }
    Client small(port());
    ASSERT_TRUE(small.send(post(100'000, std::string(100'000, 's'))));  // the limit itself: memory
    EXPECT_EQ(small.read_reply().body.size(), 100'012U);
}

TEST_F(LimitsTest, AbandonedUploadLeavesNoFile) {
    options.limits.max_body_bytes = 16U << 20U;
    options.limits.spool_body_bytes = 1000;
    start();
    {
        Client client(port());
        ASSERT_TRUE(client.send(post(2'000'000, std::string(1'000'000, 'x'))));
        ASSERT_TRUE(eventually([&] { return spooled_files() == 1; }));
    }
    EXPECT_TRUE(eventually([&] { return spooled_files() == 0; }));
}

TEST_F(LimitsTest, SpoolFolderThatCannotBeWrittenIsAStorageError) {
    options.limits.max_body_bytes = 16U << 20U;
    options.limits.spool_body_bytes = 1000;
    options.spool_dir = (dir_ / "missing").string();
    start();
    Client client(port());
    client.send(post(500'000, std::string(500'000, 'x')));
    const Reply reply = client.read_reply();
    EXPECT_EQ(reply.status, 507);
    EXPECT_NE(reply.body.find("http.spool_failed"), std::string::npos);
}

TEST_F(LimitsTest, SlowSendersAreCut) {
    options.limits.header_timeout = 150ms;
    options.limits.body_timeout = 150ms;
    options.limits.idle_timeout = 400ms;
    start();
    const auto begin = std::chrono::steady_clock::now();
    Client silent(port());
    Client loris(port());
    Client body(port());
    ASSERT_TRUE(body.send(post(10, "abc")));
    std::string head = "GET /hello HTTP/1.1\r\nHost: t\r\nX: ";
    bool sent = loris.send(head);
    for (int i = 0; i < 60 && sent; ++i) {  // a byte now and then does not help
        std::this_thread::sleep_for(20ms);
        sent = loris.send("x");
        if (i > 20 && loris.ends_within(5ms)) break;
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1200ms);
    EXPECT_TRUE(loris.seen().starts_with("HTTP/1.1 408 ")) << loris.seen();
    EXPECT_NE(loris.seen().find("header_timeout_ms=150"), std::string::npos);
    const Reply reply = body.read_reply();
    EXPECT_EQ(reply.status, 408);
    EXPECT_NE(reply.body.find("body_timeout_ms=150"), std::string::npos);
    EXPECT_TRUE(silent.ends_within(1s));
    EXPECT_EQ(silent.seen(), "");
}

TEST_F(LimitsTest, IdleConnectionsAreClosedAndBusyOnesAreNot) {
    options.limits.idle_timeout = 300ms;
    options.limits.header_timeout = 200ms;
    routes.add(Method::kGet, "/slow", RunOn::kBlocking, [](const Request&) {
        std::this_thread::sleep_for(700ms);
        return Response::text("slow");
    });
    start();
    Client idle(port());
    Client busy(port());
    ASSERT_TRUE(busy.send(get_request("/slow")));
    ASSERT_TRUE(idle.send(get_request("/hello")));
    EXPECT_EQ(idle.read_reply().status, 200);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_TRUE(idle.ends_within(2s));
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 250ms);
    EXPECT_EQ(busy.read_reply().body, "slow");  // longer than every timeout
}

TEST_F(LimitsTest, SlowReaderOfALargeBodyIsCut) {
    options.limits.write_timeout = 200ms;
    routes.add(Method::kGet, "/huge", RunOn::kInline,
               [](const Request&) { return Response::text(std::string(64U << 20U, 'h')); });
    start();
    Client client(port(), /*receive_buffer=*/4096);
    ASSERT_TRUE(client.send(get_request("/huge")));
    EXPECT_TRUE(eventually([&] { return server->stats().connections_open == 1; }));
    EXPECT_TRUE(eventually([&] { return server->stats().connections_open == 0; }));
}

TEST_F(LimitsTest, ConnectionLimit) {
    options.limits.max_connections = 3;
    start();
    std::vector<Client> kept;
    for (int i = 0; i < 3; ++i) {
        kept.emplace_back(port());
        ASSERT_TRUE(kept.back().send(get_request("/hello")));
        ASSERT_EQ(kept.back().read_reply().status, 200);
    }
    Client refused(port());
    const Reply reply = refused.read_reply();
    EXPECT_EQ(reply.status, 503);
    EXPECT_NE(reply.body.find("max_connections=3"), std::string::npos);
    EXPECT_EQ(server->stats().connections_refused, 1U);
    kept.pop_back();
    ASSERT_TRUE(eventually([&] { return server->stats().connections_open == 2; }));
    EXPECT_EQ(get(port(), "/hello").status, 200);
}

TEST_F(LimitsTest, FullWorkerPoolRefusesAndTheLoopStaysFree) {
    options.limits.worker_threads = 2;
    options.limits.max_queued_jobs = 3;
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
    std::atomic<int> running{0};
    routes.add(Method::kGet, "/wait", RunOn::kBlocking, [&](const Request&) {
        ++running;
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return open; });
        return Response::text("done");
    });
    start();
    std::vector<Client> clients;
    const auto send_one = [&] {
        clients.emplace_back(port());
        ASSERT_TRUE(clients.back().send(get_request("/wait")));
    };
    for (int i = 0; i < 2; ++i) send_one();
    ASSERT_TRUE(eventually([&] { return running == 2; }));
    for (int i = 0; i < 3; ++i) send_one();
    ASSERT_TRUE(eventually([&] { return server->stats().jobs_queued == 3; }));
    Client refused(port());
    ASSERT_TRUE(refused.send(get_request("/wait")));
    const Reply reply = refused.read_reply();
    EXPECT_EQ(reply.status, 503);
    EXPECT_NE(reply.body.find("max_queued_jobs=3"), std::string::npos);
    EXPECT_EQ(reply.headers.at("retry-after"), "1");
    EXPECT_EQ(server->stats().jobs_refused, 1U);
    ASSERT_TRUE(refused.send(get_request("/hello")));  // inline: needs no worker
    EXPECT_EQ(refused.read_reply().status, 200);
    {
        const std::lock_guard lock(mutex);
        open = true;
    }
    changed.notify_all();
    for (Client& client : clients) EXPECT_EQ(client.read_reply().body, "done");
}

}  // namespace
}  // namespace saola::net::test
