// One process per data directory; and what SQLite does with files in a bad state.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "store/sql.h"
#include "store/tests/engines.h"

namespace saola::store::testing {
namespace {

using ::testing::HasSubstr;

TEST(DirectoryLock, NamesTheProcessThatHoldsIt) {
    const TempDir dir;
    const std::string data = dir.path() + "/data";
    Result<DirectoryLock> first = DirectoryLock::acquire(data);
    ASSERT_TRUE(first) << to_string(first.error());
    const Result<DirectoryLock> second = DirectoryLock::acquire(data);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::kConflict);
    EXPECT_THAT(second.error().message, HasSubstr("process " + std::to_string(::getpid())));
    {
        const DirectoryLock moved = std::move(*first);
        EXPECT_FALSE(DirectoryLock::acquire(data));
    }
    EXPECT_TRUE(DirectoryLock::acquire(data)) << "released with its owner";
}

TEST(DirectoryLock, EndsWithTheProcessThatHeldIt) {
    const TempDir dir;
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const ::pid_t child = ::fork();
    if (child == 0) {
        const Result<DirectoryLock> held = DirectoryLock::acquire(dir.path());
        (void)!::write(ready[1], held ? "y" : "n", 1);
        while (true) ::pause();
    }
    char answer = 0;
    ASSERT_EQ(::read(ready[0], &answer, 1), 1);
    EXPECT_EQ(answer, 'y');
    const Result<DirectoryLock> refused = DirectoryLock::acquire(dir.path());
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("process " + std::to_string(child)));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(DirectoryLock::acquire(dir.path()));
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST(DirectoryLock, SaysWhatIsWrongWithTheDirectory) {
    const TempDir dir;
    std::ofstream(dir.path() + "/file") << "x";
    const Result<DirectoryLock> lock = DirectoryLock::acquire(dir.path() + "/file");
    ASSERT_FALSE(lock);
    EXPECT_EQ(lock.error().kind, ErrorKind::kStorage);
    EXPECT_EQ(lock.error().field, "data_dir");
}

class SqliteFile : public ::testing::Test {
protected:
    Result<std::unique_ptr<Sql>> open() {
        SqlOptions options;
        options.url = "sqlite:" + path_;
        return open_sql(options);
    }
    TempDir dir_;
    std::string path_ = dir_.path() + "/x.db";
};

TEST_F(SqliteFile, IsPrivateAndClosedWithoutALog) {
    {
        const std::unique_ptr<Sql> sql = open().value();
        ASSERT_TRUE(sql->write([](Connection& c) -> Status {
            return c.execute("CREATE TABLE t (id BIGINT)").map([](std::int64_t) {});
        }));
        struct stat info {};
        ASSERT_EQ(::stat(path_.c_str(), &info), 0);
        EXPECT_EQ(info.st_mode & 0777U, 0600U);
        EXPECT_TRUE(std::filesystem::exists(path_ + "-wal"));
    }
    EXPECT_FALSE(std::filesystem::exists(path_ + "-wal"));
}

TEST_F(SqliteFile, ThatIsNoDatabaseIsRefusedAndKept) {
    std::ofstream(path_) << std::string(8192, 'x');
    const Result<std::unique_ptr<Sql>> sql = open();
    ASSERT_FALSE(sql);
    EXPECT_EQ(sql.error().kind, ErrorKind::kDataLoss) << to_string(sql.error());
    EXPECT_EQ(std::filesystem::file_size(path_), 8192U);
}

TEST_F(SqliteFile, DamagedAfterAnUncleanEndIsFoundAtOpen) {
    const std::string copy = dir_.path() + "/copy.db";
    {
        const std::unique_ptr<Sql> sql = open().value();
        for (int i = 0; i < 3; ++i)
            ASSERT_TRUE(sql->write([&](Connection& c) -> Status {
                if (i == 0)
                    SAOLA_TRY_STATUS(c.execute("CREATE TABLE t (id BIGINT PRIMARY KEY, x TEXT)"));
                return c
                    .execute(
                        "INSERT INTO t (id, x) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT "
                        "i + 1 FROM n WHERE i < 500) SELECT i + ?, 'some text to fill a page' "
                        "FROM n",
                        {std::int64_t{i * 1000}})
                    .map([](std::int64_t) {});
            }));
    }
    {  // the state a crash leaves: a log beside the file
        const std::unique_ptr<Sql> sql = open().value();
        ASSERT_TRUE(sql->write([](Connection& c) -> Status {
            return c.execute("UPDATE t SET x = 'y' WHERE id = 1").map([](std::int64_t) {});
        }));
        std::filesystem::copy_file(path_, copy);
        std::filesystem::copy_file(path_ + "-wal", copy + "-wal");
    }
    path_ = copy;
    EXPECT_TRUE(open()) << "an unclean end alone is no damage";
    std::ofstream(copy + "-wal", std::ios::app) << "x";
    {
        std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(3 * 4096);
        file << std::string(4096, '\xee');
    }
    const Result<std::unique_ptr<Sql>> sql = open();
    ASSERT_FALSE(sql);
    EXPECT_EQ(sql.error().kind, ErrorKind::kDataLoss) << to_string(sql.error());
}

TEST(SqliteMemory, LeavesNothingAndCleansUpAfterKilledProcesses) {
    const auto directories = [] {
        std::set<std::string> out;
        for (const auto& entry : std::filesystem::directory_iterator("/dev/shm"))
            if (entry.path().filename().string().starts_with("saola-memory-"))
                out.insert(entry.path().string());
        return out;
    };
    if (::access("/dev/shm", W_OK) != 0) GTEST_SKIP() << "no RAM disk here";
    const std::string abandoned = "/dev/shm/saola-memory-test" + std::to_string(::getpid());
    std::filesystem::create_directory(abandoned);
    std::ofstream(abandoned + "/memory.db") << "x";
    std::filesystem::last_write_time(
        abandoned, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
    SqlOptions options;
    options.url = "sqlite::memory:";
    std::string own;
    {
        const std::set<std::string> before = directories();
        EXPECT_TRUE(before.contains(abandoned));
        const std::unique_ptr<Sql> first = open_sql(options).value();
        EXPECT_FALSE(directories().contains(abandoned));
        for (const std::string& path : directories())
            if (!before.contains(path) && !DirectoryLock::acquire(path)) own = path;
        EXPECT_TRUE(first->check());
    }
    EXPECT_FALSE(own.empty() || directories().contains(own));
}

TEST_F(SqliteFile, BadOptionsAreRefused) {
    SqlOptions options;
    for (const char* url : {"", "sqlite:", "mysql://x", "/plain/path"}) {
        options.url = url;
        EXPECT_EQ(open_sql(options).error().code, "store.url") << url;
    }
    options.url = "sqlite:/nowhere/at/all/x.db";
    EXPECT_EQ(open_sql(options).error().kind, ErrorKind::kStorage);
    options.url = "sqlite::memory:";
    options.readers = 65;
    EXPECT_EQ(open_sql(options).error().limit, "max_readers=64");
    options.readers = 1;
    options.url = "postgresql://user:secret@127.0.0.1:1/none";
    const Result<std::unique_ptr<Sql>> down = open_sql(options);
    ASSERT_FALSE(down);
    EXPECT_EQ(down.error().kind, ErrorKind::kUnavailable);
    EXPECT_THAT(to_string(down.error()), ::testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace saola::store::testing
