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
    spec.summary =
        "Runs the quality rules over the held documents and the current facts, keeps what they "
        "find and prints it.";
    spec.options = {
        value_option("state", "STATE", "only findings in this state", "open"),
        value_option("fail-on", "SEVERITY", "exit 7 when such a finding is open", "never"),
        value_option("rule", "RULE", "only this rule"),
        value_option("document", "KEY", "only findings about this document"),
        value_option("lang", "LANG", "summaries in vi or en", "vi")};
    spec.options[0].choices = {"open", "accepted", "dismissed", "corrected", "all"};
    spec.options[1].choices = {"never", "error", "warning", "question"};
    spec.options[4].choices = {"vi", "en"};
    for (platform::Option& option : answer_options()) spec.options.push_back(std::move(option));
    spec.examples = {"saola programme findings --fail-on error",
                     "saola programme findings --state all --format xlsx --output findings.xlsx"};
    spec.notes = std::string(kExitNotes);
    return spec;
}

int severity_rank(std::string_view word) {
    return word == "error" ? 3 : word == "warning" ? 2 : word == "question" ? 1 : 4;
}

std::string text_of(const StoredFinding& finding, const View& view, bool english) {
    std::string out = "[" + finding.severity + "] " + finding.rule + " (" + finding.state + ") " +
                      finding.id.substr(0, 12) + "\n";
    out += "  " + (english ? finding.summary_en : finding.summary_vi) + "\n";
    if (!finding.computation.empty()) out += "  " + finding.computation + "\n";
    for (const StoredQuote& quote : finding.quotes) {
        out += "  - " + quote.role + ": \"" + quote.text + "\" [" +
               view.document_number(quote.document) + ", " + quote.place + ", bytes " +
               std::to_string(quote.span.begin) + "-" + std::to_string(quote.span.end) + "]\n";
    }
    return out;
}

ReportRequest request_of(const platform::Args& args) {
    ReportRequest request;
    for (const char* key : {"state", "rule", "document"}) {
        const std::string& value = args.value(key);
        if (!value.empty() && value != "all") request.filters.emplace_back(key, value);
    }
    return request;
}

}  // namespace

int run_findings(platform::CommandContext& context) {
    int status = 0;
    const auto args = platform::parse_command(findings_spec(), context, status);
    if (!args) return status;
    if (const Status writable = check_output(*args); !writable)
        return platform::report_error(context, writable.error());
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
    for (const auto& finding : *list) {
        if (finding->state == "open") worst = std::max(worst, severity_rank(finding->severity));
    }
    const bool english = args->value("lang") == "en";
    Answer said;
    said.language = english ? platform::Language::kEn : platform::Language::kVi;
    said.text = [&] {
        std::string out;
        for (const auto& finding : *list) out += text_of(*finding, *view, english);
        return out + std::to_string(list->size()) + " findings\n";
    };
    said.json = [&] {
        Json items = Json::array();
        for (const auto& finding : *list) items.push(to_json(*finding, *view));
        return Json::object()
            .set("count", static_cast<std::int64_t>(list->size()))
            .set("findings", std::move(items));
    };
    said.table = [&]() -> Result<platform::TableStream> {
        SAOLA_TRY(platform::Table table, findings_list(service, actor, request_of(*args)));
        return platform::stream_of(std::move(table));
    };
    if (const Status done = answer(*args, said); !done)
        return platform::report_error(context, done.error());
    return worst >= severity_rank(args->value("fail-on")) ? 7 : 0;
}

int run_release(platform::CommandContext& context) {
    platform::ArgsSpec spec;
    spec.summary =
        "Freezes all public facts, their sources and the findings into a signed release linked to "
        "the one before.";
    spec.options = {value_option("note", "TEXT", "why this release is made"),
                    value_option("out", "FILE", "also write the release itself to this file")};
    for (platform::Option& option : answer_options()) spec.options.push_back(std::move(option));
    spec.examples = {"saola programme release --note 'Quý IV/2026' --out release.json"};
    spec.notes = std::string(kExitNotes);
    int status = 0;
    const auto args = platform::parse_command(spec, context, status);
    if (!args) return status;
    if (const Status writable = check_output(*args); !writable)
        return platform::report_error(context, writable.error());
    const auto opened = context.open();
    if (!opened) return platform::report_error(context, opened.error());
    Service service(**opened);
    if (!args->value("out").empty()) {
        if (const Status writable = check_writable(args->value("out")); !writable)
            return platform::report_error(context, writable.error());
    }
    const auto info = service.releases.create(platform::system_actor(), args->value("note"));
    if (!info) return platform::report_error(context, info.error());
    if (!args->value("out").empty()) {
        const auto content = service.releases.content(info->id);
        if (!content) return platform::report_error(context, content.error());
        if (const Status written = write_file(args->value("out"), *content); !written)
            return platform::report_error(context, written.error());
    }
    const std::string key = to_hex((*opened)->signing_key->public_key());
    Answer said;
    said.text = [&] {
        return "release " + std::to_string(info->number) + "  " + info->id + "\nhash " +
               info->hash + "\nprevious " + info->previous + "\npublic key " + key + "\n";
    };
    said.json = [&] {
        Json out = Json::object();
        out.set("id", info->id)
            .set("number", info->number)
            .set("hash", info->hash)
            .set("previous", info->previous);
        return out.set("public_key", key).set("counts", info->counts);
    };
    said.table = [&] { return platform::stream_of(releases_table({*info}, key)); };
    const Status done = answer(*args, said);
    return done ? 0 : platform::report_error(context, done.error());
}

