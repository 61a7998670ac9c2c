// What a product module is to the platform, and what the platform gives it. Modules are listed
// once, in src/main/modules.cc. Lifecycle: constructed -> configure -> (migrations run) -> routes
// -> start -> ... -> stop. All calls come from the main thread; handlers run concurrently
// afterwards.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/result.h"
#include "store/sql.h"

namespace saola::contracts {
class DocumentReader;
}
namespace saola::crypto {
class SigningKey;
}

namespace saola::platform {

class Router;
class Jobs;
class EventHub;
class AuditLog;
class Metrics;

// Owned by main, outlives every module. Pointers are never null once configure() runs, except where
// said.
struct Platform {
    std::string data_dir;
    store::Sql* sql = nullptr;
    const Clock* clock = nullptr;
    Random* random = nullptr;
    Jobs* jobs = nullptr;
    EventHub* events = nullptr;
    AuditLog* audit = nullptr;
    Metrics* metrics = nullptr;
    const crypto::SigningKey* signing_key = nullptr;       // Ed25519 key of this installation
    const contracts::DocumentReader* documents = nullptr;  // null when module lang is not built in
};

struct Health {
    bool ok = true;
    std::string detail;  // for people: what is wrong and what to do
};

// What `saola doctor` found in one respect.
enum class Verdict : std::uint8_t { kOk, kWarn, kFail };
struct CheckResult {
    std::string name;
    Verdict verdict = Verdict::kOk;
    std::string detail;  // what was seen
    std::string advice;  // what to do; "" when ok
};

// What a module may look at for `saola doctor`; nothing is changed. No server runs meanwhile.
struct Examination {
    std::string data_dir;
    store::Sql* sql = nullptr;                   // null: there is no database, or an empty one
    const crypto::SigningKey* key = nullptr;     // null: there is no key file
    std::uint64_t max_read_bytes = 1ULL << 30U;  // of kept files
    std::function<void(std::string_view)> progress;
};

// One CLI word of a module ("saola programme report ..."). Handlers get what follows the word, and
// return the process exit status. They open the platform lazily through `open`, so that --help
// needs no data directory.
struct CommandContext {
    std::vector<std::string> args;            // after "saola <module> <word>"
    std::function<Result<Platform*>()> open;  // locks the data directory, migrates
    std::string program;                      // "saola programme report" for messages
};
struct Command {
    std::string word;     // "report"
    std::string summary;  // one line for --help
    std::function<int(CommandContext&)> run;
    bool makes_data = false;  // may begin a new data directory; others refuse a missing one
};

class Module {
public:
    virtual ~Module() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    [[nodiscard]] virtual std::string_view title_vi() const = 0;
    [[nodiscard]] virtual std::string_view title_en() const = 0;
    [[nodiscard]] virtual std::span<const store::Migration> migrations() const { return {}; }
    [[nodiscard]] virtual Status configure(const Platform& platform) = 0;
    virtual void routes(Router& router) { (void)router; }
    [[nodiscard]] virtual std::vector<Command> commands() { return {}; }
    [[nodiscard]] virtual Status start() { return {}; }
    virtual void stop(std::chrono::milliseconds deadline) { (void)deadline; }
    [[nodiscard]] virtual Health health() const { return {}; }
    // Without configure() or start().
    [[nodiscard]] virtual std::vector<CheckResult> examine(const Examination& examination) const {
        (void)examination;
        return {};
    }
};

}  // namespace saola::platform
