#include "programme/quantity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace saola::programme {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "lo..hi unit xmultiplier qualifier" of each amount, for short tables of cases.
std::vector<std::string> amounts(std::string_view text) {
    static constexpr const char* kSigns[] = {"", "~", ">=", "<=", ">", "<", "->"};
    std::vector<std::string> out;
    for (const Quantity& q : find_quantities(text)) {
        std::string line = q.kind == QuantityKind::kYear ? "year " : "";
        if (q.outer != Qualifier::kNone)
            line += std::string("(") + kSigns[static_cast<int>(q.outer)] + ")";
        line += kSigns[static_cast<int>(q.qualifier)] + q.lo.to_string();
        if (q.range) line += ".." + q.hi.to_string();
        if (q.multiplier != Decimal(1)) line += " x" + q.multiplier.to_string();
        if (!q.unit.empty()) line += " " + q.unit;
        out.push_back(line);
    }
    return out;
}

TEST(Quantity, ReadsNumbersUnitsAndScales) {
    EXPECT_THAT(amounts("tổng kinh phí 1.250.300 triệu đồng"), ElementsAre("1250300 x1000000 VND"));
    EXPECT_THAT(amounts("là 12,5 tỷ đồng và 3 nghìn tỷ đồng."),
                ElementsAre("12.5 x1000000000 VND", "3 x1000000000000 VND"));
    EXPECT_THAT(amounts("700 triệu tem, 30 tỷ tham số"),
                ElementsAre("700 x1000000", "30 x1000000000"));
    EXPECT_THAT(amounts("trong 18 tháng hoặc 05 năm"), ElementsAre("18 month", "5 x12 month"));
    EXPECT_THAT(amounts("tăng 12% so với, 7,5 % và 300m2"), ElementsAre("12 %", "7.5 %", "300 m2"));
    EXPECT_THAT(amounts("2 ki-lô-gam"), ElementsAre("2 kg"));
    EXPECT_THAT(amounts("thay thế nhập khẩu 1 tỷ USD/năm"), ElementsAre("1 x1000000000 USD/year"));
    EXPECT_THAT(amounts("đã có 3456 tiêu chuẩn"), ElementsAre("3456"));
}

TEST(Quantity, ReadsQualifiers) {
    EXPECT_THAT(amounts("tối thiểu 80%, ít nhất 05 doanh nghiệp, không dưới 3 tỷ đồng, ≥ 90%, >=4"),
                ElementsAre(">=80 %", ">=5", ">=3 x1000000000 VND", ">=90 %", ">=4"));
    EXPECT_THAT(amounts("không quá 30%, tối đa 12 tháng, ≤5, <=6"),
                ElementsAre("<=30 %", "<=12 month", "<=5", "<=6"));
    EXPECT_THAT(amounts("trên 330 tỷ đồng, hơn 22 quốc gia, >7, vượt 8%"),
                ElementsAre(">330 x1000000000 VND", ">22", ">7", ">8 %"));
    EXPECT_THAT(amounts("dưới 150 km, nhỏ hơn 2 kg, <1 giây"),
                ElementsAre("<150 km", "<2 kg", "<1 second"));
    EXPECT_THAT(amounts("khoảng 55 văn bản, gần 80%, ước đạt 4 tỷ đồng"),
                ElementsAre("~55", "~80 %", "~4 x1000000000 VND"));
    EXPECT_THAT(amounts("60% trở lên và 40% trở xuống"), ElementsAre(">=60 %", "<=40 %"));
    EXPECT_THAT(amounts("quy mô đến 30 tỷ tham số"), ElementsAre("->30 x1000000000"));
    EXPECT_THAT(amounts("liên quan đến 9 nhóm nghề"), ElementsAre("9"));
    EXPECT_THAT(amounts("tối đa ≥ 9.000 giao dịch"), ElementsAre("(<=)>=9000"));
}

TEST(Quantity, ReadsRanges) {
    EXPECT_THAT(amounts("5.000 - 10.000"), ElementsAre("5000..10000"));
    EXPECT_THAT(amounts("từ 60–70%"), ElementsAre("60..70 %"));
    EXPECT_THAT(amounts("60% - 70%"), ElementsAre("60..70 %"));
    EXPECT_THAT(amounts("từ 04 đến 06 phòng thí nghiệm"), ElementsAre("4..6"));
    EXPECT_THAT(amounts("05 - 07 trung tâm"), ElementsAre("5..7"));
    EXPECT_THAT(amounts("từ 900 triệu đồng đến 2 tỷ đồng"), ElementsAre("0.9..2 x1000000000 VND"));
    EXPECT_THAT(amounts("tăng từ 2.200 đơn lên 2.800 đơn"), ElementsAre("2200", "2800"));
    EXPECT_THAT(amounts("tối thiểu 15-20% nhu cầu"), ElementsAre(">=15..20 %"));
}

TEST(Quantity, TellsYearsFromAmounts) {
    EXPECT_THAT(amounts("đến năm 2030 đạt 70%"), ElementsAre("year 2030", "70 %"));
    EXPECT_THAT(amounts("giai đoạn 2026-2030"), ElementsAre("year 2026..2030"));
    EXPECT_THAT(amounts("đã có 2035 tiêu chuẩn"), ElementsAre("2035"));
    EXPECT_THAT(amounts("Năm 2026, tổng dự toán là 95.000 tỷ đồng"),
                ElementsAre("year 2026", "95000 x1000000000 VND"));
}

