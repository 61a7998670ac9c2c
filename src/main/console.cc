#include "main/console.h"

#include <algorithm>

namespace saola {
namespace {

constexpr std::string_view kMissingPage =
    "<!doctype html><html lang=\"vi\"><meta charset=\"utf-8\"><title>Saola</title>"
    "<h1>Saola</h1><p>Chương trình này được dựng không kèm giao diện web. Máy chủ và API vẫn hoạt "
    "động.</p>"
    "<p>This program was built without the console; the service and its API work.</p>"
    "<p>Build it in: <code>cd web &amp;&amp; npm ci &amp;&amp; npm run build</code>, then build "
    "again "
    "(<code>./run</code> does both). API: <a href=\"/openapi.json\">/openapi.json</a></p></html>";

const ConsoleFile* find(std::string_view path) {
    const auto files = console_files();
    const auto it =
        std::lower_bound(files.begin(), files.end(), path,
                         [](const ConsoleFile& file, std::string_view p) { return file.path < p; });
    return it != files.end() && it->path == path ? &*it : nullptr;
}

net::Response not_found(const net::Request& request) {
    return net::Response::error({.kind = ErrorKind::kNotFound,
                                 .code = "http.not_found",
                                 .message = "Nothing is at this path.",
                                 .field = request.path.substr(0, 200)},
                                request.request_id);
}

// "br" as an item of Accept-Encoding that is not refused by q=0.
bool accepts_brotli(std::string_view header) {
    while (!header.empty()) {
        const std::size_t comma = header.find(',');
        std::string_view item = header.substr(0, comma);
        while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
        const std::size_t semicolon = item.find(';');
        const std::string_view parameters =
            semicolon == std::string_view::npos ? "" : item.substr(semicolon);
        if (item.substr(0, semicolon) == "br")
            return !parameters.ends_with("q=0") && !parameters.ends_with("q=0.0");
        if (comma == std::string_view::npos) break;
        header.remove_prefix(comma + 1);
    }
    return false;
}

net::Response file_response(const net::Request& request, const ConsoleFile& file) {
    net::Response response;
    const bool brotli =
        !file.brotli.empty() && accepts_brotli(request.headers.get("Accept-Encoding"));
    std::string etag(file.etag);
    if (brotli) etag.insert(etag.size() - 1, "-br");
    response.headers.add("Content-Type", file.mime);
    response.headers.add("ETag", etag);
    if (!file.brotli.empty()) response.headers.add("Vary", "Accept-Encoding");
    // Names under /assets/ carry a hash of the content; the rest is asked for anew, cheaply.
    response.headers.add("Cache-Control", file.path.starts_with("/assets/")
                                              ? "public, max-age=31536000, immutable"
                                              : "no-cache");
    if (request.headers.get("If-None-Match").find(etag) != std::string_view::npos) {
        response.status = 304;
        return response;
    }
    if (brotli) response.headers.add("Content-Encoding", "br");
    response.body = brotli ? file.brotli : file.plain;
    return response;
}

bool wants_page(const net::Request& request) {
    const std::string_view path = request.path;
    const std::string_view name = path.substr(path.rfind('/') + 1);
    if (name.find('.') != std::string_view::npos) return false;  // a file that is not there
    const std::string_view accept = request.headers.get("Accept");
    return accept.find("text/html") != std::string_view::npos || path == "/";
}

}  // namespace

net::Response serve_console(const net::Request& request) {
    const std::string_view path = request.path;
    const bool read = request.method == net::Method::kGet || request.method == net::Method::kHead;
    if (!read || path == "/api" || path.starts_with("/api/")) return not_found(request);
    if (const ConsoleFile* file = find(path)) return file_response(request, *file);
    if (!wants_page(request)) return not_found(request);
    if (const ConsoleFile* index = find("/index.html")) return file_response(request, *index);
    net::Response response;
    response.headers.add("Content-Type", "text/html; charset=utf-8");
    response.body = kMissingPage;
    return response;
}

}  // namespace saola
