// One SQLite connection: handle, settings, statement cache, errors as Error. Owned by SqliteSql;
// used by one thread at a time (the pool or the write queue hands it over under a mutex).
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

namespace saola::store::sqlite {

using SteadyTime = std::chrono::steady_clock::time_point;

struct DatabaseOptions {
    std::string file;  // path or file: URI
    std::string vfs;   // empty: the system's
    std::int64_t statement_timeout_ms = 30'000;
    bool writer = false;
};

class Database {
public:
    // A prepared statement on loan: reset and back in the cache when it goes out of scope.
    class Statement {
    public:
        Statement(Database* database, sqlite3_stmt* handle, bool cached)
            : database_(database), handle_(handle), cached_(cached) {}
        Statement(Statement&& other) noexcept;
        Statement& operator=(Statement&&) = delete;
        Statement(const Statement&) = delete;
        Statement& operator=(const Statement&) = delete;
        ~Statement();
        [[nodiscard]] sqlite3_stmt* get() const { return handle_; }

    private:
        Database* database_;
        sqlite3_stmt* handle_;
        bool cached_;
    };

    [[nodiscard]] static Result<std::unique_ptr<Database>> open(const DatabaseOptions& options);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    // Statement of the common subset, from the cache when it is there and not in use.
    [[nodiscard]] Result<Statement> prepare(std::string_view sql);
    // Our own statements (BEGIN, PRAGMA ...), without result rows.
    [[nodiscard]] Status run(const char* sql);
    // First column of the first row of our own statement as text.
    [[nodiscard]] Result<std::string> run_text(const char* sql);
    [[nodiscard]] Error error(int rc, std::string_view sql) const;
    [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
    // The time limit of a statement begins now; returns the deadline that held before, to be put
    // back when the statement ends (statements nest inside row callbacks).
    [[nodiscard]] SteadyTime start_clock();
    void restore_clock(SteadyTime deadline) { deadline_ = deadline; }
    [[nodiscard]] sqlite3* get() const { return handle_; }

private:
    struct Cached {
        sqlite3_stmt* handle = nullptr;
        bool in_use = false;
        std::list<std::string>::iterator age;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    explicit Database(const DatabaseOptions& options) : options_(options) {}
    [[nodiscard]] Status configure();
    [[nodiscard]] Result<sqlite3_stmt*> compile(std::string_view sql);
    void evict_one();
    void give_back(sqlite3_stmt* handle);
    static int on_progress(void* self);

    DatabaseOptions options_;
    sqlite3* handle_ = nullptr;
    std::unordered_map<std::string, Cached, Hash, std::equal_to<>> cache_;
    std::unordered_map<sqlite3_stmt*, Cached*> by_handle_;
    std::list<std::string> ages_;  // most recently used first
    SteadyTime deadline_ = SteadyTime::max();
};

}  // namespace saola::store::sqlite