TEST(Quantity, LeavesNamesAlone) {
    for (const char* text : {"Quyết định số 1234/QĐ-TTg",
                             "Nghị quyết 57-NQ/TW",
                             "ngày 12 tháng 6",
                             "ngày 12/6/2027",
                             "tháng 5/2026",
                             "Điều 14 khoản 2",
                             "mạng 5G/6G",
                             "ISO/IEC 27001",
                             "Nội dung 1: Dữ liệu",
                             "phục vụ 24/7",
                             "SHA-256",
                             "IPv6",
                             "193/2025/QH15",
                             "Phụ lục 3",
                             "kỳ họp thứ 9",
                             "(1) Bộ Quốc phòng",
                             "25/50/100Gbps",
                             "1. Mở đầu",
                             "Quyết định 4321",
                             "công văn số 22 ngày",
                             "Layer 1",
                             "128T128R"})
        EXPECT_THAT(amounts(text), IsEmpty()) << text;
}

TEST(Quantity, GivesExactOffsetsAndNouns) {
    const std::string text = "đặt mục tiêu tối thiểu 1.500 kỹ sư phần mềm, trình độ cao";
    const Quantity q = find_quantities(text).at(0);
    EXPECT_EQ(text.substr(q.begin, q.end - q.begin), "1.500");
    EXPECT_EQ(text.substr(q.full_begin, q.full_end - q.full_begin), "tối thiểu 1.500");
    EXPECT_EQ(q.noun, "kỹ sư phần mềm");
    const std::string range = "từ 12 - 24 tháng";
    const Quantity r = find_quantities(range).at(0);
    EXPECT_EQ(range.substr(r.begin, r.end - r.begin), "12 - 24");
    EXPECT_EQ(range.substr(r.begin, r.lo_end - r.begin), "12");
    EXPECT_EQ(range.substr(r.hi_begin, r.end - r.hi_begin), "24");
    EXPECT_EQ(r.unit_words, "tháng");
}

TEST(Quantity, IntervalAppliesTheQualifier) {
    EXPECT_EQ(find_quantities("ít nhất 3 năm").at(0).interval(),
              (Range{Decimal(36), std::nullopt}));
    EXPECT_EQ(find_quantities("không quá 3 năm").at(0).interval(),
              (Range{std::nullopt, Decimal(36)}));
    EXPECT_EQ(find_quantities("khoảng 3 - 4 tỷ đồng").at(0).interval(),
              (Range{Decimal(3'000'000'000), Decimal(4'000'000'000)}));
    EXPECT_FALSE(find_quantities("900.000.000.000.000 nghìn tỷ đồng").at(0).interval());
}

TEST(Quantity, ReadsDates) {
    const auto dates = [](std::string_view text) {
        std::vector<std::string> out;
        for (const DateMention& d : find_dates(text))
            out.push_back((d.valid ? "" : "bad ") +
                          std::string(text.substr(d.begin, d.end - d.begin)) + "=" +
                          to_iso(d.date));
        return out;
    };
    EXPECT_THAT(dates("ngày 12 tháng 6 năm 2025 và 6/5/2026"),
                ElementsAre("ngày 12 tháng 6 năm 2025=2025-06-12", "6/5/2026=2026-05-06"));
    EXPECT_THAT(
        dates("trong tháng 5/2026; tháng 6 năm 2026; từ tháng 4/2025"),
        ElementsAre("tháng 5/2026=2026-05", "tháng 6 năm 2026=2026-06", "tháng 4/2025=2025-04"));
    EXPECT_THAT(dates("ngày 31/02/2026"),
                ElementsAre(::testing::StartsWith("bad ngày 31/02/2026")));
    EXPECT_THAT(dates("ngày 30 tháng 13 năm 2026"), ElementsAre(::testing::StartsWith("bad ")));
    EXPECT_THAT(dates("193/2025/QH15 và 12/2026/NĐ-CP, 24/7, 34/34"), IsEmpty());
}

TEST(Quantity, ReadsTableCells) {
    const auto value = [](std::string_view text, std::string_view unit) {
        return read_cell(text, unit);
    };
    EXPECT_EQ(std::get<Decimal>(value("5.000", "triệu đồng")->value), Decimal(5'000'000'000));
    EXPECT_EQ(value("5.000", "triệu đồng")->unit, "VND");
    EXPECT_EQ(std::get<Range>(value("48 - 60", "tháng")->value), (Range{Decimal(48), Decimal(60)}));
    EXPECT_TRUE(std::holds_alternative<Unknown>(value(" - ", "")->value));
    EXPECT_TRUE(std::holds_alternative<Unknown>(value("", "")->value));
    EXPECT_EQ(std::get<Decimal>(value("2015", "")->value), Decimal(2015));
    EXPECT_EQ(std::get<Decimal>(value("08", "")->value), Decimal(8));
    EXPECT_FALSE(value("12 phòng học", ""));
    EXPECT_FALSE(value("chưa có", ""));
}

TEST(Quantity, FindsSentences) {
    const std::string text = "Một là 1.000 đồng. Hai là 2; ba./.";
    const auto [begin, end] = sentence_around(text, text.find("Hai"));
    EXPECT_EQ(text.substr(begin, end - begin), "Hai là 2");
    const auto [b, e] = sentence_around(text, 5);
    EXPECT_EQ(text.substr(b, e - b), "Một là 1.000 đồng");
}

}  // namespace
}  // namespace saola::programme
