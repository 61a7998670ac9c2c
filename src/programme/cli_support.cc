#include "programme/cli_support.h"

#include <unistd.h>

#include <filesystem>

#include "programme/document_store.h"

namespace saola::programme {
namespace {

constexpr int kTextWidth = 140;
constexpr std::uint64_t kMaxWorkbookBytes = 1ULL << 30U;

// A workbook cannot be written in one go from front to back, so a pipe gets it from a file.
Status pipe_workbook(const platform::TableStream& table, platform::Language language) {
    std::error_code error;
    std::string folder =
        (std::filesystem::temp_directory_path(error) / "saola-workbook-XXXXXX").string();
    if (error || ::mkdtemp(folder.data()) == nullptr) {
        return fail(ErrorKind::kStorage, "programme.file_io", "No temporary folder can be made.",
                    "output");
    }
    const std::string path = folder + "/answer.xlsx";
    const Status written = platform::write_xlsx(table.meta, table.rows, language, path);
    auto bytes =
        written ? read_file(path, kMaxWorkbookBytes) : Result<std::string>(fail(written.error()));
    std::filesystem::remove_all(folder, error);
    if (!bytes) return fail(bytes.error());
    return write_answer(*bytes, {});
}

}  // namespace

Status write_answer(std::string_view bytes, const std::string& out) {
    if (!out.empty()) return write_file(out, bytes);
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() &&
        std::fflush(stdout) == 0)
        return {};
    return fail(ErrorKind::kStorage, "programme.file_io",
                "The answer cannot be written to standard output.", "output");
}

Status write_table(const platform::TableStream& table, std::string_view format,
                   platform::Language language, const std::string& out) {
    if (format == "xlsx") {
        return out.empty() ? pipe_workbook(table, language)
                           : platform::write_xlsx(table.meta, table.rows, language, out);
    }
    std::string text;
    const platform::Sink sink = [&](std::string_view part) -> Status {
        if (out.empty()) return write_answer(part, {});
        text.append(part);
        return {};
    };
    if (format == "csv") {
        SAOLA_TRY_STATUS(platform::write_csv(table.meta, table.rows, language, sink));
    } else {
        SAOLA_TRY_STATUS(platform::write_text(table.meta, table.rows, language, kTextWidth, sink));
    }
    return out.empty() ? Status{} : write_file(out, text);
}

Status check_output(const platform::Args& args) {
    const std::string& out = args.value("output");
    if (!out.empty()) return check_writable(out);
    if (args.value("format") != "xlsx" || ::isatty(STDOUT_FILENO) != 1) return {};
    return fail(ErrorKind::kInvalidArgument, "programme.out_missing",
                "A workbook is not for a terminal: name its file with --output FILE, or redirect "
                "the output.",
                "output");
}

Status answer(const platform::Args& args, const Answer& said) {
    const std::string& format = args.value("format");
    const std::string& out = args.value("output");
    if (format == "text") return write_answer(said.text(), out);
    if (format == "json") return write_answer(said.json().dump(2) + "\n", out);
    SAOLA_TRY(const platform::TableStream table, said.table());
    return write_table(table, format, said.language, out);
}

std::vector<platform::Option> answer_options() {
    return {
        format_option({"text", "json", "csv", "xlsx"}),
        value_option(
            "output", "FILE",
            "write the answer to this file; xlsx needs it where standard output is a terminal")};
}

}  // namespace saola::programme
