// Status line and headers of a response as bytes. The server alone sets Content-Length,
// Transfer-Encoding, Connection, Date and X-Request-Id; a handler's values for these are dropped,
// and line breaks in its other headers become blanks (no response splitting).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"

namespace saola::net {

struct ResponseHead {
    int status = 200;
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    bool keep_alive = true;
    bool http_1_0 = false;  // then keep-alive must be said
    std::string_view date;
    std::string_view request_id;
};

void append_response_head(std::string& out, const ResponseHead& head, const Headers& headers);
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

}  // namespace saola::net
