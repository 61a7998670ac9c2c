#include "programme/list_tables.h"

#include <array>

#include "programme/value.h"
#include "programme/views.h"

namespace saola::programme {
namespace {

using platform::CellType;
using platform::number_of;
using platform::plain_column;
using platform::Table;
using platform::TableRow;
using platform::text_of;

constexpr std::size_t kPieceRows = 1'000;

std::string documents_of(const ImportInfo& info, const View& view) {
    std::string out;
    for (const ImportInfo::File& file : info.files) {
        out += (out.empty() ? "" : "; ") + view.document_number(file.document) + " (" + file.name +
               ")";
    }
    return out;
}

platform::TableMeta row_meta() {
    platform::TableMeta meta;
    meta.name = "import-rows";
    meta.title = {"Dòng đề xuất của lần nhập", "Proposed rows of an import"};
    meta.columns = {plain_column("no", "Số", "Number", CellType::kNumber),
                    plain_column("state", "Trạng thái", "State", CellType::kStatus),
                    plain_column("change", "Thay đổi", "Change", CellType::kStatus),
                    plain_column("confidence", "Độ tin cậy", "Confidence", CellType::kNumber),
                    plain_column("kind", "Loại đối tượng", "Kind of subject"),
                    plain_column("subject", "Đối tượng", "Subject"),
                    plain_column("title", "Tên", "Title"),
                    plain_column("predicate", "Thuộc tính", "Predicate"),
                    plain_column("value", "Giá trị", "Value"),
                    plain_column("unit", "Đơn vị", "Unit"),
                    plain_column("period", "Kỳ", "Period"),
                    plain_column("stated", "Nguyên văn", "As stated"),
                    plain_column("previous", "Giá trị trước", "Value before"),
                    plain_column("document", "Văn bản", "Document"),
                    plain_column("place", "Vị trí", "Place"),
                    plain_column("excerpt", "Trích", "Excerpt"),
                    plain_column("id", "Mã", "Id")};
    meta.columns[3].unit = "%";
    return meta;
}

TableRow row_of(const ImportRow& row, const View& view) {
    const Assertion& a = row.fact.assertion;
    const Fact* previous = row.previous.empty() ? nullptr : view.by_id(row.previous);
    TableRow out;
    out.id = row.id;
    out.synthetic = a.synthetic;
    out.cells = {number_of(row.row_no),
                 text_of(row.state),
                 text_of(row.change),
                 number_of(static_cast<std::int64_t>(a.confidence * 100.0F + 0.5F)),
                 text_of(std::string(to_string(a.subject_kind))),
                 text_of(a.subject),
                 text_of(subject_title(a, view)),
                 text_of(a.predicate),
                 to_cell(a.value, a.unit),
                 text_of(display_unit(a.unit)),
                 text_of(a.period),
                 text_of(a.stated),
                 previous == nullptr ? text_of("")
                                     : to_cell(previous->assertion.value, previous->assertion.unit),
                 text_of(view.document_number(row.document)),
                 text_of(row.fact.source.place),
                 text_of(row.fact.source.excerpt),
                 text_of(row.id)};
    return out;
}

}  // namespace

Table imports_table(const std::vector<ImportInfo>& imports, const View& view) {
    Table table;
    table.meta.name = "imports";
    table.meta.title = {"Các lần nhập", "Imports"};
    table.meta.row_count = static_cast<std::int64_t>(imports.size());
    table.meta.columns = {
        plain_column("id", "Mã", "Id"),
        plain_column("created_at", "Lúc", "Time"),
        plain_column("documents", "Văn bản", "Documents"),
        plain_column("state", "Trạng thái", "State", CellType::kStatus),
        plain_column("classification", "Mức mật", "Classification", CellType::kStatus),
        plain_column("organisation", "Tổ chức", "Organisation")};
    struct Count {
        const char *key, *vi, *en;
        std::int64_t ImportCounts::*value;
    };
    constexpr std::array<Count, 9> kCounts{
        {{"rows", "Số dòng", "Rows", &ImportCounts::rows},
         {"new", "Mới", "New", &ImportCounts::fresh},
         {"changed", "Thay đổi", "Changed", &ImportCounts::changed},
         {"conflict", "Mâu thuẫn", "In conflict", &ImportCounts::conflict},
         {"same", "Đã biết", "Known before", &ImportCounts::same},
         {"low_confidence", "Kém tin cậy", "Of low confidence", &ImportCounts::low_confidence},
         {"proposed", "Đang chờ", "Waiting", &ImportCounts::proposed},
         {"accepted", "Đã chấp nhận", "Accepted", &ImportCounts::accepted},
         {"rejected", "Đã từ chối", "Rejected", &ImportCounts::rejected}}};
    for (const Count& count : kCounts)
        table.meta.columns.push_back(
            plain_column(count.key, count.vi, count.en, CellType::kNumber));
    for (const ImportInfo& info : imports) {
        TableRow row;
        row.id = info.id;
        row.cells = {text_of(info.id),
                     text_of(to_rfc3339(info.created_at_ns)),
                     text_of(documents_of(info, view)),
                     text_of(info.state),
                     text_of(std::string(platform::to_string(info.classification))),
                     text_of(info.organisation)};
        for (const Count& count : kCounts) row.cells.push_back(number_of(info.counts.*count.value));
        table.rows.push_back(std::move(row));
    }
    return table;
}

Result<platform::TableStream> import_rows(const Service& service, const platform::Actor& actor,
                                          const std::string& import, Imports::RowQuery query) {
    SAOLA_TRY(const ImportInfo info, service.imports.find(actor, import));
    SAOLA_TRY(const View view, service.query.view(actor));
    platform::TableStream out;
    out.meta = row_meta();
    out.meta.row_count = info.counts.rows;
    out.meta.filters = {{"import", info.id}};
    if (!query.status.empty()) out.meta.filters.emplace_back("status", query.status);
    if (!query.document.empty()) out.meta.filters.emplace_back("document", query.document);
    query.limit = kPieceRows;
    query.offset = 0;
    query.after = 0;
    out.rows = [&service, actor, view, import,
                query](const std::function<bool(const TableRow&)>& take) -> Status {
        Imports::RowQuery next = query;
        while (true) {
            SAOLA_TRY(const Imports::RowPage page, service.imports.rows(actor, import, next));
            for (const ImportRow& row : page.rows) {
                if (!take(row_of(row, view))) return {};
            }
            if (page.rows.size() < kPieceRows) return {};
            next.after = page.rows.back().row_no;
        }
    };
    return out;
}

Table releases_table(const std::vector<ReleaseInfo>& releases, const std::string& public_key) {
    Table table;
    table.meta.name = "releases";
    table.meta.title = {"Các bản phát hành", "Releases"};
    table.meta.row_count = static_cast<std::int64_t>(releases.size());
    table.meta.columns = {
        plain_column("number", "Số", "Number", CellType::kNumber),
        plain_column("created_at", "Lúc", "Time"),
        plain_column("note", "Ghi chú", "Note"),
        plain_column("facts", "Số dữ kiện", "Facts", CellType::kNumber),
        plain_column("findings", "Số phát hiện", "Findings", CellType::kNumber),
        plain_column("hash", "Mã băm", "Hash"),
        plain_column("previous", "Mã băm của bản trước", "Hash of the one before"),
        plain_column("public_key", "Khóa công khai", "Public key"),
        plain_column("id", "Mã", "Id")};
    for (const ReleaseInfo& info : releases) {
        TableRow row;
        row.id = info.id;
        row.cells = {number_of(info.number),
                     text_of(to_rfc3339(info.created_at_ns)),
                     text_of(info.note),
                     number_of(info.counts.get_integer_or("facts", 0)),
                     number_of(info.counts.get_integer_or("findings", 0)),
                     text_of(info.hash),
                     text_of(info.previous),
                     text_of(public_key),
                     text_of(info.id)};
        table.rows.push_back(std::move(row));
    }
    return table;
}

}  // namespace saola::programme
