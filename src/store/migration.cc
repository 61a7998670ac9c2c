#include <optional>
#include <string>

#include "crypto/hash.h"
#include "store/sql.h"
#include "store/sql_text.h"

namespace saola::store {
namespace {

// Any number: it only has to be the same in every Saola process that uses this PostgreSQL database.
constexpr std::int64_t kMigrationLock = 0x5341'4f4c'41;

std::string place(std::string_view module, const Migration& step) {
    return std::string(module) + " migration " + std::to_string(step.version) + " (" +
           std::string(step.name) + ")";
}

Status check_steps(std::string_view module, std::span<const Migration> steps) {
    int expected = 1;
    for (const Migration& step : steps) {
        if (module.empty() || step.name.empty() || step.version != expected)
            return fail(
                ErrorKind::kInternal, "store.migration_order",
                place(module, step) + " must have a name and version " + std::to_string(expected));
        ++expected;
    }
    return {};
}

Status create_record_table(Connection& connection) {
    return connection
        .execute(
            "CREATE TABLE IF NOT EXISTS schema_migration (module TEXT NOT NULL, "
            "version BIGINT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, "
            "PRIMARY KEY (module, version))")
        .map([](std::int64_t) {});
}

Result<std::optional<std::string>> recorded_hash(Connection& connection, std::string_view module,
                                                 int version) {
    std::optional<std::string> out;
    SAOLA_TRY_STATUS(connection.query(
        "SELECT sha256 FROM schema_migration WHERE module = ? AND version = ?",
        {std::string(module), static_cast<std::int64_t>(version)}, [&](const Row& row) {
            out = std::string(row.text(0));
            return Step::kStop;
        }));
    return out;
}

Status apply(Connection& connection, std::string_view module, const Migration& step,
             const std::string& hash) {
    for (const std::string_view statement : split_statements(step.sql)) {
        const Result<std::int64_t> done = connection.execute(statement);
        if (!done) {
            Error error = done.error();
            error.message = place(module, step) + ": " + error.message;
            return fail(std::move(error));
        }
    }
    return connection
        .execute("INSERT INTO schema_migration (module, version, name, sha256) VALUES (?, ?, ?, ?)",
                 {std::string(module), static_cast<std::int64_t>(step.version),
                  std::string(step.name), hash})
        .map([](std::int64_t) {});
}

Status refuse_changed(std::string_view module, const Migration& step, const std::string& recorded) {
    if (recorded == to_hex(crypto::sha256(as_bytes(step.sql)))) return {};
    return fail(ErrorKind::kConflict, "store.migration_changed",
                place(module, step) +
                    " differs from the one this database was made with. A migration never changes "
                    "once released: restore its text and put the change into a new one",
                "migration");
}

Status apply_if_missing(Connection& connection, std::string_view module, const Migration& step) {
    SAOLA_TRY(const std::optional<std::string> recorded,
              recorded_hash(connection, module, step.version));
    if (recorded) return refuse_changed(module, step, *recorded);
    return apply(connection, module, step, to_hex(crypto::sha256(as_bytes(step.sql))));
}

Status refuse_newer(Connection& connection, std::string_view module, std::size_t known) {
    SAOLA_TRY(const std::int64_t newest,
              connection.query_integer(
                  "SELECT COALESCE(MAX(version), 0) FROM schema_migration WHERE module = ?",
                  {std::string(module)}));
    if (newest <= static_cast<std::int64_t>(known)) return {};
    return fail(ErrorKind::kConflict, "store.schema_newer",
                "the database holds " + std::string(module) + " schema version " +
                    std::to_string(newest) + ", this program knows " + std::to_string(known) +
                    "; install the newer program, or restore a backup made by this one",
                "migration");
}

Status migrate_alone(Sql& sql, std::string_view module, std::span<const Migration> steps) {
    SAOLA_TRY_STATUS(sql.write([&](Connection& connection) -> Status {
        SAOLA_TRY_STATUS(create_record_table(connection));
        return refuse_newer(connection, module, steps.size());
    }));
    for (const Migration& step : steps)
        SAOLA_TRY_STATUS(sql.write(
            [&](Connection& connection) { return apply_if_missing(connection, module, step); }));
    return {};
}

Result<bool> has_record_table(Connection& connection, Dialect dialect) {
    const std::string_view sql =
        dialect == Dialect::kSqlite
            ? "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'schema_migration'"
            : "SELECT COUNT(*) FROM information_schema.tables WHERE table_name = "
              "'schema_migration' AND table_schema = current_schema()";
    SAOLA_TRY(const std::int64_t found, connection.query_integer(sql));
    return found > 0;
}

}  // namespace

Result<int> pending_migrations(Sql& sql, std::string_view module,
                               std::span<const Migration> steps) {
    SAOLA_TRY_STATUS(check_steps(module, steps));
    int pending = 0;
    SAOLA_TRY_STATUS(sql.read([&](Connection& connection) -> Status {
        pending = static_cast<int>(steps.size());
        SAOLA_TRY(const bool any, has_record_table(connection, sql.dialect()));
        if (!any) return {};
        SAOLA_TRY_STATUS(refuse_newer(connection, module, steps.size()));
        for (const Migration& step : steps) {
            SAOLA_TRY(const auto recorded, recorded_hash(connection, module, step.version));
            if (!recorded) return {};
            SAOLA_TRY_STATUS(refuse_changed(module, step, *recorded));
            --pending;
        }
        return {};
    }));
    return pending;
}

Status migrate(Sql& sql, std::string_view module, std::span<const Migration> steps) {
    SAOLA_TRY_STATUS(check_steps(module, steps));
    // SQLite has one writer, and a step looks for its record and runs in one transaction.
    if (sql.dialect() == Dialect::kSqlite) return migrate_alone(sql, module, steps);
    // PostgreSQL runs processes that start together side by side. The lock lies in a transaction of
    // its own: inside a step's transaction the snapshot would be older than the wait for the lock.
    return sql.read([&](Connection& connection) -> Status {
        SAOLA_TRY_STATUS(connection.query("SELECT pg_advisory_xact_lock(?)", {kMigrationLock},
                                          [](const Row&) { return Step::kContinue; }));
        return migrate_alone(sql, module, steps);
    });
}

}  // namespace saola::store
