// saola programme report
#include <filesystem>

#include "programme/cli_support.h"
#include "programme/views.h"

namespace saola::programme {
namespace {

platform::ArgsSpec report_spec() {
    platform::ArgsSpec spec;
    spec.summary =
        "Prints a list of the programme. Money is in million VND, durations in months; unknown is "
        "never 0.";
    spec.options = {positional("name", "which list"),
                    value_option("out", "FILE", "the same as --output"),
                    value_option("as-of", "DATE", "as known on this day (2026-06-30)"),
                    value_option("filter", "KEY=VALUE", "only rows whose column has this value"),
                    value_option("q", "WORDS", "only rows that hold these words"),
                    value_option("sort", "KEY", "column to sort by, -KEY downwards"),
                    value_option("lang", "LANG", "headings in vi or en", "vi")};
    spec.options[0].choices = Reports::names();
    spec.options[3].repeated = true;
    spec.options[6].choices = {"vi", "en"};
    for (platform::Option& option : answer_options()) spec.options.push_back(std::move(option));
    spec.examples = {"saola programme report orders --format json",
                     "saola programme report patents --format xlsx --output patents.xlsx"};
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
        if (equals == std::string::npos)
            return fail(ErrorKind::kInvalidArgument, "programme.bad_filter",
                        "A filter is KEY=VALUE.", "filter");
        request.filters.emplace_back(filter.substr(0, equals), filter.substr(equals + 1));
    }
    return request;
}

}  // namespace

Status write_report(const Service& service, const platform::Actor& actor,
                    const ReportRequest& request, std::string_view format,
                    platform::Language language, const std::string& out) {
    SAOLA_TRY(platform::Table table, service.reports.run(actor, request));
    if (format != "json")
        return write_table(platform::stream_of(std::move(table)), format, language, out);
    SAOLA_TRY(const View view, service.query.view(actor, request.as_of));
    return write_answer(table_json(table, view, /*inline_sources=*/true).dump(2) + "\n", out);
}

int run_report(platform::CommandContext& context) {
    int status = 0;
    const auto args = platform::parse_command(report_spec(), context, status);
    if (!args) return status;
    const std::string& out = args->given("output") ? args->value("output") : args->value("out");
    if (args->value("out").empty()) {
        if (const Status writable = check_output(*args); !writable)
            return platform::report_error(context, writable.error());
    }
    const auto request = request_of(*args);
    if (!request) return platform::report_error(context, request.error());
    const auto opened = context.open();
    if (!opened) return platform::report_error(context, opened.error());
    const Service service(**opened);
    const platform::Language language =
        args->value("lang") == "en" ? platform::Language::kEn : platform::Language::kVi;
    const Status written = write_report(service, platform::system_actor(), *request,
                                        args->value("format"), language, out);
    return written ? 0 : platform::report_error(context, written.error());
}

}  // namespace saola::programme
