// Values, extraction on a made-up document, and what two organisations see of each other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/ids.h"
#include "programme/assertion_log.h"
#include "programme/extract/extract.h"
#include "programme/limits.h"
#include "programme/report/report.h"
#include "programme/schema.h"

namespace saola::programme {
namespace {

TEST(IntervalSumTest, AddsBoundsApartAndCountsUnknown) {
    IntervalSum sum;
    sum.add(Decimal{10});
    sum.add(Range{Decimal{5}, Decimal{8}});
    sum.add(Unknown{});
    sum.add(Range{Decimal{5}, std::nullopt});
    EXPECT_EQ(sum.value(), AssertedValue(Range{Decimal{15}, Decimal{18}}));
    EXPECT_EQ(sum.known(), 2);
    EXPECT_EQ(sum.unknown(), 2);
}

TEST(IntervalSumTest, TooLargeASumIsUnknownAndNoError) {
    IntervalSum sum;
    for (int i = 0; i < 3; ++i) sum.add(Decimal{4'000'000'000'000'000'000});
    EXPECT_TRUE(sum.overflowed());
    EXPECT_EQ(sum.value(), AssertedValue(Unknown{}));
    EXPECT_EQ(sum.known(), 3);
}

TEST(CorrectionTest, KeepsTheTypeAndTheBounds) {
    const AssertedValue words = std::string("Đo gió");
    const AssertedValue money = Decimal{5};
    EXPECT_TRUE(check_correction(std::string("Đo sóng"), words, ""));
    EXPECT_TRUE(check_correction(Range{Decimal{1}, Decimal{2}}, money, "VND"));
    EXPECT_TRUE(check_correction(Decimal{1}, Unknown{}, "VND"));
    EXPECT_TRUE(check_correction(Unknown{}, money, "VND"));
    EXPECT_EQ(check_correction(std::string(100'000, 'a'), words, "").error().code,
              "programme.text_too_long");
    EXPECT_EQ(check_correction(std::string(" \n"), words, "").error().code,
              "programme.empty_value");
    EXPECT_EQ(check_correction(std::string("năm"), money, "VND").error().code,
              "programme.other_type");
    EXPECT_EQ(check_correction(Decimal{5}, words, "").error().code, "programme.other_type");
    EXPECT_EQ(check_correction(Decimal{-5}, money, "VND").error().code, "programme.negative_value");
    EXPECT_EQ(check_correction(Decimal{kMaxAmountVnd + 1}, money, "VND").error().code,
              "programme.value_too_large");
    EXPECT_EQ(
        check_correction(Range{std::nullopt, Decimal{kMaxNumber + 1}}, money, "").error().code,
        "programme.value_too_large");
}

Fact order_fact(int number, const std::string& organisation, const std::string& predicate,
                AssertedValue value);

TEST(LogTest, RefusesWhatItCouldNotReadAndSkipsWhatIsDamaged) {
    auto sql = store::open_sql({"sqlite::memory:"});
    ASSERT_TRUE(sql);
    ASSERT_TRUE(store::migrate(**sql, "programme", schema()));
    const auto append = [&](std::vector<Fact> facts) {
        return (*sql)->write(
            [&](store::Connection& connection) { return append_facts(connection, facts); });
    };
    EXPECT_EQ(append({order_fact(1, "alpha", "title", std::string(100'000, 'a'))}).error().code,
              "programme.text_too_long");
    ASSERT_TRUE(append({order_fact(1, "alpha", "title", std::string("Việc")),
                        order_fact(2, "alpha", "title", std::string("Hỏng"))}));
    ASSERT_TRUE((*sql)->write([](store::Connection& connection) -> Status {
        SAOLA_TRY(
            [[maybe_unused]] const std::int64_t rows,
            connection.execute("UPDATE programme_assertion SET value = '{' WHERE id = 'a2title'"));
        return bump_version(connection);
    }));
    const ManualClock clock(1'790'000'000'000'000'000);
    const Query query(**sql, clock);
    const auto view = query.view(platform::system_actor());
    ASSERT_TRUE(view) << view.error().message;
    EXPECT_EQ(view->subjects(SubjectKind::kTask).size(), 1U);
    EXPECT_EQ(query.unreadable(), 1U);
    // Two corrections of one fact: the second is refused by the database itself.
    Fact first = order_fact(3, "alpha", "title", std::string("Một"));
    Fact second = order_fact(4, "alpha", "title", std::string("Hai"));
    first.assertion.supersedes = second.assertion.supersedes = "a1title";
    ASSERT_TRUE(append({first}));
    EXPECT_FALSE(append({second}));
}

TEST(ScanTest, ReadsCellsOfNumbersRangesAndUnknown) {
    EXPECT_EQ(cell_number("12.345")->value, AssertedValue(Decimal{12'345}));
    EXPECT_EQ(cell_number(" 6 - 9 ")->value, AssertedValue(Range{Decimal{6}, Decimal{9}}));
    EXPECT_EQ(cell_number("-")->value, AssertedValue(Unknown{}));
    EXPECT_FALSE(cell_number("sáu tháng").has_value());
}

contracts::Text add_text(contracts::Document& document, std::string_view words) {
    contracts::Text text;
    text.value = std::string(words);
    const auto begin = static_cast<std::uint32_t>(document.source_text.size());
    document.source_text += std::string(words) + "\n";
    text.span = {begin, begin + static_cast<std::uint32_t>(words.size())};
    text.map = {{0, begin}};
    return text;
}

contracts::Document order_document() {
    contracts::Document document;
    document.nodes.emplace_back();
    contracts::Table table;
    for (const char* title :
         {"TT", "Cơ quan đề xuất", "Tên nhiệm vụ", "Kinh phí (tỷ đồng)", "Thời gian (tháng)"}) {
        table.columns.push_back({title, "", {}});
    }
    const char* rows[][5] = {{"1", "Sở Thử nghiệm", "Đo gió", "2,5", "6 - 9"},
                             {"2", "Sở Mẫu", "Đếm cá", "-", "12"}};
    for (const auto& cells : rows) {
        contracts::Row row;
        for (std::uint32_t i = 0; i < 5; ++i) {
            contracts::Cell cell;
            cell.column = i;
            cell.text = add_text(document, cells[i]);
            row.cells.push_back(std::move(cell));
        }
        table.rows.push_back(std::move(row));
    }
    table.node = 0;
    document.tables.push_back(std::move(table));
    return document;
}

TEST(ExtractTest, OrdersKeepUnitsRangesAndTheExactBytes) {
    const contracts::Document document = order_document();
    int budgets = 0;
    for (const Proposal& row : extract_all(document, {})) {
        EXPECT_EQ(document.source(row.span), row.stated);
        if (row.predicate != "budget") continue;
        ++budgets;
        EXPECT_EQ(row.unit, "VND");
        EXPECT_EQ(row.value, row.stated == "-" ? AssertedValue(Unknown{})
                                               : AssertedValue(Decimal{2'500'000'000}));
    }
    EXPECT_EQ(budgets, 2);
}

platform::Actor member_of(const std::string& organisation) {
    platform::Actor actor;
    actor.id = "actor-" + organisation;
    actor.grants = {{platform::Role::kViewer, organisation}};
    actor.organisations = {organisation};
    return actor;
}

Fact order_fact(int number, const std::string& organisation, const std::string& predicate,
                AssertedValue value) {
    Fact fact;
    Assertion& a = fact.assertion;
    a.id = "a" + std::to_string(number) + predicate;
    a.source = "s" + a.id;
    fact.source.id = a.source;
    a.subject_kind = SubjectKind::kTask;
    a.subject = organisation + "/" + std::to_string(number);
    a.predicate = predicate;
    a.value = std::move(value);
    a.unit = predicate == "budget" ? "VND" : "";
    a.organisation = organisation;
    a.classification = platform::Classification::kRestricted;
    return fact;
}

// Random orders of two organisations, all restricted: whatever one asks, no row, total, search or
// figure of the other shows, not even as a difference of totals.
TEST(QueryTest, OrganisationsNeverSeeEachOthersRestrictedRows) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SeededRandom random(seed);
        auto sql = store::open_sql({"sqlite::memory:"});
        ASSERT_TRUE(sql) << sql.error().message;
        ASSERT_TRUE(store::migrate(**sql, "programme", schema()));
        std::vector<Fact> facts;
        std::map<std::string, std::int64_t> rows;
        std::map<std::string, std::int64_t> money;
        for (int i = 0; i < 20; ++i) {
            const std::string organisation = random.below(2) == 0 ? "alpha" : "beta";
            const auto amount = static_cast<std::int64_t>(random.below(1'000) + 1) * 1'000'000;
            ++rows[organisation];
            money[organisation] += amount;
            facts.push_back(
                order_fact(i, organisation, "title", std::string("Việc của ") + organisation));
            facts.push_back(order_fact(i, organisation, "budget", Decimal{amount}));
        }
        ASSERT_TRUE((*sql)->write(
            [&](store::Connection& connection) { return append_facts(connection, facts); }));
        const ManualClock clock(1'790'000'000'000'000'000);
        const Query query(**sql, clock);
        const Reports reports(query);
        for (const auto& [own, other] :
             {std::pair<std::string, std::string>{"alpha", "beta"}, {"beta", "alpha"}}) {
            const platform::Actor actor = member_of(own);
            const auto table = reports.run(actor, {"orders", "", "", "", {}, 0, 0});
            ASSERT_TRUE(table) << table.error().message;
            EXPECT_EQ(table->meta.row_count, rows[own]) << "seed " << seed;
            for (const auto& row : table->rows)
                EXPECT_TRUE(row.id.starts_with(own)) << "seed " << seed;
            const auto figure = reports.figure(actor, figure_id({"orders", "budget", "", "", {}}));
            ASSERT_TRUE(figure);
            if (rows[own] > 0) {
                EXPECT_EQ(figure->value, AssertedValue(Decimal{money[own]})) << "seed " << seed;
            }
            const auto searched = reports.run(actor, {"orders", "", other, "", {}, 0, 0});
            ASSERT_TRUE(searched);
            EXPECT_EQ(searched->meta.row_count, 0) << "seed " << seed;
            const auto filtered = reports.figure(
                actor, figure_id({"orders", "count", "", "", {{"organisation_key", other}}}));
            ASSERT_TRUE(filtered);
            EXPECT_EQ(filtered->value, AssertedValue(Decimal{0})) << "seed " << seed;
            for (const Fact& fact : facts) {
                if (fact.assertion.organisation != other) continue;
                EXPECT_FALSE(query.fact(actor, fact.assertion.id)) << "seed " << seed;
            }
        }
    }
}

}  // namespace
}  // namespace saola::programme
