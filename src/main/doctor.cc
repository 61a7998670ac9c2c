// saola doctor: what is wrong with this machine or configuration, and what to do.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/clock.h"
#include "base/log.h"
#include "main/commands.h"
#include "main/console.h"
#include "main/doctor_data.h"
#include "main/modules.h"
#include "main/settings.h"

namespace saola {
namespace {

using platform::CheckResult;
using platform::Verdict;

std::string_view word(Verdict verdict) {
    return verdict == Verdict::kOk ? "ok" : verdict == Verdict::kWarn ? "warn" : "fail";
}

CheckResult check_data_dir(const std::string& dir) {
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

CheckResult check_disk(const std::string& dir) {
    std::filesystem::path place = dir;
    std::error_code ignored;
    while (!place.empty() && !std::filesystem::exists(place, ignored)) place = place.parent_path();
    struct statvfs info {};
    if (::statvfs(place.empty() ? "." : place.c_str(), &info) != 0)
        return {"disk", Verdict::kWarn, "free space is unknown",
                "Check that the file system is mounted."};
    const std::uint64_t free_mib = (std::uint64_t{info.f_bavail} * info.f_frsize) >> 20U;
    const std::string detail = std::to_string(free_mib) + " MiB free";
    if ((info.f_flag & ST_RDONLY) != 0)
        return {"disk", Verdict::kFail, "mounted read-only",
                "Look into the kernel log for a failing disk, then mount it for writing."};
    if (info.f_files > 0 && info.f_favail == 0)
        return {"disk", Verdict::kFail, detail + ", but no file can be added (no inodes)",
                "Remove files; `df -i` names the file system."};
    if (free_mib < 200)
        return {"disk", Verdict::kFail, detail,
                "Free at least 1 GiB; writes will soon be refused."};
    if (free_mib < 1024)
        return {"disk", Verdict::kWarn, detail, "Free some space: 1 GiB or more is sensible."};
    return {"disk", Verdict::kOk, detail, {}};
}

// 0, or the errno of binding.
int try_to_bind(const Endpoint& endpoint) {
    const auto address =
        net::parse_address(endpoint.address == "localhost" ? "127.0.0.1" : endpoint.address);
    if (!address) return EADDRNOTAVAIL;
    const bool v6 = endpoint.address.find(':') != std::string::npos;
    const int fd = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_storage place{};
    socklen_t size = 0;
    if (v6) {
        auto* const six = reinterpret_cast<sockaddr_in6*>(&place);
        *six = {};
        six->sin6_family = AF_INET6;
        six->sin6_port = htons(endpoint.port);
        std::memcpy(&six->sin6_addr, address->data(), address->size());
        size = sizeof *six;
    } else {
        auto* const four = reinterpret_cast<sockaddr_in*>(&place);
        *four = {};
        four->sin_family = AF_INET;
        four->sin_port = htons(endpoint.port);
        std::memcpy(&four->sin_addr, address->data() + 12, 4);
        size = sizeof *four;
    }
    const int problem =
        ::bind(fd, reinterpret_cast<const sockaddr*>(&place), size) == 0 ? 0 : errno;
    ::close(fd);
    return problem;
}

CheckResult check_port(const Endpoint& endpoint, bool server_runs) {
    const std::string name = endpoint.address + " port " + std::to_string(endpoint.port);
    const int problem = try_to_bind(endpoint);
    if (problem == 0) return {"port", Verdict::kOk, name + " is free", {}};
    if (problem == EACCES)
        return {"port", Verdict::kFail, name + " needs privileges",
                "Use a port from 1024 on, or AmbientCapabilities=CAP_NET_BIND_SERVICE."};
    if (problem == EADDRINUSE && server_runs)
        return {
            "port", Verdict::kOk, name + " is in use, as a server runs on this data directory", {}};
    if (problem == EADDRINUSE)
        return {"port", Verdict::kFail, name + " is in use by another program",
                "Choose another with saola serve --port N; `ss -ltnp` names the program."};
    return {"port", Verdict::kFail,
            name + " cannot be used: " + std::system_category().message(problem),
            "--listen takes an IP address of this machine; `ip address` names them."};
}

CheckResult check_certificate(const platform::Args& args) {
    constexpr TimestampNs kDay = 86'400'000'000'000;
    const auto end = certificate_end_of(args);
    if (!end)
        return {"tls", Verdict::kFail, to_string(end.error()),
                "Name a PEM certificate chain and its key, readable for the account of Saola."};
    if (*end == 0) return {"tls", Verdict::kOk, "not asked for", {}};
    const TimestampNs left = *end - SystemClock().now_ns();
    const std::string detail = "the certificate ends " + to_rfc3339(*end).substr(0, 10);
    if (left <= 0)
        return {"tls", Verdict::kFail, detail, "Renew it; browsers refuse the server until then."};
    if (left < 14 * kDay) return {"tls", Verdict::kWarn, detail, "Renew it, then restart Saola."};
    return {"tls", Verdict::kOk, detail, {}};
}

// What serves everybody in the clear, or what a proxy needs to be told.
CheckResult check_settings(const platform::Args& args, const Endpoint& endpoint) {
    const auto proxies = trusted_proxies_of(args);
    if (!proxies)
        return {"settings", Verdict::kFail, to_string(proxies.error()), "Correct the option."};
    std::string url;
    if (args.given("public-url")) {
        const auto parsed = parse_public_url(args.value("public-url"));
        if (!parsed)
            return {"settings", Verdict::kFail, to_string(parsed.error()), "Correct the option."};
        url = *parsed;
    }
    const bool tls = args.given("tls-cert");
    const bool local = endpoint.address == "localhost" || endpoint.address == "::1" ||
                       endpoint.address.starts_with("127.");
    if (url.starts_with("https://") && !tls && proxies->empty())
        return {"settings", Verdict::kWarn,
                "people come by " + url + ", but nothing tells Saola so: cookies are not Secure",
                "Name the proxy with --trusted-proxy, or give --tls-cert and --tls-key."};
    if (!tls && !local && proxies->empty())
        return {"settings", Verdict::kWarn,
                "passwords come over the network unencrypted on " + endpoint.address,
                "Give --tls-cert and --tls-key, or listen on 127.0.0.1 behind a proxy with TLS."};
    return {"settings", Verdict::kOk, "fit together", {}};
}

CheckResult check_clock() {
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

CheckResult check_descriptors() {
    struct rlimit limit {};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const std::string detail = "up to " + std::to_string(limit.rlim_max) + " open files";
    if (limit.rlim_max < 4096)
        return {"open_files", Verdict::kWarn, detail,
                "Raise it: LimitNOFILE=65536 in the unit, or ulimit -Hn 65536."};
    return {"open_files", Verdict::kOk, detail, {}};
}

CheckResult check_pdf_helper() {
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

CheckResult check_console() {
    if (console_files().empty())
        return {"console", Verdict::kWarn, "the console was not built in",
                "cd web && npm ci && npm run build, then build again."};
    return {
        "console", Verdict::kOk, std::to_string(console_files().size()) + " files built in", {}};
}

platform::ArgsSpec spec() {
    platform::ArgsSpec out{
        .summary =
            "Examines this machine, the data and the configuration, and says what to do about what "
            "is wrong. Give it\nthe options that `saola serve` gets. Nothing is changed.",
        .options = network_options(),
        .examples = {"saola doctor --data-dir /srv/saola --port 9000"},
        .notes = "Exit status: 0 nothing fails, 1 something does."};
    out.options.push_back(
        {.name = "full", .help = "read every kept original, not only the first GiB of them"});
    out.options.push_back({.name = "format",
                           .help = "output",
                           .value_name = "FORMAT",
                           .fallback = "text",
                           .choices = {"text", "json"}});
    return out;
}

void print(const std::vector<CheckResult>& findings, bool json, bool failed) {
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
    const auto endpoint = endpoint_of(*args);
    if (!endpoint) return platform::report_error(context, endpoint.error());
    log::configure(log::Level::kOff, log::Format::kText);
    std::vector<CheckResult> findings;
    findings.push_back(check_data_dir(globals.data_dir));
    findings.push_back(check_disk(globals.data_dir));
    DataExamination data = examine_data(globals, args->given("full"));
    for (auto& result : data.results) findings.push_back(std::move(result));
    findings.push_back(check_port(*endpoint, data.server_runs));
    findings.push_back(check_certificate(*args));
    findings.push_back(check_settings(*args, *endpoint));
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
