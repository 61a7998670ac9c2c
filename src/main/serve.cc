// saola serve
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>

#include "base/log.h"
#include "main/commands.h"
#include "main/console.h"
#include "main/modules.h"

extern char** environ;  // NOLINT: POSIX wants it declared

namespace saola {
namespace {

constexpr std::chrono::milliseconds kStopDeadline{10'000};

platform::ArgsSpec spec() {
    return {
        .summary = "Runs the platform: API, event streams and console, until SIGTERM or Ctrl-C.",
        .options = {{.name = "listen",
                     .help = "address and port; port 0 takes any free one",
                     .value_name = "ADDRESS:PORT",
                     .fallback = "127.0.0.1:8080"},
                    {.name = "port", .help = "port on the --listen address", .value_name = "N"},
                    {.name = "modules",
                     .help = "only these modules, comma-separated",
                     .value_name = "NAMES"},
                    {.name = "tls-cert",
                     .help = "certificate chain, PEM; serves HTTPS",
                     .value_name = "FILE"},
                    {.name = "tls-key",
                     .help = "private key of --tls-cert, PEM",
                     .value_name = "FILE"},
                    {.name = "workers",
                     .help = "threads for requests that use the database",
                     .value_name = "N",
                     .fallback = "4"},
                    {.name = "rate-limit",
                     .help = "requests a second per signed-in person or token; 0: no limit",
                     .value_name = "N",
                     .fallback = "200"},
                    {.name = "public-url",
                     .help = "address people use, for the setup link",
                     .value_name = "URL"},
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
                     .help = "open the one-time link in the browser on first start"}},
        .examples = {"saola serve --data-dir /srv/saola --listen 0.0.0.0:8443 --tls-cert cert.pem "
                     "--tls-key key.pem"},
        .notes =
            "Exit status: 0 stopped by a signal, 2 bad option, 5 port or data directory in use, 9 "
            "disk or database."};
}

struct Endpoint {
    std::string address;
    std::uint16_t port = 0;
};

Result<std::uint16_t> parse_port(std::string_view text, const std::string& option) {
    std::uint16_t port = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (code != std::errc{} || end != text.data() + text.size() || text.empty())
        return fail(ErrorKind::kInvalidArgument, "command.bad_option",
                    option + " needs a port from 0 to 65535, not \"" +
                        std::string(text.substr(0, 40)) + "\".",
                    option);
    return port;
}

Result<Endpoint> endpoint_of(const platform::Args& args) {
    const std::string& listen = args.value("listen");
    const std::size_t colon = listen.rfind(':');
    Endpoint endpoint;
    if (colon == std::string::npos || colon == 0)
        return fail(ErrorKind::kInvalidArgument, "command.bad_option",
                    "--listen needs ADDRESS:PORT.", "--listen");
    endpoint.address = listen.substr(0, colon);
    if (endpoint.address.front() == '[' && endpoint.address.back() == ']')
        endpoint.address = endpoint.address.substr(1, endpoint.address.size() - 2);
    SAOLA_TRY(endpoint.port, parse_port(std::string_view(listen).substr(colon + 1), "--listen"));
    if (args.given("port")) {
        SAOLA_TRY(endpoint.port, parse_port(args.value("port"), "--port"));
    }
    return endpoint;
}

log::Level level_of(const std::string& text) {
    if (text == "debug") return log::Level::kDebug;
    if (text == "warn") return log::Level::kWarn;
    if (text == "error") return log::Level::kError;
    return text == "off" ? log::Level::kOff : log::Level::kInfo;
}

// Each connection is a descriptor; the usual soft limit of 1,024 is far below what the server
// holds.
void raise_descriptor_limit() {
    struct rlimit limit {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const rlim_t wanted = std::min<rlim_t>(limit.rlim_max, 65'536);
    if (limit.rlim_cur >= wanted) return;
    limit.rlim_cur = wanted;
    ::setrlimit(RLIMIT_NOFILE, &limit);
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

std::string base_url(const platform::Args& args, const Endpoint& endpoint, std::uint16_t port) {
    if (args.given("public-url")) return args.value("public-url");
    const bool any = endpoint.address == "0.0.0.0" || endpoint.address == "::";
    std::string host = any ? "localhost" : endpoint.address;
    if (host.find(':') != std::string::npos) host = "[" + host + "]";
    return (args.given("tls-cert") ? "https://" : "http://") + host + ":" + std::to_string(port);
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
    options.certificate_file = args.value("tls-cert");
    options.private_key_file = args.value("tls-key");
    if (options.certificate_file.empty() != options.private_key_file.empty())
        return fail(ErrorKind::kInvalidArgument, "command.bad_option",
                    "--tls-cert and --tls-key come together.",
                    options.certificate_file.empty() ? "--tls-cert" : "--tls-key");
    SAOLA_TRY(const std::int64_t workers, args.integer("workers", 1, 256));
    options.workers = static_cast<std::size_t>(workers);
    SAOLA_TRY(const std::int64_t rate, args.integer("rate-limit", 0, 1'000'000));
    options.gate.requests_per_second = static_cast<double>(rate);
    options.fallback = serve_console;
    return options;
}

Status serve(const Globals& globals, const platform::Args& args, const sigset_t& signals) {
    SAOLA_TRY(const Endpoint endpoint, endpoint_of(args));
    SAOLA_TRY(const platform::ServeOptions options, serve_options(args, endpoint));
    SAOLA_TRY(auto modules, choose_modules(args.value("modules")));
    SAOLA_TRY(const auto host, platform::Host::open(host_options(globals), std::move(modules)));
    SAOLA_TRY_STATUS(host->serve(options));
    const std::string base = base_url(args, endpoint, host->port());
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
    host->stop(kStopDeadline);
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
    raise_descriptor_limit();
    const Status done = serve(globals, *args, signals);
    return done ? 0 : platform::report_error(context, done.error());
}

}  // namespace saola
