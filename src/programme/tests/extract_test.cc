// Known levels and code lists on made-up documents.
#include "programme/extract/extract.h"

#include <gtest/gtest.h>

#include <array>
#include <map>

namespace saola::programme {
namespace {

contracts::Text add_text(contracts::Document& document, std::string_view words) {
    contracts::Text text;
    text.value = std::string(words);
    const auto begin = static_cast<std::uint32_t>(document.source_text.size());
    document.source_text += std::string(words) + "\n";
    text.span = {begin, begin + static_cast<std::uint32_t>(words.size())};
    text.map = {{0, begin}};
    return text;
}

contracts::Document paragraph(std::string_view words) {
    contracts::Document document;
    document.nodes.emplace_back();
    contracts::Node node;
    node.text = add_text(document, words);
    node.span = node.text.span;
    node.parent = 0;
    document.nodes[0].children.push_back(1);
    document.nodes[0].span = node.span;
    document.nodes.push_back(std::move(node));
    return document;
}

const std::vector<Component> kComponents{{"tau", "Tàu ngầm thông minh không người lái (AUV)"},
                                         {"sonar", "Sonar xử lý tại tàu"},
                                         {"song", "Hệ thống và thiết bị mạng sóng ngắn 9X"},
                                         {"pin", "Pin động cơ tàu"}};

// "component/level = value, sure?" of every level found.
std::vector<std::string> levels(std::string_view words) {
    const contracts::Document document = paragraph(words);
    std::vector<std::string> out;
    for (const Proposal& row : extract_all(document, kComponents)) {
        if (row.predicate != "known") continue;
        EXPECT_EQ(document.source(row.span), row.stated);
        out.push_back(row.subject + " " + row.stated + (row.confidence >= 0.8F ? "" : " ?"));
    }
    return out;
}

using Levels = std::vector<std::string>;

TEST(KnownLevelsTest, TheOpeningNamesTheComponent) {
    EXPECT_EQ(levels("Trong lĩnh vực Sonar và dò biển, nhóm Alpha và Beta đã làm chủ khoảng 61% "
                     "công nghệ lõi, với tỷ lệ nội địa hóa đạt trên 44%."),
              (Levels{"sonar/core-technology-mastery 61", "sonar/localisation 44"}));
    EXPECT_EQ(
        levels("Đối với tàu ngầm thông minh không người lái: đã làm chủ trên 72% công nghệ lõi."),
        (Levels{"tau/core-technology-mastery 72"}));
}

TEST(KnownLevelsTest, TheClauseRulesOverTheOpening) {
    EXPECT_EQ(levels("Trong lĩnh vực vô tuyến và động cơ, hãng Gamma đã làm chủ công nghệ lò, đồng "
                     "thời làm chủ khoảng 83% công nghệ lõi của mạng 9X."),
              (Levels{"song/core-technology-mastery 83"}));
}

TEST(KnownLevelsTest, SharedSyllablesNameNothing) {
    EXPECT_EQ(levels("Trong lĩnh vực động vật, đã làm chủ 50% công nghệ lõi của mạng lưới thú y."),
              Levels{});
    EXPECT_EQ(levels("Đã làm chủ 50% công nghệ lõi."), Levels{});
}

TEST(KnownLevelsTest, AnotherThingOfTheSameNameWaits) {
    EXPECT_EQ(levels("Tỷ lệ nội địa hóa của sonar công nghiệp đạt 37%."),
              (Levels{"sonar/localisation 37 ?"}));
    EXPECT_EQ(levels("Trong lĩnh vực hệ thống nhà kính, đã làm chủ 20% công nghệ lõi."),
              (Levels{"song/core-technology-mastery 20 ?"}));
}

TEST(KnownLevelsTest, OtherSharesAreNoLevels) {
    EXPECT_EQ(levels("Trong lĩnh vực Sonar, thị phần đạt 61%, doanh thu tăng 20%."), Levels{});
}

contracts::Document code_list(const std::vector<std::array<std::string, 3>>& rows,
                              float confidence) {
    contracts::Document document;
    document.nodes.emplace_back();
    document.head.number = "7/QĐ-MAU";
    contracts::Table table;
    table.node = 0;
    for (const char* title : {"TT", "Nhóm nghề", "Nhóm sản phẩm"})
        table.columns.push_back({title, "", {}});
    for (const auto& cells : rows) {
        contracts::Row row;
        row.confidence = confidence;
        for (std::uint32_t i = 0; i < 3; ++i) {
            contracts::Cell cell;
            cell.column = i;
            cell.text = add_text(document, cells[i]);
            row.cells.push_back(std::move(cell));
        }
        table.rows.push_back(std::move(row));
    }
    document.tables.push_back(std::move(table));
    return document;
}

std::map<std::string, std::string> codes(const contracts::Document& document, bool& sure) {
    std::map<std::string, std::string> out;
    sure = true;
    for (const Proposal& row : extract_all(document, {})) {
        if (row.kind != SubjectKind::kCode) continue;
        out[row.subject.substr(row.subject.find('/') + 1)] = row.stated;
        sure = sure && row.confidence >= 0.8F;
    }
    return out;
}

using Codes = std::map<std::string, std::string>;

TEST(CodeListTest, ItemsOfOneCellAreCodesOfTheirOwn) {
    bool sure = false;
    const auto document =
        code_list({{"1", "Nghề gốm.", "Gốm thô.\nGốm tráng men,\nnung hai lần.\nNgói."},
                   {"2", "Nghề mây.", "Rổ, rá."},
                   {"3", "Nghề đá.", "Cối.\nBia."}},
                  0.7F);
    EXPECT_EQ(codes(document, sure), (Codes{{"1", "Nghề gốm"},
                                            {"1.1", "Gốm thô"},
                                            {"1.2", "Gốm tráng men,\nnung hai lần"},
                                            {"1.3", "Ngói"},
                                            {"2", "Nghề mây"},
                                            {"2.1", "Rổ, rá"},
                                            {"3", "Nghề đá"},
                                            {"3.1", "Cối"},
                                            {"3.2", "Bia"}}));
    EXPECT_TRUE(sure);
}

TEST(CodeListTest, AConsistentBareTableIsSure) {
    bool sure = false;
    EXPECT_EQ(codes(code_list({{"1", "Nghề gốm.", "Gốm thô.\nNgói."},
                               {"2", "Nghề mây.", "Rổ."},
                               {"3", "Nghề đá.", "Cối."}},
                              0.7F),
                    sure)
                  .size(),
              7U);
    EXPECT_TRUE(sure);
}

TEST(CodeListTest, AGapOrAnOpenItemWaits) {
    bool sure = true;
    (void)codes(code_list({{"1", "Nghề gốm.", "Gốm thô.\nNgói."},
                           {"3", "Nghề mây.", "Rổ."},
                           {"4", "Nghề đá.", "Cối."}},
                          0.7F),
                sure);
    EXPECT_FALSE(sure);
    (void)codes(code_list({{"1", "Nghề gốm.", "Gốm thô.\nNgói"},
                           {"2", "Nghề mây.", "Rổ."},
                           {"3", "Nghề đá.", "Cối."}},
                          0.7F),
                sure);
    EXPECT_FALSE(sure);
    // A mark may be missing, or the line may be wrapped before a name.
    (void)codes(code_list({{"1", "Nghề gốm.", "Gốm thô\nĐồ Thổ Hà.\nNgói."},
                           {"2", "Nghề mây.", "Rổ."},
                           {"3", "Nghề đá.", "Cối."}},
                          0.7F),
                sure);
    EXPECT_FALSE(sure);
}

}  // namespace
}  // namespace saola::programme
