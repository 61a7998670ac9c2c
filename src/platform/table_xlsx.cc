// XLSX writer of platform::Table through libxlsxwriter in constant memory: one row is held at a
// time. The workbook grows in "<path>.part<N>" beside the target and is renamed when it proved
// whole, so a failure leaves neither a half file nor a changed old one. Temporary files of the
// library lie in the target's folder too (unlinked at once), so that only one disk can be full.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>

#include "base/text.h"
#include "platform/table.h"
#include "platform/table_export.h"
#include "platform/xlsx_check.h"

namespace saola::platform {
namespace {

constexpr lxw_row_t kMaxRows = 1'048'575;    // of the format, less the header
constexpr std::size_t kMaxColumns = 16'384;  // of the format
constexpr std::size_t kMaxCellCharacters = 32'767;
constexpr int kMaxPartNames = 100;
constexpr std::size_t kWidthRows = 1'000;  // rows looked at for the column widths
constexpr double kMaxWidth = 60.0;
constexpr std::int64_t kMaxExact = 999'999'999'999'999;  // 15 digits: what a spreadsheet keeps

tl::unexpected<Error> storage(const std::string& what) {
    return fail(ErrorKind::kStorage, "platform.xlsx_write",
                "the workbook could not be written: " + what);
}

struct Formats {
    lxw_format* header = nullptr;
    lxw_format* text = nullptr;
    lxw_format* plain = nullptr;  // whole numbers below 10,000: years are not grouped
    lxw_format* grouped = nullptr;
    lxw_format* fraction = nullptr;
    lxw_format* date = nullptr;
    lxw_format* right = nullptr;
    lxw_format* bold = nullptr;
};

lxw_format* number_format(lxw_workbook* book, const char* pattern) {
    lxw_format* format = workbook_add_format(book);
    format_set_num_format(format, pattern);
    format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    return format;
}

Formats make_formats(lxw_workbook* book) {
    Formats out;
    out.header = workbook_add_format(book);
    format_set_bold(out.header);
    format_set_text_wrap(out.header);
    format_set_align(out.header, LXW_ALIGN_VERTICAL_TOP);
    format_set_bg_color(out.header, 0xDDE6F0);
    format_set_bottom(out.header, LXW_BORDER_THIN);
    out.text = workbook_add_format(book);
    format_set_text_wrap(out.text);
    format_set_align(out.text, LXW_ALIGN_VERTICAL_TOP);
    out.plain = number_format(book, "0");
    out.grouped = number_format(book, "#,##0");
    out.fraction = number_format(book, "#,##0.0#####");
    out.date = number_format(book, "dd/mm/yyyy");
    out.right = workbook_add_format(book);
    format_set_align(out.right, LXW_ALIGN_RIGHT);
    format_set_align(out.right, LXW_ALIGN_VERTICAL_TOP);
    out.bold = workbook_add_format(book);
    format_set_bold(out.bold);
    return out;
}

// Characters as spreadsheets count them (UTF-16 units).
std::size_t utf16_units(std::string_view text) {
    std::size_t units = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0U) != 0x80U) units += byte >= 0xF0U ? 2 : 1;
    }
    return units;
}

// XML 1.0 (section 2.2) has no way to write U+FFFE and U+FFFF: one of them makes the whole sheet
// unreadable. The other controls libxlsxwriter escapes as _x0001_.
void replace_what_xml_forbids(std::string& text) {
    for (std::size_t i = text.find("\xEF\xBF"); i != std::string::npos;
         i = text.find("\xEF\xBF", i + 3)) {
        if (i + 2 >= text.size()) return;
        const auto last = static_cast<unsigned char>(text[i + 2]);
        if (last >= 0xBEU) text[i + 2] = '\xBD';  // U+FFFD
    }
}

