// The commands of the binary itself; those of modules come from Module::commands(). Each parses its
// own arguments (context.args) and returns the process exit status. Main thread.
#pragma once

#include <string>
#include <string_view>

#include "platform/args.h"
#include "platform/host.h"
#include "platform/module.h"

namespace saola {

// Options that every command takes.
struct Globals {
    std::string data_dir;
    std::string database_url;
};

int run_serve(const Globals& globals, platform::CommandContext& context);
int run_doctor(const Globals& globals, platform::CommandContext& context);
int run_admin(const Globals& globals, platform::CommandContext& context);

[[nodiscard]] platform::HostOptions host_options(const Globals& globals);
// "http://host:port/setup?token=SECRET"; the secret needs no escaping.
[[nodiscard]] std::string setup_url(const std::string& base, std::string_view secret);
// The program's version and build, one line.
[[nodiscard]] std::string_view version();

}  // namespace saola
