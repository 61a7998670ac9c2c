#include "store/sqlite/database.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "store/constraint_text.h"
#include "store/limits.h"
#include "store/sql_text.h"

namespace saola::store::sqlite {
namespace {

constexpr int kProgressEvery = 2'000;   // virtual machine instructions, about 20 us
constexpr int kBusyTimeout_ms = 5'000;  // another process (a backup, the sqlite3 shell) may hold it
constexpr std::size_t kShownSqlBytes = 200;

std::string after_colon(std::string_view message) {
    const std::size_t colon = message.find(": ");
    return colon == std::string_view::npos ? std::string() : std::string(message.substr(colon + 2));
}

Error constraint_error(int rc, const std::string& message) {
    Error out{ErrorKind::kConflict, "store.constraint", message, after_colon(message)};
    switch (rc) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID: out.code = "store.unique"; break;
        case SQLITE_CONSTRAINT_FOREIGNKEY: out.code = "store.foreign_key"; break;
        case SQLITE_CONSTRAINT_NOTNULL: out.code = "store.not_null"; break;
        case SQLITE_CONSTRAINT_CHECK: out.code = "store.check"; break;
        case SQLITE_CONSTRAINT_DATATYPE:
            out.code = "store.type_mismatch";
            out.kind = ErrorKind::kInvalidArgument;
            break;
        default: break;
    }
    if (out.kind == ErrorKind::kConflict) out.message = constraint_text(out.code);
    return out;
}

Error disk_full(const std::string& file) {
    return {ErrorKind::kStorage, "store.disk_full",
            "the disk that holds " + file +
                " is full; nothing of this change was kept. Free space there, then try again",
            "path"};
}

}  // namespace

Database::Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), handle_(other.handle_), cached_(other.cached_) {
    other.handle_ = nullptr;
}

Database::Statement::~Statement() {
    if (handle_ == nullptr) return;
    if (cached_)
        database_->give_back(handle_);
    else
        sqlite3_finalize(handle_);
}

Database::~Database() {
    for (auto& [sql, cached] : cache_) sqlite3_finalize(cached.handle);
    sqlite3_close_v2(handle_);
}

Result<std::unique_ptr<Database>> Database::open(const DatabaseOptions& options) {
    std::unique_ptr<Database> database(new Database(options));
    const int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int rc = sqlite3_open_v2(options.file.c_str(), &database->handle_, flags,
                                   options.vfs.empty() ? nullptr : options.vfs.c_str());
    if (rc != SQLITE_OK) return fail(database->error(rc, "open"));
    SAOLA_TRY_STATUS(database->configure());
    return database;
}

// WAL: readers keep their snapshot while one writer works. FULL: each commit is fsynced.
// case_sensitive_like: as PostgreSQL. trusted_schema off: a hostile file cannot call functions.
Status Database::configure() {
    sqlite3_busy_timeout(handle_, kBusyTimeout_ms);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    SAOLA_TRY(const std::string mode, run_text("PRAGMA journal_mode=WAL"));
    if (mode != "wal")
        return fail(ErrorKind::kStorage, "store.no_wal",
                    options_.file +
                        " cannot use a write-ahead log; move the data directory to a local disk",
                    "path");
    SAOLA_TRY_STATUS(run("PRAGMA synchronous=FULL"));
    SAOLA_TRY_STATUS(run("PRAGMA foreign_keys=ON"));
    SAOLA_TRY_STATUS(run("PRAGMA trusted_schema=OFF"));
    SAOLA_TRY_STATUS(run("PRAGMA case_sensitive_like=ON"));
    SAOLA_TRY_STATUS(run("PRAGMA temp_store=MEMORY"));
    SAOLA_TRY_STATUS(run("PRAGMA cache_size=-16000"));
    SAOLA_TRY_STATUS(run("PRAGMA journal_size_limit=67108864"));
    if (!options_.writer) SAOLA_TRY_STATUS(run("PRAGMA query_only=ON"));
    sqlite3_progress_handler(handle_, kProgressEvery, &Database::on_progress, this);
    return {};
}

int Database::on_progress(void* self) {
    const Database* const database = static_cast<const Database*>(self);
    return database->deadline_ != SteadyTime::max() &&
                   std::chrono::steady_clock::now() >= database->deadline_
               ? 1
               : 0;
}

SteadyTime Database::start_clock() {
    const SteadyTime own =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(options_.statement_timeout_ms);
    return std::exchange(deadline_, std::min(deadline_, own));
}

Status Database::run(const char* sql) {
    const int rc = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    if (rc != SQLITE_OK) return fail(error(rc, sql));
    return {};
}

