#include "net/endpoint.hpp"

#include <gtest/gtest.h>

#include "net/tls_trust.hpp"

namespace bw::net {
namespace {

TEST(check_endpoint, takes_the_four_hosts_over_tls_and_loopback_without) {
  for (const auto* host : {"paper-api.alpaca.markets", "api.alpaca.markets", "data.alpaca.markets",
                           "stream.data.alpaca.markets"}) {
    EXPECT_TRUE(check_endpoint({host, 443, security::tls})) << host;
    EXPECT_FALSE(check_endpoint({host, 80, security::plain_loopback})) << host;
  }
  for (const auto* host : {"127.0.0.1", "::1", "localhost"}) {
    EXPECT_TRUE(check_endpoint({host, 8080, security::plain_loopback})) << host;
    EXPECT_FALSE(check_endpoint({host, 8080, security::tls})) << host;
  }
}

TEST(check_endpoint, refuses_everything_else_with_the_reason) {
  for (const auto* host :
       {"", "example.com", "API.alpaca.markets", "api.alpaca.markets.",
        "api.alpaca.markets.evil.com", "evil-api.alpaca.markets", "alpaca.markets", "127.0.0.2",
        "0.0.0.0", "10.0.0.1", "api.alpaca.markets@evil.com", "[::1]", "LOCALHOST",
        "169.254.169.254"}) {
    for (const auto how : {security::plain_loopback, security::tls}) {
      const auto answer = check_endpoint({host, 443, how});
      ASSERT_FALSE(answer) << host;
      EXPECT_EQ(answer.code(), ec::invalid_argument) << host;
      EXPECT_FALSE(answer.failure().context.empty()) << host;
    }
  }
  EXPECT_FALSE(check_endpoint({"127.0.0.1", 0, security::plain_loopback}));
}

TEST(check_endpoint, a_host_of_a_test_adds_that_host_over_tls_only) {
  const tls_trust trust{.test_host = "venue.test"};
  EXPECT_TRUE(check_endpoint({"venue.test", 443, security::tls}, trust));
  EXPECT_FALSE(check_endpoint({"venue.test", 443, security::plain_loopback}, trust));
  EXPECT_FALSE(check_endpoint({"other.test", 443, security::tls}, trust));
  EXPECT_FALSE(check_endpoint({"venue.test", 443, security::tls}, tls_trust{}));
  EXPECT_FALSE(check_endpoint({"", 443, security::tls}, tls_trust{}));
}

TEST(is_global_unicast, tells_public_addresses_from_all_others) {
  for (const auto* address :
       {"8.8.8.8", "35.186.224.25", "1.1.1.1", "172.15.255.255", "172.32.0.1", "100.63.0.1",
        "100.128.0.1", "223.255.255.255", "2600:1901::1", "2a00:1450:4001::200e"})
    EXPECT_TRUE(is_global_unicast(address)) << address;
  for (const auto* address : {"127.0.0.1",
                              "10.1.2.3",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "169.254.169.254",
                              "100.64.0.1",
                              "0.0.0.0",
                              "224.0.0.1",
                              "255.255.255.255",
                              "192.0.2.1",
                              "198.18.0.1",
                              "198.51.100.7",
                              "203.0.113.9",
                              "::1",
                              "::",
                              "fe80::1",
                              "fc00::1",
                              "ff02::1",
                              "2001:db8::1",
                              "2001::1",
                              "2002:7f00:1::",
                              "::ffff:8.8.8.8",
                              "",
                              "api.alpaca.markets",
                              "8.8.8",
                              "8.8.8.8 "})
    EXPECT_FALSE(is_global_unicast(address)) << address;
}

TEST(endpoint, shows_host_and_port) {
  EXPECT_EQ((endpoint{"api.alpaca.markets", 443}).text(), "api.alpaca.markets:443");
  EXPECT_EQ((endpoint{"::1", 8750}).text(), "[::1]:8750");
}

}  // namespace
}  // namespace bw::net
