#include "net/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace saola::net {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t kLongestText = 64;

bool is_ipv4(const Address& address) {
    return std::equal(kMapped.begin(), kMapped.end(), address.begin());
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// Some proxies write the port too: "1.2.3.4:5678", "[2001:db8::1]:443", "[2001:db8::1]".
std::optional<Address> parse_hop(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        return parse_address(text.substr(1, end - 1));
    }
    const bool one_colon = std::count(text.begin(), text.end(), ':') == 1;
    return parse_address(one_colon ? text.substr(0, text.find(':')) : text);
}

// Takes the last item off a comma-separated list.
std::string_view take_last(std::string_view& list) {
    const std::size_t comma = list.rfind(',');
    const std::string_view item = comma == std::string_view::npos ? list : list.substr(comma + 1);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
    return trim(item);
}

bool is_trusted(const Address& address, std::span<const Network> trusted) {
    return std::any_of(trusted.begin(), trusted.end(),
                       [&](const Network& network) { return network.contains(address); });
}

tl::unexpected<Error> bad_network(std::string_view text) {
    return fail(ErrorKind::kInvalidArgument, "net.bad_network",
                "\"" + std::string(text.substr(0, kLongestText)) +
                    "\" is no address or network such as 10.0.0.5, 10.0.0.0/8 or 2001:db8::/32.",
                "address");
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
    if (text.size() > kLongestText) return std::nullopt;
    const std::string terminated(text);
    Address out{};
    if (inet_pton(AF_INET6, terminated.c_str(), out.data()) == 1) return out;
    std::copy(kMapped.begin(), kMapped.end(), out.begin());
    if (inet_pton(AF_INET, terminated.c_str(), out.data() + kMapped.size()) == 1) return out;
    return std::nullopt;
}

std::string to_string(const Address& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool v4 = is_ipv4(address);
    inet_ntop(v4 ? AF_INET : AF_INET6, address.data() + (v4 ? kMapped.size() : 0), text.data(),
              text.size());
    return text.data();
}

Result<Network> Network::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    if (!address) return bad_network(text);
    Network out{*address, 128};
    if (slash == std::string_view::npos) return out;
    const bool v4 = text.find(':') == std::string_view::npos;
    const std::string_view digits = text.substr(slash + 1);
    int bits = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (code != std::errc{} || end != digits.data() + digits.size() || bits < 0 ||
        bits > (v4 ? 32 : 128))
        return bad_network(text);
    out.prefix = v4 ? 96 + bits : bits;
    // 10.0.0.5/8 is more likely a slip for 10.0.0.5 than for 10.0.0.0/8.
    for (int bit = out.prefix; bit < 128; ++bit)
        if ((out.address[static_cast<std::size_t>(bit / 8)] & (0x80U >> (bit % 8))) != 0)
            return bad_network(text);
    return out;
}

bool Network::contains(const Address& other) const {
    for (int bit = 0; bit < prefix; bit += 8) {
        const auto byte = static_cast<std::size_t>(bit / 8);
        const int left = prefix - bit;
        const unsigned mask = left >= 8 ? 0xffU : (0xff00U >> left) & 0xffU;
        if (((address[byte] ^ other[byte]) & mask) != 0) return false;
    }
    return true;
}

void apply_forwarded(Request& request, std::span<const Network> trusted) {
    if (trusted.empty()) return;
    auto client = parse_address(request.remote_address);
    if (!client || !is_trusted(*client, trusted)) return;
    const std::string hops = request.headers.list("X-Forwarded-For");
    std::string_view rest = hops;
    for (std::size_t i = 0; i < kMaxForwardedHops && !rest.empty() && is_trusted(*client, trusted);
         ++i) {
        const auto hop = parse_hop(take_last(rest));
        if (!hop) break;
        client = hop;
    }
    request.remote_address = to_string(*client);
    const std::string schemes = request.headers.list("X-Forwarded-Proto");
    std::string_view list = schemes;
    if (const std::string_view scheme = take_last(list); !scheme.empty()) {
        request.tls = scheme == "https" || scheme == "HTTPS";
    }
}

}  // namespace saola::net
