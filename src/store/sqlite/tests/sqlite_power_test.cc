// The power is cut at random moments of a busy database: every write acknowledged before is there
// afterwards, and the database opens. kill -9 cannot show this, because the kernel keeps what a
// killed process wrote; here only what was synced is sure to stay.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <thread>
#include <vector>

#include "store/sqlite/tests/power_vfs.h"
#include "store/sqlite/write_queue.h"
#include "store/tests/engines.h"

namespace saola::store::sqlite::testing {
namespace {

using store::testing::TempDir;

struct Cut {
    std::set<std::int64_t> acknowledged;  // before the cut
    PowerDisk::Image image;
};

void put_down(const Cut& cut, const std::string& dir) {
    for (const auto& [path, content] : cut.image) {
        const std::string name = std::filesystem::path(path).filename().string();
        std::ofstream file(dir + "/" + name, std::ios::binary);
        file.write(reinterpret_cast<const char*>(content.data()),
                   static_cast<std::streamsize>(content.size()));
    }
}

void expect_nothing_lost(const Cut& cut, std::size_t number) {
    const TempDir dir(TempDir::Place::kRam);
    put_down(cut, dir.path());
    SqlOptions options;
    options.url = "sqlite:" + dir.path() + "/t.db";
    const Result<std::unique_ptr<Sql>> sql = open_sql(options);  // replays the log and checks
    ASSERT_TRUE(sql) << "cut " << number << ": " << to_string(sql.error());
    std::set<std::int64_t> kept;
    const Status status = (*sql)->read([&](Connection& connection) {
        return connection.query("SELECT id, payload FROM t", {}, [&](const Row& row) {
            const std::int64_t id = row.integer(0);
            kept.insert(id);
            EXPECT_EQ(row.blob(1),
                      Bytes(static_cast<std::size_t>(id % 2500), static_cast<std::uint8_t>(id)));
            return Step::kContinue;
        });
    });
    ASSERT_TRUE(status) << "cut " << number << ": " << to_string(status.error());
    for (const std::int64_t id : cut.acknowledged)
        ASSERT_TRUE(kept.contains(id)) << "write " << id << " was lost in cut " << number;
}

TEST(SqlitePower, ACutLosesNoAcknowledgedWrite) {
    const std::uint64_t seed = static_cast<std::uint64_t>(::getpid());
    std::cout << "seed " << seed << "\n";
    SeededRandom random(seed);
    PowerDisk disk("saola-power");
    const TempDir dir(TempDir::Place::kRam);
    Result<std::unique_ptr<Database>> database = Database::open({.file = dir.path() + "/t.db",
                                                                 .vfs = "saola-power",
                                                                 .statement_timeout_ms = 60'000,
                                                                 .writer = true});
    ASSERT_TRUE(database) << to_string(database.error());
    WriteQueue queue(std::move(*database), 60'000);
    ASSERT_TRUE(queue.write([](Connection& c) -> Status {
        return c.execute("CREATE TABLE t (id BIGINT PRIMARY KEY, payload BLOB NOT NULL)")
            .map([](std::int64_t) {});
    }));

    constexpr std::size_t kCuts = 30;
    std::mutex mutex;
    std::set<std::int64_t> acknowledged;
    std::atomic<std::int64_t> next = 1;
    std::atomic<bool> stop = false;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            while (!stop) {
                const std::int64_t id = next++;
                const Status status = queue.write([&](Connection& c) -> Status {
                    return c
                        .execute("INSERT INTO t (id, payload) VALUES (?, ?)",
                                 {id, Bytes(static_cast<std::size_t>(id % 2500),
                                            static_cast<std::uint8_t>(id))})
                        .map([](std::int64_t) {});
                });
                EXPECT_TRUE(status) << to_string(status.error());
                const std::lock_guard guard(mutex);
                acknowledged.insert(id);
            }
        });
    std::vector<Cut> cuts;
    while (cuts.size() < kCuts) {
        std::this_thread::sleep_for(std::chrono::microseconds(random.below(15'000)));
        Cut cut;
        {
            const std::lock_guard guard(mutex);
            cut.acknowledged = acknowledged;
        }
        cut.image = disk.crash_image(random);
        cuts.push_back(std::move(cut));
    }
    stop = true;
    for (std::thread& thread : threads) thread.join();
    std::cout << acknowledged.size() << " acknowledged writes, " << disk.syncs() << " syncs, "
              << cuts.size() << " cuts\n";
    ASSERT_FALSE(cuts.back().acknowledged.empty());
    for (std::size_t i = 0; i < cuts.size() && !HasFatalFailure(); ++i)
        expect_nothing_lost(cuts[i], i);
}

}  // namespace
}  // namespace saola::store::sqlite::testing
