#include "net/response_head.h"

#include <algorithm>
#include <array>
#include <utility>

namespace saola::net {
namespace {

constexpr std::array<std::pair<int, std::string_view>, 41> kReasons{{
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
}};

bool equals_ignore_case(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               const auto lower = [](char c) {
                   return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
               };
               return lower(x) == lower(y);
           });
}

bool is_server_header(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 6> kOwn{
        "content-length", "transfer-encoding", "connection", "date", "x-request-id", "keep-alive"};
    return std::any_of(kOwn.begin(), kOwn.end(),
                       [&](std::string_view own) { return equals_ignore_case(name, own); });
}

bool is_token(std::string_view name) noexcept {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    const std::size_t begin = out.size();
    out.append(value);
    for (std::size_t i = begin; i < out.size(); ++i) {
        const auto c = static_cast<unsigned char>(out[i]);
        if ((c < 0x20 && c != '\t') || c == 0x7F) out[i] = ' ';
    }
    out.append("\r\n");
}

}  // namespace

std::string_view reason_phrase(int status) noexcept {
    const auto* const found = std::lower_bound(kReasons.begin(), kReasons.end(), status,
                                               [](const std::pair<int, std::string_view>& entry,
                                                  int value) { return entry.first < value; });
    return found != kReasons.end() && found->first == status ? found->second : "Unknown";
}

void append_response_head(std::string& out, const ResponseHead& head, const Headers& headers) {
    const int status = head.status >= 200 && head.status <= 999 ? head.status : 500;
    out.append("HTTP/1.1 ").append(std::to_string(status)).append(" ");
    out.append(reason_phrase(status)).append("\r\n");
    append_header(out, "Date", head.date);
    append_header(out, "X-Request-Id", head.request_id);
    for (const auto& [name, value] : headers.all()) {
        if (is_token(name) && !is_server_header(name)) append_header(out, name, value);
    }
    if (head.content_length) {
        append_header(out, "Content-Length", std::to_string(*head.content_length));
    }
    if (head.chunked) append_header(out, "Transfer-Encoding", "chunked");
    if (!head.keep_alive) {
        append_header(out, "Connection", "close");
    } else if (head.http_1_0) {
        append_header(out, "Connection", "keep-alive");
    }
    out.append("\r\n");
}

}  // namespace saola::net
