// The console's files, embedded in the binary at build time from web/dist (cmake/embed_console.py):
// strong ETags, brotli variants, immutable caching of hashed names, and index.html for the paths
// that the console routes itself. Stateless, thread-safe; answers from memory, so it runs inline.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "net/http.h"

namespace saola {

struct ConsoleFile {
    std::string_view path;  // "/assets/index-3f2a.js"
    std::string_view mime;
    std::string_view etag;  // with quotes
    std::string_view plain;
    std::string_view brotli;  // empty: no such variant
};

// Sorted by path; empty when web/dist was missing at build time. Generated.
[[nodiscard]] std::span<const ConsoleFile> console_files();

// Answers every path that no route has: a file, the console's page, or a 404.
[[nodiscard]] net::Response serve_console(const net::Request& request);

}  // namespace saola
