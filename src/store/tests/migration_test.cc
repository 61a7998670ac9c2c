// Migrations on every engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "store/tests/engines.h"

namespace saola::store::testing {
namespace {

class MigrationTest : public EngineTest {};

INSTANTIATE_TEST_SUITE_P(Engines, MigrationTest,
                         ::testing::Values(Engine::kSqliteFile, Engine::kSqliteMemory,
                                           Engine::kPostgres),
                         [](const auto& engine) { return name_of(engine.param); });

constexpr Migration kFirst{.version = 1, .name = "create", .sql = R"(
-- organisations; with a semicolon in a comment
CREATE TABLE organisation (
    id TEXT PRIMARY KEY,
    text TEXT NOT NULL DEFAULT 'a;b',   -- a column named like a type
    size INTEGER,
    share REAL,
    seal BLOB
);
CREATE INDEX organisation_size ON organisation (size);
INSERT INTO organisation (id, size) VALUES ('x', 5000000000);
)"};
constexpr Migration kSecond{.version = 2,
                            .name = "add kind",
                            .sql =
                                "ALTER TABLE organisation ADD COLUMN kind TEXT;\n"
                                "UPDATE organisation SET kind = 'ministry'"};

TEST_P(MigrationTest, RunsEachStepOnceAndRecordsIt) {
    const std::array<Migration, 2> steps{kFirst, kSecond};
    ASSERT_TRUE(migrate(*sql_, "programme", std::span(steps).first(1)));
    for (int again = 0; again < 2; ++again) {
        const Status status = migrate(*sql_, "programme", steps);
        ASSERT_TRUE(status) << to_string(status.error());
    }
    EXPECT_EQ(integer("SELECT COUNT(*) FROM organisation WHERE kind = 'ministry' AND text = 'a;b' "
                      "AND size = 5000000000"),
              1);
    EXPECT_EQ(integer("SELECT COUNT(*) FROM schema_migration WHERE module = 'programme'"), 2);
    EXPECT_EQ(integer("SELECT COUNT(*) FROM schema_migration WHERE length(sha256) = 64"), 2);
    ASSERT_TRUE(migrate(*sql_, "platform", {}));
}

TEST_P(MigrationTest, PendingStepsAreCountedAndNothingChanges) {
    const std::array<Migration, 2> steps{kFirst, kSecond};
    EXPECT_EQ(pending_migrations(*sql_, "programme", steps).value(), 2);
    EXPECT_EQ(pending_migrations(*sql_, "programme", steps).value(), 2);
    ASSERT_TRUE(migrate(*sql_, "programme", std::span(steps).first(1)));
    EXPECT_EQ(pending_migrations(*sql_, "programme", steps).value(), 1);
    ASSERT_TRUE(migrate(*sql_, "programme", steps));
    EXPECT_EQ(pending_migrations(*sql_, "programme", steps).value(), 0);
    const auto older = pending_migrations(*sql_, "programme", std::span(steps).first(1));
    EXPECT_EQ(older.error().code, "store.schema_newer");
}

TEST_P(MigrationTest, RefusesAChangedStep) {
    std::array<Migration, 1> steps{kFirst};
    ASSERT_TRUE(migrate(*sql_, "programme", steps));
    steps[0].sql = "CREATE TABLE other (id BIGINT)";
    const Status status = migrate(*sql_, "programme", steps);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, "store.migration_changed");
    EXPECT_THAT(status.error().message, ::testing::HasSubstr("programme migration 1 (create)"));
}

TEST_P(MigrationTest, AFailingStepLeavesNothing) {
    const std::array<Migration, 2> steps{
        kFirst, Migration{.version = 2,
                          .name = "bad",
                          .sql = "CREATE TABLE half (id BIGINT);\n"
                                 "INSERT INTO half (id) VALUES (1);\n"
                                 "INSERT INTO nowhere (id) VALUES (1);\n"}};
    const Status status = migrate(*sql_, "programme", steps);
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().message, ::testing::HasSubstr("programme migration 2 (bad)"));
    EXPECT_EQ(integer("SELECT COUNT(*) FROM schema_migration"), 1);
    EXPECT_TRUE(write_one("CREATE TABLE half (id BIGINT)")) << "the table must not be there";
    const std::array<Migration, 2> mended{kFirst, kSecond};
    EXPECT_TRUE(migrate(*sql_, "programme", mended));
}

TEST_P(MigrationTest, RefusesGapsAndANewerDatabase) {
    const std::array<Migration, 2> steps{kFirst, kSecond};
    ASSERT_TRUE(migrate(*sql_, "programme", steps));
    const Status older = migrate(*sql_, "programme", std::span(steps).first(1));
    ASSERT_FALSE(older);
    EXPECT_EQ(older.error().code, "store.schema_newer");
    const std::array<Migration, 1> gap{kSecond};
    EXPECT_EQ(migrate(*sql_, "other", gap).error().code, "store.migration_order");
}

TEST_P(MigrationTest, TwoProcessesThatStartTogetherMigrateOnce) {
    if (!durable()) GTEST_SKIP() << "a database in memory has one owner";
    const std::array<Migration, 2> steps{kFirst, kSecond};
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&] {
            const std::unique_ptr<Sql> own = open_another();
            const Status status = migrate(*own, "programme", steps);
            EXPECT_TRUE(status) << to_string(status.error());
            if (status) ++good;
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(good, 3);
    EXPECT_EQ(integer("SELECT COUNT(*) FROM organisation"), 1);
}

}  // namespace
}  // namespace saola::store::testing