namespace {

std::string text_of(const Verified& verified, bool signer_checked) {
    std::string out =
        "ok: release " + std::to_string(verified.number) + ", " + std::to_string(verified.facts) +
        " facts\nhash " + verified.hash + "\nprevious " + verified.previous + "\nsigned by " +
        verified.public_key + "\naudit log " +
        (verified.audit_records
             ? std::to_string(*verified.audit_records) + " records, head " + verified.audit_head
             : std::string("not named")) +
        "\n";
    if (!signer_checked) {
        out +=
            "CHÚ Ý: chưa kiểm tra người ký; bất kỳ ai cũng ký được bằng khóa của mình. Dùng "
            "--public-key với khóa đã công bố.\n"
            "NOTE: the signer was NOT checked; anyone can sign with a key of their own. Give "
            "--public-key the published key.\n";
    }
    return out;
}

platform::Table table_of(const Verified& verified, bool signer_checked) {
    using platform::CellType;
    using platform::plain_column;
    platform::Table table;
    table.meta.name = "verified";
    table.meta.title = {"Kiểm tra bản phát hành", "Check of a release"};
    table.meta.row_count = 1;
    table.meta.columns = {
        plain_column("ok", "Đúng", "Ok", CellType::kStatus),
        plain_column("signer_checked", "Đã kiểm tra người ký", "Signer checked", CellType::kStatus),
        plain_column("number", "Số", "Number", CellType::kNumber),
        plain_column("facts", "Số dữ kiện", "Facts", CellType::kNumber),
        plain_column("hash", "Mã băm", "Hash"),
        plain_column("previous", "Mã băm của bản trước", "Hash of the one before"),
        plain_column("public_key", "Khóa công khai", "Public key"),
        plain_column("audit_records", "Số bản ghi kiểm toán", "Audit records", CellType::kNumber),
        plain_column("audit_head", "Mã băm đầu nhật ký", "Head hash of the audit log")};
    using platform::number_of;
    const auto words = [](std::string value) { return platform::text_of(std::move(value)); };
    platform::TableRow row;
    row.id = verified.hash;
    row.cells = {words("true"),
                 words(signer_checked ? "true" : "false"),
                 number_of(verified.number),
                 number_of(verified.facts),
                 words(verified.hash),
                 words(verified.previous),
                 words(verified.public_key),
                 verified.audit_records ? number_of(*verified.audit_records) : platform::Cell{},
                 words(verified.audit_head)};
    table.rows.push_back(std::move(row));
    return table;
}

}  // namespace

int run_verify(platform::CommandContext& context) {
    platform::ArgsSpec spec;
    spec.summary =
        "Checks a release file without any data directory: form, hash, signature. Exit 7 names the "
        "first thing that is wrong.";
    spec.options = {positional("file", "the release"),
                    value_option("public-key", "HEX", "the key it must be signed with")};
    for (platform::Option& option : answer_options()) spec.options.push_back(std::move(option));
    spec.examples = {"saola programme verify release.json --public-key 9f2c..."};
    spec.notes = std::string(kExitNotes);
    int status = 0;
    const auto args = platform::parse_command(spec, context, status);
    if (!args) return status;
    if (const Status writable = check_output(*args); !writable)
        return platform::report_error(context, writable.error());
    const auto bytes = read_file(args->value("file"), kMaxReleaseBytes);
    if (!bytes) return platform::report_error(context, bytes.error());
    const auto verified = verify_release(*bytes, args->value("public-key"));
    if (!verified) return platform::report_error(context, verified.error());
    const bool signer_checked = !args->value("public-key").empty();
    Answer said;
    said.text = [&] { return text_of(*verified, signer_checked); };
    said.json = [&] {
        Json out = Json::object();
        out.set("ok", true)
            .set("signer_checked", signer_checked)
            .set("hash", verified->hash)
            .set("previous", verified->previous)
            .set("number", verified->number);
        out.set("facts", verified->facts).set("public_key", verified->public_key);
        if (verified->audit_records)
            out.set("audit", Json::object()
                                 .set("records", *verified->audit_records)
                                 .set("head_hash", verified->audit_head));
        return out;
    };
    said.table = [&] { return platform::stream_of(table_of(*verified, signer_checked)); };
    const Status done = answer(*args, said);
    return done ? 0 : platform::report_error(context, done.error());
}

