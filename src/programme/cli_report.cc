// saola programme report
#include <filesystem>

#include "programme/cli_support.h"
#include "programme/views.h"

namespace saola::programme {
namespace {

platform::ArgsSpec report_spec() {
    platform::ArgsSpec spec;
    spec.summary = "Prints a list of the programme. Money is in million VND, durations in months; unknown is never 0.";
    spec.options = {positional("name", "which list"), format_option({"text", "json", "csv", "xlsx"}),
                    value_option("out", "FILE", "write to this file (needed for xlsx)"), value_option("as-of", "DATE", "as known on this day (2026-06-30)"),
                    value_option("filter", "KEY=VALUE", "only rows whose column has this value"), value_option("q", "WORDS", "only rows that hold these words"),
                    value_option("sort", "KEY", "column to sort by, -KEY downwards"), value_option("lang", "LANG", "headings in vi or en", "vi")};
    spec.options[0].choices = Reports::names();
    spec.options[4].repeated = true;
    spec.options[7].choices = {"vi", "en"};
    spec.examples = {"saola programme report orders --format json", "saola programme report patents --format xlsx --out patents.xlsx"};
    spec.notes = std::string(kExitNotes);
    return spec;
}

Result<ReportRequest> request_of(const platform::Args& args) {
    ReportRequest request;
    request.name = args.value("name");
    request.as_of = args.value("as-of");
    request.q = args.value("q");
    request.sort = args.value("sort");
    for (const std::string& filter : args.values("filter")) {
        const std::size_t equals = filter.find('=');
        if (equals == std::string::npos) return fail(ErrorKind::kInvalidArgument, "programme.bad_filter", "A filter is KEY=VALUE.", "filter");
        request.filters.emplace_back(filter.substr(0, equals), filter.substr(equals + 1));
    }
    return request;
}

}  // namespace

Status write_report(const Service& service, const platform::Actor& actor, const ReportRequest& request, std::string_view format,
                    platform::Language language, const std::string& out) {
    SAOLA_TRY(const platform::Table table, service.reports.run(actor, request));
    if (format == "xlsx") {
        if (out.empty()) return fail(ErrorKind::kInvalidArgument, "programme.out_missing", "Name the xlsx file with --out FILE.", "out");
        return platform::write_xlsx(table.meta, platform::rows_of(table), language, out);
    }
    std::string text;
    const platform::Sink sink = [&](std::string_view part) -> Status {
        text.append(part);
        return {};
    };
    if (format == "json") {
        SAOLA_TRY(const View view, service.query.view(actor, request.as_of));
        text = table_json(table, view, /*inline_sources=*/true).dump(2) + "\n";
    } else if (format == "csv") {
        SAOLA_TRY_STATUS(platform::write_csv(table.meta, platform::rows_of(table), language, sink));
    } else {
        SAOLA_TRY_STATUS(platform::write_text(table.meta, platform::rows_of(table), language, 140, sink));
    }
    if (!out.empty()) return write_file(out, text);
    print(text);
    return {};
}

int run_report(platform::CommandContext& context) {
    int status = 0;
    const auto args = platform::parse_command(report_spec(), context, status);
    if (!args) return status;
    const auto request = request_of(*args);
    if (!request) return platform::report_error(context, request.error());
    const auto opened = context.open();
    if (!opened) return platform::report_error(context, opened.error());
    const Service service(**opened);
    const platform::Language language = args->value("lang") == "en" ? platform::Language::kEn : platform::Language::kVi;
    const Status written = write_report(service, platform::system_actor(), *request, args->value("format"), language, args->value("out"));
    return written ? 0 : platform::report_error(context, written.error());
}

}  // namespace saola::programme
