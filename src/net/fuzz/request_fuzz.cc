// A stream of requests cut at places the input chooses must parse the same as in one piece, and
// never hold a body byte back.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "net/beast/request_parser.h"

namespace {

std::string parse_all(std::string_view bytes, std::size_t step) {
    std::string seen;
    saola::net::RequestParser parser(512, 128);
    while (!bytes.empty()) {
        saola::net::Request request;
        parser.start(request);
        std::size_t visible = 0;
        while (!parser.done() && !parser.refusal()) {
            const std::size_t used = parser.put(bytes.substr(0, visible));
            bytes.remove_prefix(used);
            visible -= used;
            if (used > 0) continue;
            if (visible == bytes.size()) break;
            visible = std::min(bytes.size(), visible + step);
        }
        if (parser.refusal()) return seen + "!" + std::to_string(parser.refusal()->status);
        if (!parser.done()) return seen + "...";
        SAOLA_CHECK(request.body.size() == parser.body_bytes());
        seen += std::string(saola::net::to_string(request.method)) + request.target + "|" +
                std::to_string(request.headers.all().size()) + "|" + request.body + "\n";
    }
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string whole = parse_all(input, input.size());
    const std::string cut = parse_all(input, 1U + data[0] % 16U);
    // A refusal may come earlier in pieces (a limit before a grammar error), the requests before it
    // are the same.
    const std::size_t same = std::min(whole.find('!'), cut.find('!'));
    if (same == std::string::npos) SAOLA_CHECK(whole == cut);
    return 0;
}
