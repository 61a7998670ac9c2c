// The quality rules behind the real reader: made-up documents printed in several layouts and
// damaged, and the documents of SAOLA_SHARED_DIR/seeds when present (generic properties only).
// SAOLA_PRINT_FINDINGS=1 prints every finding.
#include "lang/document/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "programme/findings/tests/model.h"

namespace saola::programme::findings::test {
namespace {

constexpr Date kToday{2026, 11, 22};
constexpr int kMutationsEach = 20;

contracts::Document read(const std::string& name, const std::string& bytes) {
    const lang::Reader reader;
    auto document = reader.read(name, bytes);
    EXPECT_TRUE(document) << (document ? "" : to_string(document.error()));
    return document ? std::move(*document) : contracts::Document{};
}

std::vector<Finding> run(const std::vector<const contracts::Document*>& documents) {
    FindingInput input;
    input.documents = documents;
    input.today = kToday;
    return find_defects(input);
}

void expect_exact_quotes(const std::vector<const contracts::Document*>& documents,
                         const std::vector<Finding>& findings) {
    for (const Finding& finding : findings)
        for (const Quote& quote : finding.quotes) {
            ASSERT_LT(quote.document, documents.size());
            EXPECT_EQ(quote.text, documents[quote.document]->source(quote.span)) << finding.rule;
            EXPECT_FALSE(quote.text.empty()) << finding.rule;
        }
}

std::string to_nfd(const std::string& text) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* form = icu::Normalizer2::getNFDInstance(status);
    std::string out;
    form->normalize(icu::UnicodeString::fromUTF8(text), status).toUTF8String(out);
    EXPECT_TRUE(U_SUCCESS(status));
    return out;
}

Layout layout_of(std::uint64_t seed) { return {seed % 2 == 1, true}; }

TEST(FindingReader, CleanDocumentsStayQuiet) {
    constexpr int kDocuments = 40;
    int false_findings = 0;
    for (std::uint64_t seed = 0; seed < kDocuments; ++seed) {
        Random random(seed + 500);
        const contracts::Document document =
            read("clean.txt", print(generate(random), layout_of(seed)));
        for (const Finding& finding : run({&document})) {
            ++false_findings;
            std::printf("clean seed %d: %s: %s | %s\n", static_cast<int>(seed),
                        finding.rule.c_str(), finding.summary_vi.c_str(),
                        finding.quotes[0].text.c_str());
        }
    }
    std::printf("false findings on %d clean documents: %d\n", kDocuments, false_findings);
    EXPECT_LE(false_findings * 10, kDocuments);
}

TEST(FindingReader, EveryKindOfDamageIsFound) {
    std::map<std::string, std::pair<int, int>> by_rule;
    for (const Mutation& mutation : mutations()) {
        int tried = 0;
        int found = 0;
        for (std::uint64_t seed = 0; tried < kMutationsEach && seed < 100; ++seed) {
            Random random(seed * 104'729 + 3);
            Model model = generate(random);
            const contracts::Document clean = read("clean.txt", print(model, layout_of(seed)));
            if (!mutation.damage(model, random)) continue;
            ++tried;
            const contracts::Document document = read("damaged.txt", print(model, layout_of(seed)));
            const std::vector<Finding> findings = run({&document});
            expect_exact_quotes({&document}, findings);
            const auto of_rule = [&](const Finding& f) { return f.rule == mutation.rule; };
            // Found by reason of the damage: the same document was quiet before it.
            const bool hit = std::ranges::any_of(findings, of_rule) &&
                             std::ranges::none_of(run({&clean}), of_rule);
            found += hit ? 1 : 0;
            if (!hit)
                std::printf("missed: %s, %s, seed %llu\n", mutation.rule.c_str(),
                            mutation.name.c_str(), static_cast<unsigned long long>(seed));
        }
        std::printf("%-26s %-28s %3d / %3d\n", mutation.rule.c_str(), mutation.name.c_str(), found,
                    tried);
        by_rule[mutation.rule].first += found;
        by_rule[mutation.rule].second += tried;
    }
    for (const auto& [rule, result] : by_rule) {
        EXPECT_GE(result.second, 20) << rule;
        EXPECT_GE(result.first * 100, result.second * 95) << rule;
    }
}

// Wrapping, the file's name and the Unicode form change spans, never the findings.
TEST(FindingReader, SameFindingsWhateverTheNameWrappingOrUnicodeForm) {
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        Random random(seed + 40);
        Model model = generate(random);
        for (const Mutation& mutation : mutations())
            if (random() % 3 == 0) mutation.damage(model, random);
        const auto prints = [&](const std::string& name, const std::string& text) {
            const contracts::Document document = read(name, text);
            std::vector<std::string> out;
            for (const Finding& finding : run({&document}))
                out.push_back(finding.rule + " " + finding.fingerprint);
            std::sort(out.begin(), out.end());
            return out;
        };
        const auto plain = prints("a.txt", print(model, {false, true}));
        EXPECT_FALSE(plain.empty());
        EXPECT_EQ(plain, prints("b.md", print(model, {true, true}))) << seed;
        EXPECT_EQ(plain, prints("c.txt", to_nfd(print(model, {false, true})))) << seed;
    }
}

std::vector<contracts::Document> read_seeds() {
    const char* shared = std::getenv("SAOLA_SHARED_DIR");
    const std::filesystem::path folder =
        std::filesystem::path(shared != nullptr ? shared : "../shared") / "seeds";
    std::vector<std::filesystem::path> paths;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
        paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    std::vector<contracts::Document> out;
    for (const auto& path : paths) {
        std::ifstream in(path, std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(in)), {});
        out.push_back(read(path.filename().string(), bytes));
    }
    return out;
}

TEST(FindingReader, RealDocumentsAreQuotedExactlyAndFast) {
    const std::vector<contracts::Document> seeds = read_seeds();
    if (seeds.empty()) GTEST_SKIP() << "no documents in SAOLA_SHARED_DIR/seeds";
    std::vector<const contracts::Document*> documents;
    for (const contracts::Document& document : seeds) documents.push_back(&document);
    const auto begin = std::chrono::steady_clock::now();
    const std::vector<Finding> findings = run(documents);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::printf("%zu findings in %.3f s\n", findings.size(), seconds);
    expect_exact_quotes(documents, findings);
    const std::vector<Finding> again = run(documents);
    ASSERT_EQ(findings.size(), again.size());
    std::set<std::string> prints;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        EXPECT_EQ(findings[i].fingerprint, again[i].fingerprint);
        prints.insert(findings[i].fingerprint);
    }
    EXPECT_EQ(prints.size(), findings.size());
    if (std::getenv("SAOLA_PRINT_FINDINGS") == nullptr) return;
    for (const Finding& f : findings) {
        std::printf("\n[%s] %s | %s\n  %s\n", f.rule.c_str(),
                    std::string(to_string(f.severity)).c_str(), f.summary_vi.c_str(),
                    f.computation.c_str());
        for (std::size_t q = 0; q < f.quotes.size() && q < 4; ++q)
            std::printf("    %s doc%zu [%u,%u) %s: %.120s\n", f.quotes[q].role.c_str(),
                        f.quotes[q].document, f.quotes[q].span.begin, f.quotes[q].span.end,
                        f.quotes[q].place.c_str(), f.quotes[q].text.c_str());
    }
}

}  // namespace
}  // namespace saola::programme::findings::test
