// saola serve
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "main/commands.h"
#include "main/console.h"
#include "main/modules.h"
#include "main/settings.h"

extern char** environ;  // NOLINT: POSIX wants it declared

namespace saola {
namespace {

constexpr std::chrono::milliseconds kStopDeadline{7'000};  // requests in flight
constexpr std::chrono::milliseconds kStopLimit{10'000};    // all of the stop

platform::ArgsSpec spec() {
    platform::ArgsSpec out{
        .summary = "Runs the platform: API, event streams and console, until SIGTERM or Ctrl-C.",
        .options = network_options(),
        .examples = {"saola serve --data-dir /srv/saola --listen 0.0.0.0:8443 --tls-cert cert.pem "
                     "--tls-key key.pem",
                     "saola serve --trusted-proxy 127.0.0.1 --public-url https://saola.example.vn"},
        .notes =
            "Exit status: 0 stopped by a signal, 2 bad option, 5 port or data directory in use, 8 "
            "stopped, but work\nthat did not end in time was cut off, 9 disk or database."};
    const std::vector<platform::Option> more = {
        {.name = "modules", .help = "only these modules, comma-separated", .value_name = "NAMES"},
        {.name = "workers",
         .help = "threads for requests that use the database",
         .value_name = "N",
         .fallback = "4"},
        {.name = "rate-limit",
         .help = "requests a second per signed-in person or token; 0: no limit",
         .value_name = "N",
         .fallback = "200"},
        {.name = "streams",
         .help = "event streams a person may have open; 0: no limit",
         .value_name = "N",
         .fallback = "20"},
        {.name = "log-format",
         .help = "logs on stderr",
         .value_name = "FORMAT",
         .fallback = "json",
         .choices = {"json", "text"}},
        {.name = "log-level",
         .help = "least level to log",
         .value_name = "LEVEL",
         .fallback = "info",
         .choices = {"debug", "info", "warn", "error", "off"}},
        {.name = "open-setup-link",
         .help = "open the one-time link in the browser on first start"}};
    out.options.insert(out.options.end(), more.begin(), more.end());
    return out;
}

log::Level level_of(const std::string& text) {
    if (text == "debug") return log::Level::kDebug;
    if (text == "warn") return log::Level::kWarn;
    if (text == "error") return log::Level::kError;
    return text == "off" ? log::Level::kOff : log::Level::kInfo;
}

void open_in_browser(const std::string& url) {
    std::string program = "xdg-open";
    std::string argument = url;
    char* const argv[] = {program.data(), argument.data(), nullptr};
    pid_t child = 0;
    if (::posix_spawnp(&child, program.c_str(), nullptr, nullptr, argv, environ) != 0)
        std::fprintf(stderr,
                     "saola serve: no browser could be opened (xdg-open is missing); open the link "
                     "yourself.\n");
}

std::string base_url(const std::string& public_url, bool tls, const Endpoint& endpoint,
                     std::uint16_t port) {
    if (!public_url.empty()) return public_url;
    const bool any = endpoint.address == "0.0.0.0" || endpoint.address == "::";
    std::string host = any ? "localhost" : endpoint.address;
    if (host.find(':') != std::string::npos) host = "[" + host + "]";
    return (tls ? "https://" : "http://") + host + ":" + std::to_string(port);
}

// The first administrator comes in by this link; printed, never logged.
Status offer_setup(platform::Host& host, const std::string& base, bool open) {
    SAOLA_TRY(const std::int64_t accounts, host.directory().count_accounts());
    if (accounts > 0) return {};
    const platform::Actor system = platform::system_actor();
    SAOLA_TRY(const std::string secret,
              host.sessions().create_setup_link({.actor = system, .remote_address = {}}));
    const std::string url = setup_url(base, secret);
    std::printf(
        "First start: create the administrator with this link (once, within 24 hours):\n  %s\n",
        url.c_str());
    if (open) open_in_browser(url);
    return {};
}

Result<platform::ServeOptions> serve_options(const platform::Args& args, const Endpoint& endpoint) {
    platform::ServeOptions options;
    options.address = endpoint.address;
    options.port = endpoint.port;
    // Before anything is made on disk.
    SAOLA_TRY([[maybe_unused]] const std::int64_t end, certificate_end_of(args));
    options.certificate_file = args.value("tls-cert");
    options.private_key_file = args.value("tls-key");
    SAOLA_TRY(options.trusted_proxies, trusted_proxies_of(args));
    SAOLA_TRY(const std::int64_t workers, args.integer("workers", 1, 256));
    options.workers = static_cast<std::size_t>(workers);
    SAOLA_TRY(const std::int64_t rate, args.integer("rate-limit", 0, 1'000'000));
    options.gate.requests_per_second = static_cast<double>(rate);
    SAOLA_TRY(const std::int64_t streams, args.integer("streams", 0, 5'000));
    options.streams_per_actor = static_cast<std::size_t>(streams);
    options.fallback = serve_console;
    return options;
}

// Ends the process when the work in hand does not end in time. Every acknowledged write is on disk,
// what was cut off is as if it had not begun.
class StopLimit {
public:
    StopLimit()
        : thread_([this] {
              std::unique_lock lock(mutex_);
              if (wake_.wait_for(lock, kStopLimit, [this] { return done_; })) return;
              log::error("serve.stop_cut",
                         {{"limit", "max_stop_ms=" + std::to_string(kStopLimit.count())}});
              ::_exit(exit_code(ErrorKind::kCancelled));
          }) {}
    ~StopLimit() {
        {
            const std::lock_guard lock(mutex_);
            done_ = true;
        }
        wake_.notify_all();
        thread_.join();
    }
    StopLimit(const StopLimit&) = delete;
    StopLimit& operator=(const StopLimit&) = delete;

private:
    std::mutex mutex_;
    std::condition_variable wake_;
    bool done_ = false;
    std::thread thread_;
};

Status serve(const Globals& globals, const platform::Args& args, const sigset_t& signals) {
    SAOLA_TRY(const Endpoint endpoint, endpoint_of(args));
    SAOLA_TRY(const platform::ServeOptions options, serve_options(args, endpoint));
    std::string public_url;
    if (args.given("public-url")) {
        SAOLA_TRY(public_url, parse_public_url(args.value("public-url")));
    }
    SAOLA_TRY(auto modules, choose_modules(args.value("modules")));
    SAOLA_TRY(auto host, platform::Host::open(host_options(globals), std::move(modules)));
    SAOLA_TRY_STATUS(host->serve(options));
    const bool tls = !options.certificate_file.empty();
    const std::string base = base_url(public_url, tls, endpoint, host->port());
    std::printf("Saola %s is at %s (data in %s; Ctrl-C stops it)\n", std::string(version()).c_str(),
                base.c_str(), globals.data_dir.c_str());
    SAOLA_TRY_STATUS(offer_setup(*host, base, args.given("open-setup-link")));
    std::fflush(stdout);
    log::info("serve.started",
              {{"url", base}, {"version", std::string(version())}, {"data_dir", globals.data_dir}});
    int signal_number = 0;
    ::sigwait(&signals, &signal_number);
    log::info("serve.stopping", {{"signal", std::to_string(signal_number)}});
    // A second signal is for those who cannot wait: let it end the process.
    ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    const StopLimit limit;
    host->stop(kStopDeadline);
    host.reset();
    log::info("serve.stopped");
    return {};
}

}  // namespace

int run_serve(const Globals& globals, platform::CommandContext& context) {
    int status = 0;
    const auto args = platform::parse_command(spec(), context, status);
    if (!args) return status;
    log::configure(level_of(args->value("log-level")),
                   args->value("log-format") == "json" ? log::Format::kJson : log::Format::kText);
    // Blocked before any thread starts, so that only sigwait() receives them.
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGTERM);
    ::sigaddset(&signals, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    const Status done = serve(globals, *args, signals);
    return done ? 0 : platform::report_error(context, done.error());
}

}  // namespace saola