// A text over the limit of the format is cut on a character and says so.
std::string fitting(std::string_view raw) {
    std::string text = text::is_valid_utf8(raw) ? std::string(raw) : text::to_nfc(raw);
    replace_what_xml_forbids(text);
    if (text.size() <= kMaxCellCharacters || utf16_units(text) <= kMaxCellCharacters) return text;
    static constexpr std::string_view kMark =
        " … [cắt ở 32.767 ký tự, xem bản CSV | cut at 32,767 characters, see CSV]";
    std::size_t units = utf16_units(kMark);
    std::size_t keep = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0U) == 0x80U) continue;
        units += byte >= 0xF0U ? 2U : 1U;
        if (units > kMaxCellCharacters) break;
        keep = i;
    }
    text.resize(keep);
    return text + std::string(kMark);
}

class Sheet {
public:
    Sheet(lxw_worksheet* sheet, const Formats& formats) : sheet_(sheet), formats_(formats) {}

    lxw_error text(lxw_row_t row, std::size_t column, std::string_view value, lxw_format* format) {
        if (value.empty()) return LXW_NO_ERROR;
        return worksheet_write_string(sheet_, row, col(column), fitting(value).c_str(), format);
    }
    // Numbers a spreadsheet would round (more than 15 digits) stay exact as text.
    lxw_error number(lxw_row_t row, std::size_t column, const Decimal& value) {
        if (value.unscaled() > kMaxExact || value.unscaled() < -kMaxExact)
            return text(row, column, value.to_string(), formats_.right);
        const bool small = value > Decimal(-10'000) && value < Decimal(10'000);
        lxw_format* format = !value.is_integer() ? formats_.fraction
                             : small             ? formats_.plain
                                                 : formats_.grouped;
        return worksheet_write_number(sheet_, row, col(column), value.to_double(), format);
    }
    // Dates a spreadsheet does not know (a month or a year alone, before 1900) stay text.
    lxw_error date(lxw_row_t row, std::size_t column, const Date& value) {
        if (value.day == 0 || value.year < 1900 || value.year > 9999 || !is_valid(value))
            return text(row, column, to_iso(value), formats_.right);
        lxw_datetime when{value.year, value.month, value.day, 0, 0, 0.0};
        return worksheet_write_datetime(sheet_, row, col(column), &when, formats_.date);
    }
    lxw_error value(lxw_row_t row, std::size_t column, const ExportValue& value_in) {
        if (const auto* n = std::get_if<Decimal>(&value_in)) return number(row, column, *n);
        if (const auto* d = std::get_if<Date>(&value_in)) return date(row, column, *d);
        if (const auto* t = std::get_if<std::string>(&value_in))
            return text(row, column, *t, formats_.text);
        return LXW_NO_ERROR;
    }
    // The library ignores short writes to its temporary file; the stream remembers them.
    [[nodiscard]] bool healthy() const {
        return sheet_->optimize_tmpfile == nullptr || std::ferror(sheet_->optimize_tmpfile) == 0;
    }
    [[nodiscard]] lxw_worksheet* raw() const { return sheet_; }
    [[nodiscard]] const Formats& formats() const { return formats_; }

private:
    static lxw_col_t col(std::size_t column) { return static_cast<lxw_col_t>(column); }
    lxw_worksheet* sheet_;
    const Formats& formats_;
};

double shown_width(const ExportValue& value) {
    std::size_t units = 0;
    if (const auto* n = std::get_if<Decimal>(&value)) units = n->to_vietnamese().size();
    if (std::holds_alternative<Date>(value)) units = 10;
    if (const auto* t = std::get_if<std::string>(&value)) units = utf16_units(*t);
    return std::min(kMaxWidth, static_cast<double>(units) + 2.0);
}

