#include "main/doctor_data.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <optional>

#include "base/clock.h"
#include "crypto/signing.h"
#include "main/modules.h"
#include "platform/audit.h"
#include "platform/schema.h"

namespace saola {
namespace {

using platform::CheckResult;
using platform::Verdict;
using Results = std::vector<CheckResult>;

constexpr const char* kRestore = "Restore the last backup (docs/operations/server.md).";

// The database's error says what to do itself when the disk is full or a file is not ours.
std::string advice_for(const Error& error, bool own_file) {
    if (error.code == "store.disk_full") return "Free space on that disk, then run this again.";
    if (error.code == "store.read_only_file" || error.code == "store.open")
        return "Give the file to the account that runs Saola: chown, chmod 600.";
    if (error.kind == ErrorKind::kUnavailable && !own_file)
        return "Check that PostgreSQL runs and the URL and its rights are right.";
    if (error.kind == ErrorKind::kInvalidArgument) return "Correct --database-url.";
    return own_file ? kRestore : "Ask whoever runs the PostgreSQL server.";
}

// What others can read or another account owns. The data directory's owner is the right one.
CheckResult check_modes(const std::string& dir) {
    struct stat top {};
    std::string open_to_others;
    std::string foreign;
    if (::stat(dir.c_str(), &top) != 0)
        return {"modes", Verdict::kOk, "nothing to look at yet", {}};
    for (const char* name : {"/keys", "/keys/signing.key", "/saola.db", "/saola.db-wal",
                             "/saola.db-shm", "/documents", "/spool", "/lock"}) {
        struct stat info {};
        const std::string path = dir + name;
        if (::lstat(path.c_str(), &info) != 0) continue;
        const bool secret = std::string_view(name) != "/spool" && std::string_view(name) != "/lock";
        if (secret && (info.st_mode & 0077U) != 0) open_to_others += " " + path;
        if (info.st_uid != top.st_uid) foreign += " " + path;
    }
    const std::string owner = std::to_string(top.st_uid);
    if (!foreign.empty())
        return {"modes", Verdict::kFail, "not of the owner of the directory:" + foreign,
                "A command was run as another account (root?): chown -R --reference=" + dir + " " +
                    dir};
    if (!open_to_others.empty())
        return {"modes", Verdict::kFail, "other users can reach:" + open_to_others,
                "chmod -R go=" + open_to_others +
                    " ; if others use this machine, take the signing key and all passwords for "
                    "known to them."};
    if (::geteuid() != 0 && ::geteuid() != top.st_uid)
        return {"modes", Verdict::kFail, dir + " belongs to account " + owner,
                "Run Saola as that account."};
    return {"modes", Verdict::kOk, "keys and database are for their owner alone", {}};
}

CheckResult check_integrity(store::Sql& sql) {
    if (sql.dialect() != store::Dialect::kSqlite)
        return {"integrity", Verdict::kOk, "left to the PostgreSQL server", {}};
    std::string first;
    const Status done = sql.read([&](store::Connection& connection) {
        return connection.query("SELECT * FROM pragma_quick_check(1)", {},
                                [&](const store::Row& row) {
                                    first = row.text(0);
                                    return store::Step::kStop;
                                });
    });
    if (!done)
        return {"integrity", Verdict::kFail, to_string(done.error()),
                advice_for(done.error(), /*own_file=*/true)};
    if (first != "ok") return {"integrity", Verdict::kFail, first, kRestore};
    return {"integrity", Verdict::kOk, "quick check passed", {}};
}

// A file of another program has tables, but none of ours.
Result<bool> is_foreign(store::Sql& sql) {
    std::int64_t tables = 0;
    if (sql.dialect() != store::Dialect::kSqlite) return false;
    SAOLA_TRY_STATUS(sql.read([&](store::Connection& connection) -> Status {
        SAOLA_TRY(tables, connection.query_integer("SELECT COUNT(*) FROM sqlite_schema"));
        return {};
    }));
    return tables > 0;
}

struct Schema {
    CheckResult result;
    bool empty = false;             // no table of ours yet
    std::vector<std::string> late;  // modules whose tables are of an older version
};

Result<int> count_pending(store::Sql& sql, Schema& schema) {
    int steps = static_cast<int>(platform::platform_migrations().size());
    SAOLA_TRY(int pending,
              store::pending_migrations(sql, "platform", platform::platform_migrations()));
    for (const auto& module : make_modules()) {
        SAOLA_TRY(const int own,
                  store::pending_migrations(sql, module->name(), module->migrations()));
        if (own > 0) schema.late.emplace_back(module->name());
        pending += own;
        steps += static_cast<int>(module->migrations().size());
    }
    schema.empty = pending == steps;
    return pending;
}

Schema check_schema(store::Sql& sql) {
    Schema schema;
    const auto pending = count_pending(sql, schema);
    if (!pending) {
        schema.result = {"schema", Verdict::kFail, to_string(pending.error()),
                         "This program is older than the database, or was changed: use the version "
                         "that wrote it."};
        return schema;
    }
    if (schema.empty) {
        const auto foreign = is_foreign(sql);
        schema.result = {"schema", Verdict::kOk, "empty; the first start makes the tables", {}};
        if (foreign && *foreign)
            schema.result = {"schema", Verdict::kFail, "this is the database of another program",
                             "Move that file away and restore saola.db from the last backup."};
    } else if (*pending > 0) {
        schema.result = {"schema", Verdict::kWarn,
                         "of an older version; the next start upgrades it",
                         "Back up the data directory first: there is no way back but the backup."};
    } else {
        schema.result = {"schema", Verdict::kOk, "up to date", {}};
    }
    return schema;
}

CheckResult check_audit(store::Sql& sql) {
    const SystemClock clock;
    const auto check = platform::make_audit_log(sql, clock)->verify();
    if (!check)
        return {"audit", Verdict::kFail, check.error().message,
                "Somebody changed the database outside Saola; compare with a backup."};
    return {"audit",
            Verdict::kOk,
            std::to_string(check->records) + " records, chain whole, head " + check->head_hash,
            {}};
}

std::optional<crypto::SigningKey> read_key(const std::string& dir, Results& results) {
    const std::string file = dir + "/keys/signing.key";
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return std::nullopt;
    auto key = crypto::SigningKey::load_or_create(file);
    if (key) return std::move(*key);
    results.push_back({"signing_key", Verdict::kFail, to_string(key.error()),
                       "Without it releases cannot be signed, and the server does not start."});
    return std::nullopt;
}

void examine_modules(const Globals& globals, bool full, store::Sql* sql, const Schema* schema,
                     Results& results) {
    const std::size_t before = results.size();
    const auto key = read_key(globals.data_dir, results);
    const bool unreadable = results.size() > before;
    const bool terminal = ::isatty(STDERR_FILENO) != 0;
    platform::Examination examination{
        .data_dir = globals.data_dir,
        .sql = sql,
        .key = key ? &*key : nullptr,
        .progress = [&](std::string_view text) {
            if (terminal)
                std::fprintf(stderr, "\r%.*s\x1b[K", static_cast<int>(text.size()), text.data());
        }};
    if (full) examination.max_read_bytes = std::numeric_limits<std::uint64_t>::max();
    for (const auto& module : make_modules()) {
        const bool late = schema != nullptr && !schema->empty &&
                          std::find(schema->late.begin(), schema->late.end(), module->name()) !=
                              schema->late.end();
        if (late) continue;  // its tables are not those this program reads
        for (auto& result : module->examine(examination))
            if (!unreadable || result.name != "signing_key") results.push_back(std::move(result));
    }
    if (terminal) std::fputs("\r\x1b[K", stderr);
}

void examine_database(const Globals& globals, bool full, Results& results) {
    const bool own_file = globals.database_url.empty();
    const platform::HostOptions options = host_options(globals);
    auto sql = store::open_sql({.url = platform::database_url_of(options)});
    const Status answers = sql ? (*sql)->check() : Status(fail(sql.error()));
    if (!answers) {
        results.push_back({"database", Verdict::kFail, to_string(answers.error()),
                           advice_for(answers.error(), own_file)});
        return;
    }
    results.push_back({"database", Verdict::kOk, "opens and answers", {}});
    results.push_back(check_integrity(**sql));
    const Schema schema = check_schema(**sql);
    results.push_back(schema.result);
    if (schema.result.verdict == Verdict::kFail) return;
    if (!schema.empty) results.push_back(check_audit(**sql));
    examine_modules(globals, full, schema.empty ? nullptr : sql->get(), &schema, results);
}

CheckResult refused_lock(const Error& error, bool used) {
    return {"lock", used ? Verdict::kWarn : Verdict::kFail, error.message,
            used ? "The database is not examined while it is in use; ask /healthz, or stop the "
                   "server."
                 : "Check the owner and permissions of the data directory."};
}

}  // namespace

DataExamination examine_data(const Globals& globals, bool full) {
    DataExamination out;
    std::error_code ignored;
    out.results.push_back(check_modes(globals.data_dir));
    const std::string file = globals.data_dir + "/saola.db";
    const bool own_file = globals.database_url.empty();
    const bool directory = std::filesystem::is_directory(globals.data_dir, ignored);
    const bool database =
        std::filesystem::exists(file, ignored) && std::filesystem::file_size(file, ignored) > 0;
    if (!own_file && database)
        out.results.push_back(
            {"database_url", Verdict::kWarn,
             file + " is there, but --database-url names another database",
             "Drop --database-url (SAOLA_DATABASE_URL), or move that file away."});
    if (own_file && !directory) {
        out.results.push_back({"database", Verdict::kOk, "none yet; the first start makes it", {}});
        return out;
    }
    // Who uses the directory has made the file; it is not made here.
    std::optional<store::DirectoryLock> lock;
    if (std::filesystem::exists(globals.data_dir + "/lock", ignored)) {
        auto taken = store::DirectoryLock::acquire(globals.data_dir);
        if (!taken) {
            out.server_runs = taken.error().kind == ErrorKind::kConflict;
            out.results.push_back(refused_lock(taken.error(), out.server_runs));
            return out;
        }
        lock = std::move(*taken);
        out.results.push_back({"lock", Verdict::kOk, "no other process uses the directory", {}});
    }
    if (own_file && !database) {
        out.results.push_back({"database", Verdict::kOk, "none yet; the first start makes it", {}});
        examine_modules(globals, full, nullptr, nullptr, out.results);
        return out;
    }
    examine_database(globals, full, out.results);
    return out;
}

}  // namespace saola
