// The contract of store::Sql, on every engine. A difference between the engines is a bug here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "store/limits.h"
#include "store/tests/engines.h"

namespace saola::store::testing {
namespace {

class SqlContract : public EngineTest {};

INSTANTIATE_TEST_SUITE_P(Engines, SqlContract,
                         ::testing::Values(Engine::kSqliteFile, Engine::kSqliteMemory,
                                           Engine::kPostgres),
                         [](const auto& engine) { return name_of(engine.param); });

// A gate that one thread opens and another waits at.
class Gate {
public:
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    void wait() {
        std::unique_lock lock(mutex_);
        ASSERT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), [&] { return open_; }));
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
};

constexpr std::string_view kTypes =
    "CREATE TABLE v (id BIGINT PRIMARY KEY, i BIGINT, r DOUBLE PRECISION, t TEXT, b BLOB)";

TEST_P(SqlContract, EveryTypeComesBackAsItWas) {
    run(kTypes);
    Bytes all_bytes;
    for (int i = 0; i < 256; ++i) all_bytes.push_back(static_cast<std::uint8_t>(i));
    const std::vector<std::int64_t> integers{0, -1, 1'436'130'000'000,
                                             std::numeric_limits<std::int64_t>::max(),
                                             std::numeric_limits<std::int64_t>::min()};
    const std::vector<double> reals{0.0, 0.1, -1e-300, 1.7976931348623157e308, 3.0};
    const std::vector<std::string> texts{"", "Bộ Khoa học và Công nghệ", "a'b\"c\\d?e$1--f/*g",
                                         "\t\n\r", "𝄞 𠀀"};
    const std::vector<Bytes> blobs{{}, {0}, {0, 0, 1, 0}, all_bytes, Bytes(100'000, 0xff)};
    for (std::size_t n = 0; n < integers.size(); ++n)
        run("INSERT INTO v (id, i, r, t, b) VALUES (?, ?, ?, ?, ?)",
            {static_cast<std::int64_t>(n), integers[n], reals[n], texts[n], blobs[n]});
    std::size_t seen = 0;
    ASSERT_TRUE(sql_->read([&](Connection& c) {
        return c.query("SELECT id, i, r, t, b FROM v ORDER BY id", {}, [&](const Row& row) {
            EXPECT_EQ(row.columns(), 5);
            EXPECT_EQ(row.integer(1), integers[seen]);
            EXPECT_EQ(row.real(2), reals[seen]);
            EXPECT_EQ(row.text(3), texts[seen]);
            EXPECT_EQ(row.blob(4), blobs[seen]);
            for (int column = 0; column < 5; ++column) EXPECT_FALSE(row.is_null(column));
            ++seen;
            return Step::kContinue;
        });
    }));
    EXPECT_EQ(seen, integers.size());
}

TEST_P(SqlContract, NullIsNotZeroAndNotEmpty) {
    run(kTypes);
    run("INSERT INTO v (id, i, r, t, b) VALUES (?, ?, ?, ?, ?)",
        {std::int64_t{1}, std::monostate{}, std::monostate{}, std::monostate{}, std::monostate{}});
    ASSERT_TRUE(sql_->read([&](Connection& c) {
        return c.query("SELECT i, r, t, b FROM v", {}, [&](const Row& row) {
            for (int column = 0; column < 4; ++column) EXPECT_TRUE(row.is_null(column));
            EXPECT_EQ(row.integer(0), 0);
            EXPECT_EQ(row.real(1), 0.0);
            EXPECT_EQ(row.text(2), "");
            EXPECT_TRUE(row.blob(3).empty());
            return Step::kContinue;
        });
    }));
    EXPECT_EQ(integer("SELECT COUNT(*) FROM v WHERE t IS NULL AND i IS NULL"), 1);
    EXPECT_EQ(integer("SELECT id FROM v WHERE id = 99"), -1) << "the fallback when there is no row";
}

TEST_P(SqlContract, AggregatesAreReadableAsNumbers) {
    run(kTypes);
    for (std::int64_t n = 1; n <= 4; ++n)
        run("INSERT INTO v (id, i, r) VALUES (?, ?, ?)", {n, n * 1'000'000'000'000, 0.5});
    EXPECT_EQ(integer("SELECT COUNT(*) FROM v"), 4);
    EXPECT_EQ(integer("SELECT SUM(i) FROM v"), 10'000'000'000'000);
    EXPECT_EQ(integer("SELECT MAX(i) FROM v"), 4'000'000'000'000);
    EXPECT_EQ(integer("SELECT COUNT(*) FROM v WHERE i BETWEEN ? AND ?",
                      {std::int64_t{2'000'000'000'000}, std::int64_t{3'000'000'000'000}}),
              2);
    EXPECT_EQ(integer("SELECT SUM(r) FROM v"), 2);
    EXPECT_EQ(integer("SELECT 1 WHERE 2 > 1"), 1);
    EXPECT_EQ(integer("SELECT 2 > 1"), 1) << "truth is 1 on every engine";
}

TEST_P(SqlContract, ExecuteCountsChangedRows) {
    run(kTypes);
    ASSERT_TRUE(sql_->write([&](Connection& c) -> Status {
        EXPECT_EQ(c.execute("INSERT INTO v (id) VALUES (1), (2), (3)").value(), 3);
        EXPECT_EQ(c.execute("UPDATE v SET i = 7 WHERE id >= ?", {std::int64_t{2}}).value(), 2);
        EXPECT_EQ(c.execute("DELETE FROM v WHERE id = 99").value(), 0);
        EXPECT_EQ(c.execute("CREATE INDEX v_i ON v (i)").value(), 0);
        EXPECT_EQ(c.execute("DELETE FROM v").value(), 3);
        return {};
    }));
}

TEST_P(SqlContract, UpsertAndReturning) {
    run("CREATE TABLE counter (key TEXT PRIMARY KEY, n BIGINT NOT NULL)");
    for (int i = 1; i <= 3; ++i) {
        std::int64_t now = 0;
        ASSERT_TRUE(sql_->write([&](Connection& c) -> Status {
            SAOLA_TRY(
                now, c.query_integer("INSERT INTO counter (key, n) VALUES (?, 1) ON CONFLICT (key) "
                                     "DO UPDATE SET n = counter.n + 1 RETURNING n",
                                     {std::string("k")}));
            return {};
        }));
        EXPECT_EQ(now, i);
    }
    run("INSERT INTO counter (key, n) VALUES ('k', 0) ON CONFLICT (key) DO NOTHING");
    EXPECT_EQ(integer("SELECT n FROM counter"), 3);
}

TEST_P(SqlContract, QuestionMarksInQuotesAndCommentsAreNoParameters) {
    run("CREATE TABLE q (\"wh?t\" TEXT, n BIGINT)");
    run("INSERT INTO q (\"wh?t\", n) /* why? */ VALUES ('is it ''?'' ok?', ?) -- really?",
        {std::int64_t{5}});
    EXPECT_EQ(integer("SELECT n FROM q WHERE \"wh?t\" = 'is it ''?'' ok?' AND n = ? -- ?",
                      {std::int64_t{5}}),
              5);
    EXPECT_EQ(integer("SELECT n FROM q WHERE \"wh?t\" LIKE ?", {std::string("is it%")}), 5);
    EXPECT_EQ(integer("SELECT n FROM q WHERE \"wh?t\" LIKE ?", {std::string("IS IT%")}), -1)
        << "LIKE distinguishes case on every engine";
}

TEST_P(SqlContract, TextSortsByBytes) {
    run("CREATE TABLE s (text TEXT NOT NULL)");
    for (const char* word : {"b", "a", "B", "A", "Đ", "z", "_"})
        run("INSERT INTO s (text) VALUES (?)", {std::string(word)});
    std::string order;
    ASSERT_TRUE(sql_->read([&](Connection& c) {
        return c.query("SELECT text FROM s ORDER BY text", {}, [&](const Row& row) {
            order += row.text(0);
            return Step::kContinue;
        });
    }));
    EXPECT_EQ(order, "AB_abzĐ");
}

TEST_P(SqlContract, AnErrorUndoesTheWholeTransaction) {
    run(kTypes);
    const Status status = sql_->write([&](Connection& c) -> Status {
        SAOLA_TRY_STATUS(c.execute("INSERT INTO v (id) VALUES (1)"));
        return fail(ErrorKind::kUnprocessable, "test.no", "changed my mind");
    });
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, "test.no");
    EXPECT_EQ(integer("SELECT COUNT(*) FROM v"), 0);
    run("INSERT INTO v (id) VALUES (2)");
    EXPECT_EQ(integer("SELECT COUNT(*) FROM v"), 1);
}

TEST_P(SqlContract, ConstraintErrorsNameTheConstraint) {
    run("CREATE TABLE parent (id BIGINT PRIMARY KEY)");
    run("CREATE TABLE child (id BIGINT PRIMARY KEY, parent BIGINT NOT NULL REFERENCES parent (id), "
        "n BIGINT, code TEXT, CONSTRAINT n_positive CHECK (n > 0), UNIQUE (code, n))");
    run("INSERT INTO parent (id) VALUES (1)");
    run("INSERT INTO child (id, parent, n, code) VALUES (1, 1, 1, 'x')");
    struct Case {
        const char* sql;
        const char* code;
        const char* named;
    };
    constexpr std::array<Case, 5> kCases{{
        {"INSERT INTO child (id, parent) VALUES (1, 1)", "store.unique", "child"},
        {"INSERT INTO child (id, parent, n, code) VALUES (9, 1, 1, 'x')", "store.unique", "code"},
        {"INSERT INTO child (id, parent) VALUES (2, 77)", "store.foreign_key", ""},
        {"INSERT INTO child (id, n) VALUES (3, 1)", "store.not_null", "parent"},
        {"INSERT INTO child (id, parent, n) VALUES (4, 1, -1)", "store.check", "n_positive"},
    }};
    for (const Case& one : kCases) {
        const Status status = write_one(one.sql);
        ASSERT_FALSE(status) << one.sql;
        EXPECT_EQ(status.error().kind, ErrorKind::kConflict) << one.sql;
        EXPECT_EQ(status.error().code, one.code) << to_string(status.error());
        EXPECT_THAT(status.error().field, ::testing::HasSubstr(one.named)) << one.sql;
        for (const char* word : {"constraint", "UNIQUE", "child", "violates", "INSERT"})
            EXPECT_THAT(status.error().message, ::testing::Not(::testing::HasSubstr(word)));
    }
    EXPECT_EQ(integer("SELECT COUNT(*) FROM child"), 1);
    EXPECT_FALSE(write_one("DELETE FROM parent"));
}

TEST_P(SqlContract, ValuesOfTheWrongTypeAreRefused) {
    run(kTypes);
    const Status status =
        write_one("INSERT INTO v (id, i) VALUES (?, ?)", {std::int64_t{1}, std::string("mười")});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::kInvalidArgument) << to_string(status.error());
    EXPECT_EQ(status.error().code, "store.type_mismatch");
}

