#include "platform/args.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "base/check.h"
#include "platform/module.h"

namespace saola::platform {
namespace {

tl::unexpected<Error> bad(std::string field, std::string message, std::string limit = {}) {
    return fail(ErrorKind::kInvalidArgument, "command.bad_option", std::move(message),
                std::move(field), std::move(limit));
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

std::string placeholder(const Option& option) {
    return option.value_name.empty() ? upper(option.name) : option.value_name;
}

std::string shown(const Option& option) {
    return option.positional ? placeholder(option) : "--" + option.name;
}

bool takes_value(const Option& option) { return option.positional || !option.value_name.empty(); }

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
    std::string out;
    for (const auto& word : words) {
        if (!out.empty()) out += separator;
        out += word;
    }
    return out;
}

const Option* find_named(const ArgsSpec& spec, std::string_view name) {
    for (const auto& option : spec.options)
        if (!option.positional && option.name == name) return &option;
    return nullptr;
}

tl::unexpected<Error> unknown_option(const ArgsSpec& spec, std::string_view name) {
    std::vector<std::string> names = {"help", "data-dir", "database-url"};
    for (const auto& option : spec.options)
        if (!option.positional) names.push_back(option.name);
    const std::string near = nearest(name, names);
    std::string message = "Unknown option --" + std::string(name) + ".";
    message += near.empty() ? " See --help." : " Did you mean --" + near + "?";
    return bad("--" + std::string(name), std::move(message));
}

Status check_value(const Option& option, const std::string& value) {
    if (value.size() > kMaxArgumentBytes)
        return bad(shown(option), "The value of " + shown(option) + " is too long.",
                   "max_argument_bytes=" + std::to_string(kMaxArgumentBytes));
    if (option.choices.empty()) return {};
    if (std::find(option.choices.begin(), option.choices.end(), value) != option.choices.end())
        return {};
    const std::string near = nearest(value, option.choices);
    return bad(shown(option), shown(option) + " must be one of " + joined(option.choices, ", ") +
                                  ", not \"" + value + "\"." +
                                  (near.empty() ? "" : " Did you mean " + near + "?"));
}

std::string left_column(const Option& option) {
    if (option.positional) return placeholder(option) + (option.repeated ? "..." : "");
    std::string text = "--" + option.name;
    if (takes_value(option)) text += ' ' + option.value_name;
    return text;
}

std::string right_column(const Option& option) {
    std::string text = option.help;
    if (!option.choices.empty()) text += " (" + joined(option.choices, "|") + ")";
    if (!option.fallback.empty()) text += " [" + option.fallback + "]";
    if (option.required) text += " (required)";
    if (option.repeated && !option.positional) text += " (may be repeated)";
    return text;
}

void append_row(std::string& out, const std::string& left, const std::string& right) {
    constexpr std::size_t kColumn = 28;
    out += "  " + left;
    if (left.size() + 2 >= kColumn)
        out += "\n" + std::string(kColumn, ' ');
    else
        out += std::string(kColumn - left.size() - 2, ' ');
    out += right + '\n';
}

bool asks_for_help(std::span<const std::string> args) {
    for (const auto& arg : args) {
        if (arg == "--") return false;
        if (arg == "--help" || arg == "-h") return true;
    }
    return false;
}

// "--x" and "-x", but not "-" and not a negative number.
bool looks_named(const std::string& arg) {
    return arg.size() > 1 && arg[0] == '-' && !(arg[1] >= '0' && arg[1] <= '9');
}

Result<const Option*> named_option(const ArgsSpec& spec, const std::string& arg) {
    const bool two = arg.starts_with("--");
    const std::string name = arg.substr(0, arg.find('=')).substr(two ? 2 : 1);
    const Option* option = two ? find_named(spec, name) : nullptr;
    if (option == nullptr) return unknown_option(spec, name);
    return option;
}

// The value of the option at args[i], which may be args[++i]; nothing for a flag.
Result<std::optional<std::string>> value_of(const Option& option, std::span<const std::string> args,
                                            std::size_t& i) {
    const std::size_t equals = args[i].find('=');
    if (!takes_value(option)) {
        if (equals != std::string::npos)
            return bad(shown(option), shown(option) + " takes no value.");
        return std::optional<std::string>();
    }
    if (equals != std::string::npos) return std::optional<std::string>(args[i].substr(equals + 1));
    if (i + 1 >= args.size())
        return bad(shown(option), shown(option) + " needs a value: --" + option.name + ' ' +
                                      option.value_name + ".");
    return std::optional<std::string>(args[++i]);
}

}  // namespace

Result<Args> Args::parse(const ArgsSpec& spec, std::span<const std::string> args) {
    Args out;
    std::vector<const Option*> positionals;
    for (const auto& option : spec.options) {
        const bool fresh = out.slots_.emplace(option.name, Slot{}).second;
        SAOLA_CHECK(fresh);
        if (option.positional) positionals.push_back(&option);
    }
    if (args.size() > kMaxArguments)
        return bad("", "Too many arguments.", "max_arguments=" + std::to_string(kMaxArguments));
    if (asks_for_help(args)) {
        out.help_ = true;
        return out;
    }
    std::size_t next_positional = 0;
    bool only_positionals = false;
    for (std::size_t i = 0; i < args.size(); ++i) {
        if (!only_positionals && args[i] == "--") {
            only_positionals = true;
            continue;
        }
        const Option* option = nullptr;
        std::optional<std::string> value;
        if (!only_positionals && looks_named(args[i])) {
            SAOLA_TRY(option, named_option(spec, args[i]));
            SAOLA_TRY(value, value_of(*option, args, i));
        } else {
            if (next_positional >= positionals.size())
                return bad(args[i].substr(0, 80),
                           "Unexpected argument \"" + args[i].substr(0, 80) + "\".");
            option = positionals[next_positional];
            if (!option->repeated) ++next_positional;
            value = args[i];
        }
        Slot& slot = out.slots_[option->name];
        if (value) {
            SAOLA_TRY_STATUS(check_value(*option, *value));
            if (slot.given && !option->repeated)
                return bad(shown(*option), shown(*option) + " was given more than once.");
            slot.values.push_back(std::move(*value));
        }
        slot.given = true;
    }
    for (const auto& option : spec.options) {
        Slot& slot = out.slots_[option.name];
        if (option.required && !slot.given)
            return bad(shown(option), shown(option) + " is missing.");
        if (!slot.given && !option.fallback.empty()) slot.values.push_back(option.fallback);
    }
    return out;
}

bool Args::given(std::string_view name) const {
    const auto it = slots_.find(name);
    SAOLA_CHECK(it != slots_.end());
    return it->second.given;
}

const std::vector<std::string>& Args::values(std::string_view name) const {
    const auto it = slots_.find(name);
    SAOLA_CHECK(it != slots_.end());
    return it->second.values;
}

const std::string& Args::value(std::string_view name) const {
    static const std::string kEmpty;
    const auto& all = values(name);
    return all.empty() ? kEmpty : all.front();
}

Result<std::int64_t> Args::integer(std::string_view name, std::int64_t lowest,
                                   std::int64_t highest) const {
    const std::string& text = value(name);
    std::int64_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc{} || end != text.data() + text.size() || number < lowest ||
        number > highest)
        return bad("--" + std::string(name),
                   "--" + std::string(name) + " must be a whole number from " +
                       std::to_string(lowest) + " to " + std::to_string(highest) + ", not \"" +
                       text + "\".");
    return number;
}

