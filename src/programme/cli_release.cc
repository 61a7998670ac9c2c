// saola programme findings | release | verify | export
#include <filesystem>

#include "programme/cli_support.h"
#include "programme/dataset.h"
#include "programme/limits.h"
#include "programme/views.h"

namespace saola::programme {
namespace {

platform::ArgsSpec findings_spec() {
    platform::ArgsSpec spec;
    spec.summary = "Runs the quality rules over the held documents and the current facts, keeps what they find and prints it.";
    spec.options = {value_option("state", "STATE", "only findings in this state", "open"), format_option({"text", "json"}),
                    value_option("fail-on", "SEVERITY", "exit 7 when such a finding is open", "never"), value_option("rule", "RULE", "only this rule"),
                    value_option("document", "KEY", "only findings about this document"), value_option("lang", "LANG", "summaries in vi or en", "vi")};
    spec.options[0].choices = {"open", "accepted", "dismissed", "corrected", "all"};
    spec.options[2].choices = {"never", "error", "warning", "question"};
    spec.options[5].choices = {"vi", "en"};
    spec.examples = {"saola programme findings --fail-on error", "saola programme findings --format json --state all"};
    spec.notes = std::string(kExitNotes);
    return spec;
}

int severity_rank(std::string_view word) { return word == "error" ? 3 : word == "warning" ? 2 : word == "question" ? 1 : 4; }

void print_finding(const StoredFinding& finding, const View& view, bool english) {
    print_line("[" + finding.severity + "] " + finding.rule + " (" + finding.state + ") " + finding.id.substr(0, 12));
    print_line("  " + (english ? finding.summary_en : finding.summary_vi));
    if (!finding.computation.empty()) print_line("  " + finding.computation);
    for (const StoredQuote& quote : finding.quotes) {
        print_line("  - " + quote.role + ": \"" + quote.text + "\" [" + view.document_number(quote.document) + ", " + quote.place + ", bytes " +
                   std::to_string(quote.span.begin) + "-" + std::to_string(quote.span.end) + "]");
    }
}

}  // namespace

int run_findings(platform::CommandContext& context) {
    int status = 0;
    const auto args = platform::parse_command(findings_spec(), context, status);
    if (!args) return status;
    const auto opened = context.open();
    if (!opened) return platform::report_error(context, opened.error());
    Service service(**opened);
    const auto refreshed = service.findings.refresh();
    if (!refreshed) return platform::report_error(context, refreshed.error());
    const platform::Actor actor = platform::system_actor();
    FindingFilter filter;
    if (args->value("state") != "all") filter.state = args->value("state");
    filter.rule = args->value("rule");
    filter.document = args->value("document");
    const auto list = service.findings.list(actor, filter);
    if (!list) return platform::report_error(context, list.error());
    const auto view = service.query.view(actor);
    if (!view) return platform::report_error(context, view.error());
    int worst = 0;
    Json items = Json::array();
    for (const StoredFinding& finding : *list) {
        if (finding.state == "open") worst = std::max(worst, severity_rank(finding.severity));
        if (args->value("format") == "json") {
            items.push(to_json(finding, *view));
        } else {
            print_finding(finding, *view, args->value("lang") == "en");
        }
    }
    if (args->value("format") == "json") {
        print_line(Json::object().set("count", static_cast<std::int64_t>(list->size())).set("findings", std::move(items)).dump(2));
    } else {
        print_line(std::to_string(list->size()) + " findings");
    }
    const int limit = severity_rank(args->value("fail-on"));
    return worst >= limit ? 7 : 0;
}

int run_release(platform::CommandContext& context) {
    platform::ArgsSpec spec;
    spec.summary = "Freezes all public facts, their sources and the findings into a signed release linked to the one before.";
    spec.options = {value_option("note", "TEXT", "why this release is made"), value_option("out", "FILE", "also write the release to this file"),
                    format_option({"text", "json"})};
    spec.examples = {"saola programme release --note 'Quý IV/2026' --out release.json"};
    spec.notes = std::string(kExitNotes);
    int status = 0;
    const auto args = platform::parse_command(spec, context, status);
    if (!args) return status;
    const auto opened = context.open();
    if (!opened) return platform::report_error(context, opened.error());
    Service service(**opened);
    if (!args->value("out").empty()) {
        if (const Status writable = check_writable(args->value("out")); !writable) return platform::report_error(context, writable.error());
    }
    const auto info = service.releases.create(platform::system_actor(), args->value("note"));
    if (!info) return platform::report_error(context, info.error());
    if (!args->value("out").empty()) {
        const auto content = service.releases.content(info->id);
        if (!content) return platform::report_error(context, content.error());
        if (const Status written = write_file(args->value("out"), *content); !written) return platform::report_error(context, written.error());
    }
    const std::string key = to_hex((*opened)->signing_key->public_key());
    if (args->value("format") == "json") {
        Json out = Json::object();
        out.set("id", info->id).set("number", info->number).set("hash", info->hash).set("previous", info->previous);
        print_line(out.set("public_key", key).set("counts", info->counts).dump(2));
    } else {
        print_line("release " + std::to_string(info->number) + "  " + info->id + "\nhash " + info->hash + "\nprevious " + info->previous + "\npublic key " + key);
    }
    return 0;
}

int run_verify(platform::CommandContext& context) {
    platform::ArgsSpec spec;
    spec.summary = "Checks a release file without any data directory: form, hash, signature. Exit 7 names the first thing that is wrong.";
    spec.options = {positional("file", "the release"), value_option("public-key", "HEX", "the key it must be signed with"), format_option({"text", "json"})};
    spec.examples = {"saola programme verify release.json --public-key 9f2c..."};
    spec.notes = std::string(kExitNotes);
    int status = 0;
    const auto args = platform::parse_command(spec, context, status);
    if (!args) return status;
    const auto bytes = read_file(args->value("file"), kMaxReleaseBytes);
    if (!bytes) return platform::report_error(context, bytes.error());
    const auto verified = verify_release(*bytes, args->value("public-key"));
    if (!verified) return platform::report_error(context, verified.error());
    const bool signer_checked = !args->value("public-key").empty();
    if (args->value("format") == "json") {
        Json out = Json::object();
        out.set("ok", true).set("signer_checked", signer_checked).set("hash", verified->hash).set("previous", verified->previous).set("number", verified->number);
        out.set("facts", verified->facts).set("public_key", verified->public_key);
        if (verified->audit_records) out.set("audit", Json::object().set("records", *verified->audit_records).set("head_hash", verified->audit_head));
        print_line(out.dump(2));
    } else {
        print_line("ok: release " + std::to_string(verified->number) + ", " + std::to_string(verified->facts) + " facts\nhash " + verified->hash +
                   "\nprevious " + verified->previous + "\nsigned by " + verified->public_key + "\naudit log " +
                   (verified->audit_records ? std::to_string(*verified->audit_records) + " records, head " + verified->audit_head : std::string("not named")));
        if (!signer_checked) {
            print_line("CHÚ Ý: chưa kiểm tra người ký; bất kỳ ai cũng ký được bằng khóa của mình. Dùng --public-key với khóa đã công bố.\n"
                       "NOTE: the signer was NOT checked; anyone can sign with a key of their own. Give --public-key the published key.");
        }
    }
    return 0;
}

namespace {

Status export_all(Service& service, const std::string& dir) {
    std::error_code error;
    std::filesystem::create_directories(dir, error);
    if (error) return fail(ErrorKind::kStorage, "programme.file_io", "Cannot create " + dir + ": " + error.message() + ".", "out");
    const platform::Actor actor = platform::system_actor();
    for (const std::string& name : Reports::names()) {
        ReportRequest request;
        request.name = name;
        for (const char* format : {"csv", "xlsx", "json"}) {
            SAOLA_TRY_STATUS(write_report(service, actor, request, format, platform::Language::kVi, dir + "/" + name + "." + format));
        }
    }
    SAOLA_TRY(const ReleaseInfo info, service.releases.create(actor, "export"));
    SAOLA_TRY(const std::string content, service.releases.content(info.id));
    return write_file(dir + "/release.json", content);
}

}  // namespace

int run_export(platform::CommandContext& context) {
    platform::ArgsSpec spec;
    spec.summary = "Writes every list as csv, xlsx and json with a signed release, or the data set that `load` reads.";
    spec.options = {value_option("out", "DIR", "folder to write to"), value_option("as", "FORM", "all or dataset", "all")};
    spec.options[0].required = true;
    spec.options[1].choices = {"all", "dataset"};
    spec.examples = {"saola programme export --out ./open-data"};
    spec.notes = std::string(kExitNotes);
    int status = 0;
    const auto args = platform::parse_command(spec, context, status);
    if (!args) return status;
    const auto opened = context.open();
    if (!opened) return platform::report_error(context, opened.error());
    Service service(**opened);
    const Status done = args->value("as") == "dataset" ? export_dataset(service, args->value("out")) : export_all(service, args->value("out"));
    if (!done) return platform::report_error(context, done.error());
    print_line("written to " + args->value("out"));
    return 0;
}

int run_load(platform::CommandContext& context) {
    platform::ArgsSpec spec;
    spec.summary = "Loads a data set of facts with document numbers and clauses. Loading it again changes nothing.";
    spec.options = {positional("source", "a folder with *.json, or \"builtin\" for the data set inside this program"), format_option({"text", "json"})};
    spec.examples = {"saola programme load builtin"};
    spec.notes = std::string(kExitNotes);
    int status = 0;
    const auto args = platform::parse_command(spec, context, status);
    if (!args) return status;
    const auto opened = context.open();
    if (!opened) return platform::report_error(context, opened.error());
    Service service(**opened);
    const auto loaded = load_dataset(service, platform::system_actor(), args->value("source"));
    if (!loaded) return platform::report_error(context, loaded.error());
    if (args->value("format") == "json") {
        Json out = Json::object();
        out.set("facts", loaded->facts).set("same", loaded->same).set("organisations", loaded->organisations).set("mappings", loaded->mappings).set("findings", loaded->findings);
        print_line(out.dump(2));
    } else {
        print_line("facts " + std::to_string(loaded->facts) + " added, " + std::to_string(loaded->same) + " already there; organisations " +
                   std::to_string(loaded->organisations) + "; mappings " + std::to_string(loaded->mappings) + "; findings " + std::to_string(loaded->findings));
    }
    return 0;
}

}  // namespace saola::programme
