// Writes tables for measurement and for the checks by foreign readers.
//   table_bench xlsx ROWS FILE     times write_xlsx of ROWS x 8 columns; one JSON line on stdout
//   table_bench sample SEED ROWS DIR   writes DIR/table.{json,csv,xlsx,vi.xlsx} of random values
// The rival of the first (openpyxl) is bench/rivals/table_openpyxl.py; bench/table.py runs both.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>

#include "platform/table.h"

namespace {

using saola::Date;
using saola::Decimal;
using saola::Json;
using saola::Status;
using namespace saola::platform;

TableMeta make_meta() {
    TableMeta meta;
    meta.name = "bench";
    meta.title = {"Bảng đo", "Benchmark"};
    meta.as_of = "2026-01-31";
    meta.filters = {{"year", "2026"}, {"unit", "=A1"}};
    meta.columns = {{"no", {"STT", "No."}, CellType::kNumber, ""},
                    {"organisation", {"Đơn vị", "Organisation"}, CellType::kText, ""},
                    {"title", {"Tên nhiệm vụ", "Title"}, CellType::kText, ""},
                    {"budget", {"Kinh phí", "Budget"}, CellType::kInterval, "million_vnd"},
                    {"share", {"Tỷ lệ", "Share"}, CellType::kNumber, "%"},
                    {"due", {"Hạn", "Due"}, CellType::kDate, ""},
                    {"state", {"Trạng thái", "State"}, CellType::kStatus, ""}};
    meta.sources = {{"01/QĐ-XYZ", "Quyết định", "Phụ lục"}};
    meta.synthetic = true;
    return meta;
}

Cell value(decltype(Cell::value) v) { return Cell{std::move(v), "", "", ""}; }

TableRow make_row(std::mt19937_64& random, std::int64_t number) {
    const auto below = [&](std::uint64_t n) { return static_cast<std::int64_t>(random() % n); };
    static constexpr const char* kTexts[] = {
        "Xây dựng nền tảng số", "=1+1", "dấu \"nháy\", phẩy", "hai\ndòng", "-5", "", "0012"};
    TableRow row;
    row.id = "r" + std::to_string(number);
    row.synthetic = true;
    row.cells.push_back(value(Decimal(number)));
    row.cells.push_back(value("Đơn vị số " + std::to_string(below(40))));
    row.cells.push_back(value(std::string(kTexts[below(7)]) +
                              (below(2) == 0 ? "" : " phục vụ quản lý và điều hành")));
    const std::int64_t lo = below(999'999'999'999);
    const auto scale = static_cast<std::uint8_t>(below(4));
    switch (below(5)) {
        case 0: row.cells.push_back(value(std::monostate{})); break;
        case 1: row.cells.push_back(value(Interval{Decimal(lo, scale), std::nullopt})); break;
        case 2: row.cells.push_back(value(Interval{Decimal(lo, scale), Decimal(lo, scale)})); break;
        default:
            row.cells.push_back(
                value(Interval{Decimal(lo, scale), Decimal(lo + below(500'000), scale)}));
            break;
    }
    if (below(6) == 0)
        row.cells.push_back(value(std::monostate{}));
    else
        row.cells.push_back(
            value(Decimal(below(2'000'000) - 1'000'000, static_cast<std::uint8_t>(below(6)))));
    const Date date{static_cast<std::int32_t>(1990 + below(60)),
                    static_cast<std::uint8_t>(1 + below(12)), static_cast<std::uint8_t>(below(29))};
    row.cells.push_back(value(date));
    row.cells.push_back(value(std::string(below(2) == 0 ? "mở" : "xong")));
    return row;
}

RowSource source(std::uint64_t seed, std::int64_t count) {
    return [seed, count](const std::function<bool(const TableRow&)>& take) -> Status {
        std::mt19937_64 random(seed);
        for (std::int64_t i = 1; i <= count; ++i)
            if (!take(make_row(random, i))) break;
        return {};
    };
}

int report(const Status& status) {
    if (status) return 0;
    std::fprintf(stderr, "%s\n", saola::to_string(status.error()).c_str());
    return saola::exit_code(status.error().kind);
}

int run_xlsx(std::int64_t count, const std::string& path) {
    const auto begin = std::chrono::steady_clock::now();
    const Status status = write_xlsx(make_meta(), source(1, count), Language::kVi, path);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (!status) return report(status);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    std::printf(
        "{\"writer\":\"saola\",\"rows\":%lld,\"columns\":10,\"seconds\":%.3f,\"peak_mb\":%.1f,"
        "\"file_mb\":%.2f}\n",
        static_cast<long long>(count), seconds, static_cast<double>(usage.ru_maxrss) / 1024.0,
        static_cast<double>(file.tellg()) / 1048576.0);
    return 0;
}

int run_sample(std::uint64_t seed, std::int64_t count, const std::string& folder) {
    Table table;
    table.meta = make_meta();
    table.meta.row_count = count;
    const Status filled = source(seed, count)([&](const TableRow& row) {
        table.rows.push_back(row);
        return true;
    });
    if (!filled) return report(filled);
    std::ofstream(folder + "/table.json") << to_json(table).dump();
    std::ofstream out(folder + "/table.csv", std::ios::binary);
    const Status csv =
        write_csv(table.meta, rows_of(table), Language::kVi, [&](std::string_view bytes) -> Status {
            out << bytes;
            return {};
        });
    if (!csv) return report(csv);
    const Status vi = write_xlsx(table.meta, rows_of(table), Language::kVi, folder + "/table.xlsx");
    if (!vi) return report(vi);
    return report(write_xlsx(table.meta, rows_of(table), Language::kEn, folder + "/table.en.xlsx"));
}

}  // namespace

int main(int argc, char** argv) {
    const std::string mode = argc > 1 ? argv[1] : "";
    if (mode == "xlsx" && argc == 4) return run_xlsx(std::atoll(argv[2]), argv[3]);
    if (mode == "sample" && argc == 5)
        return run_sample(std::strtoull(argv[2], nullptr, 10), std::atoll(argv[3]), argv[4]);
    std::fprintf(stderr, "usage: table_bench xlsx ROWS FILE | table_bench sample SEED ROWS DIR\n");
    return 2;
}
