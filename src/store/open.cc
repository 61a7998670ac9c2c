#include "store/limits.h"
#include "store/postgres/postgres_sql.h"
#include "store/sql.h"
#include "store/sqlite/sqlite_sql.h"

namespace saola::store {

Result<std::unique_ptr<Sql>> open_sql(const SqlOptions& options) {
    if (options.readers < 1 || options.readers > kMaxReaders)
        return fail(ErrorKind::kInvalidArgument, "store.readers",
                    "the number of read connections is out of range", "readers",
                    "max_readers=" + std::to_string(kMaxReaders));
    if (options.statement_timeout_ms < 1)
        return fail(ErrorKind::kInvalidArgument, "store.timeout_option",
                    "the statement time limit must be positive", "statement_timeout_ms");
    constexpr std::string_view kSqlite = "sqlite:";
    const std::string_view url = options.url;
    if (url.starts_with(kSqlite) && url.size() > kSqlite.size())
        return open_sqlite(options.url.substr(kSqlite.size()), options);
    if (url.starts_with("postgresql://") || url.starts_with("postgres://"))
        return open_postgres(options);
    // The URL may hold a password: it is not repeated here.
    return fail(ErrorKind::kInvalidArgument, "store.url",
                "the database URL must be sqlite:/path/file.db, sqlite::memory: or "
                "postgresql://user@host:port/database",
                "url");
}

Result<std::int64_t> Connection::query_integer(std::string_view sql, Params params,
                                               std::int64_t fallback) {
    std::int64_t out = fallback;
    SAOLA_TRY_STATUS(query(sql, params, [&](const Row& row) {
        out = row.integer(0);
        return Step::kStop;
    }));
    return out;
}

}  // namespace saola::store
