#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

#include "base/clock.h"
#include "base/json.h"

namespace saola::log {
namespace {

std::atomic<Format> g_format{Format::kJson};  // set once in main, before threads

spdlog::logger& logger() {
    static const std::shared_ptr<spdlog::logger> instance = [] {
        auto made = spdlog::stderr_logger_mt("saola");
        made->set_pattern("%v");
        made->flush_on(spdlog::level::info);
        return made;
    }();
    return *instance;
}

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::kDebug: return spdlog::level::debug;
        case Level::kInfo: return spdlog::level::info;
        case Level::kWarn: return spdlog::level::warn;
        case Level::kError: return spdlog::level::err;
        case Level::kOff: return spdlog::level::off;
    }
    return spdlog::level::info;
}

std::string_view word(Level level) {
    switch (level) {
        case Level::kDebug: return "debug";
        case Level::kInfo: return "info";
        case Level::kWarn: return "warn";
        case Level::kError: return "error";
        case Level::kOff: return "off";
    }
    return "info";
}

}  // namespace

void configure(Level level, Format format) {
    g_format = format;
    logger().set_level(to_spdlog(level));
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
    if (!logger().should_log(to_spdlog(level))) return;
    std::string line;
    if (g_format == Format::kJson) {
        line = "{\"time\":\"" + to_rfc3339(SystemClock().now_ns()) + "\",\"level\":\"";
        line += word(level);
        line += "\",\"event\":";
        append_json_string(line, event);
        for (const auto& [key, value] : fields) {
            line += ',';
            append_json_string(line, key);
            line += ':';
            append_json_string(line, value);
        }
        line += '}';
    } else {
        line.assign(event);
        for (const auto& [key, value] : fields) {
            line += "  ";
            line += key;
            line += '=';
            line += value;
        }
    }
    logger().log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace saola::log
