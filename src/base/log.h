// Structured logs, one JSON object a line on stderr (or text for a terminal). Thread-safe.
// spdlog is included only in log.cc. The level and format are set once, in main.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace saola::log {

enum class Level { kDebug, kInfo, kWarn, kError, kOff };
enum class Format { kJson, kText };
using Field = std::pair<std::string_view, std::string>;

void configure(Level level, Format format);
void write(Level level, std::string_view event, std::initializer_list<Field> fields = {});

inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::kDebug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::kInfo, event, fields);
}
inline void warn(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::kWarn, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::kError, event, fields);
}

}  // namespace saola::log
