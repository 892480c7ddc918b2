#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace bw::net {

/// Whether bytes are encrypted. Without TLS only loopback addresses are accepted.
enum class security : std::uint8_t { plain_loopback = 1, tls };

/// A place to connect to. Hosts outside loopback are compared against the fixed list of
/// `allowed_host`; there is no way round it, no proxy and no redirect.
struct endpoint {
  std::string host;
  std::uint16_t port = 443;
  security how = security::tls;

  /// "api.alpaca.markets:443", "[::1]:8750".
  std::string text() const;
};

/// True for Alpaca's four hosts, in lower case and without a trailing dot.
bool allowed_host(std::string_view host);
/// True for 127.0.0.1, ::1 and localhost.
bool is_loopback_host(std::string_view host);
/// True for a numeric IPv4 or IPv6 address that a server on the internet may have. A broker's name
/// that resolves to anything else (private, loopback, link-local, multicast, …) is a hijacked name.
bool is_global_unicast(std::string_view address);

/// ok for Alpaca's four hosts with TLS and for 127.0.0.1, ::1 and localhost without;
/// ec::invalid_argument with the reason for everything else.
result<void> check_endpoint(const endpoint& to);

}  // namespace bw::net
