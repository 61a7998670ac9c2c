// Which client a request is from, behind proxies that are trusted and others that are not.
#include "net/address.h"

#include <gtest/gtest.h>

namespace saola::net {
namespace {

std::vector<Network> networks(std::initializer_list<std::string_view> texts) {
    std::vector<Network> out;
    for (const auto text : texts) {
        const auto network = Network::parse(text);
        EXPECT_TRUE(network) << text;
        if (network) out.push_back(*network);
    }
    return out;
}

TEST(Network, ContainsWhatItsPrefixSays) {
    const auto contains = [](std::string_view network, std::string_view address) {
        return networks({network}).at(0).contains(*parse_address(address));
    };
    EXPECT_TRUE(contains("10.0.0.0/8", "10.255.3.4"));
    EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.1"));
    EXPECT_TRUE(contains("10.0.0.128/25", "10.0.0.200"));
    EXPECT_FALSE(contains("10.0.0.128/25", "10.0.0.127"));
    EXPECT_TRUE(contains("10.0.0.5", "::ffff:10.0.0.5"));
    EXPECT_FALSE(contains("10.0.0.5", "10.0.0.6"));
    EXPECT_TRUE(contains("2001:db8::/33", "2001:db8:7fff::1"));
    EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
    EXPECT_FALSE(contains("10.0.0.0/8", "2001:db8::1"));
    for (const char* bad : {"", "proxy", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.5/8",
                            "10.0.0.0/8/8", "::1/129", "1.2.3", "10.0.0.1:80", "/8"})
        EXPECT_EQ(Network::parse(bad).error().kind, ErrorKind::kInvalidArgument) << bad;
}

struct Seen {
    std::string address;
    bool tls = false;
};

Seen seen(std::string peer, std::initializer_list<std::pair<std::string_view, std::string_view>> h,
          const std::vector<Network>& trusted) {
    Request request;
    request.remote_address = std::move(peer);
    for (const auto& [name, value] : h) request.headers.add(name, value);
    apply_forwarded(request, trusted);
    return {request.remote_address, request.tls};
}

TEST(Forwarded, OnlyATrustedPeerIsBelieved) {
    const auto trusted = networks({"10.0.0.0/8", "::1"});
    EXPECT_EQ(seen("192.0.2.1", {{"X-Forwarded-For", "203.0.113.9"}}, trusted).address,
              "192.0.2.1");
    EXPECT_FALSE(seen("192.0.2.1", {{"X-Forwarded-Proto", "https"}}, trusted).tls);
    EXPECT_EQ(seen("10.1.1.1", {{"X-Forwarded-For", "203.0.113.9"}}, {}).address, "10.1.1.1");
    EXPECT_EQ(seen("10.1.1.1", {}, trusted).address, "10.1.1.1");
    const Seen good =
        seen("::1", {{"x-forwarded-for", "203.0.113.9"}, {"X-Forwarded-Proto", "https"}}, trusted);
    EXPECT_EQ(good.address, "203.0.113.9");
    EXPECT_TRUE(good.tls);
}

TEST(Forwarded, TheRightmostAddressThatIsNoProxyIsTheClient) {
    const auto trusted = networks({"10.0.0.0/8"});
    const auto client = [&](std::string_view hops) {
        return seen("10.1.1.1", {{"X-Forwarded-For", hops}}, trusted).address;
    };
    EXPECT_EQ(client("1.1.1.1, 203.0.113.9"), "203.0.113.9");  // 1.1.1.1 is what the client wrote
    EXPECT_EQ(client("203.0.113.9 ,10.2.2.2,10.3.3.3"), "203.0.113.9");
    EXPECT_EQ(client("10.4.4.4, 10.5.5.5"), "10.4.4.4");
    EXPECT_EQ(client("203.0.113.9:5000"), "203.0.113.9");
    EXPECT_EQ(client("[2001:db8::7]:443"), "2001:db8::7");
    EXPECT_EQ(client("2001:db8::7"), "2001:db8::7");
    EXPECT_EQ(client("unknown, 10.2.2.2"), "10.2.2.2");
    EXPECT_EQ(client("<script>"), "10.1.1.1");
    EXPECT_EQ(client(""), "10.1.1.1");
    std::string many = "203.0.113.9";
    for (int i = 0; i < 500; ++i) many += ",10.2.2.2";
    EXPECT_EQ(client(many), "10.2.2.2");  // the walk ends, and at a proxy
    const Seen lines = seen(
        "10.1.1.1", {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-For", "203.0.113.9"}}, trusted);
    EXPECT_EQ(lines.address, "203.0.113.9");
    EXPECT_FALSE(seen("10.1.1.1", {{"X-Forwarded-Proto", "https, http"}}, trusted).tls);
}

}  // namespace
}  // namespace saola::net
