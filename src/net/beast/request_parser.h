// One HTTP/1.1 request after another from the bytes of a connection into net::Request.
// Boost.Beast's basic_parser does the grammar and is seen only by request_parser.cc; the checks
// that keep two parsers from disagreeing (request smuggling) are here. Not thread-safe: one per
// connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"

namespace saola::net {

// Why a request is refused: the status may be one that no ErrorKind maps to (431, 501 ...).
struct Refusal {
    int status = 400;
    Error error;
};

class RequestParser {
public:
    RequestParser(std::size_t max_header_bytes, std::size_t max_target_bytes);
    ~RequestParser();
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    // Begins the next message; its method, target, headers and body go to `request`, which must
    // outlive the message. Body bytes are appended to request.body: the caller takes them away.
    void start(Request& request);

    // Consumes bytes and returns how many. Stops after the head, so that limits can be checked
    // before a body byte is taken. Call again with the rest (plus new bytes when none was used).
    [[nodiscard]] std::size_t put(std::string_view bytes);

    [[nodiscard]] const std::optional<Refusal>& refusal() const;
    [[nodiscard]] bool head_done() const;
    [[nodiscard]] bool done() const;  // head and body are complete
    [[nodiscard]] bool keep_alive() const;
    [[nodiscard]] bool http_1_0() const;
    [[nodiscard]] bool expects_continue() const;
    [[nodiscard]] bool has_method() const;  // false: a method we do not serve (501)
    [[nodiscard]] std::optional<std::uint64_t> content_length() const;
    [[nodiscard]] std::uint64_t body_bytes() const;  // received so far, decoded

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace saola::net