Status write_rows(Sheet& sheet, const TableMeta& meta, const RowSource& rows, Language language) {
    const std::vector<ExportColumn> columns = export_columns(meta, language);
    if (columns.size() > kMaxColumns)
        return fail(ErrorKind::kTooLarge, "platform.xlsx_columns",
                    "too many columns for a workbook", {}, "max_columns=16384");
    std::vector<double> widths;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        sheet.text(0, i, columns[i].title, sheet.formats().header);
        // Titles wrap, so a long one does not make its column wide.
        widths.push_back(
            std::clamp(static_cast<double>(utf16_units(columns[i].title)) + 2.0, 8.0, 16.0));
    }
    lxw_row_t line = 0;
    Status status;
    SAOLA_TRY_STATUS(rows([&](const TableRow& row) {
        status = check_row(meta, row);
        if (status && line == kMaxRows)
            status = fail(ErrorKind::kTooLarge, "platform.xlsx_rows",
                          "a worksheet holds at most 1,048,575 rows: use CSV or filter the list",
                          {}, "max_rows=1048575");
        if (!status) return false;
        ++line;
        for (std::size_t i = 0; i < columns.size() && status; ++i) {
            const Result<ExportValue> value = export_value(meta, row, columns[i], language);
            if (!value)
                status = fail(value.error());
            else if (const lxw_error error = sheet.value(line, i, *value); error != LXW_NO_ERROR)
                status = storage(lxw_strerror(error));
            else if (line <= kWidthRows)
                widths[i] = std::max(widths[i], shown_width(*value));
        }
        if (status && !sheet.healthy()) status = storage("is the disk full?");
        return status.has_value();
    }));
    SAOLA_TRY_STATUS(std::move(status));
    for (std::size_t i = 0; i < columns.size(); ++i)
        worksheet_set_column(sheet.raw(), static_cast<lxw_col_t>(i), static_cast<lxw_col_t>(i),
                             widths[i], nullptr);
    worksheet_freeze_panes(sheet.raw(), 1, 0);
    worksheet_autofilter(sheet.raw(), 0, 0, std::max<lxw_row_t>(line, 1),
                         static_cast<lxw_col_t>(columns.size() - 1));
    worksheet_repeat_rows(sheet.raw(), 0, 0);
    worksheet_set_landscape(sheet.raw());
    worksheet_fit_to_pages(sheet.raw(), 1, 0);
    return {};
}

// Rows come in order, as constant memory asks.
void write_about(Sheet& sheet, const TableMeta& meta, Language language) {
    const bool vi = language == Language::kVi;
    const Formats& f = sheet.formats();
    lxw_row_t line = 0;
    const auto pair = [&](std::string_view key, std::string_view value) {
        sheet.text(line, 0, key, f.bold);
        sheet.text(line++, 1, value, f.text);
    };
    pair(vi ? "Báo cáo" : "Report", pick(meta.title, language));
    pair(vi ? "Tính đến" : "As of", meta.as_of);
    if (meta.synthetic)
        pair(vi ? "Lưu ý" : "Note", vi ? "Có dữ liệu giả lập, không phải số liệu thật"
                                       : "Contains synthetic data, not real figures");
    pair(vi ? "Bộ lọc" : "Filters", meta.filters.empty() ? (vi ? "không" : "none") : "");
    for (const auto& [key, value] : meta.filters) pair("  " + key, value);
    if (!meta.totals.empty()) {
        ++line;
        const char* const titles_vi[] = {"Tổng hợp", "Từ", "Đến", "Đơn vị", "Số ô chưa rõ"};
        const char* const titles_en[] = {"Totals", "From", "To", "Unit", "Unknown cells"};
        for (std::size_t i = 0; i < 5; ++i)
            sheet.text(line, i, vi ? titles_vi[i] : titles_en[i], f.header);
        ++line;
    }
    for (const TableTotal& total : meta.totals) {
        sheet.text(line, 0, pick(total.label, language), f.text);
        if (const auto* interval = std::get_if<Interval>(&total.value.value)) {
            if (interval->lo) sheet.number(line, 1, *interval->lo);
            if (interval->hi) sheet.number(line, 2, *interval->hi);
        } else if (const auto* number = std::get_if<Decimal>(&total.value.value)) {
            sheet.number(line, 1, *number);
            sheet.number(line, 2, *number);
        } else if (!is_unknown(total.value)) {
            sheet.text(line, 1, format_cell(total.value, language), f.text);
        }
        sheet.text(line, 3, unit_label(total.unit, language), f.text);
        sheet.number(line++, 4, Decimal(total.unknown_count));
    }
    ++line;
    const char* const titles_vi[] = {"Nguồn: số hiệu", "Tên văn bản", "Vị trí"};
    const char* const titles_en[] = {"Source: number", "Title", "Place"};
    for (std::size_t i = 0; i < 3; ++i)
        sheet.text(line, i, vi ? titles_vi[i] : titles_en[i], f.header);
    ++line;
    for (const TableSource& source : meta.sources) {
        sheet.text(line, 0, source.document_number, f.text);
        sheet.text(line, 1, source.title, f.text);
        sheet.text(line++, 2, source.place, f.text);
    }
    worksheet_set_column(sheet.raw(), 0, 0, 28, nullptr);
    worksheet_set_column(sheet.raw(), 1, 1, 48, nullptr);
    worksheet_set_column(sheet.raw(), 2, 4, 20, nullptr);
}

