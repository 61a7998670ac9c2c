// Targets, known levels and code lists on made-up documents.
#include "programme/extract/extract.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>

#include "programme/value.h"

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

// A programme of three components; `goals` are the items below "Mục tiêu đến năm 2041" of the
// first.
contracts::Document programme(const std::vector<std::string>& goals, std::string_view heading) {
    using contracts::NodeKind;
    contracts::Document document;
    document.nodes.emplace_back();
    const auto add = [&](NodeKind kind, std::int32_t parent, std::string_view words) {
        contracts::Node node;
        node.kind = kind;
        node.parent = parent;
        node.text = add_text(document, words);
        node.span = node.text.span;
        document.nodes.push_back(std::move(node));
        const auto index = static_cast<std::int32_t>(document.nodes.size()) - 1;
        document.nodes[static_cast<std::size_t>(parent)].children.push_back(index);
        return index;
    };
    const std::int32_t first = add(NodeKind::kHeading, 0, "Chương trình thành phần 1: Đò máy");
    const std::int32_t point = add(NodeKind::kPoint, first, heading);
    const std::int32_t year = add(NodeKind::kBullet, point, "Đến năm 2041:");
    for (const std::string& goal : goals) add(NodeKind::kBullet, year, goal);
    add(NodeKind::kHeading, 0, "Chương trình thành phần 2: Bè nứa");
    add(NodeKind::kHeading, 0, "Chương trình thành phần 3: Thuyền thúng");
    const auto end = static_cast<std::uint32_t>(document.source_text.size());
    document.nodes[0].span = {0, end};
    return document;
}

// "value unit: title" of every target, with its measure when components share it.
std::vector<std::string> targets(const std::vector<std::string>& goals,
                                 std::string_view heading = "Mục tiêu") {
    const contracts::Document document = programme(goals, heading);
    std::map<std::string, std::string> titles;
    std::vector<std::string> out;
    const std::vector<Proposal> rows = extract_all(document, {});
    for (const Proposal& row : rows) {
        if (row.kind == SubjectKind::kIndicator && row.predicate == "title")
            titles.emplace(row.subject, to_display(row.value));
    }
    for (const Proposal& row : rows) {
        if (row.predicate != "target") continue;
        EXPECT_EQ(row.period, "2041");
        EXPECT_EQ(document.source(row.span), row.stated);
        const std::string measure = row.subject.substr(row.subject.find('/') + 1);
        const bool shared = measure == "localisation" || measure == "core-technology-mastery";
        const std::string value =
            std::holds_alternative<Unknown>(row.value) ? "?" : to_display(row.value);
        out.push_back(value + (row.unit.empty() ? "" : " ") + row.unit + ": " +
                      titles[row.subject] + (shared ? " [" + measure + "]" : ""));
    }
    return out;
}

using Targets = std::vector<std::string>;

TEST(TargetsTest, FiguresOfGoalsAreTargets) {
    EXPECT_EQ(
        targets({"Làm chủ tối thiểu 45% công nghệ lõi đò máy;"}),
        (Targets{"≥ 45 %: Làm chủ tối thiểu 45% công nghệ lõi đò máy [core-technology-mastery]"}));
    EXPECT_EQ(targets({"Có ít nhất 12 bến mẫu; đội thuyền nằm trong top 7 vùng sông nước."}),
              (Targets{"≥ 12 count: Có ít nhất 12 bến mẫu",
                       "≤ 7 rank: đội thuyền nằm trong top 7 vùng sông nước"}));
    EXPECT_EQ(targets({"Ắc quy đạt mật độ năng lượng trên 210Wh/kg."}),
              (Targets{"≥ 210 Wh/kg: Ắc quy đạt mật độ năng lượng trên 210Wh/kg"}));
    EXPECT_EQ(
        targets({"Làm chủ hoàn toàn 90%, từ bản vẽ đến chế tạo các công nghệ lõi sau: vỏ; máy."}),
        (Targets{"90 %: Làm chủ hoàn toàn 90%, từ bản vẽ đến chế tạo các công nghệ lõi sau: vỏ "
                 "[core-technology-mastery]"}));
}

