// The one error type of Saola. An Error says what kind of failure happened (mapped once to HTTP
// status, CLI exit code and log level), a stable machine code ("import.file_too_large"), a message
// a user can act on, and, where input was refused, the field and the limit it met. Value type,
// freely copied between threads. Messages are English; the console translates by code.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace saola {

enum class ErrorKind : std::uint8_t {
    kInvalidArgument,    // malformed or out-of-range input           HTTP 400, exit 2
    kUnauthenticated,    // no or bad credentials                     HTTP 401, exit 3
    kPermissionDenied,   // known actor, not allowed                  HTTP 403, exit 3
    kNotFound,           //                                           HTTP 404, exit 4
    kConflict,           // state does not allow it, already exists   HTTP 409, exit 5
    kTooLarge,           // input over a stated size limit            HTTP 413, exit 6
    kUnsupported,        // format or feature not supported           HTTP 415, exit 2
    kUnprocessable,      // well-formed but wrong (verify failed)     HTTP 422, exit 7
    kResourceExhausted,  // rate, queue or quota limit                HTTP 429, exit 6
    kCancelled,          // deadline or shutdown                      HTTP 503, exit 8
    kUnavailable,        // dependency down, retry later              HTTP 503, exit 8
    kStorage,            // disk full, I/O error, database refused    HTTP 507, exit 9
    kDataLoss,           // corruption found                          HTTP 500, exit 10
    kInternal,           // a bug                                     HTTP 500, exit 70
};

struct Error {
    ErrorKind kind = ErrorKind::kInternal;
    std::string code;     // stable, dotted, lower case: "<module>.<what>"
    std::string message;  // one or two sentences: what is wrong and what to do next
    std::string field{};  // name of the offending input field or path, if any
    std::string
        limit{};  // name and value of the limit that was met, if any ("max_body_bytes=1048576")
};

[[nodiscard]] int http_status(ErrorKind kind) noexcept;
[[nodiscard]] int exit_code(ErrorKind kind) noexcept;
[[nodiscard]] std::string_view to_string(ErrorKind kind) noexcept;
// "code: message (field=..., limit=...)" for logs and the command line.
[[nodiscard]] std::string to_string(const Error& error);

}  // namespace saola
