// saola programme import
#include <algorithm>
#include <filesystem>

#include "programme/cli_support.h"
#include "programme/limits.h"
#include "programme/views.h"

namespace saola::programme {
namespace {

bool is_document(const std::filesystem::path& path) {
    std::string extension = path.extension().string();
    std::ranges::transform(extension, extension.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return extension == ".txt" || extension == ".docx" || extension == ".pdf";
}

Result<std::vector<ImportFile>> read_files(const std::string& path) {
    std::error_code error;
    std::vector<std::string> names;
    const bool folder = std::filesystem::is_directory(path, error);
    if (folder) {
        for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
            if (!is_document(entry.path())) continue;
            // A link or a pipe among the documents is not what the folder's owner put there to be
            // read.
            if (entry.symlink_status(error).type() == std::filesystem::file_type::regular) {
                names.push_back(entry.path().string());
            } else {
                (void)std::fputs(
                    ("skipped, not a regular file: " + entry.path().string() + "\n").c_str(),
                    stderr);
            }
        }
        std::ranges::sort(names);
        if (names.empty())
            return fail(ErrorKind::kNotFound, "programme.no_documents",
                        "There is no .txt, .docx or .pdf file in " + path + ".", "DIR");
    } else {
        names.push_back(path);
    }
    if (names.size() > kMaxImportFiles) {
        return fail(ErrorKind::kTooLarge, "programme.import_files",
                    path + " holds more files than one import takes.", "DIR",
                    "max_import_files=" + std::to_string(kMaxImportFiles));
    }
    std::vector<ImportFile> out;
    std::uint64_t total = 0;
    for (const std::string& name : names) {
        SAOLA_TRY(std::string bytes,
                  read_file(name, contracts::ReaderLimits{}.max_file_bytes, !folder));
        total += bytes.size();
        if (total > kMaxImportBytes) {
            return fail(ErrorKind::kTooLarge, "programme.import_bytes",
                        "These files are larger than one import takes.", "DIR",
                        "max_import_bytes=" + std::to_string(kMaxImportBytes));
        }
        out.push_back({std::filesystem::path(name).filename().string(), std::move(bytes)});
    }
    return out;
}

struct Outcome {
    ImportInfo info;
    std::vector<ImportRow> left;       // rows that still wait for a person
    std::int64_t accepted_before = 0;  // rows that waited from earlier imports of the same files
    std::int64_t findings = -1;        // of the quality rules; -1: not run, or not to the end
    std::optional<Error> rules_error;  // the rows are accepted, the rules met this
};

Status read_outcome(Service& service, const platform::Actor& actor, const std::string& id,
                    Outcome& out) {
    SAOLA_TRY(out.info, service.imports.find(actor, id));
    SAOLA_TRY(Imports::RowPage page,
              service.imports.rows(actor, id, {"proposed", "", kMaxImportRows, 0}));
    out.left = std::move(page.rows);
    return {};
}

Result<Outcome> import_path(Service& service, const std::string& path, bool accept,
                            const ImportOptions& options) {
    const platform::Actor actor = platform::system_actor();
    SAOLA_TRY(std::vector<ImportFile> files, read_files(path));
    SAOLA_TRY(const std::string id, service.imports.propose(actor, std::move(files), options));
    Outcome out;
    if (accept) {
        ImportDecision decision;
        decision.least_confidence = kAcceptConfidence;
        decision.reason = "--accept";
        SAOLA_TRY([[maybe_unused]] const std::int64_t decided,
                  service.imports.decide(actor, id, decision));
        // Rows that an import without --accept left waiting are no news to this one, and are meant
        // too.
        SAOLA_TRY(const auto before, service.imports.waiting_before(id));
        for (const auto& [earlier, document] : before) {
            decision.document = document;
            SAOLA_TRY(const std::int64_t more, service.imports.decide(actor, earlier, decision));
            out.accepted_before += more;
        }
        // New facts, new findings: the console must not show those of before. The rows are accepted
        // whatever the rules meet; the next import or `programme findings` runs them again.
        auto findings = service.findings.refresh();
        if (findings) {
            out.findings = *findings;
        } else {
            out.rules_error = std::move(findings.error());
        }
    }
    const Status read = read_outcome(service, actor, id, out);
    if (read || !accept) return read ? Result<Outcome>(std::move(out)) : fail(read.error());
    Error error = read.error();
    error.message = "The rows of import " + id +
                    " are accepted, but the summary cannot be read: " + error.message;
    return fail(std::move(error));
}

std::string percent(float confidence) {
    return std::to_string(static_cast<int>(confidence * 100.0F + 0.5F)) + " %";
}

struct Speech {
    bool english = false;
    [[nodiscard]] std::string operator()(std::string_view vi, std::string_view en) const {
        return std::string(english ? en : vi);
    }
};

std::string state_words(const std::string& state, const Speech& say) {
    if (state == "accepted") return say("đã chấp nhận hết", "all accepted");
    if (state == "partly") return say("đã chấp nhận một phần", "partly accepted");
    if (state == "rejected") return say("đã từ chối", "rejected");
    return say("đang chờ rà soát", "waiting for review");
}

// "title = Đo gió": one line, cut at a character.
std::string one_line(const AssertedValue& value) {
    std::string out = to_display(value);
    std::ranges::replace(out, '\n', ' ');
    if (out.size() <= 80) return out;
    std::size_t size = 77;
    while (size > 0 && (static_cast<unsigned char>(out[size]) & 0xC0U) == 0x80U) --size;
    return out.substr(0, size) + "...";
}

void add_waiting(std::string& out, const Outcome& outcome, const View& view) {
    for (const ImportRow& row : outcome.left) {
        const Assertion& a = row.fact.assertion;
        out += "  " + percent(a.confidence) + "  " + std::string(to_string(a.subject_kind)) + " " +
               a.subject + " " + a.predicate + " = " + one_line(a.value) + "  [" +
               view.document_number(row.document) + ", " + row.fact.source.place + "]\n";
    }
}

std::string text_of(const Outcome& outcome, const View& view, const Speech& say, bool verbose) {
    const ImportCounts& c = outcome.info.counts;
    std::string out;
    const auto line = [&out](const std::string& words) { out += words + "\n"; };
    const auto number = [](std::int64_t n) { return std::to_string(n); };
    const std::string state =
        c.rows == 0 ? say("không có gì mới", "nothing new") : state_words(outcome.info.state, say);
    line(say("Lần nhập ", "Import ") + outcome.info.id + ": " + state);
    for (const ImportInfo::File& file : outcome.info.files) {
        line("  " + file.name + " -> " + view.document_number(file.document));
    }
    line(say("Đề xuất: ", "Proposed: ") + number(c.rows) + say(" dòng (mới ", " rows (new ") +
         number(c.fresh) + say(", thay đổi ", ", changed ") + number(c.changed) +
         say(", mâu thuẫn ", ", in conflict ") + number(c.conflict) +
         say("); đã biết từ trước ", "); known before ") + number(c.same));
    line(say("Chấp nhận: ", "Accepted: ") + number(c.accepted) +
         say("; chờ rà soát: ", "; waiting for review: ") + number(c.proposed));
    if (outcome.accepted_before > 0) {
        line(say("Chấp nhận từ các lần nhập trước: ", "Accepted of earlier imports: ") +
             number(outcome.accepted_before));
    }
    if (outcome.findings >= 0) {
        line(say("Phát hiện về chất lượng số liệu: ", "Data quality findings: ") +
             number(outcome.findings) +
             say(" (xem: saola programme findings)", " (see: saola programme findings)"));
    }
    if (outcome.rules_error) {
        line(say("Các quy tắc chất lượng CHƯA chạy được; các dòng trên vẫn đã được chấp nhận.",
                 "The quality rules did NOT run; the rows above are accepted all the same."));
    }
    if (c.proposed == 0) return out;
    if (verbose) {
        add_waiting(out, outcome, view);
    } else {
        line(say("Các dòng chờ: rà soát trên giao diện, hoặc liệt kê bằng --verbose.",
                 "Waiting rows: review them in the console, or list them with --verbose."));
    }
    if (outcome.findings < 0 && !outcome.rules_error) {
        line(say("Chấp nhận các dòng đủ tin cậy: chạy lại với --accept.",
                 "To accept the rows that are sure enough, run again with --accept."));
    }
    return out;
}

Json json_of(const Outcome& outcome, const View& view) {
    Json out = import_json(outcome.info);
    out.set("accepted_before", outcome.accepted_before);
    if (outcome.findings >= 0) out.set("findings", outcome.findings);
    if (outcome.rules_error) {
        out.set("findings", nullptr);
        out.set("findings_error", Json::object()
                                      .set("code", outcome.rules_error->code)
                                      .set("message", outcome.rules_error->message));
    }
    Json waiting = Json::array();
    for (const ImportRow& row : outcome.left) waiting.push(import_row_json(row, view));
    return out.set("waiting", std::move(waiting));
}

platform::ArgsSpec import_spec() {
    platform::ArgsSpec spec;
    spec.summary =
        "Reads official documents (.txt, .docx, .pdf) and proposes their facts, each beside its "
        "source. With --accept, "
        "rows of confidence 0.8 and more are taken and the quality rules run; the others wait for "
        "a person.";
    spec.options = {
        positional("dir", "a folder of documents, or one file"),
        flag_option("accept", "accept the rows that are sure enough"),
        value_option("classification", "LEVEL", "public, internal or restricted", "public"),
        value_option("organisation", "KEY", "owner of the documents, for restricted ones"),
        flag_option("verbose", "also list the rows that wait for a person"),
        value_option("lang", "LANG", "summary in vi or en", "vi")};
    spec.options[2].choices = {"public", "internal", "restricted"};
    spec.options[5].choices = {"vi", "en"};
    for (platform::Option& option : answer_options()) spec.options.push_back(std::move(option));
    spec.examples = {"saola programme import ./documents --accept",
                     "saola programme import report.docx --format xlsx --output rows.xlsx"};
    spec.notes = std::string(kExitNotes) +
                 "\nExit status 0 also when the rows were accepted but the quality rules then "
                 "failed: stderr and \"findings_error\" say so.";
    return spec;
}

}  // namespace

int run_import(platform::CommandContext& context) {
    int status = 0;
    const auto args = platform::parse_command(import_spec(), context, status);
    if (!args) return status;
    if (const Status writable = check_output(*args); !writable)
        return platform::report_error(context, writable.error());
    const auto opened = context.open();
    if (!opened) return platform::report_error(context, opened.error());
    Service service(**opened);
    ImportOptions options;
    options.organisation = args->value("organisation");
    if (args->value("classification") == "internal")
        options.classification = platform::Classification::kInternal;
    if (args->value("classification") == "restricted")
        options.classification = platform::Classification::kRestricted;
    const auto outcome = import_path(service, args->value("dir"), args->given("accept"), options);
    if (!outcome) return platform::report_error(context, outcome.error());
    if (outcome->rules_error) {
        Error error = *outcome->rules_error;
        error.message =
            "The rows are accepted, but the quality rules did not run: " + error.message +
            " Then run `saola programme findings`, or import again.";
        platform::report_error(context, error);
    }
    const auto view = service.query.view(platform::system_actor());
    if (!view) return platform::report_error(context, view.error());
    Answer said;
    said.language = args->value("lang") == "en" ? platform::Language::kEn : platform::Language::kVi;
    said.text = [&] {
        return text_of(*outcome, *view, Speech{args->value("lang") == "en"},
                       args->given("verbose"));
    };
    said.json = [&] { return json_of(*outcome, *view); };
    // The rows of this import, decided ones included.
    said.table = [&] {
        return import_rows(service, platform::system_actor(), outcome->info.id, {});
    };
    const Status done = answer(*args, said);
    return done ? 0 : platform::report_error(context, done.error());
}

}  // namespace saola::programme
