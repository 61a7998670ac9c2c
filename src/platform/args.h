// Command lines of modules: declared options, one parser, one --help, errors that name the option
// and suggest the nearest one. Every command uses it. `--data-dir` and `--database-url` are common
// to every command: main takes them out before a module sees its arguments, help_text() lists them.
// Pure functions and values, thread-safe. Limits: kMaxArguments, kMaxArgumentBytes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace saola::platform {

inline constexpr std::size_t kMaxArguments = 1024;
inline constexpr std::size_t kMaxArgumentBytes = 64U << 10U;

// "--name VALUE", "--name=VALUE", "--name" (a flag) or, with `positional`, the bare VALUE in its
// turn.
struct Option {
    std::string name;          // without dashes: "format"; lower case, dashes inside
    std::string help;          // one line
    std::string value_name{};  // "DIR"; empty: a flag (positionals: the upper-case name)
    std::string fallback{};    // value when absent; shown in --help when not empty
    bool required = false;
    bool positional = false;
    bool repeated = false;               // may come several times; a positional takes the rest
    std::vector<std::string> choices{};  // allowed values; empty: any
};

struct ArgsSpec {
    std::string summary;  // what the command does, one or two sentences
    std::vector<Option> options;
    std::vector<std::string> examples;  // whole command lines; at least one
    std::string notes{};                // after the options, e.g. the exit codes
};

class Args {
public:
    // kInvalidArgument names the option in `field`; the message suggests the nearest known one.
    // "--help" or "-h" anywhere before "--" gives an Args with help() set and nothing checked.
    [[nodiscard]] static Result<Args> parse(const ArgsSpec& spec,
                                            std::span<const std::string> args);

    [[nodiscard]] bool help() const { return help_; }
    // True for a flag that was given, and for an option that got a value on the command line.
    [[nodiscard]] bool given(std::string_view name) const;
    // Value, or the fallback, or "". Asking for an option that was not declared aborts (a bug).
    [[nodiscard]] const std::string& value(std::string_view name) const;
    [[nodiscard]] const std::vector<std::string>& values(std::string_view name) const;
    [[nodiscard]] Result<std::int64_t> integer(std::string_view name, std::int64_t lowest,
                                               std::int64_t highest) const;

private:
    struct Slot {
        std::vector<std::string> values;
        bool given = false;
    };
    std::map<std::string, Slot, std::less<>> slots_;
    bool help_ = false;
};

// Usage line, options, notes and examples. `program` is the words so far: "saola programme report".
[[nodiscard]] std::string help_text(const ArgsSpec& spec, std::string_view program);

struct CommandContext;
// The usual start of a command: parses context.args. On --help prints the help to stdout, on a bad
// line prints the error to stderr; then it returns nothing and `status` is the exit status (0 or
// 2).
[[nodiscard]] std::optional<Args> parse_command(const ArgsSpec& spec, const CommandContext& context,
                                                int& status);
// Prints "program: code: message" to stderr and returns the exit status of the error's kind.
int report_error(const CommandContext& context, const Error& error);

// The candidate nearest to `word` within a third of its length (edits and swaps), or "".
[[nodiscard]] std::string nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace saola::platform
