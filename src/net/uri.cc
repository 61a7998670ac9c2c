#include "net/uri.h"

#include <algorithm>

#include "base/text.h"

namespace saola::net {
namespace {

int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

tl::unexpected<Error> bad(std::string field, std::string message) {
    return fail(ErrorKind::kInvalidArgument, "http.bad_target", std::move(message),
                std::move(field));
}

bool is_plain(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80 && !is_control(c) && c != '%' && c != '+';
    });
}

// Scheme and authority of an absolute-form target are dropped: one server, one site.
Result<std::string_view> strip_authority(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        const std::size_t slash = target.find_first_of("/?", scheme.size());
        if (slash == std::string_view::npos) return std::string_view("/");
        if (target[slash] == '?') return bad("path", "The absolute target has no path.");
        return target.substr(slash);
    }
    return bad("path", "The request target must start with '/'.");
}

Status check_path(std::string_view path) {
    if (path.find('\\') != std::string_view::npos) return bad("path", "The path has a backslash.");
    if (std::any_of(path.begin(), path.end(), is_control)) {
        return bad("path", "The path has a control character.");
    }
    std::size_t begin = 1;
    while (begin <= path.size()) {
        std::size_t end = path.find('/', begin);
        if (end == std::string_view::npos) end = path.size();
        const std::string_view segment = path.substr(begin, end - begin);
        if (segment == "." || segment == "..") return bad("path", "The path has a dot segment.");
        begin = end + 1;
    }
    return {};
}

bool has_encoded_slash(std::string_view raw) noexcept {
    for (std::size_t i = 0; i + 2 < raw.size(); ++i) {
        if (raw[i] == '%' && raw[i + 1] == '2' && (raw[i + 2] == 'F' || raw[i + 2] == 'f')) {
            return true;
        }
    }
    return false;
}

Status decode_query(std::string_view query, DecodedTarget& out) {
    std::size_t count = 0;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.empty()) continue;
        if (++count > kMaxQueryParams) {
            return fail(ErrorKind::kInvalidArgument, "http.too_many_query_params",
                        "The query has too many parameters.", "query",
                        "max_query_params=" + std::to_string(kMaxQueryParams));
        }
        const std::size_t equals = std::min(pair.find('='), pair.size());
        auto name = percent_decode(pair.substr(0, equals), /*plus_is_space=*/true);
        if (!name) return bad("query", name.error().message);
        auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())),
                                    /*plus_is_space=*/true);
        if (!value) return bad("query", value.error().message);
        out.query.insert_or_assign(std::move(*name), std::move(*value));
    }
    return {};
}

}  // namespace

Result<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    if (is_plain(text)) return std::string(text);
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            const bool whole = text.size() - i > 2;
            const int high = whole ? hex_value(text[i + 1]) : -1;
            const int low = whole ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return bad("target", "A percent escape is not two hex digits.");
            c = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0') return bad("target", "A NUL character is not allowed.");
        out.push_back(c);
    }
    if (!text::is_valid_utf8(out)) return bad("target", "The decoded text is not valid UTF-8.");
    return out;
}

Result<DecodedTarget> decode_target(std::string_view target) {
    DecodedTarget out;
    if (target == "*") {
        out.path = "*";
        return out;
    }
    if (target.find('#') != std::string_view::npos) {
        return bad("path", "The request target has a fragment.");
    }
    if (!target.starts_with('/')) {
        SAOLA_TRY(const std::string_view stripped, strip_authority(target));
        target = stripped;
    }
    const std::size_t mark = std::min(target.find('?'), target.size());
    const std::string_view raw_path = target.substr(0, mark);
    if (has_encoded_slash(raw_path)) return bad("path", "The path has an encoded slash.");
    auto path = percent_decode(raw_path, /*plus_is_space=*/false);
    if (!path) return bad("path", path.error().message);
    out.path = std::move(*path);
    SAOLA_TRY_STATUS(check_path(out.path));
    SAOLA_TRY_STATUS(decode_query(target.substr(std::min(mark + 1, target.size())), out));
    return out;
}

std::string_view find_cookie(std::string_view header, std::string_view name) noexcept {
    while (!header.empty()) {
        const std::size_t end = std::min(header.find(';'), header.size());
        std::string_view pair = header.substr(0, end);
        header.remove_prefix(std::min(end + 1, header.size()));
        while (!pair.empty() && (pair.front() == ' ' || pair.front() == '\t'))
            pair.remove_prefix(1);
        while (!pair.empty() && (pair.back() == ' ' || pair.back() == '\t')) pair.remove_suffix(1);
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
        std::string_view value = pair.substr(equals + 1);
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
            value = value.substr(1, value.size() - 2);
        }
        return value;
    }
    return {};
}

}  // namespace saola::net
