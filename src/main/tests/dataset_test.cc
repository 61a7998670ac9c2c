// The data set inside the program, without any original: what a newcomer sees after `load builtin`.
#include "programme/dataset.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "main/tests/installation.h"
#include "programme/findings/finding.h"
#include "programme/targets.h"

namespace saola::programme {
namespace {

class DatasetTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(mine_.ready());
        const auto loaded = load_dataset(service(), platform::system_actor(), "builtin");
        ASSERT_TRUE(loaded) << loaded.error().message;
        loaded_ = *loaded;
    }
    Service& service() { return mine_.service(); }
    View open() { return *service().query.view(platform::Actor{}); }

    Installation mine_;
    Loaded loaded_;
};

TEST_F(DatasetTest, FindingsAreSeenWithoutTheOriginals) {
    const auto list = service().findings.list(platform::Actor{}, {"open", "", "", ""});
    ASSERT_TRUE(list);
    EXPECT_EQ(static_cast<std::int64_t>(list->size()), loaded_.findings);
    EXPECT_GT(list->size(), 20U);
    std::set<std::string> known;
    for (const RuleInfo& rule : rules()) known.insert(rule.id);
    const View view = open();
    for (const auto& row : *list) {
        const StoredFinding& finding = *row;
        EXPECT_TRUE(known.contains(finding.rule)) << finding.rule;
        EXPECT_FALSE(finding.computation.empty());
        for (const StoredQuote& quote : finding.quotes) {
            EXPECT_FALSE(quote.place.empty());
            EXPECT_LE(quote.text.size(), 80U) << quote.text;
            EXPECT_EQ(quote.span.end - quote.span.begin, quote.text.size());
            EXPECT_FALSE(view.document_number(quote.document).empty());
        }
        const Json json = to_json(finding, view);
        for (const Json& quote : json.find("quotes")->as_array())
            EXPECT_FALSE(quote.find("document")->get_bool_or("held", true));
    }
}

TEST_F(DatasetTest, RulesWithoutDocumentsKeepThem) {
    const auto present = service().findings.refresh();
    ASSERT_TRUE(present) << present.error().message;
    EXPECT_EQ(*present, loaded_.findings);
    EXPECT_EQ(service().findings.list(platform::Actor{}, {})->size(),
              static_cast<std::size_t>(loaded_.findings));
    const auto again = load_dataset(service(), platform::system_actor(), "builtin");
    ASSERT_TRUE(again);
    EXPECT_EQ(again->findings + again->facts + again->mappings, 0);
}

TEST_F(DatasetTest, ExportGivesWhatWasLoaded) {
    const std::string dir = ::testing::TempDir() + "saola-dataset-export";
    ASSERT_TRUE(export_dataset(service(), dir));
    for (const char* name : {"facts.json", "findings.json"}) {
        const auto bytes = read_file(dir + "/" + name, 8U << 20U);
        ASSERT_TRUE(bytes);
        EXPECT_EQ(*bytes, builtin_file(name)) << name;
    }
}

TEST_F(DatasetTest, DamagedFindingsAreRefused) {
    const std::string good =
        R"({"id":")" + std::string(64, 'a') +
        R"(","rule":"total.text","version":1,"severity":"error","summary_vi":"x",)" +
        R"("quotes":[{"document":"a","text":"1","place":"p","role":"stated","begin":0,"end":1}]})";
    EXPECT_TRUE(carried_finding(*Json::parse(good)));
    for (const auto& [from, to] : std::map<std::string, std::string>{{"aaaa", "zzzz"},
                                                                     {"\"error\"", "\"grave\""},
                                                                     {"[{", "[],\"x\":[{"},
                                                                     {"\"version\":1,", ""}}) {
        std::string bad = good;
        bad.replace(bad.find(from), from.size(), to);
        EXPECT_FALSE(carried_finding(*Json::parse(bad))) << bad;
    }
}

TEST_F(DatasetTest, MappingsSayWhatTheyRestOn) {
    const View view = open();
    const auto words = [&](const std::string& list, const std::string& code) {
        return text::fold(view.text(SubjectKind::kCode, list + "/" + code, "title"));
    };
    std::set<std::string> lists;
    std::size_t same = 0;
    for (const CodeMapping& mapping : view.mappings()) {
        lists.insert(mapping.list_to);
        EXPECT_FALSE(mapping.basis.empty()) << mapping.code_from;
        EXPECT_FALSE(words(mapping.list_from, mapping.code_from).empty())
            << mapping.list_from << "/" << mapping.code_from;
        EXPECT_EQ(mapping.kind == "unknown", mapping.code_to.empty()) << mapping.code_from;
        if (mapping.kind != "same") continue;
        ++same;
        // At least half of the words of a title stand in the other one.
        const std::string from = words(mapping.list_from, mapping.code_from);
        const std::string to = words(mapping.list_to, mapping.code_to);
        ASSERT_FALSE(to.empty()) << mapping.code_to;
        std::size_t shared = 0;
        std::size_t count = 0;
        for (std::size_t at = 0; at < from.size(); ++at) {
            const std::size_t end = std::min(from.find(' ', at), from.size());
            ++count;
            shared += to.find(from.substr(at, end - at)) != std::string::npos ? 1U : 0U;
            at = end;
        }
        const bool holds_item = std::ranges::any_of(view.mappings(), [&](const CodeMapping& item) {
            return item.kind == "same" && item.code_from.starts_with(mapping.code_from + ".") &&
                   item.code_to.starts_with(mapping.code_to + ".");
        });
        EXPECT_TRUE(shared * 2 >= count || holds_item) << from << " / " << to;
    }
    EXPECT_EQ(lists.size(), 2U);
    EXPECT_GE(same, 20U);
}

TEST_F(DatasetTest, EveryComponentHasTargetsAndKnownLevelsAreSeen) {
    const View view = open();
    std::map<std::string, std::set<std::string>> years;
    std::size_t known = 0;
    std::set<std::string> levels;
    for (const std::string& subject : view.subjects(SubjectKind::kIndicator)) {
        for (const TargetRow& row : target_rows(view, subject)) {
            years[subject.substr(0, subject.find('/'))].insert(row.period());
            if (row.known != nullptr) levels.insert(row.known->assertion.id);
            EXPECT_TRUE(row.target == nullptr || row.title != nullptr) << subject;
        }
        if (view.find(SubjectKind::kIndicator, subject, "known") != nullptr) ++known;
    }
    for (const std::string& component : view.subjects(SubjectKind::kComponent)) {
        EXPECT_TRUE(years[component].contains("2027")) << component;
        EXPECT_TRUE(years[component].contains("2030")) << component;
    }
    EXPECT_EQ(levels.size(), known);
}

}  // namespace
}  // namespace saola::programme
