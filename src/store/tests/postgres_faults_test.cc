// The server is stopped and started under the store's feet.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "store/tests/engines.h"

namespace saola::store::testing {
namespace {

class PostgresFaults : public EngineTest {
protected:
    void SetUp() override {
        const char* const control = std::getenv("SAOLA_TEST_POSTGRES_CONTROL");
        if (control == nullptr)
            GTEST_SKIP() << "SAOLA_TEST_POSTGRES_CONTROL is not set; run through "
                            "tools/with-postgres";
        control_ = control;
        EngineTest::SetUp();
    }
    void server(const std::string& what) {
        ASSERT_EQ(std::system((control_ + " " + what).c_str()), 0) << what;  // NOLINT
    }
    std::string control_;
};

INSTANTIATE_TEST_SUITE_P(Engines, PostgresFaults, ::testing::Values(Engine::kPostgres),
                         [](const auto& engine) { return name_of(engine.param); });

TEST_P(PostgresFaults, SaysUnavailableWhileDownAndComesBack) {
    run("CREATE TABLE t (id BIGINT PRIMARY KEY)");
    EXPECT_EQ(integer("SELECT COUNT(*) FROM t"), 0);
    server("stop");
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(write_one("INSERT INTO t (id) VALUES (1)").error().kind, ErrorKind::kUnavailable);
        EXPECT_EQ(sql_->check().error().kind, ErrorKind::kUnavailable);
    }
    server("start");
    run("INSERT INTO t (id) VALUES (1)");
    EXPECT_EQ(integer("SELECT COUNT(*) FROM t"), 1);
    server("restart");  // all idle connections are dead, and the next call does not notice
    EXPECT_EQ(integer("SELECT COUNT(*) FROM t"), 1);
    run("INSERT INTO t (id) VALUES (2)");
}

TEST_P(PostgresFaults, ARestartInsideABodyRunsItAgain) {
    run("CREATE TABLE t (id BIGINT PRIMARY KEY)");
    int runs = 0;
    const Status status = sql_->write([&](Connection& c) -> Status {
        SAOLA_TRY_STATUS(c.execute("INSERT INTO t (id) VALUES (?)", {std::int64_t{10} + runs}));
        if (runs++ == 0) server("restart");
        return c.execute("INSERT INTO t (id) VALUES (99)").map([](std::int64_t) {});
    });
    ASSERT_TRUE(status) << to_string(status.error());
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(integer("SELECT COUNT(*) FROM t"), 2) << "the first run left nothing";
    EXPECT_EQ(integer("SELECT COUNT(*) FROM t WHERE id = 11"), 1);
}

TEST_P(PostgresFaults, AcknowledgedWritesSurviveImmediateShutdowns) {
    run("CREATE TABLE t (id BIGINT PRIMARY KEY)");
    std::atomic<bool> stop = false;
    constexpr std::int64_t kThreads = 4;
    std::vector<std::vector<std::int64_t>> acknowledged(kThreads);
    std::vector<std::vector<std::int64_t>> refused(kThreads);
    std::vector<std::thread> threads;
    for (std::int64_t t = 0; t < kThreads; ++t)
        threads.emplace_back([&, t] {
            for (std::int64_t id = t * 1'000'000; !stop; ++id) {
                const std::size_t mine = static_cast<std::size_t>(t);
                const Status status = write_one("INSERT INTO t (id) VALUES (?)", {id});
                (status ? acknowledged : refused)[mine].push_back(id);
                if (status) continue;
                EXPECT_EQ(status.error().kind, ErrorKind::kUnavailable)
                    << to_string(status.error());
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
        });
    for (int i = 0; i < 4; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        server("restart");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    stop = true;
    for (std::thread& thread : threads) thread.join();
    std::set<std::int64_t> kept;
    ASSERT_TRUE(sql_->read([&](Connection& c) {
        return c.query("SELECT id FROM t", {}, [&](const Row& row) {
            kept.insert(row.integer(0));
            return Step::kContinue;
        });
    }));
    std::size_t total = 0;
    for (const std::vector<std::int64_t>& ids : acknowledged)
        for (const std::int64_t id : ids) {
            EXPECT_TRUE(kept.contains(id)) << id;
            ++total;
        }
    for (const std::vector<std::int64_t>& ids : refused)
        for (const std::int64_t id : ids) EXPECT_FALSE(kept.contains(id)) << id;
    EXPECT_EQ(kept.size(), total);
    EXPECT_GT(total, 100U);
}

}  // namespace
}  // namespace saola::store::testing
