#include "platform/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "platform/xlsx_check.h"

namespace saola::platform {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Table sample() {
    Table table;
    table.meta.name = "sample";
    table.meta.title = {"Bảng mẫu", "Sample"};
    table.meta.as_of = "2026-05-31";
    table.meta.filters = {{"organisation", "Bộ \"A\""}};
    table.meta.columns = {{"title", {"Tên", "Title"}, CellType::kText, ""},
                          {"budget", {"Kinh phí", "Budget"}, CellType::kInterval, "million_vnd"},
                          {"share", {"Tỷ lệ", "Share"}, CellType::kNumber, "%"},
                          {"due", {"Hạn", "Due"}, CellType::kDate, ""}};
    table.meta.totals = {{"budget",
                          {"Tổng", "Total"},
                          Cell{Interval{Decimal(5), Decimal(7)}, "", "", ""},
                          "million_vnd",
                          1}};
    table.meta.sources = {{"12/QĐ-ABC", "Quyết định mẫu", "Phụ lục I"}};
    table.meta.row_count = 3;
    table.rows = {{"r1",
                   {{"=cmd()", "", "", ""},
                    {Interval{Decimal(5000), Decimal(10000)}, "as1", "", ""},
                    {Decimal(125, 1), "", "fg1", ""},
                    {Date{2026, 5, 31}, "", "", ""}},
                   false},
                  {"r2",
                   {{"dòng, \"hai\"\nxuống", "", "", ""},
                    {{}, "", "", ""},
                    {{}, "", "", ""},
                    {Date{2026, 6, 0}, "", "", ""}},
                   false},
                  {"r3",
                   {{"", "", "", ""},
                    {Interval{Decimal(80), std::nullopt}, "", "", ""},
                    {Decimal(-5), "", "", ""},
                    {{}, "", "", ""}},
                   false}};
    return table;
}

std::string csv(const Table& table, Language language = Language::kVi) {
    std::string out;
    const Status status =
        write_csv(table.meta, rows_of(table), language, [&](std::string_view bytes) {
            out += bytes;
            return Status{};
        });
    EXPECT_TRUE(status);
    return out;
}

std::string text(const Table& table, int width, Language language = Language::kVi) {
    std::string out;
    EXPECT_TRUE(
        write_text(table.meta, rows_of(table), language, width, [&](std::string_view bytes) {
            out += bytes;
            return Status{};
        }));
    return out;
}

class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "saola_table_XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
    [[nodiscard]] std::size_t count() const {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(path_), {}));
    }

private:
    std::string path_;
};

TEST(TableCsv, SplitsIntervalsKeepsUnknownApartAndQuotes) {
    EXPECT_EQ(csv(sample()),
              "\xEF\xBB\xBFtitle,budget_lo,budget_hi,share,due,unknown\r\n"
              "'=cmd(),5000,10000,12.5,2026-05-31,\r\n"
              "\"dòng, \"\"hai\"\"\nxuống\",,,,2026-06,budget; share\r\n"
              ",80,,-5,,due\r\n");
}

TEST(TableCsv, GuardsEveryFormulaStartInTextButNotNumbers) {
    Table table;
    table.meta.columns = {{"t", {"t", "t"}, CellType::kText, ""},
                          {"n", {"n", "n"}, CellType::kNumber, ""}};
    for (const char* start :
         {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x"}) {
        table.rows = {{"r", {{std::string(start), "", "", ""}, {Decimal(-1), "", "", ""}}, false}};
        const std::string out = csv(table);
        const std::string row = out.substr(out.find("\r\n") + 2);
        EXPECT_TRUE(row.starts_with("'") || row.starts_with("\"'")) << start;
        EXPECT_THAT(row, HasSubstr(",-1,"));
    }
}

TEST(TableCsv, MarksSyntheticRows) {
    Table table = sample();
    table.meta.synthetic = true;
    table.rows[1].synthetic = true;
    EXPECT_THAT(csv(table), HasSubstr("unknown,synthetic\r\n"));
    EXPECT_THAT(csv(table, Language::kEn), HasSubstr("budget; share,yes\r\n"));
}

TEST(TableCsv, ReportsSinkRowAndCellErrors) {
    Table table = sample();
    const auto full = [](std::string_view) -> Status {
        return fail(ErrorKind::kStorage, "test.full", "full");
    };
    EXPECT_EQ(write_csv(table.meta, rows_of(table), Language::kVi, full).error().code, "test.full");
    table.rows[0].cells[2].value = std::string("12,5");
    const auto ok = [](std::string_view) -> Status { return {}; };
    EXPECT_EQ(write_csv(table.meta, rows_of(table), Language::kVi, ok).error().code,
              "platform.table_cell");
    table.rows[0].cells.pop_back();
    EXPECT_EQ(write_csv(table.meta, rows_of(table), Language::kVi, ok).error().code,
              "platform.table_row");
}

TEST(TableJson, KeepsNumbersIntervalsUnknownAndLinks) {
    Table table = sample();
    table.rows[0].cells[0].link = "/programme/orders/1";
    const Json json = to_json(table);
    const Json& rows = *json.find("rows");
    const auto cell = [&](std::size_t row, const char* key) {
        return rows.as_array()[row].find("cells")->find(key)->dump();
    };
    EXPECT_EQ(cell(0, "budget"), R"({"lo":5000,"hi":10000,"assertion":"as1"})");
    EXPECT_EQ(cell(0, "share"), R"({"v":12.5,"figure":"fg1"})");
    EXPECT_EQ(cell(0, "title"), R"x({"v":"=cmd()","link":"/programme/orders/1"})x");
    EXPECT_EQ(cell(1, "budget"), R"({"unknown":true})");
    EXPECT_EQ(cell(1, "due"), R"({"v":"2026-06"})");
    EXPECT_EQ(cell(2, "budget"), R"({"lo":80,"hi":null})");
    EXPECT_EQ(cell(2, "title"), R"({"v":""})");
    EXPECT_EQ(json.find("totals")->as_array()[0].get_integer_or("unknown_count", -1), 1);
    EXPECT_EQ(json.find("columns")->as_array()[1].get_string_or("type", ""), "interval");
    EXPECT_EQ(json.find("filters")->get_string_or("organisation", ""), "Bộ \"A\"");
}

TEST(TableText, NeverCutsNumbersAndFitsTheWidth) {
    Table table = sample();
    table.rows[0].cells[0].value = std::string(200, 'x');
    const std::string out = text(table, 70);
    EXPECT_THAT(out, HasSubstr("5.000–10.000"));
    EXPECT_THAT(out, HasSubstr("…"));
    EXPECT_THAT(out, HasSubstr("Tổng: 5–7 triệu đồng (1 chưa rõ)"));
    EXPECT_THAT(out, HasSubstr("≥ 80"));
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);) {
        const auto columns = std::count_if(line.begin(), line.end(), [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
        });
        EXPECT_LE(columns, 70) << line;
    }
    EXPECT_THAT(text(table, 70, Language::kEn), HasSubstr("5,000–10,000"));
    // Too narrow for columns: one block a row, still whole numbers.
    EXPECT_THAT(text(table, 20), HasSubstr("Kinh phí (triệu đồng): 5.000–10.000\n"));
}

