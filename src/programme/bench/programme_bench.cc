// Dashboard queries over 10^6 synthetic observations, for bench/programme.py:
//   programme_bench load DATA_DIR [--observations N] [--seed N] [--url URL]
//   programme_bench run DATA_DIR [--rounds N] [--url URL]
// `load` writes made-up facts, all marked synthetic, through the module's own append path. `run`
// calls the module's own handlers, without sockets, and times each from request to the bytes of the
// answer. Both print one line of JSON.
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/host.h"
#include "platform/router.h"
#include "programme/assertion_log.h"
#include "programme/module.h"

namespace {

using saola::Date;
using saola::Decimal;
using saola::Json;
using saola::Result;
using saola::Status;
using namespace saola::programme;
namespace platform = saola::platform;
namespace net = saola::net;

constexpr int kIndicators = 250;
constexpr int kOrganisations = 40;  // number 0 stands for the whole country
constexpr int kTasks = 2'000;
constexpr int kDocuments = 500;
constexpr int kLines = 300;  // budget lines, and deadlines
constexpr int kCodes = 500;
constexpr int kFirstYear = 2018;
constexpr std::size_t kBatch = 5'000;

struct Options {
    std::string mode, data_dir, url;
    std::int64_t observations = 1'000'000;
    std::int64_t rounds = 200;
    std::uint64_t seed = 1;
};

double seconds_since(std::chrono::steady_clock::time_point from) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

// Processor time of this thread: what a query costs, whatever else the machine does. The database
// server's own time is not in it.
double thread_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

std::string padded(int number, int digits) {
    std::string out = std::to_string(number);
    return std::string(static_cast<std::size_t>(digits) -
                           std::min<std::size_t>(out.size(), static_cast<std::size_t>(digits)),
                       '0') +
           out;
}

std::string organisation_of(int number) { return number == 0 ? "" : "don-vi-" + padded(number, 2); }

std::string indicator_of(int number) {
    return "thanh-phan-" + std::to_string(number % 6) + "/chi-tieu-" + padded(number, 3);
}

// Makes facts and appends them in transactions of kBatch.
class Loader {
public:
    Loader(saola::store::Sql& sql, std::uint64_t seed) : sql_(sql), random_(seed) {}

