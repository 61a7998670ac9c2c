// kill -9 in the middle of writes, and a full disk. Each test runs this program again as a child
// (a test of the DISABLED_ kind below, told by its environment where to work).
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/ids.h"
#include "store/sql.h"
#include "store/tests/engines.h"

namespace saola::store::testing {
namespace {

constexpr int kWriterThreads = 4;
constexpr std::size_t kAcknowledgedWanted = 10'000;
constexpr int kAckFd = 3;

std::unique_ptr<Sql> open_file(const std::string& path) {
    SqlOptions options;
    options.url = "sqlite:" + path;
    Result<std::unique_ptr<Sql>> sql = open_sql(options);
    EXPECT_TRUE(sql) << to_string(sql.error());
    return sql ? std::move(*sql) : nullptr;
}

Status insert(Sql& sql, std::int64_t id, std::size_t bytes) {
    return sql.write([&](Connection& c) -> Status {
        return c
            .execute("INSERT INTO t (id, payload) VALUES (?, ?)",
                     {id, Bytes(bytes, static_cast<std::uint8_t>(id))})
            .map([](std::int64_t) {});
    });
}

// Every row, and that its payload is whole.
std::set<std::int64_t> stored(Sql& sql) {
    std::set<std::int64_t> out;
    const Status status = sql.read([&](Connection& c) {
        return c.query("SELECT id, payload FROM t", {}, [&](const Row& row) {
            const std::int64_t id = row.integer(0);
            for (const std::uint8_t byte : row.blob(1))
                if (byte != static_cast<std::uint8_t>(id)) ADD_FAILURE() << "torn row " << id;
            out.insert(id);
            return Step::kContinue;
        });
    });
    EXPECT_TRUE(status) << to_string(status.error());
    return out;
}

std::string environment(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

std::string own_program() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

// ---- kill -9

// The child: writes numbers from SAOLA_FAULT_FIRST on, and puts each one into the pipe after its
// write() returned. Ends only by being killed.
TEST(SqliteFaults, DISABLED_Writer) {
    const std::string path = environment("SAOLA_FAULT_DB");
    if (path.empty()) GTEST_SKIP() << "only as a child of KilledWriterLosesNothing";
    const std::unique_ptr<Sql> sql = open_file(path);
    ASSERT_NE(sql, nullptr);
    std::atomic<std::int64_t> next = std::stoll(environment("SAOLA_FAULT_FIRST"));
    std::vector<std::thread> threads;
    for (int t = 0; t < kWriterThreads; ++t)
        threads.emplace_back([&] {
            while (true) {
                const std::int64_t id = next++;
                const Status status = insert(*sql, id, static_cast<std::size_t>(id % 700));
                if (!status) std::abort();
                if (::write(kAckFd, &id, sizeof id) != sizeof id)
                    std::abort();  // atomic: < PIPE_BUF
            }
        });
    for (std::thread& thread : threads) thread.join();
}

::pid_t start_writer(const std::string& path, std::int64_t first, int ack_fd) {
    const std::string program = own_program();
    const ::pid_t child = ::fork();
    if (child != 0) return child;
    ::setenv("SAOLA_FAULT_DB", path.c_str(), 1);
    ::setenv("SAOLA_FAULT_FIRST", std::to_string(first).c_str(), 1);
    // The fd may already be kAckFd, and then dup2 would leave it close-on-exec.
    if (ack_fd == kAckFd)
        ::fcntl(ack_fd, F_SETFD, 0);
    else
        ::dup2(ack_fd, kAckFd);
    ::execl(program.c_str(), program.c_str(), "--gtest_also_run_disabled_tests",
            "--gtest_filter=SqliteFaults.DISABLED_Writer", "--gtest_brief=1", nullptr);
    ::_exit(127);
}

// Reads acknowledgements until `wanted` have come, kills the child, reads what is still in the
// pipe.
std::vector<std::int64_t> run_and_kill(const std::string& path, std::int64_t first,
                                       std::size_t wanted) {
    std::array<int, 2> pipe_fds{};
    EXPECT_EQ(::pipe2(pipe_fds.data(), O_CLOEXEC), 0);
    const ::pid_t child = start_writer(path, first, pipe_fds[1]);
    ::close(pipe_fds[1]);
    std::vector<std::int64_t> acknowledged;
    std::int64_t id = 0;
    bool killed = false;
    while (::read(pipe_fds[0], &id, sizeof id) == sizeof id) {
        acknowledged.push_back(id);
        if (killed || acknowledged.size() < wanted) continue;
        ::kill(child, SIGKILL);
        killed = true;
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(killed && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        << "the writer ended by itself, status " << status;
    ::close(pipe_fds[0]);
    return acknowledged;
}

TEST(SqliteFaults, KilledWriterLosesNothing) {
    const TempDir dir;
    const std::string path = dir.path() + "/t.db";
    {
        const std::unique_ptr<Sql> sql = open_file(path);
        ASSERT_TRUE(sql->write([](Connection& c) -> Status {
            return c.execute("CREATE TABLE t (id BIGINT PRIMARY KEY, payload BLOB NOT NULL)")
                .map([](std::int64_t) {});
        }));
    }
    const std::uint64_t seed = static_cast<std::uint64_t>(::getpid());
    SeededRandom random(seed);
    std::cout << "seed " << seed << "\n";
    std::vector<std::int64_t> acknowledged;
    std::int64_t first = 1;
    int kills = 0;
    while (acknowledged.size() < kAcknowledgedWanted && !HasFailure()) {
        const std::size_t wanted = 1 + random.below(900);
        const std::vector<std::int64_t> more = run_and_kill(path, first, wanted);
        ASSERT_GE(more.size(), wanted);
        acknowledged.insert(acknowledged.end(), more.begin(), more.end());
        ++kills;
        const std::unique_ptr<Sql> sql = open_file(path);  // replays the log, checks the file
        ASSERT_NE(sql, nullptr);
        const std::set<std::int64_t> kept = stored(*sql);
        for (const std::int64_t id : acknowledged)
            ASSERT_TRUE(kept.contains(id)) << "write " << id << " was lost in kill " << kills;
        first = *kept.rbegin() + 1;
    }
    std::cout << acknowledged.size() << " acknowledged writes, " << kills << " kills\n";
    RecordProperty("kills", kills);
}

// ---- full disk

// The child, inside a mount namespace with a small file system at SAOLA_FAULT_DIR.
TEST(SqliteFaults, DISABLED_FullDisk) {
    const std::string dir = environment("SAOLA_FAULT_DIR");
    if (dir.empty()) GTEST_SKIP() << "only as a child of FullDiskLosesNothing";
    const std::string path = dir + "/t.db";
    const std::string ballast = dir + "/ballast";
    std::ofstream(ballast) << std::string(1U << 20U, 'x');
    std::unique_ptr<Sql> sql = open_file(path);
    ASSERT_TRUE(sql->write([](Connection& c) -> Status {
        return c.execute("CREATE TABLE t (id BIGINT PRIMARY KEY, payload BLOB NOT NULL)")
            .map([](std::int64_t) {});
    }));
    std::mutex mutex;
    std::set<std::int64_t> acknowledged;
    std::set<std::int64_t> refused;
    std::atomic<std::int64_t> next = 1;
    const auto fill = [&] {  // until each of several threads was refused 20 times
        std::vector<std::thread> threads;
        for (int t = 0; t < kWriterThreads; ++t)
            threads.emplace_back([&] {
                for (int refusals = 0; refusals < 20;) {
                    const std::int64_t id = next++;
                    const Status status = insert(*sql, id, 3000);
                    const std::lock_guard lock(mutex);
                    (status ? acknowledged : refused).insert(id);
                    if (status) continue;
                    ++refusals;
                    EXPECT_EQ(status.error().kind, ErrorKind::kStorage)
                        << to_string(status.error());
                    EXPECT_EQ(status.error().code, "store.disk_full");
                    EXPECT_THAT(status.error().message, ::testing::HasSubstr("Free space"));
                }
            });
        for (std::thread& thread : threads) thread.join();
    };
    fill();
    EXPECT_GT(acknowledged.size(), 100U);
    EXPECT_EQ(stored(*sql), acknowledged) << "reading goes on while the disk is full";
    sql.reset();
    sql = open_file(path);  // opens on a full disk, too
    ASSERT_NE(sql, nullptr);
    EXPECT_EQ(stored(*sql), acknowledged);
    fill();

    std::filesystem::remove(ballast);
    for (int i = 0; i < 20; ++i) {
        const std::int64_t id = next++;
        const Status status = insert(*sql, id, 3000);
        ASSERT_TRUE(status) << "space was freed: " << to_string(status.error());
        acknowledged.insert(id);
    }
    sql.reset();
    sql = open_file(path);
    EXPECT_EQ(stored(*sql), acknowledged);
    std::cout << acknowledged.size() << " acknowledged, " << refused.size() << " refused\n";
}

TEST(SqliteFaults, FullDiskLosesNothing) {
    const TempDir dir;
    const std::string mount = "mount -t tmpfs -o size=4m none '" + dir.path() + "'";
    if (std::system(("unshare -m sh -c \"" + mount + "\" 2>/dev/null").c_str()) != 0)  // NOLINT
        GTEST_SKIP() << "a file system of 4 MB cannot be mounted here (needs root)";
    const std::string command = "unshare -m sh -c \"" + mount + " && SAOLA_FAULT_DIR='" +
                                dir.path() + "' '" + own_program() +
                                "' --gtest_also_run_disabled_tests "
                                "--gtest_filter=SqliteFaults.DISABLED_FullDisk --gtest_brief=1\"";
    EXPECT_EQ(std::system(command.c_str()), 0);  // NOLINT
}

}  // namespace
}  // namespace saola::store::testing
