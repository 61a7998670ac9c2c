// Small documents written here: labels, references, tables, footnotes, heads, invariance to form.
#include "base/text.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>
#include <sstream>

#include "lang/document/canon.h"
#include "lang/document/labels.h"
#include "lang/document/reader.h"
#include "lang/document/references.h"
#include "lang/document/render.h"
#include "lang/document/tests/checks.h"

namespace saola::lang {
namespace {

using namespace contracts;

Document read(const std::string& text) {
    auto document = Reader().read("x.txt", text);
    EXPECT_TRUE(document.has_value());
    if (!document) return {};
    EXPECT_EQ(broken_property(*document), "") << text;
    return std::move(*document);
}

TEST(Labels, Grammar) {
    const auto label = [](std::string_view line) {
        const Label found = parse_label(line);
        return std::to_string(static_cast<int>(found.style)) + ":" + found.text;
    };
    const auto is = [](Style style, const char* text) {
        return std::to_string(static_cast<int>(style)) + ":" + text;
    };
    EXPECT_EQ(label("Điều 12. Phạm vi"), is(Style::kArticle, "12"));
    EXPECT_EQ(label("Điều 12a. Phạm vi"), is(Style::kArticle, "12a"));
    EXPECT_EQ(label("Điều thứ 5"), is(Style::kArticle, "5"));
    EXPECT_EQ(label("Điều 14 Luật này"), is(Style::kNone, ""));
    EXPECT_EQ(label("Chương IV"), is(Style::kChapter, "IV"));
    EXPECT_EQ(label("Phần thứ nhất"), is(Style::kPart, "nhất"));
    EXPECT_EQ(label("Mục tiêu đến năm"), is(Style::kNone, ""));
    EXPECT_EQ(label("đ) Điểm"), is(Style::kAlpha, "đ"));
    EXPECT_EQ(label("2.1. Kết quả"), is(Style::kDotted2, "2.1"));
    EXPECT_EQ(label("1.436.130 triệu đồng"), is(Style::kNone, ""));
    EXPECT_EQ(label("2025. Sau đó"), is(Style::kNone, ""));
    EXPECT_EQ(label("12/6/2025 là ngày"), is(Style::kNone, ""));
    EXPECT_EQ(label("III. KẾT QUẢ"), is(Style::kRoman, "III"));
    EXPECT_EQ(label("- Nội dung 3: Dữ liệu"), is(Style::kContent, "Nội dung 3"));
    EXPECT_EQ(label("+Làm chủ"), is(Style::kPlus, "+"));
    EXPECT_EQ(label("-5 độ"), is(Style::kNone, ""));
    EXPECT_EQ(label("(2) Ban hành"), is(Style::kParen, "2"));
    EXPECT_EQ(label("PHỤ LỤC II"), is(Style::kAppendix, "II"));
    EXPECT_EQ(label("Phụ lục II kèm theo"), is(Style::kNone, ""));
}

TEST(References, DatesAndNumbers) {
    EXPECT_EQ(to_iso(match_date("ngày 12 tháng 6 năm 2025", 0)->date), "2025-06-12");
    EXPECT_EQ(to_iso(match_date("ngày 22/04/2026", 0)->date), "2026-04-22");
    EXPECT_EQ(to_iso(match_date("tháng 10/2025", 0)->date), "2025-10");
    EXPECT_EQ(to_iso(match_date("ngày     tháng    năm 2025", 0)->date), "2025");
    EXPECT_EQ(to_iso(match_date("ngày ... tháng 7 năm 2026", 0)->date), "2026-07");
    EXPECT_FALSE(match_date("ngày 32/13/2025", 0));
    EXPECT_FALSE(match_date("ngày mai", 0));
    EXPECT_EQ(match_number("12/2025/TT-ABC", 0, false)->number, "12/2025/TT-ABC");
    EXPECT_EQ(match_number("57-NQ/TW", 0, false)->number, "57-NQ/TW");
    EXPECT_EQ(match_number("436/TTr- STN ngày", 0, false)->number, "436/TTr-STN");
    EXPECT_EQ(match_number("   /QĐ-TTg", 0, true)->number, "");
    EXPECT_FALSE(match_number("12/6/2025", 0, false));
    EXPECT_FALSE(match_number("34/34 địa phương", 0, false));
}

std::vector<std::string> cited(const std::string& text) {
    std::vector<std::string> out;
    for (const Citation& c : read(text).citations) {
        out.push_back(c.type + "|" + c.number + "|" + (c.date ? to_iso(*c.date) : "") + "|" +
                      c.issuer + "|" + c.clause);
    }
    return out;
}
TEST(Citations, UsualForms) {
    using V = std::vector<std::string>;
    EXPECT_EQ(
        cited(
            "Theo Quyết định số 77/QĐ-XYZ ngày 12/6/2025 của Bộ trưởng Bộ Y tế ban hành quy chế."),
        (V{"Quyết định|77/QĐ-XYZ|2025-06-12|Bộ trưởng Bộ Y tế|"}));
    EXPECT_EQ(cited("Nghị định 65, 67 & 68/2025/NĐ-CP hướng dẫn."),
              (V{"Nghị định|65/2025/NĐ-CP|||", "Nghị định|67/2025/NĐ-CP|||",
                 "Nghị định|68/2025/NĐ-CP|||"}));
    EXPECT_EQ(cited("quy định tại khoản 2 Điều 14 Luật Đường sắt."),
              (V{"Luật||||khoản 2 Điều 14"}));
    EXPECT_EQ(cited("Luật Khoa học, công nghệ số 9/2024/QH15; việc khác."),
              (V{"Luật|9/2024/QH15|||"}));
    EXPECT_EQ(cited("Công văn 31/ABC-XYZ ngày 22/04/2026; 32/ABC-XYZ ngày 23/04/2026"),
              (V{"Công văn|31/ABC-XYZ|2026-04-22||", "|32/ABC-XYZ|2026-04-23||"}));
    EXPECT_EQ(cited("các Kế hoạch số 7, 9/KH-UBND tháng 10/2025"),
              (V{"Kế hoạch|7/KH-UBND|2025-10||", "Kế hoạch|9/KH-UBND|2025-10||"}));
    EXPECT_EQ(
        cited("Thông tư số      /2025/TT-ABC ngày     tháng    năm 2025 của Bộ trưởng Bộ Y tế"),
        (V{"Thông tư||2025|Bộ trưởng Bộ Y tế|"}));
    EXPECT_EQ(cited("Quyết định này có hiệu lực. Kế hoạch năm nay."), V{});
}

constexpr const char* kTable =
    "Phụ lục I\nDANH MỤC\n\n\tSTT\n\tĐơn vị\n\tViệc\n\tKinh phí (tỷ đồng)\n\n\tNhóm thứ "
    "nhất\n\n\t1.\n\tSở A\n\tViệc dài\nhai dòng\n\t5.000 - 10.000\n\n"
    "\t\n\t\n\tViệc hai[footnoteRef:1] [1: Ghi chú]\n\t-\n\n\t2.\n\tSở B\n\tViệc ba\n\t\n\n\tTổng "
    "cộng\n\t10.000\n";
TEST(Tables, TabForm) {
    const Document document = read(kTable);
    ASSERT_EQ(document.tables.size(), 1U);
    const Table& table = document.tables[0];
    ASSERT_EQ(table.columns.size(), 4U);
    EXPECT_EQ(table.columns[3].unit, "tỷ đồng");
    EXPECT_EQ(table.caption, "DANH MỤC");
    ASSERT_EQ(table.rows.size(), 5U);
    EXPECT_EQ(table.rows[0].kind, RowKind::kGroup);
    EXPECT_EQ(table.rows[1].cell(2)->text.value, "Việc dài hai dòng");
    EXPECT_EQ(table.rows[2].cell(1)->text.value, "Sở A");
    EXPECT_TRUE(table.rows[2].cell(1)->carried);
    EXPECT_EQ(table.rows[2].cell(2)->text.value, "Việc hai");
    ASSERT_EQ(table.rows[2].cell(2)->footnotes.size(), 1U);
    EXPECT_EQ(
        document.nodes[static_cast<std::size_t>(table.rows[2].cell(2)->footnotes[0])].text.value,
        "Ghi chú");
    EXPECT_EQ(table.rows[3].cell(3)->text.value, "");
    EXPECT_EQ(table.rows[4].kind, RowKind::kTotal);
    EXPECT_EQ(table.rows[4].cell(3)->text.value, "10.000");
    EXPECT_EQ(document.place(0, 1, 3), "Phụ lục I, bảng 1, dòng 2, cột 4");
}
TEST(Tables, VanishedCellsAreNeverSure) {
    const Document document = read("PHỤ LỤC\nTT\nTên\nNăm\nSố\n1\nMột\n2020\n5\n2\nHai\n7\n");
    ASSERT_EQ(document.tables.size(), 1U);
    ASSERT_EQ(document.tables[0].rows.size(), 2U);
    EXPECT_GE(document.tables[0].rows[0].confidence, 0.8F);
    EXPECT_LT(document.tables[0].rows[1].confidence, 0.8F);
}
TEST(Head, FieldsAndDraft) {
    const Document document = read(
        "BỘ Y TẾ  CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nSố:      "
        "/QĐ-BYT  Hà Nội, ngày    tháng 3 năm 2026\nQUYẾT ĐỊNH\nVề việc giao nhiệm vụ\nBỘ TRƯỞNG "
        "BỘ Y TẾ\nCăn cứ Luật Dược;\nĐiều 1. Giao việc.\nĐiều 2. Thi hành./.\nNơi nhận:\n- Như "
        "trên;\n- Lưu: VT.\nBỘ TRƯỞNG\nTrần Văn An\n");
    EXPECT_EQ(document.head.type, "Quyết định");
    EXPECT_EQ(document.head.number, "");
    EXPECT_TRUE(document.head.draft);
    EXPECT_EQ(document.head.place, "Hà Nội");
    EXPECT_EQ(to_iso(*document.head.date), "2026-03");
    EXPECT_EQ(document.head.title, "Về việc giao nhiệm vụ");
    EXPECT_EQ(document.head.signer, "Trần Văn An");
    EXPECT_EQ(document.source(document.head.title_span), "Về việc giao nhiệm vụ");
    EXPECT_EQ(document.source(document.head.signer_span), "Trần Văn An");
}
TEST(Text, SourceOfRanges) {
    const std::string source =
        "  e\xCC\xA3\xCC\x82  a\r\n12\xC2\xA0"
        "3 ";
    const auto canon = canonicalise(source);
    ASSERT_TRUE(canon.has_value());

    const std::vector<Span> none;
    TextMaker whole(canon->value, none);
    whole.add({0, static_cast<std::uint32_t>(canon->value.size())}, Join::kNone);
    Text text = whole.finish();
    to_source(*canon, text);
    EXPECT_EQ(text.value, "ệ a 12 3");
    EXPECT_EQ(text.source(0, 3), (Span{2, 7}));
    const std::size_t at = text.value.find("12");
    EXPECT_EQ(source.substr(text.source(at, at + 2).begin, 2), "12");
}

// A generated document: its numbering survives every way of writing it down.
std::vector<std::string> generate(std::mt19937& random) {
    static const std::vector<std::string> kWords = {
        "cơ quan",  "địa phương", "thực hiện", "nhiệm vụ", "kế hoạch", "phát triển",
        "hệ thống", "báo cáo",    "kết quả",   "hằng năm", "đánh giá", "triển khai"};
    const auto sentence = [&](std::size_t words) {
        std::string out = "Cơ sở";
        for (std::size_t i = 0; i < words; ++i) out += " " + kWords[random() % kWords.size()];
        return out;
    };
    std::vector<std::string> lines;
    std::size_t article = 0;
    for (std::size_t chapter = 1; chapter <= 1 + random() % 2; ++chapter) {
        lines.push_back("Chương " + std::string(chapter == 1 ? "I" : "II"));
        lines.push_back("QUY ĐỊNH CHUNG");
        for (std::size_t a = 0; a < 2 + random() % 3; ++a) {
            lines.push_back("Điều " + std::to_string(++article) + ". " + sentence(2));
            for (std::size_t c = 1; c <= 2 + random() % 3; ++c) {
                lines.push_back(std::to_string(c) + ". " + sentence(8 + random() % 20) +
                                (random() % 2 == 0 ? "." : ":"));
                if (!lines.back().ends_with(':')) continue;
                for (std::size_t p = 0; p < 2 + random() % 3; ++p)
                    lines.push_back(std::string(1, static_cast<char>('a' + p)) + ") " +
                                    sentence(6 + random() % 20) + ";");
            }
        }
    }
    return lines;
}
std::string wrap(const std::vector<std::string>& lines, std::size_t width, const std::string& end) {
    std::string out;
    for (const std::string& line : lines) {
        std::istringstream words(line);
        std::string word;
        std::size_t at = 0;
        while (words >> word) {
            std::size_t chars = 0;
            for (const char c : word)
                chars += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1U : 0U;
            if (at > 0 && at + 1 + chars > width) {
                out += end;
                at = 0;
            }
            out += (at > 0 ? " " : "") + word;
            at += (at > 0 ? 1 : 0) + chars;
        }
        out += end;
    }
    return out;
}
TEST(Invariance, WrappingLineEndsAndUnicodeForm) {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        std::mt19937 random(seed);
        const auto lines = generate(random);
        const std::string wanted = to_outline(read(wrap(lines, 100'000, "\n")));
        EXPECT_NE(wanted.find("clause [2]"), std::string::npos);
        for (const std::size_t width : {60U, 72U, 80U, 95U}) {
            EXPECT_EQ(to_outline(read(wrap(lines, width, "\n"))), wanted)
                << "seed " << seed << " width " << width;
        }
        EXPECT_EQ(to_outline(read(wrap(lines, 80, "  \r\n"))), wanted) << "seed " << seed;
        EXPECT_EQ(to_outline(read(wrap(lines, 80, " \n\n"))), wanted)
            << "seed " << seed << " double spaced";
        std::string decomposed;  // a crude NFD of the vowels used: circumflex and dots apart
        for (const char c : wrap(lines, 100'000, "\n")) decomposed.push_back(c);
        for (const auto& [from, to] :
             {std::pair<std::string, std::string>{"ệ", "e\xCC\xA3\xCC\x82"},
              {"á", "a\xCC\x81"},
              {"ế", "e\xCC\x82\xCC\x81"},
              {"ơ", "o\xCC\x9B"},
              {"Đ", "Đ"}}) {
            for (std::size_t at = decomposed.find(from); at != std::string::npos;
                 at = decomposed.find(from, at + to.size()))
                decomposed.replace(at, from.size(), to);
        }
        EXPECT_EQ(to_outline(read(decomposed)), wanted) << "seed " << seed << " NFD";
    }
}

TEST(Bounds, AdversarialInputsStayLinear) {
    const auto repeat = [](const std::string& unit, std::size_t bytes) {
        std::string out;
        while (out.size() < bytes) out += unit;
        return out;
    };
    for (const std::string& unit :
         {std::string("1.\n"), std::string("\t\n"), std::string("[footnoteRef:"),
          std::string("\t a b\nc\n"), std::string("a) "), std::string("“"), std::string("| a "),
          std::string("TT\n1\n"), std::string("Luật A "), std::string("/Luật"),
          std::string("Luật A của Bộ A (nay là "), std::string("("), std::string("- x\n+ y\n"),
          std::string("e\xCC\x81\xCC\x81")}) {
        const auto begin = std::chrono::steady_clock::now();
        const auto document = Reader().read("x", repeat(unit, 200'000));
        if (std::getenv("SAOLA_TEST_TIMES") != nullptr) {
            std::cerr
                << unit << " "
                << std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()
                << " s\n";
        }
        if (document) {
            EXPECT_EQ(broken_property(*document), "") << unit;
        }
    }
}
// What a small file may ask for beyond its own size: rows filled up to the width, captions and
// merged cells that repeat a long text, hours. Each is refused by the name of its limit.
std::string refused(const ReaderLimits& limits, const std::string& text) {
    ReaderOptions options;
    options.limits = limits;
    const auto document = Reader(options).read("x", text);
    if (document) return "read";
    return document.error().kind == ErrorKind::kTooLarge ? document.error().limit
                                                         : document.error().code;
}
std::string times(std::size_t count, const std::string& unit) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += unit;
    return out;
}
TEST(Bounds, TimeAndNodesOfText) {
    ReaderLimits limits;
    EXPECT_EQ(refused(limits, times(50, "1. Một việc.\n")), "read");
    limits.max_time_ms = 0;
    EXPECT_EQ(refused(limits, "1. Một việc.\n"), "max_time_ms=0");
    limits = {};
    limits.max_lines = 40;
    EXPECT_EQ(refused(limits, times(50, "một\n")), "max_lines=40");
    EXPECT_EQ(refused(limits, times(40, "1. Một việc.\n\n")), "read");
    limits = {};
    limits.max_nodes = 40;
    EXPECT_EQ(refused(limits, times(50, "1. Một việc.\n")), "max_nodes=40");
    EXPECT_EQ(refused(limits, times(30, "1. Một việc.\n")), "read");
}
TEST(Bounds, AStopIsNoticedWhileReading) {
    const std::string text = times(20'000, "1. Một việc.\n");
    int asked = 0;
    const auto stopped = Reader().read("x", text, [&] { return ++asked > 20; });
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(stopped.error().kind, ErrorKind::kCancelled);
    EXPECT_EQ(stopped.error().code, "document.cancelled");
    EXPECT_EQ(asked, 21);  // and never again
    EXPECT_TRUE(Reader().read("x", text, [&] { return false; }).has_value());
}

#if defined(__has_feature)  // clang
#define SAOLA_SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define SAOLA_SANITIZED 0
#endif

// Peak memory of a process that reads `text`, in MiB, the text itself included.
long peak_mib(const std::string& text) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(Reader().read("x", text).has_value() ? 0 : 1);
    int status = 0;
    rusage used{};
    EXPECT_EQ(::wait4(child, &status, 0, &used), child);
    return used.ru_maxrss / 1024;
}
TEST(Bounds, MemoryOfTheWorstTexts) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || SAOLA_SANITIZED
    GTEST_SKIP() << "sanitizers need memory of their own";
#endif
    constexpr long kMostMib = 200;
    const ReaderLimits limits;
    EXPECT_LT(peak_mib(times(limits.max_text_bytes / 2, "a\n")), kMostMib);  // refused: lines
    EXPECT_LT(peak_mib(times(limits.max_lines - 1, "- a\n")), kMostMib);     // refused: nodes
    EXPECT_LT(peak_mib(times(limits.max_nodes - 10, "- a\n")), kMostMib);    // read
    EXPECT_LT(peak_mib(times(limits.max_text_bytes / 90, std::string(89, 'a') + "\n")), kMostMib);
}
TEST(Bounds, RowsFilledUpToTheWidth) {
    const std::string text = times(200, "| cột ") + "|\n" + times(100, "| a | b |\n");
    ReaderLimits limits;
    limits.max_table_cells = 101 * 200;
    EXPECT_EQ(refused(limits, text), "read");
    limits.max_table_cells = 101 * 200 - 1;  // far more than the 400 cells that are written
    EXPECT_EQ(refused(limits, text), "max_table_cells=20199");
}
TEST(Bounds, RepeatedText) {
    ReaderLimits limits;
    limits.max_text_bytes = 30'000;
    const std::string title = "Điều 1. Tên" + times(2'000, " dài") + "\n\n";
    const std::string table = "| Tên | Số |\n| a | 1 |\n\n\n\nLời.\n\n";
    EXPECT_EQ(refused(limits, title + times(2, table)), "read");
    EXPECT_EQ(refused(limits, title + times(5, table)), "max_text_bytes=30000");  // five captions
    const std::string merged =
        "| Nhóm | Việc | Số |\n| nhóm" + times(2'000, " dài") + " | a | 1 |\n";
    EXPECT_EQ(refused(limits, merged + times(1, "| | b | 2 |\n")), "read");
    EXPECT_EQ(refused(limits, merged + times(9, "| | b | 2 |\n")), "max_text_bytes=30000");
}
TEST(Bounds, LimitsAreNamed) {
    ReaderOptions options;
    options.limits.max_file_bytes = 10;
    const auto large = Reader(options).read("x", "12345678901");
    ASSERT_FALSE(large.has_value());
    EXPECT_EQ(large.error().kind, ErrorKind::kTooLarge);
    EXPECT_EQ(large.error().limit, "max_file_bytes=10");
    const auto binary = Reader().read("x", "\xFF\xFE\x01");
    ASSERT_FALSE(binary.has_value());
    EXPECT_EQ(binary.error().kind, ErrorKind::kUnsupported);
    const auto old = Reader().read("x", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 rest");
    ASSERT_FALSE(old.has_value());
    EXPECT_EQ(old.error().kind, ErrorKind::kUnsupported);
}

}  // namespace
}  // namespace saola::lang