TEST_P(SqlContract, BadParametersAreRefusedAlike) {
    run(kTypes);
    const auto code = [&](Value value) {
        const Status status = write_one("UPDATE v SET t = ?", {std::move(value)});
        return status ? std::string("accepted") : status.error().code;
    };
    EXPECT_EQ(code(std::string("a\0b", 3)), "store.text_invalid");
    EXPECT_EQ(code(std::string("\xff\xfe")), "store.text_invalid");
    EXPECT_EQ(code(std::numeric_limits<double>::quiet_NaN()), "store.not_finite");
    EXPECT_EQ(code(std::string("được")), "accepted");
    EXPECT_EQ(write_one("UPDATE v SET t = ?").error().code, "store.parameters");
    EXPECT_EQ(write_one("UPDATE v SET t = 'x'", {std::int64_t{1}}).error().code,
              "store.parameters");
}

TEST_P(SqlContract, BodiesCannotTouchTheTransaction) {
    run(kTypes);
    for (const char* sql : {"COMMIT", " rollback", "/* x */ BEGIN", "SAVEPOINT a", "RELEASE a",
                            "PRAGMA synchronous=OFF", "ATTACH 'x' AS y", "VACUUM", "END"})
        EXPECT_EQ(write_one(sql).error().code, "store.statement_not_allowed") << sql;
    EXPECT_EQ(write_one("INSERT INTO v (id) VALUES (1); DELETE FROM v").error().code,
              "store.one_statement");
    EXPECT_EQ(write_one(" -- nothing").error().code, "store.one_statement");
    EXPECT_EQ(write_one("DELETE FROM v WHERE id = ?1", {std::int64_t{1}}).error().code,
              "store.numbered_parameter");
    EXPECT_EQ(write_one("SELEC 1").error().kind, ErrorKind::kInternal);
    EXPECT_EQ(integer("SELECT COUNT(*) FROM v"), 0);
}

