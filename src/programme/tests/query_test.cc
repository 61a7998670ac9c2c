// The query layer over a growing log: what is current on any day, the newest observation of a
// series, and what others may not see, against answers worked out the long way.
#include "programme/query.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/clock.h"
#include "base/ids.h"
#include "programme/report/report.h"
#include "programme/schema.h"

namespace saola::programme {
namespace {

Fact made(std::string id, SubjectKind kind, std::string subject, std::string predicate,
          std::int64_t value, Date as_of) {
    Fact fact;
    Assertion& a = fact.assertion;
    a.id = std::move(id);
    a.subject_kind = kind;
    a.subject = std::move(subject);
    a.predicate = std::move(predicate);
    a.value = Decimal{value};
    a.as_of = as_of;
    a.source = fact.source.id = "source";
    return fact;
}

Fact observation(std::string id, std::int64_t value, Date month, std::string organisation = {}) {
    Fact fact = made(std::move(id), SubjectKind::kIndicator, "s", std::string(kObserved), value,
                     last_day(month));
    fact.assertion.period = to_iso(month);
    fact.assertion.organisation = std::move(organisation);
    return fact;
}

platform::Actor member_of(const std::string& organisation) {
    platform::Actor actor;
    actor.id = "member";
    actor.organisations = {organisation};
    return actor;
}

std::string ids_of(const Result<std::vector<Fact>>& facts) {
    if (!facts) return facts.error().message;
    std::string out;
    for (const Fact& fact : *facts) out += fact.assertion.id + " ";
    return out;
}

class QueryLayer : public ::testing::Test {
protected:
    void SetUp() override {
        auto opened = store::open_sql({"sqlite::memory:"});
        ASSERT_TRUE(opened) << opened.error().message;
        sql_ = std::move(*opened);
        ASSERT_TRUE(store::migrate(*sql_, "programme", schema()));
    }
    void append(const std::vector<Fact>& facts) {
        const Status done =
            sql_->write([&](store::Connection& c) { return append_facts(c, facts); });
        ASSERT_TRUE(done) << done.error().message;
    }
    // All a view holds, as words: kinds, subjects and ids, and what it shows for "budget".
    static std::string shown(const Query& query, const platform::Actor& actor,
                             std::string_view as_of) {
        const auto view = query.view(actor, as_of);
        if (!view) return view.error().message;
        std::string out;
        for (const SubjectKind kind : {SubjectKind::kTask, SubjectKind::kIndicator}) {
            for (const std::string& subject : view->subjects(kind)) {
                out += subject + ":";
                for (const Fact* fact : view->facts(kind, subject)) {
                    out += " " + fact->assertion.id;
                    if (view->by_id(fact->assertion.id) != fact) out += "?";
                }
                const Fact* best = view->find(kind, subject, "budget");
                out += " [" + (best == nullptr ? "" : best->assertion.id) + "]\n";
            }
        }
        return out;
    }
    std::string latest(const platform::Actor& actor, std::string_view organisation,
                       std::string_view as_of) {
        const Query query(*sql_, clock_);
        return ids_of(query.latest(actor, SubjectKind::kIndicator, organisation, as_of));
    }

