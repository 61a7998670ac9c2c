// The four official documents, read and imported with the real reader, against figures counted by
// hand in them, and against the data set of data/programme. Skipped where the documents are absent.
// Lives here because only main may see both the reader and the programme.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "main/tests/installation.h"
#include "programme/dataset.h"
#include "programme/extract/scan.h"
#include "programme/limits.h"
#include "programme/value.h"

namespace saola::programme {
namespace {

namespace fs = std::filesystem;

fs::path seeds_folder() {
    const char* given = std::getenv("SAOLA_SHARED_DIR");
    const fs::path shared =
        given != nullptr ? fs::path(given) : fs::path(SAOLA_SOURCE_DIR) / ".." / "shared";
    return shared / "seeds";
}

std::vector<ImportFile> seed_files() {
    std::vector<ImportFile> out;
    for (const auto& entry : fs::directory_iterator(seeds_folder())) {
        auto bytes = read_file(entry.path().string(), 1U << 20U);
        if (bytes) out.push_back({entry.path().filename().string(), std::move(*bytes)});
    }
    return out;
}

class SeedsTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        std::error_code error;
        if (!fs::is_directory(seeds_folder(), error)) return;
        shared_ = std::make_unique<Installation>();
        if (shared_->ready()) first_ = shared_->import(seed_files(), true);
    }
    static void TearDownTestSuite() { shared_.reset(); }
    void SetUp() override {
        if (shared_ == nullptr)
            GTEST_SKIP() << "no official documents in " << seeds_folder() << " (SAOLA_SHARED_DIR)";
        ASSERT_TRUE(shared_->ready());
    }
    static Service& service() { return shared_->service(); }
    static View view() { return *service().query.view(platform::system_actor()); }
    // A column's sum or count in a report, as its figure gives it.
    static AssertedValue figure(const std::string& report, const std::string& total) {
        const auto found = service().reports.figure(platform::system_actor(),
                                                    figure_id({report, total, "", "", {}}));
        EXPECT_TRUE(found) << (found ? "" : found.error().message);
        return found ? found->value : AssertedValue(Unknown{});
    }

    static std::unique_ptr<Installation> shared_;
    static ImportInfo first_;
};
std::unique_ptr<Installation> SeedsTest::shared_;
ImportInfo SeedsTest::first_;

constexpr std::int64_t kMillion = 1'000'000;

TEST_F(SeedsTest, OrdersCountAndSum) {
    std::int64_t priced = 0;
    IntervalSum sum;
    const View seen = view();
    for (const std::string& task : seen.subjects(SubjectKind::kTask)) {
        const Fact* budget = seen.find(SubjectKind::kTask, task, "budget");
        ASSERT_NE(budget, nullptr) << task;
        priced += bounds_of(budget->assertion.value) ? 1 : 0;
        sum.add(budget->assertion.value);
    }
    EXPECT_EQ(seen.subjects(SubjectKind::kTask).size(), 37U);
    EXPECT_EQ(priced, 35);
    const AssertedValue expected =
        Range{Decimal{1'416'130 * kMillion}, Decimal{1'436'130 * kMillion}};
    EXPECT_EQ(sum.value(), expected);
    EXPECT_EQ(figure("orders", "budget"), expected);
    EXPECT_EQ(figure("orders", "count"), AssertedValue(Decimal{37}));
}