TEST_P(SqlContract, ReadsCannotWrite) {
    run(kTypes);
    for (const char* sql : {"INSERT INTO v (id) VALUES (1)", "CREATE TABLE w (id BIGINT)",
                            "DROP TABLE v", "DELETE FROM v"}) {
        const Status status = sql_->read(
            [&](Connection& c) -> Status { return c.execute(sql).map([](std::int64_t) {}); });
        ASSERT_FALSE(status) << sql;
        EXPECT_EQ(status.error().code, "store.read_only") << to_string(status.error());
    }
    EXPECT_EQ(integer("SELECT COUNT(*) FROM v"), 0);
}

TEST_P(SqlContract, ReadSeesOneSnapshot) {
    run(kTypes);
    run("INSERT INTO v (id) VALUES (1)");
    Gate began;
    Gate written;
    std::array<std::int64_t, 2> counts{};
    std::thread reader([&] {
        EXPECT_TRUE(sql_->read([&](Connection& c) -> Status {
            began.open();
            written.wait();
            for (std::int64_t& count : counts) {
                SAOLA_TRY(count, c.query_integer("SELECT COUNT(*) FROM v"));
            }
            return {};
        }));
    });
    began.wait();
    run("INSERT INTO v (id) VALUES (2)");  // does not wait for the reader
    written.open();
    reader.join();
    EXPECT_EQ(counts, (std::array<std::int64_t, 2>{1, 1}));
    EXPECT_EQ(integer("SELECT COUNT(*) FROM v"), 2);
}

