#include "store/sqlite/sqlite_sql.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/log.h"
#include "store/body.h"
#include "store/pool.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/database.h"
#include "store/sqlite/write_queue.h"

namespace saola::store {
namespace {

using sqlite::Database;
using sqlite::DatabaseOptions;
using sqlite::SqliteConnection;

constexpr std::string_view kMemoryPrefix = "saola-memory-";
constexpr std::int64_t kAbandonedAfter_s = 60;

// Directories of processes that were killed: nobody holds their lock. A young one may belong to a
// process that is about to take its lock.
void remove_abandoned(const std::string& base) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(base, ignored)) {
        struct stat info {};
        const std::string path = entry.path().string();
        if (!entry.path().filename().string().starts_with(kMemoryPrefix) ||
            ::lstat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) ||
            info.st_uid != ::geteuid() || ::time(nullptr) - info.st_mtime < kAbandonedAfter_s)
            continue;
        if (DirectoryLock::acquire(path)) fs::remove_all(path, ignored);
    }
}

// A database in memory is one in a private, locked directory on the RAM disk: the same engine with
// the same locking and snapshots as on disk.
struct MemoryDirectory {
    std::string path;
    DirectoryLock lock;
};

Result<MemoryDirectory> memory_directory() {
    for (const std::string& base : {std::string("/dev/shm"), std::string("/tmp")}) {
        remove_abandoned(base);
        std::string pattern = base + "/" + std::string(kMemoryPrefix) + "XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) continue;
        SAOLA_TRY(DirectoryLock lock, DirectoryLock::acquire(pattern));
        return MemoryDirectory{std::move(pattern), std::move(lock)};
    }
    return fail(ErrorKind::kStorage, "store.open", "no directory for a database in memory");
}

class SqliteSql final : public Sql {
public:
    SqliteSql(std::unique_ptr<Database> writer, const DatabaseOptions& reader_options,
              const SqlOptions& options, std::optional<MemoryDirectory> memory)
        : memory_(std::move(memory)),
          readers_(std::make_unique<Pool<Database>>(
              "readers", static_cast<std::size_t>(options.readers), options.statement_timeout_ms,
              [reader_options] { return Database::open(reader_options); })),
          writer_(std::make_unique<sqlite::WriteQueue>(std::move(writer),
                                                       options.statement_timeout_ms)) {}
    SqliteSql(const SqliteSql&) = delete;
    SqliteSql& operator=(const SqliteSql&) = delete;
    ~SqliteSql() override {
        readers_.reset();
        // Keeps the planner's statistics current; the last close merges the log into the file, and
        // the missing log tells the next start that all was well.
        if (const Status optimized = writer_->database().run("PRAGMA optimize"); !optimized)
            log::warn("store.optimize_failed", {{"error", to_string(optimized.error())}});
        writer_.reset();
        if (!memory_) return;
        std::error_code ignored;
        std::filesystem::remove_all(memory_->path, ignored);
    }

    Status read(const Body& body) override {
        SAOLA_TRY(std::unique_ptr<Database> database, readers_->take());
        // The first statement takes the snapshot: then it is the one at the time of the call.
        Status status = database->run("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1");
        if (status) {
            SqliteConnection connection(*database, /*writable=*/false);
            status = run_body(body, connection);
            if (status && connection.failed()) status = fail(*connection.failed());
        }
        const bool clean = !database->in_transaction() || database->run("ROLLBACK").has_value();
        if (clean)
            readers_->give_back(std::move(database));
        else
            readers_->drop(std::move(database));
        return status;
    }
    Status write(const Body& body) override { return writer_->write(body); }
    Dialect dialect() const override { return Dialect::kSqlite; }
    Status check() override {
        return read([](Connection& connection) -> Status {
            SAOLA_TRY(const std::int64_t one, connection.query_integer("SELECT 1"));
            return one == 1 ? Status()
                            : fail(ErrorKind::kInternal, "store.check", "SELECT 1 gave no 1");
        });
    }

private:
    std::optional<MemoryDirectory> memory_;
    std::unique_ptr<Pool<Database>> readers_;
    std::unique_ptr<sqlite::WriteQueue> writer_;
};

// SQLite would create the file with 0644; it holds password hashes and restricted rows.
Status create_private(const std::string& file) {
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(ErrorKind::kStorage, "store.open",
                    "the database " + file + " cannot be opened: " + std::strerror(errno) +
                        "; check that the directory exists and is writable",
                    "path");
    ::close(fd);
    return {};
}

// A clean close removes the log. One that is still there was left by a crash (or belongs to another
// running process): SQLite replays it, and then the file is checked before anybody trusts it.
bool was_left_open(const std::string& file) {
    struct stat info {};
    return ::stat((file + "-wal").c_str(), &info) == 0 && info.st_size > 0;
}

Status quick_check(Database& database, const std::string& file) {
    const auto begun = std::chrono::steady_clock::now();
    SAOLA_TRY(const std::string verdict, database.run_text("PRAGMA quick_check(1)"));
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begun);
    if (verdict != "ok")
        return fail(
            ErrorKind::kDataLoss, "store.damaged",
            file + " is damaged: " + verdict + "; stop the server and restore it from a backup",
            "path");
    log::info("store.recovered", {{"file", file}, {"check_ms", std::to_string(took.count())}});
    return {};
}

}  // namespace

Result<std::unique_ptr<Sql>> open_sqlite(const std::string& file, const SqlOptions& options) {
    std::string path = file;
    std::optional<MemoryDirectory> memory;
    if (file == ":memory:") {
        SAOLA_TRY(memory, memory_directory());
        path = memory->path + "/memory.db";
    }
    const bool left_open = was_left_open(path);
    SAOLA_TRY_STATUS(create_private(path));
    DatabaseOptions database_options{.file = path,
                                     .vfs = {},
                                     .statement_timeout_ms = options.statement_timeout_ms,
                                     .writer = true};
    SAOLA_TRY(std::unique_ptr<Database> writer, Database::open(database_options));
    if (left_open) SAOLA_TRY_STATUS(quick_check(*writer, path));
    database_options.writer = false;
    return std::make_unique<SqliteSql>(std::move(writer), database_options, options,
                                       std::move(memory));
}

}  // namespace saola::store
