#include "platform/list_export.h"

#include "net/spool_file.h"

namespace saola::platform {
namespace {

constexpr std::string_view kXlsxType =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

tl::unexpected<Error> bad(std::string code, std::string message, std::string field) {
    return fail(ErrorKind::kInvalidArgument, std::move(code), std::move(message), std::move(field));
}

}  // namespace

Result<ListForm> list_form(const net::Request& request) {
    ListForm form;
    const std::string_view format = request.query_or("format", "json");
    if (format != "json" && format != "csv" && format != "xlsx")
        return bad("http.bad_format", "format is json, csv or xlsx.", "format");
    if (format != "json") form.format = format == "csv" ? ListFormat::kCsv : ListFormat::kXlsx;
    const std::string_view language = request.query_or("lang", "vi");
    if (language != "vi" && language != "en")
        return bad("http.bad_lang", "lang is vi or en.", "lang");
    if (language == "en") form.language = Language::kEn;
    return form;
}

std::vector<ParamSpec> list_form_params() {
    return {{.name = "format", .description = "json, csv or xlsx", .schema = {}},
            {.name = "lang", .description = "headings of csv and xlsx: vi or en", .schema = {}}};
}

TableStream stream_of(Table table) {
    const auto kept = std::make_shared<const Table>(std::move(table));
    return {.meta = kept->meta, .rows = [kept](const std::function<bool(const TableRow&)>& take) {
                return rows_of(*kept)(take);
            }};
}

Result<net::Response> send_table(const Platform& platform, const TableStream& table,
                                 const ListForm& form) {
    if (table.meta.row_count > kMaxExportRows)
        return fail(ErrorKind::kTooLarge, "http.export_rows",
                    "The list has more rows than one file takes: filter it.", "format",
                    "max_export_rows=" + std::to_string(kMaxExportRows));
    const bool csv = form.format == ListFormat::kCsv;
    net::SpoolFile file;
    SAOLA_TRY_STATUS(file.create(platform.data_dir + "/spool"));
    if (csv)
        SAOLA_TRY_STATUS(write_csv(table.meta, table.rows, form.language,
                                   [&](std::string_view part) { return file.append(part); }));
    else
        SAOLA_TRY_STATUS(write_xlsx(table.meta, table.rows, form.language, file.path()));
    net::Response response;
    response.headers.set("Content-Type", csv ? "text/csv; charset=utf-8" : kXlsxType);
    response.headers.set("Content-Disposition", "attachment; filename=\"" + table.meta.name +
                                                    (csv ? ".csv\"" : ".xlsx\""));
    response.file = file.release();
    response.delete_file_after = true;
    return response;
}

void add_export(RouteSpec& spec, const Platform& platform,
                std::function<Result<TableStream>(const net::Request&)> table) {
    for (ParamSpec& param : list_form_params()) spec.params.push_back(std::move(param));
    spec.handler = [json = std::move(spec.handler), &platform,
                    table = std::move(table)](const net::Request& request) {
        const auto answer = [&]() -> Result<net::Response> {
            SAOLA_TRY(const ListForm form, list_form(request));
            if (form.format == ListFormat::kJson) return json(request);
            SAOLA_TRY(TableStream stream, table(request));
            stream.meta.as_of = to_iso(date_in_vietnam(platform.clock->now_ns()));
            return send_table(platform, stream, form);
        };
        auto response = answer();
        return response ? std::move(*response)
                        : net::Response::error(response.error(), request.request_id);
    };
}

TableColumn plain_column(std::string key, std::string vi, std::string en, CellType type) {
    return {.key = std::move(key),
            .title = {std::move(vi), std::move(en)},
            .type = type,
            .unit = {},
            .sortable = false};
}

Cell text_of(std::string text) {
    Cell cell;
    cell.value = std::move(text);
    return cell;
}

Cell number_of(std::int64_t number) {
    Cell cell;
    cell.value = Decimal(number);
    return cell;
}

}  // namespace saola::platform
