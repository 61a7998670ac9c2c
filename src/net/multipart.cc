#include "net/multipart.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "base/text.h"

namespace saola::net {
namespace {

constexpr std::size_t kMaxBoundaryBytes = 70;  // RFC 2046

tl::unexpected<Error> malformed(std::string message) {
    return fail(ErrorKind::kInvalidArgument, "multipart.malformed", std::move(message), "body");
}

tl::unexpected<Error> too_large(std::string message, std::string_view limit, std::uint64_t value) {
    return fail(ErrorKind::kTooLarge, "multipart.too_large", std::move(message), "body",
                std::string(limit) + "=" + std::to_string(value));
}

std::size_t find(std::string_view text, std::string_view what, std::size_t from = 0) {
    if (from > text.size()) return std::string_view::npos;
    const void* found = ::memmem(text.data() + from, text.size() - from, what.data(), what.size());
    if (found == nullptr) return std::string_view::npos;
    return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

// Takes a token or a quoted string off the front of `rest`. In quotes only \" and \\ are escapes:
// some clients send Windows paths with bare backslashes. Nothing when a quote is not closed.
std::optional<std::string> take_value(std::string_view& rest) {
    std::string out;
    if (!rest.starts_with('"')) {
        const std::size_t end = std::min(rest.find(';'), rest.size());
        out = trim(rest.substr(0, end));
        rest.remove_prefix(end);
        return out;
    }
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            rest.remove_prefix(i + 1);
            return out;
        }
        const bool escape =
            rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\');
        if (escape) ++i;
        out.push_back(rest[i]);
    }
    return std::nullopt;
}

// Parameter of "type; a=b; c=\"d\"". Nothing when absent; the first of several wins.
Result<std::optional<std::string>> parameter(std::string_view header, std::string_view name) {
    std::string_view rest = header.substr(std::min(header.find(';'), header.size()));
    while (!rest.empty()) {
        rest.remove_prefix(1);  // ';'
        while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
        const std::size_t end = std::min(rest.find_first_of("=;"), rest.size());
        const std::string_view key = trim(rest.substr(0, end));
        rest.remove_prefix(end);
        if (!rest.starts_with('=')) continue;
        rest.remove_prefix(1);
        while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
        std::optional<std::string> value = take_value(rest);
        if (!value) return malformed("A quoted parameter is not closed.");
        if (same(key, name)) return value;
        while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
        if (!rest.empty() && rest.front() != ';') return malformed("A parameter is malformed.");
    }
    return std::optional<std::string>();
}

std::string_view media_type(std::string_view header) {
    return trim(header.substr(0, std::min(header.find(';'), header.size())));
}

Result<std::string> boundary_of(std::string_view content_type) {
    if (!same(media_type(content_type), "multipart/form-data")) {
        return fail(ErrorKind::kUnsupported, "multipart.bad_content_type",
                    "The content type must be multipart/form-data.", "Content-Type");
    }
    SAOLA_TRY(const std::optional<std::string> boundary, parameter(content_type, "boundary"));
    if (!boundary || boundary->empty() || boundary->size() > kMaxBoundaryBytes ||
        boundary->find_first_of("\r\n") != std::string::npos) {
        return fail(ErrorKind::kUnsupported, "multipart.bad_content_type",
                    "The content type needs a boundary of 1 to 70 characters.", "Content-Type");
    }
    return *boundary;
}

std::string base_name(std::string_view filename) {
    const std::size_t slash = filename.find_last_of("/\\");
    if (slash != std::string_view::npos) filename.remove_prefix(slash + 1);
    std::string out;
    std::copy_if(filename.begin(), filename.end(), std::back_inserter(out),
                 [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
    if (out == "." || out == "..") out.clear();
    return out;
}

Status read_disposition(std::string_view value, const MultipartLimits& limits,
                        MultipartPart& part) {
    if (!same(media_type(value), "form-data")) return malformed("A part is not form-data.");
    SAOLA_TRY(const std::optional<std::string> name, parameter(value, "name"));
    SAOLA_TRY(const std::optional<std::string> filename, parameter(value, "filename"));
    if (!name) return malformed("A part has no name.");
    part.name = *name;
    part.filename = base_name(filename.value_or(""));
    if (std::max(part.name.size(), part.filename.size()) > limits.max_name_bytes) {
        return too_large("A field name or file name is too long.", "max_name_bytes",
                         limits.max_name_bytes);
    }
    if (!text::is_valid_utf8(part.name) || !text::is_valid_utf8(part.filename)) {
        return malformed("A field name or file name is not valid UTF-8.");
    }
    return {};
}

// `headers` are lines that end in CRLF, without the empty line after them.
Result<MultipartPart> read_headers(std::string_view headers, const MultipartLimits& limits) {
    MultipartPart part;
    bool named = false;
    while (!headers.empty()) {
        const std::size_t end = find(headers, "\r\n");
        if (end == std::string_view::npos) return malformed("A part header is not closed.");
        const std::string_view line = headers.substr(0, end);
        headers.remove_prefix(end + 2);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0) {
            return malformed("A part header is malformed.");
        }
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trim(line.substr(colon + 1));
        if (same(name, "content-disposition")) {
            if (named) return malformed("A part has two Content-Disposition headers.");
            SAOLA_TRY_STATUS(read_disposition(value, limits, part));
            named = true;
        } else if (same(name, "content-type")) {
            part.content_type = value;
        }
    }
    if (!named) return malformed("A part has no Content-Disposition header.");
    return part;
}

// Position after the first delimiter's boundary text; a preamble before it is ignored.
std::size_t first_delimiter(std::string_view body, std::string_view dashed) {
    if (body.starts_with(dashed)) return dashed.size();
    const std::size_t found = find(body, "\r\n" + std::string(dashed));
    return found == std::string_view::npos ? found : found + 2 + dashed.size();
}

}  // namespace

Result<std::vector<MultipartPart>> parse_multipart(std::string_view content_type_header,
                                                   std::string_view body,
                                                   const MultipartLimits& limits) {
    SAOLA_TRY(const std::string boundary, boundary_of(content_type_header));
    const std::string dashed = "--" + boundary;
    const std::string delimiter = "\r\n" + dashed;
    std::vector<MultipartPart> parts;
    std::size_t at = first_delimiter(body, dashed);
    for (;;) {
        if (at == std::string_view::npos) return malformed("The closing boundary is missing.");
        if (body.substr(at).starts_with("--")) return parts;
        while (at < body.size() && is_blank(body[at])) ++at;
        if (!body.substr(at).starts_with("\r\n")) return malformed("A boundary line is malformed.");
        if (parts.size() >= limits.max_parts) {
            return too_large("The form has too many parts.", "max_parts", limits.max_parts);
        }
        // From the CRLF of the boundary line, so that a part without headers is found too.
        const std::string_view window =
            body.substr(at, std::min(body.size() - at, limits.max_part_header_bytes + 4));
        const std::size_t headers_end = find(window, "\r\n\r\n");
        if (headers_end == std::string_view::npos) {
            if (body.size() - at <= window.size()) return malformed("A part header is not closed.");
            return too_large("The header of a part is too large.", "max_part_header_bytes",
                             limits.max_part_header_bytes);
        }
        SAOLA_TRY(MultipartPart part, read_headers(window.substr(2, headers_end), limits));
        const std::size_t data = at + headers_end + 4;
        // From the blank line's CRLF: the delimiter of an empty part may begin with it.
        const std::size_t end = find(body, delimiter, data - 2);
        if (end == std::string_view::npos) return malformed("The closing boundary is missing.");
        part.data = end < data ? std::string_view() : body.substr(data, end - data);
        if (part.data.size() > limits.max_part_bytes) {
            return too_large("A part is too large.", "max_part_bytes", limits.max_part_bytes);
        }
        parts.push_back(std::move(part));
        at = end + delimiter.size();
    }
}

}  // namespace saola::net
