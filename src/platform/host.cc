#include "platform/host.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "crypto/signing.h"
#include "net/http_server.h"
#include "platform/audit.h"
#include "platform/jobs.h"
#include "platform/metrics.h"
#include "platform/schema.h"

namespace saola::platform {
namespace {

constexpr std::uint64_t kLowDiskBytes = 200ULL << 20U;

Status make_private_dir(const std::string& path) {
    std::error_code problem;
    std::filesystem::create_directories(path, problem);
    if (!problem && ::access(path.c_str(), R_OK | W_OK | X_OK) == 0) return {};
    return fail(
        ErrorKind::kStorage, "data_dir.unusable",
        "The directory " + path + " cannot be created or written; choose another with --data-dir.",
        path);
}

// Holds nothing but what a first start makes before its keys: one that ended there may be tried
// again.
bool is_only_begun(const std::string& path) {
    std::error_code problem;
    for (std::filesystem::directory_iterator it(path, problem), end; !problem && it != end;
         it.increment(problem)) {
        const std::string name = it->path().filename().string();
        if (name != "lock" && name != "spool") return false;
    }
    return !problem;
}

// The data directory is for its owner alone. Only a directory made here, an empty one, or one that
// already holds Saola's files is taken and closed to others: `--data-dir /tmp` must not change
// /tmp.
Status take_data_dir(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code problem;
    const bool existed = fs::exists(path, problem);
    SAOLA_TRY_STATUS(make_private_dir(path));
    if (existed && !fs::is_empty(path, problem)) {
        const bool ours = fs::exists(path + "/keys", problem) ||
                          fs::exists(path + "/saola.db", problem) || is_only_begun(path);
        const fs::perms mode = fs::status(path, problem).permissions();
        if (!ours || (mode & fs::perms::sticky_bit) != fs::perms::none)
            return fail(ErrorKind::kConflict, "data_dir.not_ours",
                        "The directory " + path +
                            " holds other files and no Saola data; name an empty or new directory "
                            "with --data-dir.",
                        path);
    }
    if (::chmod(path.c_str(), 0700) != 0)
        return fail(ErrorKind::kStorage, "data_dir.unusable",
                    "The directory " + path + " cannot be closed to other users.", path);
    return {};
}

Result<std::uint64_t> free_bytes(const std::string& path) {
    struct statvfs info {};
    if (::statvfs(path.c_str(), &info) != 0)
        return fail(ErrorKind::kStorage, "data_dir.unreadable",
                    "The data directory cannot be examined.", path);
    return std::uint64_t{info.f_bavail} * info.f_frsize;
}

double resident_bytes() {
    std::ifstream in("/proc/self/statm");
    double total = 0;
    double resident = 0;
    in >> total >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

// Counts and logs every answered request.
class Observer {
public:
    explicit Observer(Metrics& metrics)
        : seconds_(metrics.histogram(
              "saola_http_request_seconds", "Time to answer a request.",
              {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10})) {
        for (std::size_t method = 0; method < counters_.size(); ++method)
            for (std::size_t group = 0; group < counters_[method].size(); ++group)
                counters_[method][group] = &metrics.counter(
                    "saola_http_requests_total",
                    "Requests answered, by method and class of status.",
                    {{"method", std::string(net::to_string(static_cast<net::Method>(method)))},
                     {"status", std::to_string(group + 1) + "xx"}});
    }

    void operator()(const net::Request& request, const net::Response& response,
                    std::int64_t duration_us) {
        const auto method = static_cast<std::size_t>(request.method);
        const auto group = static_cast<std::size_t>(std::clamp(response.status / 100, 1, 5) - 1);
        counters_[method][group]->add();
        seconds_.observe(static_cast<double>(duration_us) / 1e6);
        // Probes and static files come often and say little; failures are always worth a line.
        const bool quiet = response.status < 400 && !request.path.starts_with("/api/");
        if (quiet || (response.status < 400 && request.path == "/api/modules")) return;
        const auto* actor = dynamic_cast<const Actor*>(request.context.get());
        // Without the query: it may hold the secret of a one-time link.
        log::write(response.status >= 500 ? log::Level::kError : log::Level::kInfo, "http.request",
                   {{"request_id", request.request_id},
                    {"method", std::string(net::to_string(request.method))},
                    {"path", request.path.substr(0, 300)},
                    {"status", std::to_string(response.status)},
                    {"duration_us", std::to_string(duration_us)},
                    {"bytes", std::to_string(response.body.size())},
                    {"actor", actor == nullptr ? "" : actor->name},
                    {"remote", request.remote_address}});
    }

private:
    std::array<std::array<Counter*, 5>, 7> counters_{};
    Histogram& seconds_;
};

// Runs something every minute until told to stop.
class Ticker {
public:
    explicit Ticker(std::function<void()> tick)
        : thread_([this, tick = std::move(tick)] {
              std::unique_lock lock(mutex_);
              while (!wake_.wait_for(lock, std::chrono::minutes(1), [this] { return stopping_; }))
                  tick();
          }) {}
    ~Ticker() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        thread_.join();
    }
    Ticker(const Ticker&) = delete;
    Ticker& operator=(const Ticker&) = delete;

private:
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace

bool holds_installation(const HostOptions& options) {
    std::error_code ignored;
    const std::string file = options.database_url.empty() ? "/saola.db" : "/keys/signing.key";
    return std::filesystem::exists(options.data_dir + file, ignored);
}

std::string database_url_of(const HostOptions& options) {
    return options.database_url.empty() ? "sqlite:" + options.data_dir + "/saola.db"
                                        : options.database_url;
}

// In order of construction; destroyed in reverse, so that what is used outlives its users.
struct Host::Parts {
    HostOptions options;
    std::optional<store::DirectoryLock> lock;
    SystemClock clock;
    SystemRandom random;
    std::optional<crypto::SigningKey> key;
    std::unique_ptr<store::Sql> sql;
    std::unique_ptr<Metrics> metrics;
    std::unique_ptr<EventHub> events;
    std::unique_ptr<AuditLog> audit;
    std::unique_ptr<Jobs> jobs;
    std::unique_ptr<PasswordHasher> hasher;
    std::unique_ptr<Directory> directory;
    std::unique_ptr<Sessions> sessions;
    Platform platform;
    std::vector<std::unique_ptr<Module>> modules;
    std::size_t started = 0;  // modules that must be stopped
    std::unique_ptr<Gatekeeper> gate;
    std::unique_ptr<Router> router;
    std::unique_ptr<Observer> observer;
    std::unique_ptr<Ticker> ticker;
    std::unique_ptr<net::HttpServer> server;

    Status open_data();
    Status open_services();
    Status open_modules();
    void add_gauges();
    std::vector<HealthCheck> health() const;
};

Status Host::Parts::open_data() {
    if (!options.create && !holds_installation(options))
        return fail(
            ErrorKind::kNotFound, "data_dir.empty",
            "There are no data of Saola in " + options.data_dir +
                "; name their directory with --data-dir or SAOLA_DATA_DIR, or begin with "
                "`saola serve`, `saola programme load builtin` or `saola programme import`.",
            options.data_dir);
    SAOLA_TRY_STATUS(take_data_dir(options.data_dir));
    SAOLA_TRY(lock, store::DirectoryLock::acquire(options.data_dir));
    SAOLA_TRY_STATUS(make_private_dir(options.data_dir + "/keys"));
    ::chmod((options.data_dir + "/keys").c_str(), 0700);
    const std::string key_file = options.data_dir + "/keys/signing.key";
    std::error_code ignored;
    if (!std::filesystem::exists(key_file, ignored) && holds_installation(options)) {
        if (!options.create)
            return fail(ErrorKind::kDataLoss, "keys.lost",
                        "The signing key " + key_file +
                            " is missing: restore it from a backup. If it is lost for good, "
                            "`saola serve` makes a new one; publish that before a release.",
                        key_file);
        log::warn("keys.new_signing_key",
                  {{"file", key_file},
                   {"advice", "the old key is gone; restore it from a backup before a release"}});
    }
    SAOLA_TRY(key, crypto::SigningKey::load_or_create(key_file));
    SAOLA_TRY(sql, store::open_sql({.url = database_url_of(options)}));
    return store::migrate(*sql, "platform", platform_migrations());
}

Status Host::Parts::open_services() {
    metrics = make_metrics();
    events = make_event_hub();
    audit = make_audit_log(*sql, clock);
    jobs = make_jobs({}, *events);
    hasher = std::make_unique<PasswordHasher>(HasherLimits{});
    const Directory::Parts shared{.sql = *sql,
                                  .clock = clock,
                                  .random = random,
                                  .audit = *audit,
                                  .events = *events,
                                  .hasher = *hasher};
    directory = std::make_unique<Directory>(shared);
    sessions =
        std::make_unique<Sessions>(shared, *directory, make_local_authenticator(*sql, *hasher));
    platform = {.data_dir = options.data_dir,
                .sql = sql.get(),
                .clock = &clock,
                .random = &random,
                .jobs = jobs.get(),
                .events = events.get(),
                .audit = audit.get(),
                .metrics = metrics.get(),
                .signing_key = &*key,
                .documents = options.documents};
    return {};
}

Status Host::Parts::open_modules() {
    for (const auto& module : modules) {
        SAOLA_TRY_STATUS(store::migrate(*sql, module->name(), module->migrations()));
        SAOLA_TRY_STATUS(module->configure(platform));
    }
    return {};
}

void Host::Parts::add_gauges() {
    const std::int64_t started_ns = clock.now_ns();
    metrics->gauge("saola_build_info", "Version of this program; always 1.", [] { return 1.0; },
                   {{"version", options.version}});
    metrics->gauge("saola_process_uptime_seconds", "Time since the start.", [this, started_ns] {
        return static_cast<double>(clock.now_ns() - started_ns) / 1e9;
    });
    metrics->gauge("saola_process_resident_bytes", "Memory of the process.",
                   [] { return resident_bytes(); });
    metrics->gauge("saola_data_dir_free_bytes", "Free space in the data directory.", [this] {
        const auto bytes = free_bytes(options.data_dir);
        return bytes ? static_cast<double>(*bytes) : -1.0;
    });
    metrics->gauge("saola_events_subscribers", "Open event streams.",
                   [this] { return static_cast<double>(events->subscribers()); });
    using Stats = net::HttpServerStats;
    const auto stat = [this](std::string_view name, std::string_view help,
                             std::uint64_t Stats::*field) {
        metrics->gauge(name, help, [this, field] {
            return server ? static_cast<double>(server->stats().*field) : 0.0;
        });
    };
    stat("saola_http_connections_open", "Open connections.", &Stats::connections_open);
    stat("saola_http_connections_accepted", "Connections accepted since the start.",
         &Stats::connections_total);
    stat("saola_http_connections_refused", "Connections refused over max_connections.",
         &Stats::connections_refused);
    stat("saola_http_requests_bad", "Requests that could not be parsed.", &Stats::requests_bad);
    stat("saola_http_jobs_queued", "Requests waiting for a worker.", &Stats::jobs_queued);
    stat("saola_http_jobs_refused", "Requests refused because the workers' queue was full.",
         &Stats::jobs_refused);
    stat("saola_http_sse_open", "Open event streams of the server.", &Stats::sse_open);
    stat("saola_http_sse_dropped", "Event streams closed because the client was too slow.",
         &Stats::sse_dropped);
    stat("saola_http_received_bytes", "Bytes received since the start.", &Stats::bytes_in);
    stat("saola_http_sent_bytes", "Bytes sent since the start.", &Stats::bytes_out);
}

std::vector<HealthCheck> Host::Parts::health() const {
    std::vector<HealthCheck> checks;
    const Status database = sql->check();
    checks.push_back({"database", database.has_value(),
                      database ? "" : "The database does not answer: " + database.error().code});
    const auto bytes = free_bytes(options.data_dir);
    const bool space = bytes && *bytes >= kLowDiskBytes;
    checks.push_back({"disk", space,
                      space ? ""
                            : "Less than " + std::to_string(kLowDiskBytes >> 20U) +
                                  " MiB free in the data directory."});
    for (const auto& module : modules) {
        const Health health = module->health();
        checks.push_back({std::string(module->name()), health.ok, health.detail});
    }
    return checks;
}

Host::Host(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Host::~Host() { stop(std::chrono::milliseconds(0)); }

Result<std::unique_ptr<Host>> Host::open(const HostOptions& options,
                                         std::vector<std::unique_ptr<Module>> modules) {
    auto parts = std::make_unique<Parts>();
    parts->options = options;
    parts->modules = std::move(modules);
    SAOLA_TRY_STATUS(parts->open_data());
    SAOLA_TRY_STATUS(parts->open_services());
    SAOLA_TRY_STATUS(parts->open_modules());
    return std::unique_ptr<Host>(new Host(std::move(parts)));
}

Platform& Host::platform() { return parts_->platform; }
const std::vector<std::unique_ptr<Module>>& Host::modules() const { return parts_->modules; }
Directory& Host::directory() { return *parts_->directory; }
Sessions& Host::sessions() { return *parts_->sessions; }
std::uint16_t Host::port() const { return parts_->server ? parts_->server->port() : 0; }

Status Host::serve(const ServeOptions& options) {
    Parts& parts = *parts_;
    SAOLA_TRY_STATUS(parts.hasher->prepare());
    parts.add_gauges();
    parts.gate =
        std::make_unique<Gatekeeper>(*parts.sessions, parts.clock, parts.random, options.gate);
    parts.router = std::make_unique<Router>();
    Router& router = *parts.router;
    const ApiParts api{.platform = parts.platform,
                       .directory = *parts.directory,
                       .sessions = *parts.sessions,
                       .gate = *parts.gate,
                       .modules = parts.modules,
                       .version = parts.options.version,
                       .streams_per_actor = options.streams_per_actor,
                       .health = [&parts] { return parts.health(); }};
    add_identity_routes(router, api);
    add_system_routes(router, api);
    for (const auto& module : parts.modules) module->routes(router);
    router.set_gate([&parts](const net::Request& r, const RouteSpec& spec) {
        return parts.gate->check(r, spec);
    });
    router.set_finish(add_common_headers);
    if (options.fallback) router.set_fallback(options.fallback);
    router.seal();
    for (const auto& module : parts.modules) {
        SAOLA_TRY_STATUS(module->start());
        ++parts.started;
    }
    parts.observer = std::make_unique<Observer>(*parts.metrics);
    parts.ticker = std::make_unique<Ticker>([&parts] {
        if (const Status swept = parts.sessions->sweep(); !swept)
            log::warn("identity.sweep_failed", {{"error", to_string(swept.error())}});
    });
    net::HttpServerOptions server;
    server.address = options.address;
    server.port = options.port;
    server.certificate_file = options.certificate_file;
    server.private_key_file = options.private_key_file;
    server.spool_dir = parts.options.data_dir + "/spool";
    server.limits.worker_threads = options.workers;
    server.trusted_proxies = options.trusted_proxies;
    SAOLA_TRY_STATUS(make_private_dir(server.spool_dir));
    SAOLA_TRY(parts.server,
              net::HttpServer::start(
                  server, router,
                  [&parts](const net::Request& request, const net::Response& response,
                           std::int64_t us) { (*parts.observer)(request, response, us); }));
    return {};
}

void Host::stop(std::chrono::milliseconds deadline) {
    Parts& parts = *parts_;
    if (parts.jobs) parts.jobs->begin_stop();  // so that the running ones end meanwhile
    if (parts.events) parts.events->stop();
    if (parts.server) parts.server->stop(deadline);
    parts.ticker.reset();
    if (parts.jobs) parts.jobs->stop();
    while (parts.started > 0) parts.modules[--parts.started]->stop(deadline);
}

}  // namespace saola::platform
