// What the commands take about the server's place in the network, parsed once for `serve`, `admin`
// and `doctor`. Errors name the option. Pure functions. Limits: kMaxPublicUrlBytes,
// kMaxTrustedProxies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.h"
#include "platform/args.h"

namespace saola {

inline constexpr std::size_t kMaxPublicUrlBytes = 1024;
inline constexpr std::size_t kMaxTrustedProxies = 64;

struct Endpoint {
    std::string address;  // "127.0.0.1", "::1"
    std::uint16_t port = 0;
};

// The options that belong to these settings, for the help of every command that takes them.
[[nodiscard]] std::vector<platform::Option> network_options();
// --listen ADDRESS:PORT, and --port in its place where it was given.
[[nodiscard]] Result<Endpoint> endpoint_of(const platform::Args& args);
// --trusted-proxy, repeated.
[[nodiscard]] Result<std::vector<net::Network>> trusted_proxies_of(const platform::Args& args);
// --tls-cert and --tls-key come together, and both can be used. Returns when the certificate ends
// (UTC nanoseconds), 0 without TLS.
[[nodiscard]] Result<std::int64_t> certificate_end_of(const platform::Args& args);
// "https://saola.example.vn:8443": http or https, a host, perhaps a port, nothing else, because the
// console's paths begin at the root. Without the last '/'.
[[nodiscard]] Result<std::string> parse_public_url(std::string_view text);

}  // namespace saola
