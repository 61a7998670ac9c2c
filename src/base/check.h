// SAOLA_CHECK: always compiled in; a failure is a bug in Saola (never used on input). Prints the
// condition with file and line to stderr and aborts.
#pragma once

namespace saola {
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;
}

#define SAOLA_CHECK(condition) \
    ((condition) ? static_cast<void>(0) : ::saola::check_failed(#condition, __FILE__, __LINE__))