// Creates a file of its own next to the target; "" when that is impossible (errno says why).
std::string create_part(const std::string& path) {
    for (int n = 0; n < kMaxPartNames; ++n) {
        const std::string name = path + ".part" + std::to_string(n);
        const int descriptor = ::open(name.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
        if (descriptor >= 0) {
            ::close(descriptor);
            return name;
        }
        if (errno != EEXIST) break;
    }
    return {};
}

Status write_workbook(const TableMeta& meta, const RowSource& rows, Language language,
                      const std::string& part) {
    std::string folder = std::filesystem::path(part).parent_path().string();
    if (folder.empty()) folder = ".";
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = folder.data();
    lxw_workbook* book = workbook_new_opt(part.c_str(), &options);
    if (book == nullptr) return storage("out of memory");
    const Formats formats = make_formats(book);
    const bool vi = language == Language::kVi;
    lxw_worksheet* data = workbook_add_worksheet(book, vi ? "Số liệu" : "Data");
    lxw_worksheet* about = workbook_add_worksheet(book, vi ? "Nguồn" : "Sources");
    Status status;
    if (data == nullptr || about == nullptr) {
        status = storage("the temporary files could not be created: is the disk full?");
    } else {
        std::string title = pick(meta.title, language).substr(0, 200);
        while (!text::is_valid_utf8(title)) title.pop_back();
        std::string company = "Saola";
        lxw_doc_properties properties{};
        properties.title = title.data();
        properties.company = company.data();
        workbook_set_properties(book, &properties);
        Sheet sheet(data, formats);
        status = write_rows(sheet, meta, rows, language);
        Sheet second(about, formats);
        if (status) write_about(second, meta, language);
        if (status && !second.healthy()) status = storage("is the disk full?");
    }
    // Closing frees the book; it is the only way to do so, on the error path too.
    const lxw_error closed = workbook_close(book);
    SAOLA_TRY_STATUS(std::move(status));
    if (closed != LXW_NO_ERROR) return storage(lxw_strerror(closed));
    return check_xlsx(part);
}

Status sync_and_rename(const std::string& part, const std::string& path) {
    const int descriptor = ::open(part.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return storage(std::strerror(errno));
    const bool synced = ::fsync(descriptor) == 0;
    const int error = errno;
    ::close(descriptor);
    if (!synced) return storage(std::strerror(error));
    if (std::rename(part.c_str(), path.c_str()) != 0) return storage(std::strerror(errno));
    return {};
}

}  // namespace

Status write_xlsx(const TableMeta& meta, const RowSource& rows, Language language,
                  const std::string& path) {
    const std::string part = create_part(path);
    if (part.empty()) return storage(path + ": " + std::strerror(errno));
    Status status = write_workbook(meta, rows, language, part);
    if (status) status = sync_and_rename(part, path);
    if (!status) std::remove(part.c_str());
    return status;
}

}  // namespace saola::platform