TEST_F(SeedsTest, PatentsSumAndTheirTableIsQuiet) {
    const auto table =
        service().reports.run(platform::system_actor(), {"patents", "", "", "", {}, 0, 0});
    ASSERT_TRUE(table);
    std::set<std::string> totals;
    for (const auto& total : table->meta.totals)
        totals.insert(to_display(figure("patents", total.key)));
    for (const char* sum : {"561", "304", "865"}) EXPECT_TRUE(totals.contains(sum)) << sum;

    ASSERT_TRUE(service().findings.refresh());
    const auto findings = service().findings.list(platform::system_actor(), {});
    ASSERT_TRUE(findings);
    EXPECT_FALSE(findings->empty());  // the other documents do have faults
    const View seen = view();
    std::vector<std::pair<std::string, contracts::Span>> cells;
    for (const std::string& subject : seen.subjects(SubjectKind::kPatentCount)) {
        for (const Fact* fact : seen.facts(SubjectKind::kPatentCount, subject))
            cells.emplace_back(fact->source.document, *fact->source.span);
    }
    EXPECT_GE(cells.size(), 72U);  // twelve years by three holders by two kinds
    for (const auto& finding : *findings) {
        for (const StoredQuote& quote : finding->quotes) {
            for (const auto& [document, span] : cells) {
                const bool apart = quote.document != document || quote.span.end <= span.begin ||
                                   span.end <= quote.span.begin;
                EXPECT_TRUE(apart) << finding->rule << ": " << finding->summary_en;
            }
        }
    }
}

// The numbers of a text times the factors that units bring (thousands to trillions, years to
// months).
bool states(const std::string& text, const Decimal& value) {
    for (const Word& word : split_words(text)) {
        if (word.kind != Word::Kind::kNumber) continue;
        for (const std::int64_t factor :
             {1LL, 1'000LL, 1'000'000LL, 1'000'000'000LL, 1'000'000'000'000LL, 12LL}) {
            const auto product = word.number.multiply(Decimal{factor});
            if (product && *product == value) return true;
        }
    }
    return false;
}

bool states(const std::string& text, const AssertedValue& value) {
    if (const auto* number = std::get_if<Decimal>(&value)) return states(text, *number);
    if (const auto* range = std::get_if<Range>(&value)) {
        return (!range->lo || states(text, *range->lo)) && (!range->hi || states(text, *range->hi));
    }
    if (const auto* date = std::get_if<Date>(&value))
        return text.find(to_iso(*date).substr(0, 4)) != std::string::npos;
    return std::holds_alternative<Unknown>(value) || !text.empty();
}

TEST_F(SeedsTest, EverySpanHoldsWhatIsStated) {
    const View seen = view();
    std::size_t checked = 0;
    for (int kind = 0; kind <= static_cast<int>(SubjectKind::kCode); ++kind) {
        for (const std::string& subject : seen.subjects(static_cast<SubjectKind>(kind))) {
            for (const Fact* fact : seen.facts(static_cast<SubjectKind>(kind), subject)) {
                ASSERT_TRUE(fact->source.span) << subject << " " << fact->assertion.predicate;
                const auto document =
                    service().documents.load(fact->source.document_sha256, "seed.txt");
                ASSERT_TRUE(document) << document.error().message;
                const std::string text((*document)->source(*fact->source.span));
                const std::string what = subject + " " + fact->assertion.predicate + " = " +
                                         to_display(fact->assertion.value) + " in \"" +
                                         text.substr(0, 200) + "\"";
                EXPECT_EQ(text, fact->assertion.stated) << what;
                EXPECT_TRUE(states(text, fact->assertion.value)) << what;
                EXPECT_FALSE(fact->source.place.empty()) << what;
                ++checked;
            }
        }
    }
    EXPECT_GT(checked, 900U);
}

TEST_F(SeedsTest, CodeListsAreWhole) {
    std::map<std::string, std::pair<int, int>> sizes;  // document -> groups, items
    const View seen = view();
    for (const std::string& code : seen.subjects(SubjectKind::kCode)) {
        const std::size_t slash = code.rfind('/');
        auto& [groups, items] = sizes[code.substr(0, slash)];
        ++(code.find('.', slash) == std::string::npos ? groups : items);
    }
    std::multiset<std::pair<int, int>> found;
    for (const auto& [list, size] : sizes) found.insert(size);
    EXPECT_EQ(found, (std::multiset<std::pair<int, int>>{{8, 32}, {11, 35}}));
}