TEST(TargetsTest, TheSecondCountGoesWithTheVerbOfTheFirst) {
    EXPECT_EQ(targets({"Ban hành tối thiểu 14 tiêu chuẩn (TCM) và 05 quy chuẩn về đò."}),
              (Targets{"≥ 14 count: Ban hành tối thiểu 14 tiêu chuẩn",
                       "5 count: Ban hành tối thiểu 14 tiêu chuẩn (TCM) và 05 quy chuẩn về đò"}));
    EXPECT_EQ(targets({"Ban hành tối thiểu 14 tiêu chuẩn, đội và 05 quy chuẩn."}).size(), 1U);
}

TEST(TargetsTest, WhatTheProgrammeIsAboutIsNoTarget) {
    // Three components: "03 sản phẩm" are those.
    EXPECT_EQ(
        targets({"Đào tạo tối thiểu 80 thợ trong các nghề liên quan tới 03 sản phẩm đường sông."}),
        (Targets{"≥ 80 count: Đào tạo tối thiểu 80 thợ trong các nghề liên quan tới 03 sản phẩm "
                 "đường sông"}));
    EXPECT_EQ(targets({"Trở thành trung tâm phát triển 03 sản phẩm đường sông của vùng."}),
              (Targets{"?: Trở thành trung tâm phát triển 03 sản phẩm đường sông của vùng"}));
    EXPECT_EQ(targets({"Phát triển 04 sản phẩm đường sông."}),
              (Targets{"4 count: Phát triển 04 sản phẩm đường sông"}));
}

TEST(TargetsTest, AFigureThatDescribesWhatIsCountedIsNoTarget) {
    EXPECT_EQ(
        targets({"Có tối thiểu 06 xưởng, trong đó ít nhất 02 xưởng đạt định giá trên 09 tỷ USD."}),
        (Targets{"≥ 6 count: Có tối thiểu 06 xưởng",
                 "≥ 2 count: trong đó ít nhất 02 xưởng đạt định giá trên 09 tỷ USD"}));
    EXPECT_EQ(targets({"Doanh thu đạt trên 09 tỷ USD."}).size(), 1U);
    EXPECT_EQ(targets({"Tăng doanh thu 20%, tiến tới làm chủ công nghệ lõi đò máy."}),
              (Targets{"20 %: Tăng doanh thu 20%, tiến tới làm chủ công nghệ lõi đò máy"}));
}

TEST(TargetsTest, AGoalInWordsHasAnUnknownValue) {
    EXPECT_EQ(targets({"Làm chủ vững chắc các công nghệ lõi (vỏ, máy) và bến;"}),
              (Targets{"? %: Làm chủ vững chắc các công nghệ lõi [core-technology-mastery]"}));
    EXPECT_EQ(targets({"Mở thêm bến đò ở các xã ven sông, gồm: một, hai."}),
              (Targets{"?: Mở thêm bến đò ở các xã ven sông"}));
    // Products and tasks are no goals.
    EXPECT_EQ(targets({"Mở thêm bến đò ở các xã ven sông."}, "Sản phẩm dự kiến"), Targets{});
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

TEST(CodeListTest, TheSizeBelongsToTheListThatReplaces) {
    contracts::Document document = paragraph(
        "Quyết định số 9/QĐ-MAU thay thế Quyết định số 4/QĐ-MAU (gồm 7 nhóm nghề và 21 nhóm "
        "hàng).");
    const auto cite = [&](std::string number) {
        contracts::Citation citation;
        const auto at =
            static_cast<std::uint32_t>(document.source_text.find("Quyết định số " + number));
        citation.span = {at, at + static_cast<std::uint32_t>(("Quyết định số " + number).size())};
        citation.number = std::move(number);
        citation.node = 1;
        document.citations.push_back(std::move(citation));
    };
    cite("9/QĐ-MAU");
    cite("4/QĐ-MAU");
    std::map<std::string, std::string> sizes;
    for (const Proposal& row : extract_all(document, {})) {
        if (row.kind == SubjectKind::kCodeList)
            sizes[row.subject + " " + row.predicate] = row.stated;
    }
    EXPECT_EQ(sizes, (std::map<std::string, std::string>{{"9-qd-mau group_count", "7"},
                                                         {"9-qd-mau item_count", "21"}}));
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