    ManualClock clock_{1'790'000'000'000'000'000};
    std::unique_ptr<store::Sql> sql_;
};

TEST_F(QueryLayer, FollowsTheLogAndAnyDay) {
    const Query query(*sql_, clock_);
    const platform::Actor all = platform::system_actor();
    EXPECT_EQ(shown(query, all, ""), "");
    append({made("first", SubjectKind::kTask, "s", "budget", 10, {2024, 1, 15})});
    EXPECT_EQ(shown(query, all, ""), "s: first [first]\n");
    Fact correction = made("second", SubjectKind::kTask, "s", "budget", 20, {2025, 6, 15});
    correction.assertion.supersedes = "first";
    append({correction});
    EXPECT_EQ(shown(query, all, ""), "s: second [second]\n");
    EXPECT_EQ(shown(query, all, "2025-06-14"), "s: first [first]\n");
    EXPECT_EQ(shown(query, all, "2025-06-15"), "s: second [second]\n");
    EXPECT_EQ(shown(query, all, "2024-01-14"), "");
    EXPECT_FALSE(query.view(all, "2024-01"));
    const auto later = query.superseded_by(all, std::vector<std::string>{"first", "second"});
    ASSERT_TRUE(later);
    EXPECT_EQ(*later, (std::map<std::string, std::string>{{"first", "second"}}));
}

TEST_F(QueryLayer, AnOldViewStaysAsItWas) {
    const Query query(*sql_, clock_);
    append({made("first", SubjectKind::kTask, "s", "budget", 10, {2024, 1, 15})});
    const auto before = query.view(platform::system_actor());
    ASSERT_TRUE(before);
    Fact correction = made("second", SubjectKind::kTask, "s", "budget", 20, {2025, 6, 15});
    correction.assertion.supersedes = "first";
    append({correction});
    ASSERT_TRUE(query.view(platform::system_actor()));
    EXPECT_EQ(before->facts(SubjectKind::kTask, "s").size(), 1U);
    EXPECT_NE(before->by_id("first"), nullptr);
    EXPECT_EQ(before->by_id("second"), nullptr);
}

TEST_F(QueryLayer, ADamagedRowIsCountedOnceWhateverFollows) {
    append({made("good", SubjectKind::kTask, "s", "budget", 10, {2024, 1, 15}),
            made("bad", SubjectKind::kTask, "s", "duration", 10, {2024, 1, 15})});
    ASSERT_TRUE(sql_->write([](store::Connection& connection) -> Status {
        SAOLA_TRY_STATUS(
            connection.execute("UPDATE programme_assertion SET value = '{' WHERE id = 'bad'"));
        return bump_version(connection);
    }));
    const Query query(*sql_, clock_);
    const platform::Actor all = platform::system_actor();
    EXPECT_EQ(shown(query, all, ""), "s: good [good]\n");
    append({observation("seen", 1, {2024, 2, 0})});
    EXPECT_EQ(shown(query, all, ""), "s: good [good]\n");
    append({made("more", SubjectKind::kTask, "t", "budget", 1, {2024, 1, 15})});
    EXPECT_EQ(shown(query, all, ""), "s: good [good]\nt: more [more]\n");
    EXPECT_EQ(query.unreadable(), 1U);
}

// A query that read the log bit by bit shows what one that reads it afresh shows, on any day, to
// all.
TEST_F(QueryLayer, ReadingBitByBitIsReadingAfresh) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        SetUp();
        SeededRandom random(seed);
        const auto below = [&](std::size_t n) {
            return static_cast<std::int64_t>(random.below(n));
        };
        const Query query(*sql_, clock_);
        std::vector<std::string> open;  // not corrected yet
        for (int i = 0; i < 40; ++i) {
            const Date day{2024, static_cast<std::uint8_t>(1 + below(12)), 1};
            Fact fact = made("a" + std::to_string(i), SubjectKind::kTask,
                             "s" + std::to_string(below(5)), "budget", below(100), day);
            if (!open.empty() && below(3) == 0) {
                const auto place = static_cast<std::size_t>(below(open.size()));
                fact.assertion.supersedes = open[place];
                open.erase(open.begin() + static_cast<std::ptrdiff_t>(place));
            }
            if (below(3) == 0) {
                fact.assertion.classification = platform::Classification::kRestricted;
                fact.assertion.organisation = below(2) == 0 ? "alpha" : "beta";
            }
            open.push_back(fact.assertion.id);
            append({fact});
            const Query afresh(*sql_, clock_);
            for (const platform::Actor& actor :
                 {platform::system_actor(), member_of("alpha"), platform::Actor{}}) {
                for (const char* as_of : {"", "2024-03-31", "2024-09-01"})
                    ASSERT_EQ(shown(query, actor, as_of), shown(afresh, actor, as_of)) << seed;
            }
        }
    }
}

TEST_F(QueryLayer, LatestIsOfOneOrganisationAndOneDay) {
    append({observation("a", 1, {2024, 1, 0}), observation("b", 2, {2024, 2, 0}),
            observation("x", 3, {2024, 3, 0}, "ministry")});
    append({observation("late", 4, {2023, 12, 0}), observation("b2", 5, {2024, 2, 0})});
    const platform::Actor all = platform::system_actor();
    EXPECT_EQ(latest(all, "", ""), "b2 ");
    EXPECT_EQ(latest(all, "", "2024-02-29"), "b2 ");
    EXPECT_EQ(latest(all, "", "2024-02-28"), "a ");
    EXPECT_EQ(latest(all, "", "2023-12-31"), "late ");
    EXPECT_EQ(latest(all, "", "2023-11-30"), "");
    EXPECT_EQ(latest(all, "ministry", ""), "x ");
}

