// Fills a database with made-up facts for bench/programme.py, all marked synthetic, through the
// module's own append path:
//   programme_bench DATA_DIR [--observations N] [--findings N] [--seed N] [--url URL]
// Prints one line of JSON. Findings quote documents that the data directory holds already.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "platform/host.h"
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

constexpr int kIndicators = 250;
constexpr int kOrganisations = 40;  // number 0 stands for the whole country
constexpr int kTasks = 2'000;
constexpr int kDocuments = 500;
constexpr int kLines = 300;  // budget lines, and deadlines
constexpr int kCodes = 500;
constexpr int kFirstYear = 2018;
constexpr std::size_t kBatch = 5'000;

struct Options {
    std::string data_dir, url;
    std::int64_t observations = 1'000'000;
    std::int64_t findings = 2'000;
    std::uint64_t seed = 1;
};

double seconds_since(std::chrono::steady_clock::time_point from) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
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

platform::Classification class_of(int owner) {
    if (owner == 1 || owner == 2) return platform::Classification::kRestricted;
    return owner == 3 || owner == 4 ? platform::Classification::kInternal
                                    : platform::Classification::kPublic;
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
                facts_[f].assertion.classification = class_of(owner);
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

    // Month after month, organisation after organisation: the order in which reports arrive. Of 40
    // organisations two report restricted figures and two internal ones; every 50th figure is
    // corrected a while later.
    Status observed(std::int64_t count) {
        std::vector<Fact> wrong;
        for (std::int64_t n = 0; n < count; ++n) {
            if (static_cast<std::size_t>(n) % kBatch == 0) {
                for (Fact& fact : wrong) correct(std::move(fact));
                wrong.clear();
            }
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
            a.classification = class_of(owner);
            a.source = fact.source.id = "bao-cao-" + a.period + "-" + std::to_string(owner);
            if (n % 50 == 0) wrong.push_back(fact);
            SAOLA_TRY_STATUS(flush_full());
        }
        return flush();
    }

    void correct(Fact fact) {
        fact.assertion.supersedes = fact.assertion.id;
        fact.assertion.id = saola::new_ulid(clock_, random_);
        fact.assertion.value = Decimal(static_cast<std::int64_t>(random_.below(10'000)), 2);
        ++number_;
        facts_.push_back(std::move(fact));
    }

    saola::store::Sql& sql_;
    saola::SystemClock clock_;
    saola::SeededRandom random_;
    std::vector<Fact> facts_;
    std::int64_t number_ = 0;
};

// Open findings about the tasks' budgets, each quoting a held document.
Status add_findings(saola::store::Connection& connection, std::int64_t count) {
    std::vector<std::string> hashes;
    std::vector<std::string> budgets;
    const auto into = [](std::vector<std::string>& list) {
        return [&list](const saola::store::Row& row) {
            list.emplace_back(row.text(0));
            return saola::store::Step::kContinue;
        };
    };
    SAOLA_TRY_STATUS(
        connection.query("SELECT sha256 FROM programme_file ORDER BY sha256", {}, into(hashes)));
    SAOLA_TRY_STATUS(connection.query(
        "SELECT id FROM programme_assertion WHERE kind = 'task' AND predicate = 'budget' AND "
        "synthetic = 1 AND classification = 0 ORDER BY seq",
        {}, into(budgets)));
    for (std::int64_t i = 0; i < count && !budgets.empty(); ++i) {
        Json quotes = Json::array();
        if (!hashes.empty()) {
            Json quote = Json::object();
            quote.set("document", "van-ban-001")
                .set("sha256", hashes[static_cast<std::size_t>(i) % hashes.size()]);
            quote.set("text", "Tổng kinh phí dự kiến là 12.345 triệu đồng.")
                .set("place", "Phụ lục I")
                .set("role", "stated");
            quotes.push(quote.set("begin", 10 + i % 100).set("end", 40 + i % 100));
        }
        Json body = Json::object();
        body.set("subject", "nhiem-vu-" + std::to_string(i)).set("computation", "12.345 <> 12.300");
        body.set("summary_vi", "Tổng số 12.345 khác tổng các dòng 12.300.")
            .set("summary_en", "The total of 12,345 differs from the sum of its rows, 12,300.");
        body.set("quotes", std::move(quotes))
            .set("assertions",
                 Json::array().push(budgets[static_cast<std::size_t>(i) % budgets.size()]));
        SAOLA_TRY_STATUS(connection.execute(
            "INSERT INTO programme_finding (id, rule, rule_version, severity, state, present, "
            "document, body, first_seen,"
            " last_seen, classification, organisation) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            {"synthetic-" + std::to_string(i), i % 2 == 0 ? "total.rows" : "value.missing",
             std::int64_t{1}, i % 3 == 0 ? "error" : "warning", "open", std::int64_t{1},
             "van-ban-001", body.dump(), std::int64_t{1}, std::int64_t{1}, std::int64_t{0}, ""}));
    }
    return bump_version(connection);
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
    Loader loader(*host->platform().sql, options.seed);
    SAOLA_TRY_STATUS(loader.everything(options.observations));
    SAOLA_TRY_STATUS(host->platform().sql->write([&](saola::store::Connection& connection) {
        return add_findings(connection, options.findings);
    }));
    return out.set("facts", loader.facts())
        .set("observations", options.observations)
        .set("load_seconds", seconds_since(from));
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    if (argc > 1) options.data_dir = argv[1];
    for (int i = 2; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        if (name == "--observations") options.observations = std::atoll(argv[i + 1]);
        if (name == "--findings") options.findings = std::atoll(argv[i + 1]);
        if (name == "--seed") options.seed = std::strtoull(argv[i + 1], nullptr, 10);
        if (name == "--url") options.url = argv[i + 1];
    }
    if (options.data_dir.empty()) {
        std::fprintf(stderr,
                     "usage: programme_bench DATA_DIR [--observations N] [--findings N] "
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
