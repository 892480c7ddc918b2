#include "net/endpoint.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <span>

#include "net/tls_trust.hpp"

namespace bw::net {
namespace {

constexpr std::array<std::string_view, 4> allowed_hosts{"paper-api.alpaca.markets",
                                                        "api.alpaca.markets", "data.alpaca.markets",
                                                        "stream.data.alpaca.markets"};

/// The first `bits` bits of an address equal those of `bytes`.
struct prefix {
  std::array<std::uint8_t, 4> bytes;
  int bits;

  bool covers(std::span<const std::uint8_t> address) const {
    for (int bit = 0; bit < bits; ++bit) {
      const auto at = static_cast<std::size_t>(bit / 8);
      const auto mask = static_cast<std::uint8_t>(0x80u >> (bit % 8));
      if ((bytes[at] & mask) != (address[at] & mask)) return false;
    }
    return true;
  }
};

// IANA's registry of special-purpose IPv4 addresses, and everything from multicast upwards.
constexpr std::array<prefix, 14> special_ipv4{{
    {{0, 0, 0, 0}, 8},
    {{10, 0, 0, 0}, 8},
    {{100, 64, 0, 0}, 10},
    {{127, 0, 0, 0}, 8},
    {{169, 254, 0, 0}, 16},
    {{172, 16, 0, 0}, 12},
    {{192, 0, 0, 0}, 24},
    {{192, 0, 2, 0}, 24},
    {{192, 88, 99, 0}, 24},
    {{192, 168, 0, 0}, 16},
    {{198, 18, 0, 0}, 15},
    {{198, 51, 100, 0}, 24},
    {{203, 0, 113, 0}, 24},
    {{224, 0, 0, 0}, 3},
}};
// Only 2000::/3 is given out as global unicast; these parts of it are something else.
constexpr prefix global_ipv6{{0x20, 0, 0, 0}, 3};
constexpr std::array<prefix, 3> special_ipv6{{
    {{0x20, 0x01, 0x00, 0x00}, 23},
    {{0x20, 0x01, 0x0d, 0xb8}, 32},
    {{0x20, 0x02, 0x00, 0x00}, 16},
}};

bool in_any(std::span<const prefix> prefixes, std::span<const std::uint8_t> address) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const prefix& p) { return p.covers(address); });
}

}  // namespace

std::string endpoint::text() const {
  const bool bare_ipv6 = host.find(':') != std::string::npos;
  std::string out = bare_ipv6 ? "[" + host + "]" : host;
  return out.append(":").append(std::to_string(port));
}

bool allowed_host(std::string_view host) {
  return std::find(allowed_hosts.begin(), allowed_hosts.end(), host) != allowed_hosts.end();
}

bool is_loopback_host(std::string_view host) {
  return host == "127.0.0.1" || host == "::1" || host == "localhost";
}

bool is_global_unicast(std::string_view address) {
  const std::string text{address};
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return !in_any(special_ipv4, bytes);
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1)
    return global_ipv6.covers(bytes) && !in_any(special_ipv6, bytes);
  return false;
}

result<void> check_endpoint(const endpoint& to) {
  if (to.port == 0) return {ec::invalid_argument, "port 0 of " + to.host + " cannot be reached"};
  if (to.how == security::plain_loopback) {
    if (is_loopback_host(to.host)) return {};
    return {ec::invalid_argument, to.text() +
                                      " needs TLS: without it only 127.0.0.1, ::1 and "
                                      "localhost are allowed"};
  }
  if (allowed_host(to.host)) return {};
  return {ec::invalid_argument,
          to.text() + " is not one of Alpaca's hosts, and no other may be reached over TLS"};
}

result<void> check_endpoint(const endpoint& to, const tls_trust& trust) {
  const bool of_test =
      to.how == security::tls && !trust.test_host.empty() && to.host == trust.test_host;
  return of_test && to.port != 0 ? result<void>{} : check_endpoint(to);
}

}  // namespace bw::net
