// The engines that the contract suite runs on: SQLite in a file, SQLite in memory, and PostgreSQL
// when SAOLA_TEST_POSTGRES_URL names a server (tools/with-postgres starts a private one).
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>

#include "store/sql.h"

namespace saola::store::testing {

// On the disk, or on the RAM disk where only the content matters and fsync would only take time.
class TempDir {
public:
    enum class Place { kDisk, kRam };
    explicit TempDir(Place place = Place::kDisk);
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

enum class Engine { kSqliteFile, kSqliteMemory, kPostgres };
[[nodiscard]] std::string name_of(Engine engine);

// A fresh, empty database per test; the test is skipped when the engine is not there.
class EngineTest : public ::testing::TestWithParam<Engine> {
protected:
    void SetUp() override;
    void TearDown() override;
    [[nodiscard]] bool durable() const { return GetParam() != Engine::kSqliteMemory; }
    // Opens the test's database (again); closes the one open before.
    void open(std::int64_t statement_timeout_ms = 30'000, int readers = 4);
    // A second, independent handle on the same database (not for memory).
    [[nodiscard]] std::unique_ptr<Sql> open_another();
    void run(std::string_view sql, Params params = {});
    [[nodiscard]] std::int64_t integer(std::string_view sql, Params params = {});
    [[nodiscard]] Status write_one(std::string_view sql, Params params = {});

    TempDir dir_;
    std::unique_ptr<Sql> sql_;

private:
    [[nodiscard]] SqlOptions options(std::int64_t statement_timeout_ms, int readers) const;
    std::string url_;
};

}  // namespace saola::store::testing
