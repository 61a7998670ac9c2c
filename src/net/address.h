// IP addresses and networks, and which client a reverse proxy speaks for. IPv4 is kept as the
// mapped IPv6 address, so that "::ffff:10.0.0.1" and "10.0.0.1" are the same. Values and pure
// functions, thread-safe. Limits: kMaxForwardedHops.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"

namespace saola::net {

inline constexpr std::size_t kMaxForwardedHops = 32;  // of X-Forwarded-For, from the right

using Address = std::array<std::uint8_t, 16>;

// "10.0.0.1", "2001:db8::1"; no port, no zone.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);
[[nodiscard]] std::string to_string(const Address& address);

struct Network {
    Address address{};
    int prefix = 128;  // of the 16 bytes

    // "10.0.0.0/8", "::1". kInvalidArgument when it is none, or has bits behind its prefix.
    [[nodiscard]] static Result<Network> parse(std::string_view text);
    [[nodiscard]] bool contains(const Address& other) const;
};

// When the request's peer is a trusted proxy: sets remote_address to the rightmost address of
// X-Forwarded-For that is no trusted proxy, and tls to what the last X-Forwarded-Proto says. What a
// proxy did not write is not believed: an entry that is no address ends the walk at the hop before.
void apply_forwarded(Request& request, std::span<const Network> trusted);

}  // namespace saola::net