Result<std::string> Database::run_text(const char* sql) {
    sqlite3_stmt* raw = nullptr;
    int rc = sqlite3_prepare_v2(handle_, sql, -1, &raw, nullptr);
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
    if (rc == SQLITE_OK) rc = sqlite3_step(raw);
    if (rc == SQLITE_DONE) return std::string();
    if (rc != SQLITE_ROW) return fail(error(rc, sql));
    const unsigned char* const text = sqlite3_column_text(raw, 0);
    return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
}

Result<sqlite3_stmt*> Database::compile(std::string_view sql) {
    SAOLA_TRY_STATUS(check_statement(sql));
    const std::string text = to_sqlite(sql);
    sqlite3_stmt* handle = nullptr;
    const int rc = sqlite3_prepare_v3(handle_, text.data(), static_cast<int>(text.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    if (rc != SQLITE_OK) return fail(error(rc, sql));
    return handle;
}

Result<Database::Statement> Database::prepare(std::string_view sql) {
    const auto found = cache_.find(sql);
    if (found != cache_.end() && !found->second.in_use) {
        found->second.in_use = true;
        ages_.splice(ages_.begin(), ages_, found->second.age);
        return Statement(this, found->second.handle, /*cached=*/true);
    }
    SAOLA_TRY(sqlite3_stmt* const handle, compile(sql));
    if (found != cache_.end()) return Statement(this, handle, /*cached=*/false);
    if (cache_.size() >= kMaxCachedStatements) evict_one();
    if (cache_.size() >= kMaxCachedStatements) return Statement(this, handle, /*cached=*/false);
    ages_.emplace_front(sql);
    Cached& cached = cache_[ages_.front()];
    cached = {.handle = handle, .in_use = true, .age = ages_.begin()};
    by_handle_[handle] = &cached;
    return Statement(this, handle, /*cached=*/true);
}

void Database::evict_one() {
    for (auto age = ages_.rbegin(); age != ages_.rend(); ++age) {
        const auto found = cache_.find(*age);
        if (found->second.in_use) continue;
        by_handle_.erase(found->second.handle);
        sqlite3_finalize(found->second.handle);
        ages_.erase(found->second.age);
        cache_.erase(found);
        return;
    }
}

void Database::give_back(sqlite3_stmt* handle) {
    sqlite3_reset(handle);  // its error was reported by step
    sqlite3_clear_bindings(handle);
    by_handle_.at(handle)->in_use = false;
}

Error Database::error(int rc, std::string_view sql) const {
    const std::string message = handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(rc);
    const bool no_space = handle_ != nullptr && sqlite3_system_errno(handle_) == ENOSPC;
    switch (rc & 0xff) {
        case SQLITE_CONSTRAINT: return constraint_error(rc, message);
        case SQLITE_FULL: return disk_full(options_.file);
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
            if (no_space || rc == SQLITE_IOERR_SHMSIZE) return disk_full(options_.file);
            return {ErrorKind::kStorage, (rc & 0xff) == SQLITE_IOERR ? "store.io" : "store.open",
                    options_.file + ": " + message + " (" + sqlite3_errstr(rc) +
                        "); check that the disk works and the directory is writable",
                    "path"};
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_NOLFS:
            return {ErrorKind::kStorage, "store.read_only_file",
                    options_.file + ": " + message + "; check the file's owner and permissions",
                    "path"};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {ErrorKind::kDataLoss, "store.damaged",
                    options_.file + " is damaged or is not a database (" + message +
                        "); stop the server and restore it from a backup",
                    "path"};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorKind::kUnavailable,
                    "store.busy",
                    options_.file + " is held by another process; try again",
                    {},
                    "busy_timeout_ms=" + std::to_string(kBusyTimeout_ms)};
        case SQLITE_INTERRUPT:
            return {ErrorKind::kCancelled,
                    "store.timeout",
                    "the statement ran longer than allowed and was stopped",
                    {},
                    "statement_timeout_ms=" + std::to_string(options_.statement_timeout_ms)};
        case SQLITE_NOMEM:
            return {ErrorKind::kResourceExhausted, "store.memory",
                    "the database ran out of memory"};
        case SQLITE_TOOBIG:
            return {ErrorKind::kTooLarge,
                    "store.value_too_large",
                    "a value is too large",
                    {},
                    "max_value_bytes=" + std::to_string(kMaxValueBytes)};
        default:
            return {ErrorKind::kInternal, "store.sql",
                    message + " in: " + std::string(sql.substr(0, kShownSqlBytes))};
    }
}

}  // namespace saola::store::sqlite
