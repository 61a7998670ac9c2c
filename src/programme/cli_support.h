// Small helpers of the commands. Internal to module programme.
#pragma once

#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include "platform/args.h"
#include "platform/module.h"
#include "programme/list_tables.h"
#include "programme/service.h"

namespace saola::programme {

inline void print(std::string_view text) { (void)std::fwrite(text.data(), 1, text.size(), stdout); }
inline void print_line(std::string_view text) {
    print(text);
    print("\n");
}

inline platform::Option format_option(std::vector<std::string> choices) {
    platform::Option option;
    option.name = "format";
    option.help = "form of the answer";
    option.value_name = "FORMAT";
    option.fallback = "text";
    option.choices = std::move(choices);
    return option;
}

inline platform::Option value_option(std::string name, std::string value_name, std::string help,
                                     std::string fallback = {}) {
    platform::Option option;
    option.name = std::move(name);
    option.value_name = std::move(value_name);
    option.help = std::move(help);
    option.fallback = std::move(fallback);
    return option;
}

inline platform::Option flag_option(std::string name, std::string help) {
    platform::Option option;
    option.name = std::move(name);
    option.help = std::move(help);
    return option;
}

inline platform::Option positional(std::string name, std::string help, bool required = true) {
    platform::Option option;
    option.name = std::move(name);
    option.help = std::move(help);
    option.positional = true;
    option.required = required;
    return option;
}

inline constexpr std::string_view kExitNotes =
    "Exit status: 0 done, 2 bad command line or input, 3 not allowed, 4 not found, 5 conflict "
    "(data directory in use),\n"
    "6 over a limit, 7 refused after a check, 9 storage failed, 10 damaged data.";

// The commands, one file each.
int run_import(platform::CommandContext& context);
int run_report(platform::CommandContext& context);
int run_findings(platform::CommandContext& context);
int run_release(platform::CommandContext& context);
int run_verify(platform::CommandContext& context);
int run_export(platform::CommandContext& context);
int run_load(platform::CommandContext& context);

// What a command has to say, made only in the form that is asked for.
struct Answer {
    std::function<std::string()> text;
    std::function<Json()> json;
    std::function<Result<platform::TableStream>()> table;
    platform::Language language = platform::Language::kVi;
};
// --format and --output, the same for every command that answers with a table or a record.
[[nodiscard]] std::vector<platform::Option> answer_options();
// Whether answer() could write: asked before something is done that cannot be undone.
[[nodiscard]] Status check_output(const platform::Args& args);
[[nodiscard]] Status answer(const platform::Args& args, const Answer& said);
// To the file `out`, or standard output when it is "".
[[nodiscard]] Status write_answer(std::string_view bytes, const std::string& out);
// `format` is csv, xlsx or text.
[[nodiscard]] Status write_table(const platform::TableStream& table, std::string_view format,
                                 platform::Language language, const std::string& out);
// Writes one report in any format to `out` ("" = standard output).
[[nodiscard]] Status write_report(const Service& service, const platform::Actor& actor,
                                  const ReportRequest& request, std::string_view format,
                                  platform::Language language, const std::string& out);

}  // namespace saola::programme