TEST_F(SeedsTest, KnownLevelsBelongToTheComponentOfTheirParagraph) {
    std::map<std::string, std::string> levels;
    const View seen = view();
    for (const std::string& subject : seen.subjects(SubjectKind::kIndicator)) {
        const Fact* known = seen.find(SubjectKind::kIndicator, subject, "known");
        if (known == nullptr) continue;
        const std::string component =
            seen.text(SubjectKind::kComponent, subject.substr(0, subject.find('/')), "title");
        levels[component.substr(0, 24) + subject.substr(subject.find('/'))] =
            to_display(known->assertion.value);
    }
    // Three components and a share, read with the eye in the one section that states them.
    EXPECT_EQ(levels.size(), 4U);
    std::multiset<std::string> values;
    for (const auto& [subject, value] : levels) {
        values.insert(value);
        if (value == "85") {
            EXPECT_NE(subject.find("Hệ thống"), std::string::npos) << subject;
        }
        if (value == "≥ 70") {
            EXPECT_NE(subject.find("bay"), std::string::npos) << subject;
        }
    }
    EXPECT_EQ(values, (std::multiset<std::string>{"65", "85", "≥ 50", "≥ 70"}));
}

TEST_F(SeedsTest, ImportingAgainProposesNothing) {
    const ImportInfo again = shared_->import(seed_files(), false);
    EXPECT_EQ(again.counts.rows, 0);
    const auto rows = service().imports.rows(platform::system_actor(), again.id, {"", "", 20, 0});
    ASSERT_TRUE(rows);
    for (const ImportRow& row : rows->rows) {
        const Assertion& a = row.fact.assertion;
        ADD_FAILURE() << row.change << " " << a.subject << " " << a.predicate << " = "
                      << to_display(a.value) << ", " << row.fact.source.place
                      << ", before: " << row.previous;
    }
    EXPECT_EQ(again.counts.same, first_.counts.rows + first_.counts.same);
    EXPECT_GT(first_.counts.proposed, 0);  // so that waiting rows are part of the claim
}

using FactRow = std::tuple<std::string, std::string, std::string, std::string, std::string,
                           std::string, std::string, std::string>;

std::multiset<FactRow> rows_of(const View& view) {
    std::multiset<FactRow> out;
    for (int kind = 0; kind <= static_cast<int>(SubjectKind::kCode); ++kind) {
        for (const std::string& subject : view.subjects(static_cast<SubjectKind>(kind))) {
            for (const Fact* fact : view.facts(static_cast<SubjectKind>(kind), subject)) {
                if (is_prose(*fact)) continue;
                const Assertion& a = fact->assertion;
                out.emplace(to_string(a.subject_kind), a.subject, a.predicate,
                            to_json(a.value).dump(), a.unit, a.period, fact->source.document,
                            fact->source.place);
            }
        }
    }
    return out;
}

std::string words_of(const FactRow& row) {
    return std::get<0>(row) + " " + std::get<1>(row) + " " + std::get<2>(row) + " " +
           std::get<3>(row) + " [" + std::get<6>(row) + ", " + std::get<7>(row) + "]";
}

TEST_F(SeedsTest, OriginalsGiveTheDataSet) {
    Installation empty;
    ASSERT_TRUE(empty.ready());
    const auto loaded = load_dataset(empty.service(), platform::system_actor(),
                                     std::string(SAOLA_SOURCE_DIR) + "/data/programme");
    ASSERT_TRUE(loaded) << loaded.error().message;
    const std::multiset<FactRow> imported = rows_of(view());
    const std::multiset<FactRow> kept =
        rows_of(*empty.service().query.view(platform::system_actor()));
    std::vector<FactRow> missing;
    std::vector<FactRow> extra;
    std::ranges::set_difference(imported, kept, std::back_inserter(missing));
    std::ranges::set_difference(kept, imported, std::back_inserter(extra));
    for (const FactRow& row : missing) ADD_FAILURE() << "not in data/programme: " << words_of(row);
    for (const FactRow& row : extra) ADD_FAILURE() << "only in data/programme: " << words_of(row);
    EXPECT_GT(kept.size(), 800U);
}

