#pragma once

#include <cstdint>
#include <string>

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
};

/// ok for Alpaca's four hosts with TLS and for 127.0.0.1, ::1 and localhost without;
/// ec::invalid_argument with the reason for everything else.
result<void> check_endpoint(const endpoint& to);

}  // namespace bw::net
