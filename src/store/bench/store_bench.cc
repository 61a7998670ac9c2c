// Durable commits per second of the store, beside loops over the raw SQLite and libpq interfaces
// and beside the fsyncs per second of the same disk, all in one run. Prints JSON.
//   store_bench [--seconds=3] [--rounds=2] [--dir=.]
// PostgreSQL is measured when SAOLA_TEST_POSTGRES_URL is set (run it under tools/with-postgres).
#include <postgresql/libpq-fe.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/json.h"
#include "store/sql.h"

namespace saola::store {
namespace {

using SteadyClock = std::chrono::steady_clock;
const std::string kText(100, 'x');  // the payload of each row

struct Options {
    double seconds = 3;
    int rounds = 2;
    std::string dir = ".";
};

// One durable commit of the row with this number. Made once per thread.
using Commit = std::function<void(std::int64_t id)>;
using MakeCommit = std::function<Commit()>;

struct Measured {
    double per_second = 0;
    double p50_us = 0;
    double p99_us = 0;
};

Measured measure(int threads, double seconds, const MakeCommit& make) {
    static std::atomic<std::int64_t> next_id = 1;
    std::vector<std::vector<double>> latencies_us(static_cast<std::size_t>(threads));
    std::vector<std::thread> workers;
    const SteadyClock::time_point begun = SteadyClock::now();
    const SteadyClock::time_point end =
        begun + std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6));
    for (std::vector<double>& mine : latencies_us)
        workers.emplace_back([&] {
            const Commit commit = make();
            for (SteadyClock::time_point from = SteadyClock::now(); from < end;) {
                commit(next_id++);
                const SteadyClock::time_point to = SteadyClock::now();
                mine.push_back(std::chrono::duration<double, std::micro>(to - from).count());
                from = to;
            }
        });
    for (std::thread& worker : workers) worker.join();
    const double took = std::chrono::duration<double>(SteadyClock::now() - begun).count();
    std::vector<double> all;
    for (const std::vector<double>& mine : latencies_us)
        all.insert(all.end(), mine.begin(), mine.end());
    std::sort(all.begin(), all.end());
    SAOLA_CHECK(!all.empty());
    return {static_cast<double>(all.size()) / took, all[all.size() / 2],
            all[all.size() * 99 / 100]};
}

// The physical limit: one page at a time, in place, forced to disk. In place, as the logs of both
// engines write once they are warm: no file system metadata changes.
Commit fsync_loop(const std::string& dir) {
    constexpr std::int64_t kPages = 2048;
    const std::shared_ptr<std::FILE> file(std::fopen((dir + "/fsync.bin").c_str(), "w+"),
                                          std::fclose);
    SAOLA_CHECK(file != nullptr);
    const std::string page(4096, 'x');
    for (std::int64_t i = 0; i < kPages; ++i)
        SAOLA_CHECK(std::fwrite(page.data(), page.size(), 1, file.get()) == 1);
    SAOLA_CHECK(std::fflush(file.get()) == 0 && ::fsync(::fileno(file.get())) == 0);
    return [file, page](std::int64_t id) {
        const int fd = ::fileno(file.get());
        SAOLA_CHECK(::pwrite(fd, page.data(), page.size(), id % kPages * 4096) == 4096);
        SAOLA_CHECK(::fdatasync(fd) == 0);
    };
}

