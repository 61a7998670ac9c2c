#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "net/sse_stream.h"
#include "net/tests/client.h"

namespace saola::net::test {
namespace {

using namespace std::chrono_literals;

class StreamTest : public ServerTest {
protected:
    void SetUp() override {
        ServerTest::SetUp();
        for (const RunOn run_on : {RunOn::kInline, RunOn::kBlocking}) {
            routes.add(Method::kGet, run_on == RunOn::kInline ? "/events" : "/events-blocking",
                       run_on, [this](const Request&) {
                           Response response;
                           response.on_sse = [this](const std::shared_ptr<SseStream>& stream) {
                               stream->push({"hello", "{}", "0"});
                               const std::lock_guard lock(mutex_);
                               streams_.push_back(stream);
                           };
                           return response;
                       });
        }
    }
    void TearDown() override {
        ServerTest::TearDown();
        if (!file_.empty()) std::filesystem::remove(file_);
    }
    std::size_t push_to_all(const SseEvent& event) {
        const std::lock_guard lock(mutex_);
        return static_cast<std::size_t>(
            std::count_if(streams_.begin(), streams_.end(),
                          [&](const auto& stream) { return stream->push(event); }));
    }
    std::size_t alive() {
        const std::lock_guard lock(mutex_);
        return static_cast<std::size_t>(std::count_if(
            streams_.begin(), streams_.end(), [](const auto& stream) { return stream->alive(); }));
    }
    std::string make_file(std::size_t bytes) {
        file_ = (std::filesystem::temp_directory_path() /
                 ("saola-net-file-" + std::to_string(::getpid())))
                    .string();
        std::string content;
        while (content.size() < bytes) content += std::to_string(content.size()) + "\n";
        content.resize(bytes);
        std::ofstream(file_, std::ios::binary) << content;
        return content;
    }

    std::mutex mutex_;
    std::vector<std::shared_ptr<SseStream>> streams_;
    std::string file_;
};

TEST_F(StreamTest, FileIsSentWithItsLengthAndRemovedWhenAsked) {
    const std::string content = make_file(1'000'000);
    bool remove = false;
    routes.add(Method::kGet, "/file", RunOn::kBlocking, [this, &remove](const Request&) {
        Response response;
        response.file = file_;
        response.delete_file_after = remove;
        return response;
    });
    start();
    Client client(port());
    ASSERT_TRUE(client.send("HEAD /file HTTP/1.1\r\nHost: t\r\n\r\n"));
    EXPECT_EQ(client.read_reply(/*head_only=*/true).headers.at("content-length"), "1000000");
    ASSERT_TRUE(client.send(get_request("/file")));
    EXPECT_TRUE(client.read_reply().body == content);
    EXPECT_TRUE(std::filesystem::exists(file_));
    remove = true;
    ASSERT_TRUE(client.send(get_request("/file")));
    EXPECT_EQ(client.read_reply().body.size(), 1'000'000U);
    EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(file_); }));
    ASSERT_TRUE(client.send(get_request("/file")));
    EXPECT_EQ(client.read_reply().status, 500);  // gone
    ASSERT_TRUE(client.send(get_request("/hello")));
    EXPECT_EQ(client.read_reply().status, 200);
}