TEST_P(SqlContract, NobodySeesAnUnfinishedWrite) {
    run(kTypes);
    std::int64_t inside = -1;
    std::int64_t outside = -1;
    ASSERT_TRUE(sql_->write([&](Connection& c) -> Status {
        SAOLA_TRY_STATUS(c.execute("INSERT INTO v (id) VALUES (1)"));
        SAOLA_TRY(inside, c.query_integer("SELECT COUNT(*) FROM v"));
        outside = integer("SELECT COUNT(*) FROM v");  // another connection
        return {};
    }));
    EXPECT_EQ(inside, 1);
    EXPECT_EQ(outside, 0);
}

TEST_P(SqlContract, ConcurrentWritersLoseNothing) {
    run("CREATE TABLE account (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)");
    run("INSERT INTO account (id, n) VALUES (1, 0)");
    constexpr int kThreads = 8;
    constexpr int kWrites = 25;
    std::atomic<int> failed = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < kWrites; ++i) {
                // Read, then write what was read: the classic lost update.
                const Status status = sql_->write([&](Connection& c) -> Status {
                    SAOLA_TRY(const std::int64_t n,
                              c.query_integer("SELECT n FROM account WHERE id = 1"));
                    return c.execute("UPDATE account SET n = ? WHERE id = 1", {n + 1})
                        .map([](std::int64_t) {});
                });
                if (!status) {
                    ++failed;
                    ADD_FAILURE() << to_string(status.error());
                }
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(integer("SELECT n FROM account"), kThreads * kWrites);
}

