// saola admin: what must work before anybody can sign in, or when nobody can any more.
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "base/log.h"
#include "main/commands.h"
#include "main/modules.h"
#include "main/settings.h"
#include "platform/audit.h"

namespace saola {
namespace {

using platform::Actor;
using platform::Args;
using platform::ArgsSpec;
using platform::CommandContext;
using platform::Host;

struct Admin {
    Host& host;
    const Args& args;
    const Actor& system;

    [[nodiscard]] platform::Act act() const { return {.actor = system, .remote_address = {}}; }
};

Result<std::string> read_password() {
    const bool terminal = ::isatty(STDIN_FILENO) != 0;
    struct termios before {};
    if (terminal) {
        std::fputs("Password: ", stderr);
        ::tcgetattr(STDIN_FILENO, &before);
        struct termios silent = before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    std::string line;
    const bool got = static_cast<bool>(std::getline(std::cin, line));
    if (terminal) {
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        std::fputs("\n", stderr);
    }
    if (!got || line.empty())
        return fail(ErrorKind::kInvalidArgument, "admin.no_password",
                    "Give the password on standard input.", "password");
    return line;
}

Status create_account(const Admin& admin) {
    const auto role = platform::parse_role(admin.args.value("role"));
    if (!role)
        return fail(ErrorKind::kInvalidArgument, "command.bad_option", "Unknown role.", "--role");
    SAOLA_TRY(std::string password, read_password());
    SAOLA_TRY(const auto account,
              admin.host.directory().create_account(
                  admin.act(), {.name = admin.args.value("name"),
                                .password = std::move(password),
                                .display_name = admin.args.value("display-name"),
                                .grants = {{*role, admin.args.value("organisation")}}}));
    std::printf("Created account %s (%s).\n", account.name.c_str(), account.id.c_str());
    return {};
}

Status set_password(const Admin& admin) {
    SAOLA_TRY(const auto account, admin.host.directory().find_by_name(admin.args.value("name")));
    platform::AccountChange change;
    SAOLA_TRY(change.password, read_password());
    if (admin.args.given("enable")) change.disabled = false;
    SAOLA_TRY_STATUS(admin.host.directory().change_account(admin.act(), account.id, change));
    std::printf("Changed the password of %s; its sessions have ended.\n", account.name.c_str());
    return {};
}

Status setup_link(const Admin& admin) {
    SAOLA_TRY(const std::string base, parse_public_url(admin.args.value("public-url")));
    SAOLA_TRY(const std::string secret, admin.host.sessions().create_setup_link(admin.act()));
    std::printf("%s\n", setup_url(base, secret).c_str());
    std::fprintf(stderr, "Works once, within 24 hours, when the server runs at that address.\n");
    return {};
}

Status organisation(const Admin& admin) {
    platform::Directory& directory = admin.host.directory();
    if (admin.args.value("action") == "list") {
        SAOLA_TRY(const auto all, directory.organisations());
        for (const auto& item : all)
            std::printf("%-24s %-10s %-24s %s\n", item.key.c_str(), item.kind.c_str(),
                        item.parent.empty() ? "-" : item.parent.c_str(), item.name.c_str());
        return {};
    }
    SAOLA_TRY(const auto made,
              directory.create_organisation(admin.act(), {.key = admin.args.value("key"),
                                                          .name = admin.args.value("name"),
                                                          .kind = admin.args.value("kind"),
                                                          .parent = admin.args.value("parent")}));
    std::printf("Created organisation %s.\n", made.key.c_str());
    return {};
}

Status verify_audit(const Admin& admin) {
    SAOLA_TRY(const platform::AuditCheck check, admin.host.platform().audit->verify());
    std::printf("The audit log is whole: %lld records.\nHead: %s\n",
                static_cast<long long>(check.records), check.head_hash.c_str());
    return {};
}

struct AdminCommand {
    std::string_view word;
    ArgsSpec spec;
    Status (*run)(const Admin&);
    bool makes_data = false;  // may begin a new data directory
};

std::vector<AdminCommand> commands() {
    std::vector<AdminCommand> all;
    all.push_back(
        {"create-account",
         {.summary = "Creates an account. The password is read from standard input.",
          .options =
              {{.name = "name", .help = "login name", .required = true, .positional = true},
               {.name = "role",
                .help = "what it may do",
                .value_name = "ROLE",
                .fallback = "viewer",
                .choices = {"viewer", "reporter", "reviewer", "coordinator", "auditor", "admin"}},
               {.name = "organisation",
                .help = "over this subtree; the whole tree when absent",
                .value_name = "KEY"},
               {.name = "display-name", .help = "name shown to people", .value_name = "TEXT"}},
          .examples =
              {"saola admin create-account lan.nguyen --role reviewer --organisation bo-khcn"}},
         create_account,
         true});
    all.push_back(
        {"set-password",
         {.summary = "Sets a password, read from standard input, and ends the account's sessions.",
          .options = {{.name = "name", .help = "login name", .required = true, .positional = true},
                      {.name = "enable", .help = "also enable a disabled account"}},
          .examples = {"saola admin set-password lan.nguyen < password.txt"}},
         set_password});
    all.push_back(
        {"setup-link",
         {.summary = "Makes a one-time link that creates an administrator; ends earlier links.",
          .options = {{.name = "public-url",
                       .help = "address of the server",
                       .value_name = "URL",
                       .fallback = "http://127.0.0.1:8080"}},
          .examples = {"saola admin setup-link --public-url https://saola.example.vn"}},
         setup_link,
         true});
    all.push_back(
        {"organisation",
         {.summary = "Adds an organisation to the tree, or lists the tree.",
          .options =
              {{.name = "action",
                .help = "what to do",
                .required = true,
                .positional = true,
                .choices = {"add", "list"}},
               {.name = "key", .help = "short name, never changes", .positional = true},
               {.name = "name", .help = "full name", .value_name = "TEXT"},
               {.name = "kind",
                .help = "",
                .value_name = "KIND",
                .fallback = "other",
                .choices = {"ministry", "province", "agency", "institute", "company", "other"}},
               {.name = "parent", .help = "key of the organisation above", .value_name = "KEY"}},
          .examples = {"saola admin organisation add bo-khcn --name 'Bộ Khoa học và Công nghệ' "
                       "--kind ministry",
                       "saola admin organisation list"}},
         organisation});
    all.push_back(
        {"verify-audit",
         {.summary = "Walks the hash chain of the audit log; exit status 10 when it is broken.",
          .options = {},
          .examples = {"saola admin verify-audit"}},
         verify_audit});
    return all;
}

}  // namespace

int run_admin(const Globals& globals, CommandContext& context) {
    const auto all = commands();
    if (context.args.empty() || context.args.front() == "--help" || context.args.front() == "-h") {
        std::puts(
            "Usage: saola admin COMMAND [OPTIONS]\n\n"
            "Works on the data directory itself, so the server must be stopped; a running server "
            "is\n"
            "administered in its console.\n\nCommands:");
        for (const auto& command : all)
            std::printf("  %-15.*s %s\n", static_cast<int>(command.word.size()),
                        command.word.data(), command.spec.summary.c_str());
        std::printf("\nExample:\n  %s\n", all.front().spec.examples.front().c_str());
        return context.args.empty() ? 2 : 0;
    }
    const std::string word = context.args.front();
    context.args.erase(context.args.begin());
    std::vector<std::string> words;
    for (const auto& command : all) words.emplace_back(command.word);
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) {
        const std::string near = platform::nearest(word, words);
        return platform::report_error(
            context, {.kind = ErrorKind::kInvalidArgument,
                      .code = "command.unknown",
                      .message = "Unknown command \"" + word.substr(0, 80) + "\"." +
                                 (near.empty() ? " See saola admin --help."
                                               : " Did you mean " + near + "?")});
    }
    const AdminCommand& command = all[static_cast<std::size_t>(found - words.begin())];
    context.program += " " + word;
    int status = 0;
    const auto args = platform::parse_command(command.spec, context, status);
    if (!args) return status;
    log::configure(log::Level::kWarn, log::Format::kText);
    if (word == "setup-link")  // before anything is made on disk
        if (const auto url = parse_public_url(args->value("public-url")); !url)
            return platform::report_error(context, url.error());
    platform::HostOptions options = host_options(globals);
    options.create =
        command.makes_data || (word == "organisation" && args->value("action") == "add");
    auto host = Host::open(options, make_modules());
    if (!host) return platform::report_error(context, host.error());
    const Actor system = platform::system_actor();
    const Status done = command.run({.host = **host, .args = *args, .system = system});
    return done ? 0 : platform::report_error(context, done.error());
}

}  // namespace saola