// The known level of a target on a day is the newest observation of that day, not of today.
TEST_F(QueryLayer, TargetsShowTheObservationOfTheDay) {
    Fact target = made("target", SubjectKind::kIndicator, "s", "target", 80, {2023, 1, 1});
    target.assertion.period = "2030";
    append({target, observation("old", 10, {2024, 1, 0}), observation("new", 20, {2025, 1, 0})});
    const Query query(*sql_, clock_);
    const Reports reports(query);
    const auto known = [&](std::string as_of) -> std::string {
        ReportRequest request;
        request.name = "targets";
        request.as_of = std::move(as_of);
        const auto table = reports.run(platform::system_actor(), request);
        if (!table || table->rows.size() != 1) return "?";
        return table->rows.front().cells[5].assertion;
    };
    EXPECT_EQ(known(""), "new");
    EXPECT_EQ(known("2024-12-31"), "old");
    EXPECT_EQ(known("2025-01-31"), "new");
    EXPECT_EQ(known("2023-06-30"), "");
    append({observation("newer", 30, {2025, 2, 0})});
    EXPECT_EQ(known(""), "newer");
}

// Random observations of three owners and classes: history and latest are what sees() lets through.
TEST_F(QueryLayer, ObservationsKeepToWhoMaySeeThem) {
    SeededRandom random(7);
    const std::vector<std::string> owners{"", "alpha", "beta"};
    std::vector<Fact> all;
    for (int i = 0; i < 300; ++i) {
        const Date month{2020 + static_cast<std::int32_t>(random.below(4)),
                         static_cast<std::uint8_t>(1 + random.below(12)), 0};
        Fact fact = observation("o" + std::to_string(i), i, month, owners[random.below(3)]);
        fact.assertion.classification = static_cast<platform::Classification>(random.below(3));
        all.push_back(std::move(fact));
    }
    append(all);
    const Query query(*sql_, clock_);
    platform::Actor nowhere = member_of("alpha");
    nowhere.organisations.clear();
    for (const platform::Actor& actor : {platform::system_actor(), member_of("alpha"),
                                         member_of("beta"), nowhere, platform::Actor{}}) {
        std::vector<const Fact*> visible;
        for (const Fact& fact : all) {
            if (actor.sees(fact.assertion.classification, fact.assertion.organisation))
                visible.push_back(&fact);
        }
        std::string newest_first;
        for (auto it = visible.rbegin(); it != visible.rend() && it != visible.rbegin() + 50; ++it)
            newest_first += (*it)->assertion.id + " ";
        EXPECT_EQ(ids_of(query.history(actor, SubjectKind::kIndicator, "s", kObserved, 50)),
                  newest_first);
        for (const std::string& owner : owners) {
            for (const std::string as_of : {"", "2021-07-15"}) {
                const Fact* best = nullptr;
                for (const Fact* fact : visible) {
                    const Assertion& a = fact->assertion;
                    if (a.organisation != owner || (!as_of.empty() && valid_from(a) > as_of))
                        continue;
                    if (best == nullptr || a.period >= best->assertion.period) best = fact;
                }
                EXPECT_EQ(latest(actor, owner, as_of),
                          best == nullptr ? "" : best->assertion.id + " ");
            }
        }
    }
}

// Readers beside a writer: each sees whole transactions, and what was acknowledged before it asked.
TEST_F(QueryLayer, ReadersSeeEveryAcknowledgedWriteWhole) {
    const Query query(*sql_, clock_);
    std::atomic<int> acknowledged{0};
    std::atomic<bool> wrong{false};
    constexpr int kWrites = 60;
    const auto read = [&] {
        while (acknowledged < kWrites) {
            const int before = acknowledged;
            for (const char* as_of : {"", "2030-01-01"}) {
                const auto view = query.view(platform::system_actor(), as_of);
                const std::size_t seen =
                    view ? view->facts(SubjectKind::kTask, "s").size() : std::size_t{1};
                if (seen % 2 != 0 || seen < static_cast<std::size_t>(before) * 2) wrong = true;
            }
        }
    };
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i) readers.emplace_back(read);
    for (int i = 0; i < kWrites; ++i) {
        const std::string id = "w" + std::to_string(i);
        append({made(id + "a", SubjectKind::kTask, "s", "budget", i, {2024, 1, 1}),
                made(id + "b", SubjectKind::kTask, "s", "budget", i, {2024, 1, 1})});
        ++acknowledged;
    }
    for (std::thread& reader : readers) reader.join();
    EXPECT_FALSE(wrong);
}

}  // namespace
}  // namespace saola::programme