TEST_P(SqlContract, OneWritersErrorLeavesTheOthersAlone) {
    run("CREATE TABLE log (id BIGINT PRIMARY KEY)");
    constexpr std::int64_t kThreads = 8;
    constexpr std::int64_t kWrites = 30;
    std::atomic<std::int64_t> kept = 0;
    std::vector<std::thread> threads;
    for (std::int64_t t = 0; t < kThreads; ++t)
        threads.emplace_back([&, t] {
            for (std::int64_t i = 0; i < kWrites; ++i) {
                const bool wrong = (t + i) % 3 == 0;
                const Status status = sql_->write([&](Connection& c) -> Status {
                    SAOLA_TRY_STATUS(c.execute("INSERT INTO log (id) VALUES (?)", {t * 1000 + i}));
                    if (wrong)  // the same id again
                        SAOLA_TRY_STATUS(
                            c.execute("INSERT INTO log (id) VALUES (?)", {t * 1000 + i}));
                    return {};
                });
                EXPECT_EQ(status.has_value(), !wrong);
                if (status) ++kept;
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(integer("SELECT COUNT(*) FROM log"), kept);
    EXPECT_EQ(kept, kThreads * kWrites * 2 / 3);
}

TEST_P(SqlContract, StopsAStatementThatRunsTooLong) {
    open(/*statement_timeout_ms=*/300);
    constexpr std::string_view kEndless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) "
        "SELECT COUNT(*) FROM n";
    const auto begun = std::chrono::steady_clock::now();
    const Status status = sql_->read([&](Connection& c) -> Status {
        return c.query(kEndless, {}, [](const Row&) { return Step::kContinue; });
    });
    const auto took = std::chrono::steady_clock::now() - begun;
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::kCancelled) << to_string(status.error());
    EXPECT_EQ(status.error().limit, "statement_timeout_ms=300");
    EXPECT_LT(took, std::chrono::seconds(5));
    EXPECT_TRUE(sql_->check());
}

TEST_P(SqlContract, ATimedOutWriteLeavesNothingAndHurtsNobody) {
    open(/*statement_timeout_ms=*/400);
    run(kTypes);
    constexpr std::string_view kEndless =
        "INSERT INTO v (id) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
        "i < 2000000000) SELECT i FROM n WHERE i < 0";
    std::atomic<int> kept = 0;
    std::vector<std::thread> threads;
    for (std::int64_t t = 1; t <= 3; ++t)
        threads.emplace_back([&, t] {
            for (std::int64_t i = 0; i < 5; ++i)
                if (write_one("INSERT INTO v (id) VALUES (?)", {t * 100 + i})) ++kept;
        });
    bool went_on_refused = false;
    const Status status = sql_->write([&](Connection& c) -> Status {
        SAOLA_TRY_STATUS(c.execute("INSERT INTO v (id) VALUES (1)"));
        const Result<std::int64_t> endless = c.execute(kEndless);
        // A body that ignores the error must not commit what it does afterwards.
        went_on_refused = !c.execute("INSERT INTO v (id) VALUES (2)").has_value();
        return endless.map([](std::int64_t) {});
    });
    for (std::thread& thread : threads) thread.join();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::kCancelled) << to_string(status.error());
    EXPECT_TRUE(went_on_refused);
    EXPECT_EQ(integer("SELECT COUNT(*) FROM v WHERE id < 100"), 0);
    EXPECT_EQ(integer("SELECT COUNT(*) FROM v"), kept);
}

TEST_P(SqlContract, RowsStreamAndStopEarly) {
    run("CREATE TABLE many (id BIGINT PRIMARY KEY, filler TEXT)");
    run("INSERT INTO many (id, filler) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
        "FROM n WHERE i < 20000) SELECT i, 'x' FROM n");
    ASSERT_TRUE(sql_->read([&](Connection& c) -> Status {
        std::int64_t seen = 0;
        SAOLA_TRY_STATUS(c.query("SELECT id FROM many ORDER BY id", {}, [&](const Row& row) {
            EXPECT_EQ(row.integer(0), ++seen);
            return seen == 10 ? Step::kStop : Step::kContinue;
        }));
        EXPECT_EQ(seen, 10);
        std::int64_t all = 0;
        SAOLA_TRY_STATUS(c.query("SELECT id FROM many ORDER BY id", {}, [&](const Row& row) {
            EXPECT_EQ(row.integer(0), ++all);
            return Step::kContinue;
        }));
        EXPECT_EQ(all, 20'000);
        return {};
    }));
}

TEST_P(SqlContract, QueriesNestInsideACallback) {
    run("CREATE TABLE tree (id BIGINT PRIMARY KEY, parent BIGINT)");
    run("INSERT INTO tree (id, parent) VALUES (1, NULL), (2, 1), (3, 1), (4, 2), (5, 2), (6, 5)");
    constexpr std::string_view kChildren = "SELECT id FROM tree WHERE parent = ? ORDER BY id";
    std::string order;
    ASSERT_TRUE(sql_->read([&](Connection& c) -> Status {
        std::function<Status(std::int64_t)> visit = [&](std::int64_t id) -> Status {
            order += std::to_string(id);
            Status inner;
            SAOLA_TRY_STATUS(c.query(kChildren, {id}, [&](const Row& row) {
                inner = visit(row.integer(0));  // the same statement, while it runs
                return inner ? Step::kContinue : Step::kStop;
            }));
            return inner;
        };
        return visit(1);
    }));
    EXPECT_EQ(order, "124563");
}

TEST_P(SqlContract, AWriteInsideAWriteIsRefusedNotDeadlocked) {
    run(kTypes);
    const Status status = sql_->write(
        [&](Connection&) { return sql_->write([](Connection&) -> Status { return {}; }); });
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, "store.nested_write");
    run("INSERT INTO v (id) VALUES (1)");
}

