// SQL behind one interface, with SQLite (embedded default) and PostgreSQL 15 behind it. The same
// contract suite runs against both. SQL text stays in their common subset: `?` parameters
// (rewritten for PostgreSQL), BIGINT/TEXT/DOUBLE PRECISION/BYTEA-or-BLOB columns (write BLOB;
// rewritten), no vendor functions, ON CONFLICT allowed, RETURNING allowed.
//
// Threads: Sql is thread-safe. A Connection is used only inside the closure that received it, on
// the calling thread, and calls block: never call from an event loop, go through platform::Jobs.
// Durability: when write() returns success the transaction is on disk (fsync). When it returns an
// error nothing of it is visible. kStorage: disk full or I/O error. kConflict: constraint violated.
// An error of a statement undoes the whole transaction, also when the body goes on: later
// statements get store.transaction_lost and write() returns the first error. To try an insert, use
// ON CONFLICT.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace saola::store {

using Value = std::variant<std::monostate, std::int64_t, double, std::string, Bytes>;
using Params = std::initializer_list<Value>;

// One result row; valid only during the callback. Column indexes from 0.
class Row {
public:
    virtual ~Row() = default;
    [[nodiscard]] virtual int columns() const = 0;
    [[nodiscard]] virtual bool is_null(int column) const = 0;
    [[nodiscard]] virtual std::int64_t integer(int column) const = 0;  // NULL -> 0
    [[nodiscard]] virtual double real(int column) const = 0;
    [[nodiscard]] virtual std::string_view text(int column) const = 0;  // NULL -> ""
    [[nodiscard]] virtual Bytes blob(int column) const = 0;
};

enum class Step { kContinue, kStop };
using RowCallback = std::function<Step(const Row&)>;

class Connection {
public:
    virtual ~Connection() = default;
    // One statement. Returns the number of changed rows.
    [[nodiscard]] virtual Result<std::int64_t> execute(std::string_view sql,
                                                       std::span<const Value> params) = 0;
    // One statement that returns rows; the callback may stop early. Rows stream, they are not
    // collected. kCancelled when the statement ran past the configured time limit.
    [[nodiscard]] virtual Status query(std::string_view sql, std::span<const Value> params,
                                       const RowCallback& on_row) = 0;

    [[nodiscard]] Result<std::int64_t> execute(std::string_view sql, Params params = {}) {
        return execute(sql, std::span<const Value>(params.begin(), params.size()));
    }
    [[nodiscard]] Status query(std::string_view sql, Params params, const RowCallback& on_row) {
        return query(sql, std::span<const Value>(params.begin(), params.size()), on_row);
    }
    // First column of the first row as integer, or fallback when there is no row.
    [[nodiscard]] Result<std::int64_t> query_integer(std::string_view sql, Params params = {},
                                                     std::int64_t fallback = 0);
};

enum class Dialect { kSqlite, kPostgres };

class Sql {
public:
    virtual ~Sql() = default;
    using Body = std::function<Status(Connection&)>;

    // Consistent read-only snapshot. Many run at the same time.
    [[nodiscard]] virtual Status read(const Body& body) = 0;
    // One transaction, committed and durable when it returns success; body's error rolls back.
    // Writers are serialised (SQLite) or retried on serialisation failure (PostgreSQL): the body
    // must be free of outside effects.
    [[nodiscard]] virtual Status write(const Body& body) = 0;

    [[nodiscard]] virtual Dialect dialect() const = 0;
    [[nodiscard]] virtual Status check() = 0;  // health: one trivial query
};

struct SqlOptions {
    // "sqlite:/path/file.db", "sqlite::memory:" or "postgresql://user@host:port/db".
    std::string url;
    int readers = 4;  // read connections
    std::int64_t statement_timeout_ms = 30'000;
};

[[nodiscard]] Result<std::unique_ptr<Sql>> open_sql(const SqlOptions& options);

// Ordered, forward-only schema changes, per module. Each runs once, inside one transaction, and is
// recorded in schema_migration(module, version, name, sha256); a changed file is refused.
struct Migration {
    int version = 0;  // 1, 2, 3 ... without gaps, per module
    std::string_view name;
    std::string_view sql;  // statements separated by ";\n"
};
// How many steps the next migrate() would run; changes nothing. Refuses as migrate() does.
[[nodiscard]] Result<int> pending_migrations(Sql& sql, std::string_view module,
                                             std::span<const Migration> steps);
[[nodiscard]] Status migrate(Sql& sql, std::string_view module, std::span<const Migration> steps);

// Exclusive use of a data directory by one process: flock(2) on DIR/lock, released by the kernel
// when the process ends. kConflict names the process that holds it.
class DirectoryLock {
public:
    [[nodiscard]] static Result<DirectoryLock> acquire(const std::string& dir);
    DirectoryLock(DirectoryLock&& other) noexcept;
    DirectoryLock& operator=(DirectoryLock&& other) noexcept;
    DirectoryLock(const DirectoryLock&) = delete;
    DirectoryLock& operator=(const DirectoryLock&) = delete;
    ~DirectoryLock();

private:
    explicit DirectoryLock(int fd) : fd_(fd) {}
    int fd_ = -1;
};

}  // namespace saola::store