namespace {

// Who reads the lists that an export writes: without a word, somebody who is not signed in.
platform::Actor reader_of(std::string_view classification) {
    if (classification == "restricted") return platform::system_actor();
    platform::Actor reader;
    if (classification == "internal") reader.id = "export";  // signed in, of no organisation
    return reader;
}

struct ExportPlan {
    std::string dir;
    std::vector<std::string> formats;
    platform::Actor reader;
    bool release = false;
};

Status export_all(Service& service, const ExportPlan& plan) {
    std::error_code error;
    std::filesystem::create_directories(plan.dir, error);
    if (error)
        return fail(ErrorKind::kStorage, "programme.file_io",
                    "Cannot create " + plan.dir + ": " + error.message() + ".", "out");
    for (const std::string& name : Reports::names()) {
        ReportRequest request;
        request.name = name;
        for (const std::string& format : plan.formats) {
            const std::string path =
                plan.dir + "/" + name + "." + (format == "text" ? "txt" : format);
            SAOLA_TRY_STATUS(
                write_report(service, plan.reader, request, format, platform::Language::kVi, path));
        }
    }
    if (!plan.release) return {};
    SAOLA_TRY(const ReleaseInfo info, service.releases.create(platform::system_actor(), "export"));
    SAOLA_TRY(const std::string content, service.releases.content(info.id));
    return write_file(plan.dir + "/release.json", content);
}

platform::ArgsSpec export_spec() {
    platform::ArgsSpec spec;
    spec.summary =
        "Writes every list into a folder, or the data set that `load` reads. Only public rows, "
        "unless --classification says more.";
    spec.options = {
        value_option("out", "DIR", "folder to write to"),
        value_option("as", "FORM", "all or dataset", "all"),
        value_option("format", "FORMAT", "form of the lists; all: csv, xlsx and json", "all"),
        value_option("classification", "LEVEL",
                     "the strictest rows that may be written; restricted: of all organisations",
                     "public"),
        flag_option("release", "also publish a signed release and write it as release.json")};
    spec.options[0].required = true;
    spec.options[1].choices = {"all", "dataset"};
    spec.options[2].choices = {"all", "json", "csv", "xlsx", "text"};
    spec.options[3].choices = {"public", "internal", "restricted"};
    spec.examples = {
        "saola programme export --out ./open-data",
        "saola programme export --out ./archive --format csv --classification restricted"};
    spec.notes = std::string(kExitNotes);
    return spec;
}

}  // namespace

int run_export(platform::CommandContext& context) {
    int status = 0;
    const auto args = platform::parse_command(export_spec(), context, status);
    if (!args) return status;
    const bool dataset = args->value("as") == "dataset";
    if (dataset &&
        (args->given("format") || args->given("classification") || args->given("release"))) {
        return platform::report_error(
            context, {.kind = ErrorKind::kInvalidArgument,
                      .code = "command.bad_option",
                      .message = "A data set is JSON of the public facts: it takes no --format, "
                                 "--classification or --release.",
                      .field = "--as"});
    }
    const auto opened = context.open();
    if (!opened) return platform::report_error(context, opened.error());
    Service service(**opened);
    const ExportPlan plan{args->value("out"),
                          args->value("format") == "all"
                              ? std::vector<std::string>{"csv", "xlsx", "json"}
                              : std::vector<std::string>{args->value("format")},
                          reader_of(args->value("classification")), args->given("release")};
    const Status done = dataset ? export_dataset(service, plan.dir) : export_all(service, plan);
    if (!done) return platform::report_error(context, done.error());
    print_line("written to " + plan.dir);
    return 0;
}

int run_load(platform::CommandContext& context) {
    platform::ArgsSpec spec;
    spec.summary =
        "Loads a data set of facts with document numbers and clauses. Loading it again changes "
        "nothing.";
    spec.options = {
        positional("source",
                   "a folder with *.json, or \"builtin\" for the data set inside this program"),
        format_option({"text", "json"})};
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
        out.set("facts", loaded->facts)
            .set("same", loaded->same)
            .set("organisations", loaded->organisations)
            .set("mappings", loaded->mappings)
            .set("findings", loaded->findings);
        print_line(out.dump(2));
    } else {
        print_line("facts " + std::to_string(loaded->facts) + " added, " +
                   std::to_string(loaded->same) + " already there; organisations " +
                   std::to_string(loaded->organisations) + "; mappings " +
                   std::to_string(loaded->mappings) + "; findings " +
                   std::to_string(loaded->findings));
    }
    return 0;
}

}  // namespace saola::programme