TEST_P(SqlContract, ReadersAreBoundedAndTheLimitIsNamed) {
    open(/*statement_timeout_ms=*/200, /*readers=*/1);
    Status second;
    ASSERT_TRUE(sql_->read([&](Connection&) -> Status {
        second = sql_->read([](Connection&) -> Status { return {}; });
        return {};
    }));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::kUnavailable);
    EXPECT_EQ(second.error().limit, "readers=1");
    EXPECT_TRUE(sql_->check());
}

TEST_P(SqlContract, AThrowingBodyGivesItsConnectionBack) {
    run(kTypes);
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(
            sql_->read([](Connection&) -> Status { throw std::runtime_error("r"); }).error().code,
            "store.body_threw");
        EXPECT_EQ(sql_->write([](Connection& c) -> Status {
                          (void)c.execute("INSERT INTO v (id) VALUES (1)");
                          throw std::runtime_error("w");
                      })
                      .error()
                      .code,
                  "store.body_threw");
    }
    EXPECT_EQ(integer("SELECT COUNT(*) FROM v"), 0);
}

TEST_P(SqlContract, ManyDifferentStatementsFitTheCache) {
    run(kTypes);
    ASSERT_TRUE(sql_->write([&](Connection& c) -> Status {
        for (std::size_t n = 0; n < 3 * kMaxCachedStatements; ++n)
            SAOLA_TRY_STATUS(c.execute("INSERT INTO v (id) VALUES (" + std::to_string(n) + ")"));
        return {};
    }));
    EXPECT_EQ(integer("SELECT COUNT(*) FROM v"),
              static_cast<std::int64_t>(3 * kMaxCachedStatements));
}

TEST_P(SqlContract, WhatIsWrittenIsThereAfterReopening) {
    if (!durable()) GTEST_SKIP() << "a database in memory ends with its owner";
    run(kTypes);
    run("INSERT INTO v (id, t) VALUES (1, 'bền')");
    open();
    EXPECT_EQ(integer("SELECT COUNT(*) FROM v WHERE t = 'bền'"), 1);
    const std::unique_ptr<Sql> other = open_another();
    ASSERT_TRUE(other->write([](Connection& c) -> Status {
        return c.execute("INSERT INTO v (id) VALUES (2)").map([](std::int64_t) {});
    }));
    EXPECT_EQ(integer("SELECT COUNT(*) FROM v"), 2);
}

TEST_P(SqlContract, SchemaChangesReachCachedStatements) {
    run(kTypes);
    run("INSERT INTO v (id) VALUES (1)");
    int columns = 0;
    const auto count_columns = [&] {
        ASSERT_TRUE(sql_->read([&](Connection& c) {
            return c.query("SELECT * FROM v", {}, [&](const Row& row) {
                columns = row.columns();
                return Step::kContinue;
            });
        }));
    };
    count_columns();
    EXPECT_EQ(columns, 5);
    run("ALTER TABLE v ADD COLUMN note TEXT");
    count_columns();
    EXPECT_EQ(columns, 6);
}

}  // namespace
}  // namespace saola::store::testing
