// First byte chooses the decoder: target, cookie header, percent decoding.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "net/uri.h"

namespace {

void check_target(std::string_view target) {
    const auto decoded = saola::net::decode_target(target);
    if (!decoded) return;
    const std::string& path = decoded->path;
    SAOLA_CHECK(path == "*" || path.starts_with('/'));
    SAOLA_CHECK(saola::text::is_valid_utf8(path));
    SAOLA_CHECK(path.find('\0') == std::string::npos && path.find('\\') == std::string::npos);
    SAOLA_CHECK((path + "/").find("/../") == std::string::npos);
    SAOLA_CHECK((path + "/").find("/./") == std::string::npos);
    SAOLA_CHECK(decoded->query.size() <= saola::net::kMaxQueryParams);
    for (const auto& [name, value] : decoded->query) {
        SAOLA_CHECK(saola::text::is_valid_utf8(name) && saola::text::is_valid_utf8(value));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 3) {
        case 0: check_target(input); break;
        case 1: {
            const std::string_view found = saola::net::find_cookie(input, "saola_session");
            SAOLA_CHECK(found.find(';') == std::string_view::npos);
            break;
        }
        default: {
            const auto decoded = saola::net::percent_decode(input, /*plus_is_space=*/true);
            SAOLA_CHECK(!decoded || decoded->size() <= input.size());
        }
    }
    return 0;
}
