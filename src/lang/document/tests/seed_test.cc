// The real documents and acts in the shared data folder, when it is there: structure, tables and
// figures read by eye from the files, and properties over all of them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/decimal.h"
#include "base/json.h"
#include "base/text.h"
#include "lang/document/chars.h"
#include "lang/document/reader.h"
#include "lang/document/tests/checks.h"

namespace saola::lang {
namespace {

using namespace contracts;

std::filesystem::path shared_dir() {
    const char* set = std::getenv("SAOLA_SHARED_DIR");
    return set != nullptr ? std::filesystem::path(set)
                          : std::filesystem::path(SAOLA_SOURCE_DIR) / ".." / "shared";
}
std::string slurp(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}
std::vector<Document> seeds() {
    std::vector<Document> out;
    std::error_code none;
    std::set<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(shared_dir() / "seeds", none))
        paths.insert(entry.path());
    for (const auto& path : paths) {
        auto document = Reader().read(path.filename().string(), slurp(path));
        EXPECT_TRUE(document.has_value()) << path;
        if (document) out.push_back(std::move(*document));
    }
    return out;
}
const Table* table_with(const Document& document, std::string_view title) {
    for (const Table& table : document.tables) {
        for (const Column& column : table.columns) {
            if (column.title.find(title) != std::string::npos) return &table;
        }
    }
    return nullptr;
}

TEST(Seeds, EveryPropertyHolds) {
    const auto documents = seeds();
    if (documents.empty()) GTEST_SKIP() << "no shared seeds";
    for (const Document& document : documents)
        EXPECT_EQ(broken_property(document), "") << document.name;
}

// The only table with a budget in million VND is the list of orders.
TEST(Seeds, OrdersTable) {
    const auto documents = seeds();
    if (documents.empty()) GTEST_SKIP() << "no shared seeds";
    const Table* orders = nullptr;
    for (const Document& document : documents) {
        if (const Table* found = table_with(document, "(triệu đồng)")) orders = found;
    }
    ASSERT_NE(orders, nullptr);
    ASSERT_EQ(orders->columns.size(), 8U);
    EXPECT_EQ(orders->columns[5].unit, "triệu đồng");
    std::size_t tasks = 0;
    std::size_t priced = 0;
    std::int64_t low = 0;
    std::int64_t high = 0;
    std::set<std::string> bodies;
    for (const Row& row : orders->rows) {
        if (row.kind != RowKind::kBody) continue;
        ++tasks;
        EXPECT_GE(row.confidence, 0.8F);
        EXPECT_FALSE(row.cell(1)->text.value.empty());
        bodies.insert(row.cell(1)->text.value);
        const std::string& budget = row.cell(5)->text.value;
        EXPECT_TRUE(is_numeric_cell(row.cell(6)->text.value)) << row.cell(6)->text.value;
        if (budget == "-") continue;
        ++priced;
        const std::size_t dash = budget.find(" - ");
        low += Decimal::parse_vietnamese(budget.substr(0, dash))->unscaled();
        high +=
            Decimal::parse_vietnamese(dash == std::string::npos ? budget : budget.substr(dash + 3))
                ->unscaled();
    }
    EXPECT_EQ(tasks, 37U);
    EXPECT_EQ(priced, 35U);
    EXPECT_EQ(low, 1'416'130);
    EXPECT_EQ(high, 1'436'130);
    EXPECT_EQ(bodies.size(), 13U);
    ASSERT_EQ(orders->rows.back().kind, RowKind::kTotal);
    EXPECT_EQ(orders->rows.back().cell(5)->text.value, "1.436.130");
}

TEST(Seeds, PatentsTable) {
    const auto documents = seeds();
    if (documents.empty()) GTEST_SKIP() << "no shared seeds";
    const Table* patents = nullptr;
    for (const Document& document : documents) {
        if (const Table* found = table_with(document, " / GPHI")) patents = found;
    }
    ASSERT_NE(patents, nullptr);
    ASSERT_EQ(patents->columns.size(), 11U);
    EXPECT_EQ(patents->columns[2].title, "Doanh nghiệp / SC");
    EXPECT_EQ(patents->columns[10].title, "Tổng / Tổng");
    ASSERT_EQ(patents->rows.size(), 13U);
    const Row& total = patents->rows.back();
    EXPECT_EQ(total.kind, RowKind::kTotal);
    for (std::uint32_t column = 2; column < 11; ++column) {
        std::int64_t sum = 0;
        for (std::size_t r = 0; r < 12; ++r)
            sum += std::stoll(patents->rows[r].cell(column)->text.value);
        EXPECT_EQ(std::to_string(sum), total.cell(column)->text.value) << column;
    }
    EXPECT_EQ(total.cell(8)->text.value, "561");
    EXPECT_EQ(total.cell(9)->text.value, "304");
}

TEST(Seeds, TotalsOfStandards) {
    const auto documents = seeds();
    if (documents.empty()) GTEST_SKIP() << "no shared seeds";
    const Table* standards = nullptr;
    for (const Document& document : documents) {
        if (const Table* found = table_with(document, " / TCVN")) standards = found;
    }
    ASSERT_NE(standards, nullptr);
    std::size_t groups = 0;
    std::size_t rows = 0;
    for (const Row& row : standards->rows) {
        groups += row.kind == RowKind::kGroup ? 1U : 0U;
        rows += row.kind == RowKind::kBody ? 1U : 0U;
    }
    EXPECT_EQ(groups, 2U);
    EXPECT_EQ(rows, 12U);
    EXPECT_EQ(standards->rows.back().cell(2)->text.value, "2441");
}

// Every number found in a text leads back to bytes that contain it.
TEST(Seeds, NumbersLeadBackToTheirBytes) {
    const auto documents = seeds();
    if (documents.empty()) GTEST_SKIP() << "no shared seeds";
    std::size_t numbers = 0;
    for (const Document& document : documents) {
        for (const Node& node : document.nodes) {
            const std::string& text = node.text.value;
            for (std::size_t i = 0; i < text.size(); ++i) {
                std::size_t end = i;
                while (end < text.size() && is_digit(text[end])) ++end;
                if (end == i) continue;
                EXPECT_EQ(document.source(node.text.source(i, end)), text.substr(i, end - i));
                ++numbers;
                i = end;
            }
        }
    }
    EXPECT_GT(numbers, 500U);
}

std::vector<std::filesystem::path> acts() {
    std::vector<std::filesystem::path> out;
    std::error_code none;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             shared_dir() / "data/law/worldwidelaw/sources", none)) {
        if (entry.path().extension() == ".json") out.push_back(entry.path());
    }
    return out;
}
TEST(Acts, ParseAndKeepEveryArticle) {
    const auto paths = acts();
    if (paths.empty()) GTEST_SKIP() << "no shared acts";
    for (const auto& path : paths) {
        JsonLimits limits;
        limits.max_bytes = 64U << 20U;
        const auto json = Json::parse(slurp(path), limits);
        ASSERT_TRUE(json.has_value()) << path;
        const Json* text = json->find("text");
        ASSERT_NE(text, nullptr);
        const auto document = Reader().read(path.filename().string(), text->as_string());
        ASSERT_TRUE(document.has_value()) << path;
        EXPECT_EQ(broken_property(*document), "") << path;
        // Lines that begin "Điều N." outside quotations are articles.
        std::size_t wanted = 0;
        std::size_t quoted = 0;
        const std::string canon = text::to_nfc(text->as_string());
        for (std::size_t at = 0; at < canon.size();) {
            std::size_t end = canon.find('\n', at);
            if (end == std::string::npos) end = canon.size();
            std::string_view line = trimmed(std::string_view(canon).substr(at, end - at));
            if (line.starts_with("Điều ")) {
                std::size_t digit = std::string_view("Điều ").size();
                while (digit < line.size() && is_digit(line[digit])) ++digit;
                if (digit > std::string_view("Điều ").size() && digit < line.size() &&
                    line[digit] == '.')
                    ++wanted;
            }
            at = end + 1;
        }
        std::size_t found = 0;
        for (const Node& node : document->nodes) found += node.kind == NodeKind::kArticle ? 1U : 0U;
        for (std::size_t q = canon.find("“"); q != std::string::npos; q = canon.find("“", q + 1))
            ++quoted;
        EXPECT_LE(found, wanted + 200) << path;
        EXPECT_GE(found + quoted, wanted) << path << " found " << found << " of " << wanted;
    }
}

}  // namespace
}  // namespace saola::lang