    Status everything(std::int64_t observations) {
        SAOLA_TRY_STATUS(lists());
        SAOLA_TRY_STATUS(tasks());
        SAOLA_TRY_STATUS(indicators());
        SAOLA_TRY_STATUS(observed(observations));
        return flush();
    }
    [[nodiscard]] std::int64_t facts() const { return number_; }

private:
    Fact& add(SubjectKind kind, std::string subject, std::string predicate, AssertedValue value) {
        Fact fact;
        Assertion& a = fact.assertion;
        a.id = saola::new_ulid(clock_, random_);
        a.subject_kind = kind;
        a.subject = std::move(subject);
        a.predicate = std::move(predicate);
        a.value = std::move(value);
        a.as_of = Date{static_cast<std::int32_t>(kFirstYear + number_ % 8),
                       static_cast<std::uint8_t>(1 + number_ % 12), 15};
        a.recorded_at_ns = clock_.now_ns();
        a.source = "synthetic-" + std::to_string(number_);
        a.actor = "bench";
        a.stated = "số liệu giả";
        a.synthetic = true;
        fact.source.id = a.source;
        fact.source.document = "van-ban-" + padded(static_cast<int>(number_ % kDocuments), 3);
        fact.source.place = "Phụ lục I, dòng " + std::to_string(number_ % 1'000);
        fact.source.excerpt = "Đoạn văn bản giả để đo tốc độ.";
        ++number_;
        facts_.push_back(std::move(fact));
        return facts_.back();
    }

    Status flush() {
        const Status done = sql_.write([this](saola::store::Connection& connection) {
            return append_facts(connection, facts_);
        });
        facts_.clear();
        return done;
    }
    Status flush_full() { return facts_.size() < kBatch ? Status{} : flush(); }

    std::string words(std::string_view first) {
        static constexpr std::string_view kWords[] = {"hệ thống", "cảm biến", "vệ tinh",
                                                      "vi mạch",  "dữ liệu",  "an toàn",
                                                      "tự hành",  "nhận dạng"};
        std::string out(first);
        for (int i = 0; i < 5; ++i) out += " " + std::string(kWords[random_.below(8)]);
        return out;
    }
    Decimal money() {
        return Decimal(static_cast<std::int64_t>(random_.below(90'000) + 100) * 1'000'000);
    }

    Status lists() {
        for (int i = 0; i < kDocuments; ++i) {
            const std::string key = "van-ban-" + padded(i, 3);
            add(SubjectKind::kDocument, key, "number", std::to_string(i) + "/QĐ-GIẢ");
            add(SubjectKind::kDocument, key, "type", std::string("Quyết định"));
            add(SubjectKind::kDocument, key, "title", words("Về việc"));
            add(SubjectKind::kDocument, key, "issued",
                Date{2020 + i % 6, static_cast<std::uint8_t>(1 + i % 12),
                     static_cast<std::uint8_t>(1 + i % 28)});
        }
        for (int i = 0; i < kLines; ++i) {
            add(SubjectKind::kBudgetLine, "khoan-" + padded(i, 3), "title", words("Khoản chi"));
            Fact& planned =
                add(SubjectKind::kBudgetLine, "khoan-" + padded(i, 3), "planned", money());
            planned.assertion.unit = "VND";
            planned.assertion.period = std::to_string(kFirstYear + i % 8);
            add(SubjectKind::kDeadline, "han-" + padded(i, 3), "title", words("Báo cáo"));
            add(SubjectKind::kDeadline, "han-" + padded(i, 3), "due",
                Date{2025 + i % 4, static_cast<std::uint8_t>(1 + i % 12), 0});
        }
        for (int year = 2006; year < 2026; ++year) {
            for (const char* column : {"enterprise/sc", "institute/sc", "individual/sc", "total/sc",
                                       "total/gphi", "total/total"}) {
                Fact& count = add(SubjectKind::kPatentCount, column, "count",
                                  Decimal(static_cast<std::int64_t>(random_.below(90))));
                count.assertion.unit = "count";
                count.assertion.period = std::to_string(year);
            }
        }
        for (int i = 0; i < 30; ++i) {
            add(SubjectKind::kStandardCount, "nhom-" + padded(i, 2), "title", words("Nhóm"));
            for (const char* column : {"national", "foreign", "total"}) {
                add(SubjectKind::kStandardCount, "nhom-" + padded(i, 2), column,
                    Decimal(static_cast<std::int64_t>(random_.below(50))))
                    .assertion.unit = "count";
            }
        }
        for (int i = 0; i < kCodes; ++i) {
            const std::string code =
                std::to_string(1 + i / 20) + (i % 20 == 0 ? "" : "." + std::to_string(i % 20));
            add(SubjectKind::kCode, "van-ban-001/" + code, "title", words("Công nghệ"));
        }
        for (int i = 1; i < kOrganisations; ++i)
            add(SubjectKind::kOrganisation, organisation_of(i), "name",
                "Đơn vị giả số " + std::to_string(i));
        return flush();
    }

    Status tasks() {
        for (int i = 0; i < kTasks; ++i) {
            const int owner = 1 + i % (kOrganisations - 1);
            const std::string key = organisation_of(owner) + "/nhiem-vu-" + padded(i, 4);
            const std::size_t first = facts_.size();
            add(SubjectKind::kTask, key, "title", words("Nghiên cứu"));
            add(SubjectKind::kTask, key, "organisation", "Đơn vị giả số " + std::to_string(owner));
            add(SubjectKind::kTask, key, "objective", words("Làm chủ"));
            add(SubjectKind::kTask, key, "result", words("Mẫu thử"));
            const Decimal lo = money();
            const bool unknown = i % 20 == 0;
            Fact& budget =
                add(SubjectKind::kTask, key, "budget",
                    unknown ? AssertedValue{Unknown{}}
                            : AssertedValue{Range{lo, Decimal(lo.unscaled() * 2, lo.scale())}});
            budget.assertion.unit = "VND";
            add(SubjectKind::kTask, key, "duration", Range{Decimal(24), Decimal(36)})
                .assertion.unit = "month";
            add(SubjectKind::kTask, key, "letter", std::to_string(i) + "/CV");
            for (std::size_t f = first; f < facts_.size(); ++f) {
                facts_[f].assertion.organisation = organisation_of(owner);
                if (owner <= 2)
                    facts_[f].assertion.classification = platform::Classification::kRestricted;
            }
            SAOLA_TRY_STATUS(flush_full());
        }
        return flush();
    }

    Status indicators() {
        for (int i = 0; i < 6; ++i)
            add(SubjectKind::kComponent, "thanh-phan-" + std::to_string(i), "title",
                words("Thành phần"));
        for (int i = 0; i < kIndicators; ++i) {
            for (const char* horizon : {"2027", "2030"}) {
                Fact& target = add(SubjectKind::kIndicator, indicator_of(i), "target",
                                   Range{Decimal(50), Decimal(80)});
                target.assertion.unit = "%";
                target.assertion.period = horizon;
                add(SubjectKind::kIndicator, indicator_of(i), "title", words("Tỷ lệ"))
                    .assertion.period = horizon;
            }
        }
        return flush();
    }

    // Month after month, organisation after organisation: the order in which reports arrive.
    Status observed(std::int64_t count) {
        for (std::int64_t n = 0; n < count; ++n) {
            const auto indicator = static_cast<int>(n % kIndicators);
            const auto owner = static_cast<int>(n / kIndicators % kOrganisations);
            const auto month = static_cast<int>(n / kIndicators / kOrganisations);
            const Date date{kFirstYear + month / 12, static_cast<std::uint8_t>(1 + month % 12), 0};
            Fact& fact =
                add(SubjectKind::kIndicator, indicator_of(indicator), std::string(kObserved),
                    Decimal(static_cast<std::int64_t>(random_.below(10'000)), 2));
            Assertion& a = fact.assertion;
            a.unit = "%";
            a.period = saola::to_iso(date);
            a.as_of = saola::last_day(date);
            a.organisation = organisation_of(owner);
            if (owner == 1 || owner == 2) a.classification = platform::Classification::kRestricted;
            a.source = fact.source.id = "bao-cao-" + a.period + "-" + std::to_string(owner);
            SAOLA_TRY_STATUS(flush_full());
        }
        return flush();
    }

    saola::store::Sql& sql_;
    saola::SystemClock clock_;
    saola::SeededRandom random_;
    std::vector<Fact> facts_;
    std::int64_t number_ = 0;
};

// Value at a share of a sorted list, in microsecond steps.
double share_of(const std::vector<double>& sorted, double share) {
    const double ms =
        sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
    return static_cast<double>(static_cast<std::int64_t>(ms * 1'000.0 + 0.5)) / 1'000.0;
}

// Whoever asks: the whole programme, or one ministry (its own restricted rows and all public ones).
std::shared_ptr<platform::Actor> member_of(const std::string& organisation) {
    auto actor = std::make_shared<platform::Actor>();
    actor->id = "bench";
    actor->grants = {{platform::Role::kViewer, organisation}};
    actor->organisations = {organisation};
    platform::ResolvedGrant grant;
    grant.organisations = {organisation};
    actor->resolved = {grant};
    return actor;
}

class Dashboard {
public:
    explicit Dashboard(platform::Host& host) : host_(host) {
        host.modules().front()->routes(router_);
        router_.seal();
        actors_ = {std::make_shared<platform::Actor>(platform::system_actor()),
                   member_of(organisation_of(1))};
    }

    // Times `rounds` requests after two untimed ones for each actor; `before` is not timed.
    Status measure(const std::string& name, std::int64_t rounds,
                   const std::function<std::string(std::int64_t)>& url,
                   const std::function<Status(std::int64_t)>& before = {}) {
        std::vector<double> wall;
        std::vector<double> cpu;
        for (std::int64_t i = -4; i < rounds; ++i) {
            if (before) SAOLA_TRY_STATUS(before(i));
            const std::string target = url(i + 4);
            const double cpu_from = thread_ms();
            const auto from = std::chrono::steady_clock::now();
            SAOLA_TRY(const std::string body, get(target, static_cast<std::size_t>(i + 4) % 2));
            if (i < 0) continue;
            wall.push_back(seconds_since(from) * 1'000.0);
            cpu.push_back(thread_ms() - cpu_from);
            bytes_ = body.size();
        }
        std::ranges::sort(wall);
        std::ranges::sort(cpu);
        Json out = Json::object();
        out.set("p50_ms", share_of(wall, 0.5)).set("p95_ms", share_of(wall, 0.95));
        out.set("max_ms", share_of(wall, 1.0)).set("cpu_p50_ms", share_of(cpu, 0.5));
        out.set("cpu_p95_ms", share_of(cpu, 0.95)).set("n", rounds);
        queries_.set(name, out.set("bytes", static_cast<std::int64_t>(bytes_)));
        return {};
    }

    Result<std::string> get(std::string_view target, std::size_t actor) const {
        net::Request request;
        request.target = std::string(target);
        const std::size_t mark = target.find('?');
        request.path = "/api/programme/" + std::string(target.substr(0, mark));
        for (std::size_t at = mark; at != std::string_view::npos;) {
            const std::size_t next = target.find('&', at + 1);
            const std::string_view pair =
                target.substr(at + 1, next == std::string_view::npos ? next : next - at - 1);
            const std::size_t equals = pair.find('=');
            request.query[std::string(pair.substr(0, equals))] =
                std::string(pair.substr(equals + 1));
            at = next;
        }
        const net::RouteMatch match = router_.match(net::Method::kGet, request.path);
        if (match.handler == nullptr)
            return saola::fail(saola::ErrorKind::kNotFound, "bench.no_route", request.path);
        request.params = match.params;
        request.context = actors_[actor];
        net::Response response = (*match.handler)(request);
        if (response.status != 200)
            return saola::fail(saola::ErrorKind::kInternal, "bench.failed",
                               request.target + ": " + response.body);
        return std::move(response.body);
    }
    [[nodiscard]] const Json& queries() const { return queries_; }
    // One more fact: every cached snapshot and report is out of date.
    Status write_one() {
        return host_.platform().sql->write(
            [](saola::store::Connection& connection) { return bump_version(connection); });
    }

private:
    platform::Host& host_;
    platform::Router router_;
    std::vector<std::shared_ptr<platform::Actor>> actors_;
    Json queries_ = Json::object();
    std::size_t bytes_ = 0;
};

std::string any_day(std::int64_t i) {
    return std::to_string(2019 + i % 7) + "-" + padded(static_cast<int>(1 + i / 7 % 12), 2) + "-" +
           padded(static_cast<int>(1 + i % 28), 2);
}

Status measure_reports(Dashboard& board, std::int64_t rounds) {
    struct Shape {
        const char* name;
        const char* sort;
        const char* filter;
    };
    constexpr Shape kShapes[] = {{"orders", "-budget", "organisation=Đơn vị giả số 7"},
                                 {"budget", "-amount", "year=2021"},
                                 {"targets", "title", "horizon=2027"},
                                 {"patents", "-total", "year=2015"},
                                 {"standards", "-total", "group=Nhóm"},
                                 {"documents", "title", "type=Quyết định"},
                                 {"deadlines", "-due", "state=passed"},
                                 {"organisations", "-tasks", "kind=other"},
                                 {"products", "title", "origin=catalogue"},
                                 {"codes", "title", "level=group"}};
    for (const Shape& shape : kShapes) {
        const std::string name = shape.name;
        const std::string page = "reports/" + name + "?limit=200";
        SAOLA_TRY_STATUS(board.measure(name, rounds, [&](std::int64_t) { return page; }));
        SAOLA_TRY_STATUS(board.measure(name + "_sorted", rounds,
                                       [&](std::int64_t) { return page + "&sort=" + shape.sort; }));
        SAOLA_TRY_STATUS(board.measure(name + "_filtered", rounds,
                                       [&](std::int64_t) { return page + "&" + shape.filter; }));
    }
    return board.measure("orders_searched", rounds, [](std::int64_t) {
        return std::string("reports/orders?limit=200&q=ve tinh");
    });
}

Result<std::string> figure_of(Dashboard& board) {
    SAOLA_TRY(const std::string body, board.get("reports/orders?limit=1", 0));
    saola::JsonLimits limits;
    limits.max_bytes = body.size();
    SAOLA_TRY(const Json table, Json::parse(body, limits));
    for (const Json& total : table.find("totals")->as_array()) {
        if (total.get_string_or("key", "") == "budget")
            return total.find("cell")->get_string_or("figure", "");
    }
    return saola::fail(saola::ErrorKind::kInternal, "bench.no_figure", "The orders have no total.");
}

Status measure_all(Dashboard& board, std::int64_t rounds) {
    const auto same = [](std::string url) {
        return [url = std::move(url)](std::int64_t) { return url; };
    };
    SAOLA_TRY_STATUS(board.measure("overview", rounds, same("overview")));
    SAOLA_TRY_STATUS(measure_reports(board, rounds));
    SAOLA_TRY(const std::string figure, figure_of(board));
    SAOLA_TRY_STATUS(board.measure("figure", rounds, same("figures/" + figure)));
    SAOLA_TRY_STATUS(board.measure("map", rounds, same("map?indicator=budget")));
    SAOLA_TRY_STATUS(board.measure("search", rounds, same("search?q=ve tinh")));
    SAOLA_TRY_STATUS(board.measure("findings", rounds, same("findings?limit=200")));
    const auto series = [](std::int64_t i) {
        return "assertions?subject=indicator:" + indicator_of(static_cast<int>(i % kIndicators)) +
               "&predicate=observed";
    };
    SAOLA_TRY_STATUS(board.measure("observations_of_one_indicator", rounds, series));
    const std::int64_t fewer = std::max<std::int64_t>(20, rounds / 4);
    SAOLA_TRY_STATUS(board.measure("overview_as_of_new_day", fewer,
                                   [](std::int64_t i) { return "overview?as_of=" + any_day(i); }));
    SAOLA_TRY_STATUS(board.measure("orders_as_of_new_day", fewer, [](std::int64_t i) {
        return "reports/orders?limit=200&as_of=" + any_day(i + 101);
    }));
    SAOLA_TRY_STATUS(board.measure("targets_as_of_new_day", fewer, [](std::int64_t i) {
        return "reports/targets?limit=200&as_of=" + any_day(i + 207);
    }));
    const auto changed = [&](std::int64_t) { return board.write_one(); };
    SAOLA_TRY_STATUS(board.measure("overview_after_write", fewer, same("overview"), changed));
    SAOLA_TRY_STATUS(
        board.measure("orders_after_write", fewer, same("reports/orders?limit=200"), changed));
    return board.measure("targets_after_write", fewer, same("reports/targets?limit=200"), changed);
}

Result<Json> work(const Options& options) {
    platform::HostOptions host_options;
    host_options.data_dir = options.data_dir;
    host_options.database_url = options.url;
    host_options.version = "bench";
    std::vector<std::unique_ptr<platform::Module>> modules;
    modules.push_back(make_module());
    SAOLA_TRY(const std::unique_ptr<platform::Host> host,
              platform::Host::open(host_options, std::move(modules)));
    Json out = Json::object();
    out.set("engine", host->platform().sql->dialect() == saola::store::Dialect::kSqlite
                          ? "sqlite"
                          : "postgres");
    const auto from = std::chrono::steady_clock::now();
    if (options.mode == "load") {
        Loader loader(*host->platform().sql, options.seed);
        SAOLA_TRY_STATUS(loader.everything(options.observations));
        return out.set("facts", loader.facts())
            .set("rows", options.observations)
            .set("load_seconds", seconds_since(from));
    }
    std::int64_t rows = 0;
    SAOLA_TRY_STATUS(
        host->platform().sql->read([&](saola::store::Connection& connection) -> Status {
            SAOLA_TRY(rows, connection.query_integer(
                                "SELECT COUNT(*) FROM programme_assertion WHERE observed = 1"));
            return {};
        }));
    Dashboard board(*host);
    SAOLA_TRY_STATUS(measure_all(board, options.rounds));
    return out.set("rows", rows).set("queries", board.queries());
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    if (argc > 2) {
        options.mode = argv[1];
        options.data_dir = argv[2];
    }
    for (int i = 3; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        if (name == "--observations") options.observations = std::atoll(argv[i + 1]);
        if (name == "--rounds") options.rounds = std::max(1LL, std::atoll(argv[i + 1]));
        if (name == "--seed") options.seed = std::strtoull(argv[i + 1], nullptr, 10);
        if (name == "--url") options.url = argv[i + 1];
    }
    if (options.mode != "load" && options.mode != "run") {
        std::fprintf(stderr,
                     "usage: programme_bench load|run DATA_DIR [--observations N] [--rounds N] "
                     "[--seed N] [--url URL]\n");
        return 2;
    }
    const auto answer = work(options);
    if (!answer) {
        std::fprintf(stderr, "%s\n", saola::to_string(answer.error()).c_str());
        return saola::exit_code(answer.error().kind);
    }
    std::printf("%s\n", answer->dump().c_str());
    return 0;
}
