// saola doctor: what is wrong with this machine or configuration, and what to do.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "base/clock.h"
#include "base/log.h"
#include "main/commands.h"
#include "main/console.h"
#include "main/modules.h"
#include "platform/audit.h"
#include "platform/schema.h"

namespace saola {
namespace {

enum class Verdict { kOk, kWarn, kFail };

struct Finding {
    std::string name;
    Verdict verdict = Verdict::kOk;
    std::string detail;  // what was seen
    std::string advice;  // what to do; "" when ok
};

std::string_view word(Verdict verdict) {
    return verdict == Verdict::kOk ? "ok" : verdict == Verdict::kWarn ? "warn" : "fail";
}

Finding check_data_dir(const std::string& dir) {
    struct stat info {};
    if (::stat(dir.c_str(), &info) != 0) {
        std::filesystem::path parent = std::filesystem::path(dir).parent_path();
        std::error_code ignored;
        while (!parent.empty() && !std::filesystem::exists(parent, ignored))
            parent = parent.parent_path();
        if (::access(parent.empty() ? "." : parent.c_str(), W_OK | X_OK) == 0)
            return {"data_dir", Verdict::kOk, dir + " does not exist yet and will be created", {}};
        return {"data_dir", Verdict::kFail, dir + " does not exist and cannot be created",
                "Choose another with --data-dir or SAOLA_DATA_DIR, or create it for this user."};
    }
    if (!S_ISDIR(info.st_mode))
        return {"data_dir", Verdict::kFail, dir + " is not a directory",
                "Choose another with --data-dir."};
    if (::access(dir.c_str(), R_OK | W_OK | X_OK) != 0)
        return {"data_dir", Verdict::kFail, dir + " is not writable for this user",
                "Run as its owner, or: chown -R USER " + dir};
    if ((info.st_mode & 0077U) != 0)
        return {"data_dir", Verdict::kWarn, dir + " can be read by other users",
                "chmod 700 " + dir};
    return {"data_dir", Verdict::kOk, dir, {}};
}

Finding check_disk(const std::string& dir) {
    std::filesystem::path place = dir;
    std::error_code ignored;
    while (!place.empty() && !std::filesystem::exists(place, ignored)) place = place.parent_path();
    struct statvfs info {};
    if (::statvfs(place.empty() ? "." : place.c_str(), &info) != 0)
        return {"disk", Verdict::kWarn, "free space is unknown",
                "Check that the file system is mounted."};
    const std::uint64_t free_mib = (std::uint64_t{info.f_bavail} * info.f_frsize) >> 20U;
    const std::string detail = std::to_string(free_mib) + " MiB free";
    if (free_mib < 200)
        return {"disk", Verdict::kFail, detail,
                "Free at least 1 GiB; writes will soon be refused."};
    if (free_mib < 1024)
        return {"disk", Verdict::kWarn, detail, "Free some space: 1 GiB or more is sensible."};
    return {"disk", Verdict::kOk, detail, {}};
}

Finding check_port(std::uint16_t port, bool server_runs) {
    const std::string name = "127.0.0.1:" + std::to_string(port);
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return {"port", Verdict::kFail, "no socket can be made", "Check the limits of this user."};
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool free = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    const bool privileged = !free && errno == EACCES;
    ::close(fd);
    if (free) return {"port", Verdict::kOk, name + " is free", {}};
    if (privileged)
        return {"port", Verdict::kFail, name + " needs privileges",
                "Use a port from 1024 on, or AmbientCapabilities=CAP_NET_BIND_SERVICE."};
    if (server_runs)
        return {
            "port", Verdict::kOk, name + " is in use, as a server runs on this data directory", {}};
    return {"port", Verdict::kFail, name + " is in use by another program",
            "Choose another with saola serve --port N; `ss -ltnp` names the program."};
}

Finding check_clock() {
    const TimestampNs now_ns = SystemClock().now_ns();
    const std::string shown = to_rfc3339(now_ns).substr(0, 19) + "Z";
    constexpr TimestampNs kYear2025 = 1'735'689'600LL * 1'000'000'000LL;
    if (now_ns < kYear2025)
        return {"clock", Verdict::kFail, "the clock says " + shown,
                "Set it: timedatectl set-ntp true"};
    struct timex state {};
    if (::adjtimex(&state) == TIME_ERROR)
        return {"clock", Verdict::kWarn, shown + ", not synchronised",
                "Deadlines and the audit log depend on it: timedatectl set-ntp true"};
    return {"clock", Verdict::kOk, shown, {}};
}

Finding check_descriptors() {
    struct rlimit limit {};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const std::string detail = "up to " + std::to_string(limit.rlim_max) + " open files";
    if (limit.rlim_max < 4096)
        return {"open_files", Verdict::kWarn, detail,
                "Raise it: LimitNOFILE=65536 in the unit, or ulimit -Hn 65536."};
    return {"open_files", Verdict::kOk, detail, {}};
}

Finding check_pdf_helper() {
    std::error_code problem;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", problem);
    const auto helper = self.parent_path() / "saola-pdf";
    if (!problem && ::access(helper.c_str(), X_OK) == 0)
        return {"pdf_reader", Verdict::kOk, helper.string(), {}};
    if (document_reader() == nullptr)
        return {
            "pdf_reader", Verdict::kOk, "module lang is not built in; no documents are read", {}};
    return {"pdf_reader", Verdict::kWarn, "saola-pdf is not beside the program",
            "PDF files cannot be read; text and DOCX can. Build or install saola-pdf into the same "
            "folder."};
}

Finding check_console() {
    if (console_files().empty())
        return {"console", Verdict::kWarn, "the console was not built in",
                "cd web && npm ci && npm run build, then build again."};
    return {
        "console", Verdict::kOk, std::to_string(console_files().size()) + " files built in", {}};
}

Finding check_integrity(store::Sql& sql) {
    if (sql.dialect() != store::Dialect::kSqlite)
        return {"integrity", Verdict::kOk, "left to the PostgreSQL server", {}};
    std::string first;
    const Status done = sql.read([&](store::Connection& connection) {
        return connection.query("SELECT * FROM pragma_quick_check(1)", {}, [&](const store::Row& row) {
            first = row.text(0);
            return store::Step::kStop;
        });
    });
    if (!done)
        return {"integrity", Verdict::kFail, to_string(done.error()),
                "Restore the last backup (docs/operations/server.md)."};
    if (first != "ok")
        return {"integrity", Verdict::kFail, first,
                "Restore the last backup (docs/operations/server.md)."};
    return {"integrity", Verdict::kOk, "quick check passed", {}};
}

// Needs the lock; without it (a server runs) nothing is opened and true is returned.
bool check_database(const Globals& globals, std::vector<Finding>& findings) {
    const platform::HostOptions options = host_options(globals);
    std::error_code ignored;
    if (globals.database_url.empty() &&
        !std::filesystem::exists(globals.data_dir + "/saola.db", ignored)) {
        findings.push_back({"database", Verdict::kOk, "none yet; the first start makes it", {}});
        return false;
    }
    if (!std::filesystem::is_directory(globals.data_dir, ignored)) return false;
    auto lock = store::DirectoryLock::acquire(globals.data_dir);
    if (!lock) {
        const bool used = lock.error().kind == ErrorKind::kConflict;
        findings.push_back({"lock", used ? Verdict::kWarn : Verdict::kFail, lock.error().message,
                            used ? "The database is not examined while it is in use; ask /healthz, "
                                   "or stop the server."
                                 : "Check the owner and permissions of the data directory."});
        return used;
    }
    findings.push_back({"lock", Verdict::kOk, "no other process uses the directory", {}});
    auto sql = store::open_sql({.url = platform::database_url_of(options)});
    if (!sql) {
        findings.push_back(
            {"database", Verdict::kFail, to_string(sql.error()),
             globals.database_url.empty()
                 ? "Restore the last backup (docs/operations/server.md)."
                 : "Check that PostgreSQL runs and the URL and its rights are right."});
        return false;
    }
    const Status answers = (*sql)->check();
    findings.push_back({"database", answers ? Verdict::kOk : Verdict::kFail,
                        answers ? "opens and answers" : to_string(answers.error()),
                        answers ? "" : "Restore the last backup (docs/operations/server.md)."});
    findings.push_back(check_integrity(**sql));
    if (const Status migrated = store::migrate(**sql, "platform", platform::platform_migrations());
        !migrated) {
        findings.push_back({"schema", Verdict::kFail, to_string(migrated.error()),
                            "This program is older than the database, or was changed: use the "
                            "version that wrote it."});
        return false;
    }
    const SystemClock clock;
    const auto records = platform::make_audit_log(**sql, clock)->verify();
    findings.push_back(
        {"audit", records ? Verdict::kOk : Verdict::kFail,
         records ? std::to_string(*records) + " records, chain whole" : records.error().message,
         records ? "" : "Somebody changed the database outside Saola; compare with a backup."});
    return false;
}

platform::ArgsSpec spec() {
    return {
        .summary =
            "Examines this machine and the configuration, and says what to do about what is wrong.",
        .options = {{.name = "port",
                     .help = "port the server would use",
                     .value_name = "N",
                     .fallback = "8080"},
                    {.name = "format",
                     .help = "output",
                     .value_name = "FORMAT",
                     .fallback = "text",
                     .choices = {"text", "json"}}},
        .examples = {"saola doctor --data-dir /srv/saola --port 9000"},
        .notes = "Exit status: 0 nothing fails, 1 something does."};
}

void print(const std::vector<Finding>& findings, bool json, bool failed) {
    if (json) {
        Json list = Json::array();
        for (const auto& f : findings)
            list.push(Json::object()
                          .set("name", f.name)
                          .set("verdict", word(f.verdict))
                          .set("detail", f.detail)
                          .set("advice", f.advice));
        std::puts(Json::object().set("ok", !failed).set("checks", list).dump(2).c_str());
        return;
    }
    for (const auto& f : findings) {
        std::printf("%-5s %-12s %s\n", std::string(word(f.verdict)).c_str(), f.name.c_str(),
                    f.detail.c_str());
        if (!f.advice.empty()) std::printf("%18s -> %s\n", "", f.advice.c_str());
    }
    std::puts(failed ? "Something is wrong: see the lines marked fail."
                     : "Nothing stands in the way.");
}

}  // namespace

int run_doctor(const Globals& globals, platform::CommandContext& context) {
    int status = 0;
    const auto args = platform::parse_command(spec(), context, status);
    if (!args) return status;
    const auto port = args->integer("port", 1, 65'535);
    if (!port) return platform::report_error(context, port.error());
    log::configure(log::Level::kOff, log::Format::kText);
    std::vector<Finding> findings;
    findings.push_back(check_data_dir(globals.data_dir));
    findings.push_back(check_disk(globals.data_dir));
    const bool server_runs = check_database(globals, findings);
    findings.push_back(check_port(static_cast<std::uint16_t>(*port), server_runs));
    findings.push_back(check_clock());
    findings.push_back(check_descriptors());
    findings.push_back(check_pdf_helper());
    findings.push_back(check_console());
    bool failed = false;
    for (const auto& finding : findings) failed = failed || finding.verdict == Verdict::kFail;
    print(findings, args->value("format") == "json", failed);
    return failed ? 1 : 0;
}

}  // namespace saola
