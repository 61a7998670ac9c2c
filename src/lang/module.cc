#include "lang/module.h"

#include <cstdio>
#include <fstream>
#include <iterator>

#include "lang/document/reader.h"
#include "lang/document/render.h"
#include "platform/args.h"

namespace saola::lang {
namespace {

// Reads at most one byte more than the reader takes, so that a huge file costs no memory.
Result<std::string> read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return fail(ErrorKind::kNotFound, "lang.no_file",
                    "The file \"" + path + "\" cannot be opened.", "FILE");
    const std::uint64_t most = contracts::ReaderLimits{}.max_file_bytes + 1;
    std::string bytes;
    char block[1U << 16U];
    while (bytes.size() < most && in) {
        in.read(block, sizeof block);
        bytes.append(block, static_cast<std::size_t>(in.gcount()));
    }
    if (in.bad())
        return fail(ErrorKind::kStorage, "lang.read_failed", "Reading \"" + path + "\" failed.",
                    "FILE");
    return bytes;
}

int read_command(platform::CommandContext& context) {
    const platform::ArgsSpec spec{
        "Reads an official document (text, DOCX or PDF) and prints its structure.",
        {{.name = "file",
          .help = "the document",
          .value_name = "FILE",
          .required = true,
          .positional = true},
         {.name = "format",
          .help = "what to print",
          .value_name = "FORMAT",
          .fallback = "outline",
          .choices = {"outline", "text", "json"}}},
        {"saola lang read bao-cao.docx --format outline",
         "saola lang read quyet-dinh.pdf --format json"},
        "Exit status: 0 read, 2 not a document that can be read, 4 no such file, 6 over a limit "
        "(named)."};
    int status = 0;
    const auto args = platform::parse_command(spec, context, status);
    if (!args) return status;
    const std::string& path = args->value("file");
    const auto bytes = read_file(path);
    if (!bytes) return platform::report_error(context, bytes.error());
    const auto document = make_reader()->read(path.substr(path.find_last_of('/') + 1), *bytes);
    if (!document) return platform::report_error(context, document.error());
    const std::string& format = args->value("format");
    const std::string out = format == "json"   ? to_json(*document).dump(1) + "\n"
                            : format == "text" ? to_plain_text(*document)
                                               : to_outline(*document);
    std::fwrite(out.data(), 1, out.size(), stdout);
    return 0;
}

}  // namespace

Status LangModule::configure(const platform::Platform& platform) {
    (void)platform;
    return {};
}

std::vector<platform::Command> LangModule::commands() {
    return {{"read", "print the structure of an official document", read_command}};
}

std::unique_ptr<platform::Module> make_module() { return std::make_unique<LangModule>(); }
std::unique_ptr<contracts::DocumentReader> make_reader() { return std::make_unique<Reader>(); }

}  // namespace saola::lang
