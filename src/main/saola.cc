// saola: finds the command, and leaves the rest to it.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "base/log.h"
#include "main/commands.h"
#include "main/modules.h"

namespace saola {
namespace {

using platform::Command;
using platform::CommandContext;

constexpr int kUsage = 2;

struct Word {
    std::string_view name;
    std::string_view summary;
    std::string_view example;
    int (*run)(const Globals&, CommandContext&);
};

int run_version(const Globals&, CommandContext& context) {
    int status = 0;
    if (platform::parse_command(
            {.summary = "Prints the version.", .options = {}, .examples = {"saola version"}},
            context, status))
        std::printf("saola %.*s\n", static_cast<int>(version().size()), version().data());
    return status;
}

constexpr Word kWords[] = {
    {"serve", "run the platform and its console", "saola serve --listen 127.0.0.1:8080", run_serve},
    {"admin", "accounts, organisations, setup link, audit", "saola admin setup-link", run_admin},
    {"doctor", "say what is wrong with this machine or configuration", "saola doctor", run_doctor},
    {"version", "print the version", "saola version", run_version},
};

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

std::string default_data_dir() {
    if (auto given = environment("SAOLA_DATA_DIR"); !given.empty()) return given;
    if (::geteuid() == 0) return "/var/lib/saola";
    if (auto base = environment("XDG_DATA_HOME"); !base.empty()) return base + "/saola";
    return environment("HOME") + "/.local/share/saola";
}

// Takes the options common to every command out of `args`; those after "--" belong to the command.
Result<Globals> take_globals(std::vector<std::string>& args) {
    Globals globals{.data_dir = default_data_dir(),
                    .database_url = environment("SAOLA_DATABASE_URL")};
    const auto take = [&args](std::size_t at, std::string_view name,
                              std::string& into) -> Result<bool> {
        const std::string option = "--" + std::string(name);
        const auto position = args.begin() + static_cast<std::ptrdiff_t>(at);
        if (args[at].starts_with(option + "=")) {
            into = args[at].substr(option.size() + 1);
            args.erase(position);
        } else if (args[at] == option) {
            if (at + 1 >= args.size() || args[at + 1].empty() || args[at + 1].starts_with("--"))
                return fail(ErrorKind::kInvalidArgument, "command.bad_option",
                            option + " needs a value.", option);
            into = args[at + 1];
            args.erase(position, position + 2);
        } else {
            return false;
        }
        if (into.empty())
            return fail(ErrorKind::kInvalidArgument, "command.bad_option",
                        option + " needs a value.", option);
        return true;
    };
    for (std::size_t at = 0; at < args.size() && args[at] != "--";) {
        SAOLA_TRY(const bool dir, take(at, "data-dir", globals.data_dir));
        if (dir) continue;
        SAOLA_TRY(const bool url, take(at, "database-url", globals.database_url));
        if (!url) ++at;
    }
    return globals;
}

void print_help() {
    std::puts(
        "Usage: saola COMMAND [OPTIONS]\n\n"
        "Saola, the open platform of the national strategic-technology programme.\n\nCommands:");
    for (const Word& word : kWords)
        std::printf("  %-12.*s %.*s\n", static_cast<int>(word.name.size()), word.name.data(),
                    static_cast<int>(word.summary.size()), word.summary.data());
    for (const auto& module : make_modules())
        std::printf("  %-12s %s\n", std::string(module->name()).c_str(),
                    std::string(module->title_en()).c_str());
    std::puts(
        "\nEvery command takes --data-dir DIR (or SAOLA_DATA_DIR) and answers --help with an "
        "example.\n\n"
        "Examples:");
    for (const Word& word : kWords)
        std::printf("  %.*s\n", static_cast<int>(word.example.size()), word.example.data());
}

int unknown(const std::string& program, const std::string& word,
            const std::vector<std::string>& known) {
    const std::string near = platform::nearest(word, known);
    std::fprintf(stderr, "%s: unknown command \"%s\".%s\n", program.c_str(),
                 word.substr(0, 80).c_str(),
                 near.empty() ? (" See " + program + " --help.").c_str()
                              : (" Did you mean " + near + "?").c_str());
    return kUsage;
}

int run_module(platform::Module& module, const Globals& globals, std::vector<std::string> args) {
    const std::string program = "saola " + std::string(module.name());
    const std::vector<Command> commands = module.commands();
    std::vector<std::string> words;
    for (const Command& command : commands) words.push_back(command.word);
    if (args.empty() || args.front() == "--help" || args.front() == "-h") {
        std::printf("Usage: %s COMMAND [OPTIONS]\n\n%s\n\nCommands:\n", program.c_str(),
                    std::string(module.title_en()).c_str());
        for (const Command& command : commands)
            std::printf("  %-12s %s\n", command.word.c_str(), command.summary.c_str());
        if (!words.empty())
            std::printf("\nExample:\n  %s %s --help\n", program.c_str(), words.front().c_str());
        return args.empty() ? kUsage : 0;
    }
    const auto found = std::find(words.begin(), words.end(), args.front());
    if (found == words.end()) return unknown(program, args.front(), words);
    log::configure(log::Level::kWarn, log::Format::kText);
    std::unique_ptr<platform::Host> host;
    CommandContext context;
    context.args.assign(args.begin() + 1, args.end());
    context.program = program + " " + *found;
    const Command& command = commands[static_cast<std::size_t>(found - words.begin())];
    context.open = [&]() -> Result<platform::Platform*> {
        if (host == nullptr) {
            platform::HostOptions options = host_options(globals);
            options.create = command.makes_data;
            SAOLA_TRY(host, platform::Host::open(options, make_modules()));
        }
        return &host->platform();
    };
    return command.run(context);
}

int run(std::vector<std::string> args) {
    if (args.empty() || args.front() == "--help" || args.front() == "-h" ||
        args.front() == "help") {
        print_help();
        return args.empty() ? kUsage : 0;
    }
    if (args.front() == "--version") args.front() = "version";
    const std::string word = args.front();
    args.erase(args.begin());
    CommandContext context;
    context.program = "saola " + word;
    auto globals = take_globals(args);
    if (!globals) return platform::report_error(context, globals.error());
    std::vector<std::string> known;
    for (const Word& candidate : kWords) {
        known.emplace_back(candidate.name);
        if (candidate.name != word) continue;
        context.args = std::move(args);
        return candidate.run(*globals, context);
    }
    for (const auto& module : make_modules()) {
        known.emplace_back(module->name());
        if (module->name() == word) return run_module(*module, *globals, std::move(args));
    }
    return unknown("saola", word, known);
}

}  // namespace

platform::HostOptions host_options(const Globals& globals) {
    return {.data_dir = globals.data_dir,
            .database_url = globals.database_url,
            .version = std::string(version()),
            .documents = document_reader()};
}

std::string setup_url(const std::string& base, std::string_view secret) {
    return base + "/setup?token=" + std::string(secret);
}

std::string_view version() { return SAOLA_VERSION; }

}  // namespace saola

int main(int argc, char** argv) {
    try {
        return saola::run(std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "saola: internal error: %s\n", problem.what());
        return 70;
    }
}
