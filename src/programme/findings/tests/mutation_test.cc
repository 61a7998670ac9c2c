// Every rule against damaged and clean documents of a seeded generator; the table of results is
// printed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "programme/findings/tests/model.h"

namespace saola::programme::findings::test {
namespace {

constexpr int kMutationsEach = 20;
constexpr int kCleanDocuments = 60;
constexpr Date kToday{2026, 11, 22};

std::vector<Finding> run(const contracts::Document& document) {
    FindingInput input;
    input.documents = {&document};
    input.today = kToday;
    return find_defects(input);
}

void expect_exact_quotes(const contracts::Document& document,
                         const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) {
        EXPECT_FALSE(finding.quotes.empty()) << finding.rule;
        EXPECT_FALSE(finding.computation.empty()) << finding.rule;
        for (const Quote& quote : finding.quotes) {
            EXPECT_EQ(quote.text, document.source(quote.span)) << finding.rule;
            EXPECT_FALSE(quote.text.empty()) << finding.rule;
        }
    }
}

TEST(FindingMutation, CleanDocumentsStayQuiet) {
    int false_findings = 0;
    for (int seed = 0; seed < kCleanDocuments; ++seed) {
        Random random(static_cast<std::uint64_t>(seed) + 1'000);
        const contracts::Document document = build(generate(random));
        for (const Finding& finding : run(document)) {
            ++false_findings;
            std::printf("clean seed %d: %s: %s\n", seed, finding.rule.c_str(),
                        finding.summary_vi.c_str());
        }
    }
    std::printf("false findings on %d clean documents: %d\n", kCleanDocuments, false_findings);
    EXPECT_LE(false_findings * 10, kCleanDocuments);
}

TEST(FindingMutation, EveryKindOfDamageIsFound) {
    std::map<std::string, std::pair<int, int>> by_rule;
    for (const Mutation& mutation : mutations()) {
        int tried = 0;
        int found = 0;
        for (std::uint64_t seed = 0; tried < kMutationsEach && seed < 200; ++seed) {
            Random random(seed * 7'919 + 17);
            Model model = generate(random);
            const std::vector<Finding> before = run(build(model));
            if (!mutation.damage(model, random)) continue;
            ++tried;
            const contracts::Document document = build(model);
            const std::vector<Finding> findings = run(document);
            expect_exact_quotes(document, findings);
            const auto of_rule = [&](const Finding& finding) {
                return finding.rule == mutation.rule;
            };
            // Found by reason of the damage: the same document was quiet before it.
            if (std::ranges::any_of(findings, of_rule) && std::ranges::none_of(before, of_rule))
                ++found;
            else
                std::printf("missed: %s, %s, seed %llu\n", mutation.rule.c_str(),
                            mutation.name.c_str(), static_cast<unsigned long long>(seed));
        }
        std::printf("%-26s %-28s %3d / %3d\n", mutation.rule.c_str(), mutation.name.c_str(), found,
                    tried);
        by_rule[mutation.rule].first += found;
        by_rule[mutation.rule].second += tried;
        EXPECT_GE(tried, 20) << mutation.name;
    }
    for (const auto& [rule, result] : by_rule)
        EXPECT_GE(result.first * 100, result.second * 95) << rule;
    std::set<std::string> all;
    for (const RuleInfo& rule : rules()) all.insert(rule.id);
    for (const std::string& rule : all)
        EXPECT_TRUE(by_rule.contains(rule)) << "no mutation for " << rule;
}

TEST(FindingMutation, IsDeterministicAndIndependentOfTheFileName) {
    Random random(5);
    Model model = generate(random);
    for (const Mutation& mutation : mutations()) mutation.damage(model, random);
    contracts::Document document = build(model);
    const std::vector<Finding> first = run(document);
    document.name = "another name.docx";
    const std::vector<Finding> second = run(document);
    ASSERT_EQ(first.size(), second.size());
    ASSERT_GT(first.size(), 5U);
    std::set<std::string> prints;
    for (std::size_t i = 0; i < first.size(); ++i) {
        EXPECT_EQ(first[i].fingerprint, second[i].fingerprint);
        EXPECT_EQ(first[i].computation, second[i].computation);
        prints.insert(first[i].fingerprint);
    }
    EXPECT_EQ(prints.size(), first.size()) << "two findings share a fingerprint";
}

TEST(FindingMutation, ReportedDeadlineIsQuiet) {
    Random random(3);
    Model model = generate(random);
    replace(model.find("deadline")->text, "2031", "2025");
    const contracts::Document document = build(model);
    FindingInput input;
    input.documents = {&document};
    input.today = kToday;
    const auto passed = [&] {
        int count = 0;
        for (const Finding& f : find_defects(input)) count += f.rule == "deadline.passed" ? 1 : 0;
        return count;
    };
    EXPECT_EQ(passed(), 1);
    const DateMention due = find_dates(model.find("deadline")->text).at(0);
    Assertion assertion;
    assertion.subject_kind = SubjectKind::kDeadline;
    assertion.subject = "d1";
    assertion.predicate = "due";
    assertion.value = due.date;
    input.assertions.push_back(assertion);
    EXPECT_EQ(passed(), 1);
    assertion.predicate = "completed";
    input.assertions.push_back(assertion);
    EXPECT_EQ(passed(), 0);
    input.assertions.clear();
    input.today = Date{2024, 1, 1};
    EXPECT_EQ(passed(), 0);
}

}  // namespace
}  // namespace saola::programme::findings::test