// The rival on SQLite: what a programmer writes with the C interface; one connection per thread.
Commit raw_sqlite(const std::string& path) {
    sqlite3* database = nullptr;
    SAOLA_CHECK(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
    sqlite3_busy_timeout(database, 60'000);
    const auto run = [](sqlite3* to, const char* sql) {
        SAOLA_CHECK(sqlite3_exec(to, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    };
    run(database, "PRAGMA journal_mode=WAL");
    run(database, "PRAGMA synchronous=FULL");
    run(database, "CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, x TEXT)");
    sqlite3_stmt* insert = nullptr;
    SAOLA_CHECK(sqlite3_prepare_v2(database, "INSERT INTO t (id, x) VALUES (?, ?)", -1, &insert,
                                   nullptr) == SQLITE_OK);
    const std::shared_ptr<sqlite3> owner(database, [insert](sqlite3* handle) {
        sqlite3_finalize(insert);
        sqlite3_close(handle);
    });
    return [owner, insert, run](std::int64_t id) {
        run(owner.get(), "BEGIN IMMEDIATE");
        sqlite3_bind_int64(insert, 1, id);
        sqlite3_bind_text(insert, 2, kText.data(), static_cast<int>(kText.size()), SQLITE_STATIC);
        SAOLA_CHECK(sqlite3_step(insert) == SQLITE_DONE);
        sqlite3_reset(insert);
        run(owner.get(), "COMMIT");
    };
}

// The rival on PostgreSQL: a prepared insert, one connection per thread, default isolation.
Commit raw_postgres(const std::string& url) {
    const std::shared_ptr<PGconn> connection(PQconnectdb(url.c_str()), PQfinish);
    SAOLA_CHECK(PQstatus(connection.get()) == CONNECTION_OK);
    const auto good = [](PGresult* result) {
        SAOLA_CHECK(PQresultStatus(result) == PGRES_COMMAND_OK);
        PQclear(result);
    };
    good(PQprepare(connection.get(), "i", "INSERT INTO raw (id, x) VALUES ($1, $2)", 2, nullptr));
    return [connection, good](std::int64_t id) {
        const std::string number = std::to_string(id);
        const char* const values[] = {number.c_str(), kText.c_str()};
        good(PQexec(connection.get(), "BEGIN"));
        good(PQexecPrepared(connection.get(), "i", 2, values, nullptr, nullptr, 0));
        good(PQexec(connection.get(), "COMMIT"));
    };
}

Commit store_commit(Sql& sql) {
    return [&sql](std::int64_t id) {
        const Status status = sql.write([&](Connection& connection) -> Status {
            return connection.execute("INSERT INTO t (id, x) VALUES (?, ?)", {id, kText})
                .map([](std::int64_t) {});
        });
        SAOLA_CHECK(status.has_value());
    };
}

std::unique_ptr<Sql> open_with_table(const std::string& url) {
    SqlOptions options;
    options.url = url;
    options.readers = 8;
    std::unique_ptr<Sql> sql = open_sql(options).value();
    SAOLA_CHECK(sql->write([&](Connection& connection) -> Status {
                       SAOLA_TRY_STATUS(connection.execute("DROP TABLE IF EXISTS t"));
                       SAOLA_TRY_STATUS(connection.execute("DROP TABLE IF EXISTS raw"));
                       SAOLA_TRY_STATUS(
                           connection.execute("CREATE TABLE raw (id BIGINT PRIMARY KEY, x TEXT)"));
                       return connection.execute("CREATE TABLE t (id BIGINT PRIMARY KEY, x TEXT)")
                           .map([](std::int64_t) {});
                   })
                    .has_value());
    return sql;
}

double load_average() {
    double load = 0;
    return ::getloadavg(&load, 1) == 1 ? load : -1;
}

Json machine() {
    utsname name{};
    ::uname(&name);
    Json out = Json::object();
    out.set("kernel", std::string(name.release));
    out.set("cores", static_cast<std::int64_t>(std::thread::hardware_concurrency()));
    out.set("sqlite", sqlite3_libversion());
    out.set("load_before", load_average());
    return out;
}

struct Case {
    std::string name;
    int threads;
    MakeCommit make;
};

Json run_cases(const Options& options, const std::vector<Case>& cases) {
    Json results = Json::array();
    for (int round = 1; round <= options.rounds; ++round) {
        double fsyncs = 0;  // of this round: the disk's speed drifts
        for (const Case& one : cases) {
            const Measured measured = measure(one.threads, options.seconds, one.make);
            if (one.name == "fsync") fsyncs = measured.per_second;
            Json row = Json::object();
            row.set("round", round);
            row.set("name", one.name);
            row.set("threads", one.threads);
            row.set("commits_per_second", static_cast<std::int64_t>(measured.per_second));
            row.set("latency_us_p50", static_cast<std::int64_t>(measured.p50_us));
            row.set("latency_us_p99", static_cast<std::int64_t>(measured.p99_us));
            row.set(
                "commits_per_fsync_of_the_disk",
                static_cast<double>(static_cast<int>(measured.per_second / fsyncs * 100)) / 100);
            std::fprintf(stderr, "%s\n", row.dump().c_str());
            results.push(std::move(row));
        }
    }
    return results;
}

int run(const Options& options) {
    std::string dir = options.dir + "/store_bench_XXXXXX";
    SAOLA_CHECK(::mkdtemp(dir.data()) != nullptr);
    Json report = Json::object();
    report.set("bench", "store: durable commits of one 100-byte row");
    report.set("machine", machine());
    report.set("seconds_per_case", options.seconds);

    std::unique_ptr<Sql> sqlite = open_with_table("sqlite:" + dir + "/store.db");
    const auto raw = [&] { return raw_sqlite(dir + "/raw.db"); };
    const auto store = [&] { return store_commit(*sqlite); };
    std::vector<Case> cases{{"fsync", 1, [&] { return fsync_loop(dir); }},
                            {"raw sqlite3", 1, raw},
                            {"store on SQLite", 1, store},
                            {"raw sqlite3", 8, raw},
                            {"store on SQLite", 8, store}};
    std::unique_ptr<Sql> postgres;
    const char* const url = std::getenv("SAOLA_TEST_POSTGRES_URL");
    if (url != nullptr) {
        postgres = open_with_table(url);
        for (const int threads : {1, 8}) {
            cases.push_back({"raw libpq", threads, [&] { return raw_postgres(url); }});
            cases.push_back(
                {"store on PostgreSQL", threads, [&] { return store_commit(*postgres); }});
        }
    }
    report.set("results", run_cases(options, cases));
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    report.set("peak_memory_kb", static_cast<std::int64_t>(usage.ru_maxrss));
    report.set("load_after", load_average());
    std::printf("%s\n", report.dump(2).c_str());
    sqlite.reset();
    std::filesystem::remove_all(dir);
    return 0;
}

}  // namespace
}  // namespace saola::store

int main(int argc, char** argv) {
    saola::store::Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument.starts_with("--seconds="))
            options.seconds = std::atof(argv[i] + 10);
        else if (argument.starts_with("--rounds="))
            options.rounds = std::atoi(argv[i] + 9);
        else if (argument.starts_with("--dir="))
            options.dir = argument.substr(6);
        else
            return std::fprintf(stderr, "store_bench [--seconds=3] [--rounds=2] [--dir=.]\n"), 2;
    }
    return saola::store::run(options);
}
