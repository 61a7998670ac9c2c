#include "main/settings.h"

#include <algorithm>
#include <charconv>

#include "net/http_server.h"

namespace saola {
namespace {

tl::unexpected<Error> bad(std::string option, std::string message, std::string limit = {}) {
    return fail(ErrorKind::kInvalidArgument, "command.bad_option", std::move(message),
                std::move(option), std::move(limit));
}

tl::unexpected<Error> bad_url(const std::string& why) {
    return bad("--public-url",
               "--public-url " + why +
                   "; it is the address people type, such as https://saola.example.vn or "
                   "http://10.0.0.5:8080.");
}

Result<std::uint16_t> parse_port(std::string_view text, const std::string& option) {
    std::uint16_t port = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (code != std::errc{} || end != text.data() + text.size() || text.empty())
        return bad(option, option + " needs a port from 0 to 65535, not \"" +
                               std::string(text.substr(0, 40)) + "\".");
    return port;
}

bool is_host_sign(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-';
}

// "host", "host:port" or "[ipv6]:port".
Status check_authority(std::string_view text) {
    std::string_view host = text.substr(0, text.find(':'));
    bool fits = !host.empty() && std::all_of(host.begin(), host.end(), is_host_sign);
    if (text.starts_with('[')) {
        host = text.substr(0, text.find(']') + 1);
        fits = host.size() > 2 && host.find(':') != std::string_view::npos &&
               net::parse_address(host.substr(1, host.size() - 2)).has_value();
    }
    if (!fits) return bad_url("has no host that a browser could open");
    const std::string_view rest = text.substr(host.size());
    if (rest.empty()) return {};
    std::uint16_t port = 0;
    const auto [end, code] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), port);
    if (rest.front() != ':' || code != std::errc{} || end != rest.data() + rest.size() || port == 0)
        return bad_url("has a port that is no number from 1 to 65535");
    return {};
}

}  // namespace

std::vector<platform::Option> network_options() {
    return {
        {.name = "listen",
         .help = "address and port; port 0 takes any free one",
         .value_name = "ADDRESS:PORT",
         .fallback = "127.0.0.1:8080"},
        {.name = "port", .help = "port on the --listen address", .value_name = "N"},
        {.name = "tls-cert", .help = "certificate chain, PEM; serves HTTPS", .value_name = "FILE"},
        {.name = "tls-key", .help = "private key of --tls-cert, PEM", .value_name = "FILE"},
        {.name = "trusted-proxy",
         .help = "reverse proxy whose X-Forwarded-For and X-Forwarded-Proto are believed",
         .value_name = "ADDR[/LEN]",
         .repeated = true},
        {.name = "public-url",
         .help = "address people use, for the setup link",
         .value_name = "URL"}};
}

Result<Endpoint> endpoint_of(const platform::Args& args) {
    const std::string& listen = args.value("listen");
    const std::size_t colon = listen.rfind(':');
    Endpoint endpoint;
    if (colon == std::string::npos || colon == 0)
        return bad("--listen", "--listen needs ADDRESS:PORT.");
    endpoint.address = listen.substr(0, colon);
    if (endpoint.address.front() == '[' && endpoint.address.back() == ']')
        endpoint.address = endpoint.address.substr(1, endpoint.address.size() - 2);
    SAOLA_TRY(endpoint.port, parse_port(std::string_view(listen).substr(colon + 1), "--listen"));
    if (args.given("port")) {
        SAOLA_TRY(endpoint.port, parse_port(args.value("port"), "--port"));
    }
    return endpoint;
}

Result<std::vector<net::Network>> trusted_proxies_of(const platform::Args& args) {
    const auto& given = args.values("trusted-proxy");
    if (given.size() > kMaxTrustedProxies)
        return bad("--trusted-proxy", "Too many trusted proxies; name their network.",
                   "max_trusted_proxies=" + std::to_string(kMaxTrustedProxies));
    std::vector<net::Network> out;
    for (const auto& text : given) {
        auto network = net::Network::parse(text);
        if (!network) return bad("--trusted-proxy", "--trusted-proxy: " + network.error().message);
        if (text.ends_with("/0"))
            return bad("--trusted-proxy",
                       "--trusted-proxy " + text.substr(0, 60) +
                           " would believe everybody; name the proxy's own address.");
        out.push_back(*network);
    }
    return out;
}

Result<std::int64_t> certificate_end_of(const platform::Args& args) {
    const std::string& certificate = args.value("tls-cert");
    const std::string& key = args.value("tls-key");
    if (certificate.empty() != key.empty())
        return bad(certificate.empty() ? "--tls-cert" : "--tls-key",
                   "--tls-cert and --tls-key come together.");
    if (certificate.empty()) return std::int64_t{0};
    return net::HttpServer::check_certificate(certificate, key);
}

Result<std::string> parse_public_url(std::string_view text) {
    if (text.size() > kMaxPublicUrlBytes)
        return bad("--public-url", "--public-url is too long.",
                   "max_public_url_bytes=" + std::to_string(kMaxPublicUrlBytes));
    std::string url(text);
    const std::size_t scheme_end = url.find("://");
    if (scheme_end == std::string::npos) return bad_url("must begin with http:// or https://");
    for (std::size_t i = 0; i < scheme_end; ++i)
        if (url[i] >= 'A' && url[i] <= 'Z') url[i] = static_cast<char>(url[i] - 'A' + 'a');
    const std::string scheme = url.substr(0, scheme_end);
    if (scheme != "http" && scheme != "https")
        return bad_url("must begin with http:// or https://");
    const std::string_view rest = std::string_view(url).substr(scheme_end + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#\\"));
    // Not repeated in the message: it may be a password.
    if (authority.find('@') != std::string_view::npos)
        return bad_url("must hold no name or password");
    SAOLA_TRY_STATUS(check_authority(authority));
    const std::string_view path = rest.substr(authority.size());
    if (path.find_first_not_of('/') != std::string_view::npos)
        return bad_url(
            "must end after the host: Saola answers at the root of a host, not below a "
            "path");
    return scheme + "://" + std::string(authority);
}

}  // namespace saola