TEST(TableXlsx, WritesAWholeWorkbookAndReplacesTheOldOne) {
    const Folder folder;
    const std::string path = folder.file("a.xlsx");
    std::ofstream(path) << "old";
    const Table table = sample();
    ASSERT_TRUE(write_xlsx(table.meta, rows_of(table), Language::kVi, path));
    EXPECT_TRUE(check_xlsx(path));
    EXPECT_EQ(folder.count(), 1U);
}

TEST(TableXlsx, FailsCleanlyWhenRowsFail) {
    const Folder folder;
    const std::string path = folder.file("a.xlsx");
    std::ofstream(path) << "old";
    const Table table = sample();
    const RowSource broken = [&](const auto& take) -> Status {
        take(table.rows[0]);
        return fail(ErrorKind::kUnavailable, "test.gone", "gone");
    };
    EXPECT_EQ(write_xlsx(table.meta, broken, Language::kVi, path).error().code, "test.gone");
    std::ifstream in(path);
    std::string old;
    in >> old;
    EXPECT_EQ(old, "old");
    EXPECT_EQ(folder.count(), 1U);
    EXPECT_EQ(write_xlsx(table.meta, rows_of(table), Language::kVi, folder.file("no/such/a.xlsx"))
                  .error()
                  .kind,
              ErrorKind::kStorage);
}

TEST(TableXlsx, CheckFindsACutOrDamagedFile) {
    const Folder folder;
    const std::string path = folder.file("a.xlsx");
    const Table table = sample();
    ASSERT_TRUE(write_xlsx(table.meta, rows_of(table), Language::kVi, path));
    std::ifstream in(path, std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(in)), {});
    for (std::size_t keep = 0; keep < whole.size(); keep += 97) {
        std::ofstream(path, std::ios::binary) << whole.substr(0, keep);
        EXPECT_FALSE(check_xlsx(path)) << keep;
    }
}

// A file size limit fails writes just as a full disk does, in the library's temporary files too.
// Whatever the point of failure: an error and no file, or a whole workbook.
TEST(TableXlsx, FullDiskLeavesNoHalfFile) {
    Table table = sample();
    const TableRow row = table.rows[0];
    for (int i = 0; i < 3000; ++i) table.rows.push_back(row);
    const Folder folder;
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
    int failed = 0;
    int written = 0;
    for (rlim_t limit = 512; limit < (1U << 21U); limit += limit / 3) {
        const std::string path = folder.file("full.xlsx");
        const rlimit small{limit, before.rlim_max};
        ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
        const Status status = write_xlsx(table.meta, rows_of(table), Language::kVi, path);
        ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
        if (status) {
            ++written;
            EXPECT_TRUE(check_xlsx(path)) << limit;
            std::filesystem::remove(path);
        } else {
            ++failed;
            EXPECT_EQ(status.error().kind, ErrorKind::kStorage) << limit;
        }
        EXPECT_EQ(folder.count(), 0U) << limit;
    }
    std::signal(SIGXFSZ, old_handler);
    EXPECT_GT(failed, 10);
    EXPECT_GT(written, 1);
}

}  // namespace
}  // namespace saola::platform