// What a finding says and where, without the words around its quotes.
using FindingRow = std::tuple<std::string, std::string, int, std::string, std::string, std::string>;

std::set<FindingRow> finding_rows(Service& service, const platform::Actor& actor) {
    std::set<FindingRow> out;
    const auto list = service.findings.list(actor, {});
    EXPECT_TRUE(list);
    if (!list) return out;
    for (const auto& item : *list) {
        const StoredFinding& f = *item;
        std::string places;
        for (const StoredQuote& q : f.quotes)
            places += q.role + " " + q.document + ", " + q.place + " @" +
                      std::to_string(q.span.begin) + "\n";
        out.emplace(f.id, f.rule, f.rule_version, f.severity, f.summary_vi, places);
    }
    return out;
}

// Which deadlines have passed depends on the day; the data set was written on one before today.
void without_deadlines(std::set<FindingRow>& rows) {
    std::erase_if(rows,
                  [](const FindingRow& row) { return std::get<1>(row) == "deadline.passed"; });
}

TEST_F(SeedsTest, OriginalsGiveTheFindingsOfTheDataSet) {
    Installation empty;
    ASSERT_TRUE(empty.ready());
    ASSERT_TRUE(load_dataset(empty.service(), platform::system_actor(), "builtin"));
    ASSERT_TRUE(service().findings.refresh());
    std::set<FindingRow> live = finding_rows(service(), platform::Actor{});
    std::set<FindingRow> carried = finding_rows(empty.service(), platform::Actor{});
    EXPECT_GT(carried.size(), 20U);
    without_deadlines(live);
    without_deadlines(carried);
    for (const FindingRow& row : live)
        if (!carried.contains(row))
            ADD_FAILURE() << "not in data/programme: " << std::get<1>(row) << " "
                          << std::get<4>(row) << "\n"
                          << std::get<5>(row);
    for (const FindingRow& row : carried)
        if (!live.contains(row))
            ADD_FAILURE() << "only in data/programme: " << std::get<1>(row) << " "
                          << std::get<4>(row) << "\n"
                          << std::get<5>(row);
}

TEST_F(SeedsTest, OriginalsTakeOverCarriedFindingsAndKeepDecisions) {
    Installation mine;
    ASSERT_TRUE(mine.ready());
    const platform::Actor actor = platform::system_actor();
    ASSERT_TRUE(load_dataset(mine.service(), actor, "builtin"));
    const std::set<FindingRow> carried = finding_rows(mine.service(), actor);
    const std::string id = std::get<0>(*carried.begin());
    ASSERT_TRUE(
        mine.service().findings.decide(actor, id, {"dismiss", "đã giải trình", "", std::nullopt}));
    ASSERT_TRUE(mine.service().findings.refresh());  // nothing held yet: all of them stay
    EXPECT_EQ(finding_rows(mine.service(), actor), carried);
    (void)mine.import(seed_files(), true);
    ASSERT_TRUE(mine.service().findings.refresh());
    EXPECT_EQ(finding_rows(mine.service(), actor), carried);
    const auto list = mine.service().findings.list(actor, {});
    ASSERT_TRUE(list);
    for (const auto& finding : *list) EXPECT_FALSE(finding->carried) << finding->rule;
    const auto decided = mine.service().findings.find(actor, id);
    ASSERT_TRUE(decided);
    EXPECT_EQ(decided->state, "dismissed");
    EXPECT_EQ(decided->history.size(), 2U);  // found, dismissed
    // Loading again changes nothing any more.
    const auto again = load_dataset(mine.service(), actor, "builtin");
    ASSERT_TRUE(again);
    EXPECT_EQ(again->findings, 0);
    EXPECT_EQ(again->facts, 0);
}

}  // namespace
}  // namespace saola::programme
