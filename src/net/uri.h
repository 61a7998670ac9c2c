// Strict decoding of request targets, query strings and cookies. What passes is UTF-8 without
// control characters and without dot segments, so handlers and file look-ups need no second check.
// Pure functions, thread-safe, fuzzed (fuzz/uri_fuzz.cc).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace saola::net {

inline constexpr std::size_t kMaxQueryParams = 128;

struct DecodedTarget {
    std::string path;                                       // starts with '/', or is "*"
    std::map<std::string, std::string, std::less<>> query;  // last value wins
};

// Accepts origin form ("/a?b=c"), absolute form ("http://host/a") and "*". kInvalidArgument, field
// "path" or "query", for bad escapes, %00 and other control characters, invalid UTF-8, encoded
// slashes, backslashes, dot segments, a fragment, or more than kMaxQueryParams parameters.
[[nodiscard]] Result<DecodedTarget> decode_target(std::string_view target);

// Percent-decodes; with plus_is_space also '+' (forms and queries). kInvalidArgument on a bad
// escape, a NUL or invalid UTF-8.
[[nodiscard]] Result<std::string> percent_decode(std::string_view text, bool plus_is_space);

// Value of one cookie in a Cookie header, without surrounding quotes; "" when absent. The first of
// several cookies with one name wins (user agents send the most specific path first).
[[nodiscard]] std::string_view find_cookie(std::string_view header, std::string_view name) noexcept;

}  // namespace saola::net