std::string help_text(const ArgsSpec& spec, std::string_view program) {
    std::string out = "Usage: " + std::string(program);
    bool named = false;
    for (const auto& option : spec.options) {
        named = named || !option.positional;
        if (!option.positional && option.required)
            out += " --" + option.name + ' ' + option.value_name;
    }
    for (const auto& option : spec.options) {
        if (!option.positional) continue;
        const std::string word = left_column(option);
        out += option.required ? ' ' + word : " [" + word + ']';
    }
    out += " [OPTIONS]\n\n" + spec.summary + "\n";
    bool heading = false;
    for (const auto& option : spec.options) {
        if (!option.positional) continue;
        if (!heading) out += "\nArguments:\n";
        heading = true;
        append_row(out, left_column(option), right_column(option));
    }
    out += "\nOptions:\n";
    for (const auto& option : spec.options)
        if (!option.positional) append_row(out, left_column(option), right_column(option));
    append_row(out, "--data-dir DIR", "data directory (or SAOLA_DATA_DIR)");
    append_row(out, "--database-url URL",
               "database instead of DIR/saola.db (or SAOLA_DATABASE_URL)");
    append_row(out, "-h, --help", "this text");
    if (!spec.notes.empty()) out += '\n' + spec.notes + '\n';
    SAOLA_CHECK(!spec.examples.empty());
    out += spec.examples.size() == 1 ? "\nExample:\n" : "\nExamples:\n";
    for (const auto& example : spec.examples) out += "  " + example + '\n';
    return out;
}

std::optional<Args> parse_command(const ArgsSpec& spec, const CommandContext& context,
                                  int& status) {
    auto args = Args::parse(spec, context.args);
    if (!args) {
        status = report_error(context, args.error());
        return std::nullopt;
    }
    if (args->help()) {
        std::fputs(help_text(spec, context.program).c_str(), stdout);
        status = 0;
        return std::nullopt;
    }
    return std::move(*args);
}

int report_error(const CommandContext& context, const Error& error) {
    std::fprintf(stderr, "%s: %s\n", context.program.c_str(), to_string(error).c_str());
    return exit_code(error.kind);
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
    constexpr std::size_t kLongest = 40;  // longer words are not typing slips
    if (word.empty() || word.size() > kLongest) return {};
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(word.size() / 3, 1) + 1;
    for (const auto& candidate : candidates) {
        if (candidate.size() > kLongest) continue;
        // Optimal string alignment: three rows are enough for swaps of neighbours.
        std::array<std::array<std::size_t, kLongest + 1>, 3> rows{};
        for (std::size_t j = 0; j <= candidate.size(); ++j) rows[0][j] = j;
        for (std::size_t i = 1; i <= word.size(); ++i) {
            auto& row = rows[i % 3];
            const auto& above = rows[(i + 2) % 3];
            const auto& two_above = rows[(i + 1) % 3];
            row[0] = i;
            for (std::size_t j = 1; j <= candidate.size(); ++j) {
                const std::size_t change = word[i - 1] == candidate[j - 1] ? 0 : 1;
                row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
                if (i > 1 && j > 1 && word[i - 1] == candidate[j - 2] &&
                    word[i - 2] == candidate[j - 1])
                    row[j] = std::min(row[j], two_above[j - 2] + 1);
            }
        }
        const std::size_t distance = rows[word.size() % 3][candidate.size()];
        if (distance < best_distance) {
            best_distance = distance;
            best = candidate;
        }
    }
    return best;
}

}  // namespace saola::platform
