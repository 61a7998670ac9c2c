// Result<T> is a value or an Error; no exception crosses a module's interface. SAOLA_TRY
// propagates.
#pragma once

#include <tl/expected.hpp>
#include <utility>

#include "base/error.h"

namespace saola {

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string code,
                                                std::string message, std::string field = {},
                                                std::string limit = {}) {
    return tl::unexpected<Error>(
        Error{kind, std::move(code), std::move(message), std::move(field), std::move(limit)});
}

}  // namespace saola

#define SAOLA_CONCAT_(a, b) a##b
#define SAOLA_CONCAT(a, b) SAOLA_CONCAT_(a, b)

// SAOLA_TRY(auto x, expr);  declares x from a Result's value or returns its error.
// __COUNTER__, not __LINE__: expr may hold a lambda that uses the macros again, on the same line.
#define SAOLA_TRY(decl, expr) SAOLA_TRY_(SAOLA_CONCAT(saola_result_, __COUNTER__), decl, expr)
#define SAOLA_TRY_(tmp, decl, expr)                         \
    auto tmp = (expr);                                      \
    if (!tmp) return ::saola::fail(std::move(tmp).error()); \
    decl = std::move(*tmp)

// SAOLA_TRY_STATUS(expr);  returns the error of a Status, if any.
#define SAOLA_TRY_STATUS(expr) SAOLA_TRY_STATUS_(SAOLA_CONCAT(saola_status_, __COUNTER__), expr)
#define SAOLA_TRY_STATUS_(tmp, expr)                                               \
    do {                                                                           \
        if (auto tmp = (expr); !tmp) return ::saola::fail(std::move(tmp).error()); \
    } while (false)