TEST_F(StreamTest, ProducedBodyIsChunkedUnderBackPressure) {
    std::atomic<int> produced{0};
    routes.add(Method::kGet, "/produced", RunOn::kBlocking, [&produced](const Request&) {
        Response response;
        response.headers.add("Content-Type", "text/csv");
        response.producer = [&produced, i = 0]() mutable -> Result<std::optional<std::string>> {
            if (i == 400) return std::optional<std::string>();
            produced = ++i;
            if (i == 7) return std::optional<std::string>("");  // no end yet
            return std::optional<std::string>(std::string(65'536, static_cast<char>('a' + i % 26)));
        };
        return response;
    });
    start();
    Client slow(port(), /*receive_buffer=*/4096);
    ASSERT_TRUE(slow.send(get_request("/produced")));
    ASSERT_TRUE(eventually([&] { return produced > 0; }));
    std::this_thread::sleep_for(300ms);
    const int ahead = produced;
    EXPECT_LT(ahead, 300);  // the kernel's buffers are full, the producer waits
    const Reply reply = slow.read_reply();
    EXPECT_EQ(reply.headers.at("transfer-encoding"), "chunked");
    EXPECT_EQ(reply.body.size(), 399U * 65'536U);
    EXPECT_EQ(produced, 400);
    ASSERT_TRUE(slow.send(get_request("/hello")));
    EXPECT_EQ(slow.read_reply().body, "hello");
}

TEST_F(StreamTest, ProducerErrors) {
    routes.add(Method::kGet, "/first", RunOn::kInline, [](const Request&) {
        Response response;
        response.producer = []() -> Result<std::optional<std::string>> {
            return fail(ErrorKind::kStorage, "x.disk", "No disk.");
        };
        return response;
    });
    routes.add(Method::kGet, "/later", RunOn::kInline, [](const Request&) {
        Response response;
        response.producer = [i = 0]() mutable -> Result<std::optional<std::string>> {
            if (++i < 3) return std::optional<std::string>("part");
            throw std::runtime_error("broken");
        };
        return response;
    });
    start();
    EXPECT_EQ(get(port(), "/first").status, 507);  // nothing was sent: a proper error
    Client client(port());
    ASSERT_TRUE(client.send(get_request("/later")));
    EXPECT_EQ(client.read_reply().status, 0);  // cut without a last chunk
}

TEST_F(StreamTest, EventsReachEveryStream) {
    start();
    std::vector<Client> clients;
    for (int i = 0; i < 200; ++i) {
        clients.emplace_back(port());
        ASSERT_TRUE(clients.back().send(get_request(i % 2 == 0 ? "/events" : "/events-blocking")));
    }
    for (Client& client : clients) {
        ASSERT_TRUE(client.read_until("id: 0\nevent: hello\ndata: {}\n\n"));
    }
    EXPECT_NE(clients[0].seen().find("Content-Type: text/event-stream"), std::string::npos);
    ASSERT_TRUE(eventually([&] { return server->stats().sse_open == 200; }));
    for (int i = 1; i <= 20; ++i) {
        EXPECT_EQ(push_to_all({"tick", "{\"n\":" + std::to_string(i) + "}", std::to_string(i)}),
                  200U);
    }
    for (Client& client : clients) {
        ASSERT_TRUE(client.read_until("id: 20\nevent: tick\ndata: {\"n\":20}\n\n"));
        std::size_t at = 0;
        for (int i = 1; i <= 20; ++i) {  // all of them, in order
            at = client.seen().find("\"n\":" + std::to_string(i) + "}", at);
            ASSERT_NE(at, std::string::npos);
        }
    }
    clients.clear();
    EXPECT_TRUE(eventually([&] { return alive() == 0; }));
    EXPECT_TRUE(eventually([&] { return server->stats().sse_open == 0; }));
    EXPECT_EQ(push_to_all({"tick", "{}", ""}), 0U);
}

TEST_F(StreamTest, SlowReaderIsDroppedAndTheOthersAreNot) {
    options.limits.max_sse_queue = 16;
    start();
    Client slow(port(), /*receive_buffer=*/2048);
    ASSERT_TRUE(slow.send(get_request("/events")));
    Client quick(port());
    ASSERT_TRUE(quick.send(get_request("/events")));
    ASSERT_TRUE(slow.read_until("event: hello"));
    ASSERT_TRUE(quick.read_until("event: hello"));
    ASSERT_TRUE(eventually([&] { return alive() == 2; }));
    const SseEvent event{"bulk", std::string(20'000, 'x'), ""};
    std::size_t got = 2;
    for (int i = 0; i < 1'000 && got == 2; ++i) {
        got = push_to_all(event);
        quick.ends_within(3ms);  // reads what has come
        quick.forget_seen();
    }
    EXPECT_EQ(got, 1U);
    EXPECT_TRUE(eventually([&] { return server->stats().sse_dropped == 1; }));
    EXPECT_TRUE(slow.ends_within(3s));
    EXPECT_EQ(alive(), 1U);
    EXPECT_TRUE(eventually([&] { return server->stats().sse_open == 1; }));
    push_to_all({"last", "{}", ""});
    EXPECT_TRUE(quick.read_until("event: last"));
}

TEST_F(StreamTest, HeartbeatAndStreamLimit) {
    options.limits.sse_heartbeat = 100ms;
    options.limits.max_sse_streams = 1;
    start();
    Client client(port());
    ASSERT_TRUE(client.send(get_request("/events")));
    ASSERT_TRUE(client.read_until("event: hello"));
    const Reply second = get(port(), "/events");
    EXPECT_EQ(second.status, 503);
    EXPECT_NE(second.body.find("max_sse_streams=1"), std::string::npos);
    EXPECT_TRUE(client.read_until("\n\nevent: ping\ndata: {}\n\nevent: ping\n"));
}

TEST_F(StreamTest, CloseSendsWhatWaitsAndStopEndsStreams) {
    start();
    Client closed(port());
    ASSERT_TRUE(closed.send(get_request("/events")));
    ASSERT_TRUE(closed.read_until("event: hello"));
    ASSERT_TRUE(eventually([&] { return alive() == 1; }));
    {
        const std::lock_guard lock(mutex_);
        streams_[0]->push({"bye", "{}", ""});
        streams_[0]->close();
        EXPECT_FALSE(streams_[0]->push({"late", "{}", ""}));
    }
    EXPECT_TRUE(closed.ends_within(2s));
    EXPECT_NE(closed.seen().find("event: bye"), std::string::npos);
    EXPECT_EQ(closed.seen().find("event: late"), std::string::npos);
    Client open(port());
    ASSERT_TRUE(open.send(get_request("/events")));
    ASSERT_TRUE(open.read_until("event: hello"));
    const auto begin = std::chrono::steady_clock::now();
    server->stop(5s);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
    EXPECT_TRUE(open.ends_within(1s));
    server.reset();
    EXPECT_EQ(push_to_all({"after", "{}", ""}), 0U);  // the streams outlive the server safely
}

TEST_F(StreamTest, PushingWhileStoppingIsSafe) {
    start();
    std::vector<Client> clients;
    for (int i = 0; i < 50; ++i) {
        clients.emplace_back(port());
        ASSERT_TRUE(clients.back().send(get_request("/events")));
    }
    ASSERT_TRUE(eventually([&] { return alive() == 50; }));
    std::atomic<bool> done{false};
    std::thread pusher([&] {
        while (!done) push_to_all({"tick", "{}", ""});
    });
    std::this_thread::sleep_for(20ms);
    server->stop(0ms);
    server.reset();
    done = true;
    pusher.join();
    EXPECT_EQ(alive(), 0U);
}

TEST(SseFormat, LinesAndControlCharacters) {
    EXPECT_EQ(format_sse({"", "x", ""}), "data: x\n\n");
    EXPECT_EQ(format_sse({"a\nb", "1\r\n2\n3\r4", "9\r"}),
              "id: 9\nevent: ab\ndata: 1\ndata: 2\ndata: 3\ndata: 4\n\n");
    EXPECT_EQ(format_sse({"e", "", ""}), "event: e\ndata: \n\n");
}

TEST(SseQueue, OverflowClosesAndWakesOnce) {
    int woken = 0;
    SseStreamImpl stream(2, 1000, [&woken] { ++woken; });
    EXPECT_TRUE(stream.push({"", "1", ""}));
    EXPECT_TRUE(stream.push({"", "2", ""}));
    EXPECT_EQ(woken, 1);
    EXPECT_FALSE(stream.push({"", "3", ""}));
    EXPECT_TRUE(stream.overflowed());
    EXPECT_FALSE(stream.alive());
    EXPECT_EQ(woken, 2);
    SseStreamImpl bytes(10, 20, [] {});
    EXPECT_FALSE(bytes.push({"", std::string(20, 'x'), ""}));
    SseStreamImpl steps(10, 1000, [] {});
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(steps.push({"", "x", ""}));
    EXPECT_EQ(steps.take(18), "data: x\n\ndata: x\n\n");
    EXPECT_EQ(steps.take(18), "data: x\n\n");
    EXPECT_EQ(steps.take(18), "");
}

}  // namespace
}  // namespace saola::net::test
