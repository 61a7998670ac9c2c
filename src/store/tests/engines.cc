#include "store/tests/engines.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace saola::store::testing {

TempDir::TempDir(Place place) {
    const bool ram = place == Place::kRam && ::access("/dev/shm", W_OK) == 0;
    std::string pattern = (ram ? "/dev/shm/" : ::testing::TempDir()) + "saola_store_XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
}
TempDir::~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string name_of(Engine engine) {
    switch (engine) {
        case Engine::kSqliteFile: return "SqliteFile";
        case Engine::kSqliteMemory: return "SqliteMemory";
        case Engine::kPostgres: return "Postgres";
    }
    return "?";
}

void EngineTest::SetUp() {
    if (GetParam() == Engine::kSqliteFile) url_ = "sqlite:" + dir_.path() + "/test.db";
    if (GetParam() == Engine::kSqliteMemory) url_ = "sqlite::memory:";
    if (GetParam() == Engine::kPostgres) {
        const char* const url = std::getenv("SAOLA_TEST_POSTGRES_URL");
        if (url == nullptr)
            GTEST_SKIP() << "SAOLA_TEST_POSTGRES_URL is not set; run through tools/with-postgres";
        url_ = url;
    }
    open();
    if (GetParam() != Engine::kPostgres) return;
    ASSERT_TRUE(sql_->write([](Connection& connection) -> Status {
        SAOLA_TRY_STATUS(connection.execute("DROP SCHEMA public CASCADE"));
        return connection.execute("CREATE SCHEMA public").map([](std::int64_t) {});
    }));
    open();
}

void EngineTest::TearDown() { sql_.reset(); }

SqlOptions EngineTest::options(std::int64_t statement_timeout_ms, int readers) const {
    SqlOptions out;
    out.url = url_;
    out.readers = readers;
    out.statement_timeout_ms = statement_timeout_ms;
    return out;
}

void EngineTest::open(std::int64_t statement_timeout_ms, int readers) {
    sql_.reset();
    Result<std::unique_ptr<Sql>> opened = open_sql(options(statement_timeout_ms, readers));
    ASSERT_TRUE(opened) << to_string(opened.error());
    sql_ = std::move(*opened);
}

std::unique_ptr<Sql> EngineTest::open_another() { return open_sql(options(30'000, 4)).value(); }

Status EngineTest::write_one(std::string_view sql, Params params) {
    return sql_->write([&](Connection& connection) -> Status {
        return connection.execute(sql, params).map([](std::int64_t) {});
    });
}

void EngineTest::run(std::string_view sql, Params params) {
    const Status status = write_one(sql, params);
    ASSERT_TRUE(status) << sql << ": " << to_string(status.error());
}

std::int64_t EngineTest::integer(std::string_view sql, Params params) {
    std::int64_t out = -1;
    const Status status = sql_->read([&](Connection& connection) -> Status {
        SAOLA_TRY(out, connection.query_integer(sql, params, /*fallback=*/-1));
        return {};
    });
    EXPECT_TRUE(status) << sql << ": " << to_string(status.error());
    return out;
}

}  // namespace saola::store::testing
