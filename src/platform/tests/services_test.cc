// Metrics, events and jobs: what needs no database.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "platform/events.h"
#include "platform/jobs.h"
#include "platform/metrics.h"

namespace saola::platform {
namespace {

TEST(Metrics, ExposesEscapedTextWithOneHeadPerFamily) {
    const auto metrics = make_metrics();
    metrics->counter("saola_t_a_total", "A \\ b\nc", {{"path", "x\"y\\z\n"}}).add(3);
    metrics->counter("saola_t_a_total", "ignored", {{"path", "q"}}).add();
    metrics->gauge("saola_t_g", "G", [] { return 1.5; });
    auto& histogram = metrics->histogram("saola_t_s_seconds", "H", {0.1, 1.0}, {{"k", "v"}});
    for (const double value : {0.05, 0.1, 0.5, 7.0}) histogram.observe(value);
    EXPECT_EQ(metrics->expose(),
              "# HELP saola_t_a_total A \\\\ b\\nc\n"
              "# TYPE saola_t_a_total counter\n"
              "saola_t_a_total{path=\"q\"} 1\n"
              "saola_t_a_total{path=\"x\\\"y\\\\z\\n\"} 3\n"
              "# HELP saola_t_g G\n# TYPE saola_t_g gauge\nsaola_t_g 1.5\n"
              "# HELP saola_t_s_seconds H\n# TYPE saola_t_s_seconds histogram\n"
              "saola_t_s_seconds_bucket{k=\"v\",le=\"0.1\"} 2\n"
              "saola_t_s_seconds_bucket{k=\"v\",le=\"1\"} 3\n"
              "saola_t_s_seconds_bucket{k=\"v\",le=\"+Inf\"} 4\n"
              "saola_t_s_seconds_sum{k=\"v\"} 7.65\n"
              "saola_t_s_seconds_count{k=\"v\"} 4\n");
}

TEST(Metrics, CountsFromManyThreads) {
    const auto metrics = make_metrics();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            auto& counter = metrics->counter("saola_t_total", "T");
            auto& histogram = metrics->histogram("saola_t_h", "H", {1});
            for (int k = 0; k < 5000; ++k) {
                counter.add();
                histogram.observe(0.5);
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(metrics->counter("saola_t_total", "T").value(), 20000U);
    EXPECT_EQ(metrics->histogram("saola_t_h", "H", {1}).sum(), 10000.0);
}

TEST(MetricsDeathTest, BadNamesAndKindsAreBugs) {
    const auto metrics = make_metrics();
    metrics->counter("saola_t_total", "T");
    EXPECT_DEATH(metrics->gauge("saola_t_total", "T", [] { return 0.0; }), "kind");
    EXPECT_DEATH(metrics->counter("1x", "T"), "is_name");
    EXPECT_DEATH(metrics->counter("x", "T", {{"a-b", ""}}), "is_name");
}

class FakeStream final : public net::SseStream {
public:
    bool push(net::SseEvent event) override {
        const std::lock_guard lock(mutex_);
        if (!open_) return false;
        events_.push_back(std::move(event));
        return true;
    }
    void close() override {
        const std::lock_guard lock(mutex_);
        open_ = false;
    }
    bool alive() const override {
        const std::lock_guard lock(mutex_);
        return open_;
    }
    std::vector<net::SseEvent> events() const {
        const std::lock_guard lock(mutex_);
        return events_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<net::SseEvent> events_;
    bool open_ = true;
};

Actor actor(std::string id, std::set<std::string, std::less<>> organisations = {}) {
    Actor out;
    out.id = std::move(id);
    out.session_id = "session-" + out.id;
    out.organisations = std::move(organisations);
    return out;
}

Event event(int n, Classification c = Classification::kInternal, std::string organisation = {},
            std::string only = {}) {
    return {.type = "t",
            .data = Json::object().set("n", n),
            .classification = c,
            .organisation = std::move(organisation),
            .only_actor = std::move(only)};
}

std::string received(const FakeStream& stream) {
    std::string out;
    for (const auto& item : stream.events())
        out += item.event == "t"
                   ? std::to_string(Json::parse(item.data)->get_integer("n").value()) + " "
                   : item.event + " ";
    return out;
}

TEST(Events, EachActorReceivesOnlyWhatItMaySee) {
    const auto hub = make_event_hub();
    auto a = std::make_shared<FakeStream>();
    auto b = std::make_shared<FakeStream>();
    hub->subscribe(a, actor("a", {"x"}), "");
    hub->subscribe(b, actor("b", {"y"}), "");
    EXPECT_EQ(hub->subscribers(), 2U);
    hub->publish(event(1));
    hub->publish(event(2, Classification::kRestricted, "x"));
    hub->publish(event(3, Classification::kRestricted, "y"));
    hub->publish(event(4, Classification::kPublic, "y", "a"));
    hub->publish(event(5, Classification::kRestricted, ""));
    EXPECT_EQ(received(*a), "1 2 4 ");
    EXPECT_EQ(received(*b), "1 3 ");
}

TEST(Events, ReplaysAfterLastEventIdWithTheSameFilter) {
    const auto hub = make_event_hub({.max_ring = 4});
    auto first = std::make_shared<FakeStream>();
    hub->subscribe(first, actor("a", {"x"}), "");
    for (int i = 1; i <= 3; ++i) hub->publish(event(i));
    hub->publish(event(4, Classification::kRestricted, "y"));
    const std::string id = first->events()[1].id;  // saw 1 and 2
    auto again = std::make_shared<FakeStream>();
    hub->subscribe(again, actor("a", {"x"}), id);
    EXPECT_EQ(received(*again), "3 ");
    for (int i = 5; i <= 8; ++i) hub->publish(event(i));
    for (const std::string& lost : {id, std::string("0-1"), std::string("garbage"), id + "x"}) {
        auto late = std::make_shared<FakeStream>();
        hub->subscribe(late, actor("a"), lost);
        EXPECT_EQ(received(*late), "stream.reset ") << lost;
    }
}

TEST(Events, DropsByActorSessionAndStop) {
    const auto hub = make_event_hub();
    auto a = std::make_shared<FakeStream>();
    auto b = std::make_shared<FakeStream>();
    auto c = std::make_shared<FakeStream>();
    hub->subscribe(a, actor("a"), "");
    hub->subscribe(b, actor("b"), "");
    hub->subscribe(c, actor("c"), "");
    hub->drop_actor("a");
    hub->drop_session("session-b");
    hub->drop_session("");
    EXPECT_FALSE(a->alive());
    EXPECT_FALSE(b->alive());
    EXPECT_TRUE(c->alive());
    hub->stop();
    EXPECT_FALSE(c->alive());
    auto late = std::make_shared<FakeStream>();
    hub->subscribe(late, actor("a"), "");
    EXPECT_FALSE(late->alive());
    EXPECT_EQ(hub->subscribers(), 0U);
}

TEST(Events, AnActorHasAFewStreamsAtOnce) {
    const auto hub = make_event_hub();
    std::vector<std::shared_ptr<FakeStream>> open;
    for (int i = 0; i < 3; ++i) {
        auto place = hub->reserve("a", 3);
        ASSERT_TRUE(place);
        open.push_back(std::make_shared<FakeStream>());
        hub->subscribe(open.back(), actor("a"), "", std::move(*place));
    }
    const auto fourth = hub->reserve("a", 3);
    ASSERT_FALSE(fourth);
    EXPECT_EQ(fourth.error().kind, ErrorKind::kResourceExhausted);
    EXPECT_EQ(fourth.error().limit, "max_streams_per_person=3");
    EXPECT_TRUE(hub->reserve("b", 3));
    EXPECT_TRUE(hub->reserve("a", 0));
    open[1]->close();  // a tab that was closed
    auto waiting = hub->reserve("a", 3);
    ASSERT_TRUE(waiting);
    EXPECT_FALSE(hub->reserve("a", 3));
    waiting = StreamPlace();  // the client went away before its stream began
    EXPECT_TRUE(hub->reserve("a", 3));
}

TEST(Events, TooLargeIsNotSent) {
    const auto hub = make_event_hub({.max_event_bytes = 20});
    auto a = std::make_shared<FakeStream>();
    hub->subscribe(a, actor("a"), "");
    hub->publish({.type = "t", .data = Json(std::string(100, 'x'))});
    EXPECT_TRUE(a->events().empty());
}

template <class Predicate>
bool eventually(Predicate predicate) {
    for (int i = 0; i < 1000; ++i) {
        if (predicate()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

TEST(Jobs, RunsReportsProgressToItsOwnerAndKeepsTheResult) {
    const auto hub = make_event_hub();
    auto mine = std::make_shared<FakeStream>();
    auto other = std::make_shared<FakeStream>();
    hub->subscribe(mine, actor("me"), "");
    hub->subscribe(other, actor("you"), "");
    const auto jobs = make_jobs({}, *hub);
    const auto id = jobs->submit("t.work", "me", [](JobControl& control) -> Result<Json> {
        control.progress(40, "reading");
        control.progress(40, "reading");
        control.progress(400, "writing");
        return Json(42);
    });
    ASSERT_TRUE(id);
    ASSERT_TRUE(eventually([&] { return jobs->find(*id)->state == JobState::kDone; }));
    EXPECT_EQ(jobs->find(*id)->result, Json(42));
    ASSERT_TRUE(eventually([&] { return mine->events().size() == 4; }));
    std::string steps;
    for (const auto& item : mine->events()) {
        const auto data = Json::parse(item.data).value();
        EXPECT_EQ(data.get_string("id").value(), *id);
        steps += data.get_string("step").value() +
                 std::to_string(data.get_integer("percent").value()) + " ";
    }
    EXPECT_EQ(steps, "running0 reading40 writing100 done100 ");
    EXPECT_TRUE(other->events().empty());
}

TEST(Jobs, FailuresAndExceptionsAreResults) {
    const auto hub = make_event_hub();
    const auto jobs = make_jobs({}, *hub);
    const auto bad = jobs->submit("t", "me", [](JobControl&) -> Result<Json> {
        return fail(ErrorKind::kTooLarge, "t.large", "Too large.");
    });
    const auto thrown =
        jobs->submit("t", "me", [](JobControl&) -> Result<Json> { throw std::runtime_error("x"); });
    ASSERT_TRUE(eventually([&] { return jobs->find(*bad)->state == JobState::kFailed; }));
    EXPECT_EQ(jobs->find(*bad)->error->code, "t.large");
    ASSERT_TRUE(eventually([&] { return jobs->find(*thrown)->state == JobState::kFailed; }));
    EXPECT_EQ(jobs->find(*thrown)->error->code, "jobs.internal");
}

TEST(Jobs, BoundsAndCancellation) {
    const auto hub = make_event_hub();
    const auto jobs = make_jobs(
        {.threads = 1, .max_queued = 3, .max_queued_per_owner = 2, .max_finished_kept = 2}, *hub);
    std::promise<void> started;
    const auto running = jobs->submit("t", "me", [&](JobControl& control) -> Result<Json> {
        started.set_value();
        while (!control.cancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return fail(ErrorKind::kCancelled, "t.cancelled", "Cancelled.");
    });
    started.get_future().wait();
    std::atomic<int> ran{0};
    const auto quick = [&](JobControl&) -> Result<Json> { return Json(++ran); };
    const auto second = jobs->submit("t", "me", quick);
    const auto third = jobs->submit("t", "me", quick);
    ASSERT_TRUE(second && third);
    EXPECT_EQ(jobs->submit("t", "me", quick).error().limit, "max_queued_per_owner=2");
    ASSERT_TRUE(jobs->submit("t", "you", quick));
    EXPECT_EQ(jobs->submit("t", "they", quick).error().limit, "max_queued=3");
    EXPECT_TRUE(jobs->cancel(*second));
    EXPECT_EQ(jobs->find(*second)->state, JobState::kCancelled);
    EXPECT_FALSE(jobs->cancel("nope"));
    EXPECT_TRUE(jobs->cancel(*running));
    ASSERT_TRUE(eventually([&] { return ran == 2; }));
    // Four jobs ended; two are remembered.
    ASSERT_TRUE(eventually([&] { return !jobs->find(*running) && !jobs->find(*second); }));
    jobs->stop();
    EXPECT_EQ(jobs->submit("t", "me", quick).error().code, "jobs.stopping");
}

TEST(Jobs, BeginStopDoesNotWait) {
    const auto hub = make_event_hub();
    const auto jobs = make_jobs({.threads = 1}, *hub);
    std::promise<void> started;
    std::promise<void> go_on;
    const auto running = jobs->submit("t", "me", [&](JobControl& control) -> Result<Json> {
        started.set_value();
        go_on.get_future().wait();
        return Json(control.cancelled());
    });
    started.get_future().wait();
    const auto waiting =
        jobs->submit("t", "me", [](JobControl&) -> Result<Json> { return Json(1); });
    jobs->begin_stop();
    EXPECT_EQ(jobs->find(*waiting)->state, JobState::kCancelled);
    EXPECT_EQ(jobs->submit("t", "me", {}).error().code, "jobs.stopping");
    go_on.set_value();
    jobs->stop();
    EXPECT_EQ(jobs->find(*running)->result, Json(true));
}

}  // namespace
}  // namespace saola::platform
