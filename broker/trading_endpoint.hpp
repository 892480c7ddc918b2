#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "net/endpoint.hpp"

namespace bw {

/// Where orders go: "sim" is the embedded venue on loopback, "paper" and "live" are Alpaca's two
/// environments. Hosts are fixed here, so that no setting can lead keys or orders elsewhere.
inline result<net::endpoint> trading_endpoint_for(std::string_view mode, std::uint16_t sim_port) {
  if (mode == "sim") return net::endpoint{"127.0.0.1", sim_port, net::security::plain_loopback};
  if (mode == "paper") return net::endpoint{"paper-api.alpaca.markets", 443, net::security::tls};
  if (mode == "live") return net::endpoint{"api.alpaca.markets", 443, net::security::tls};
  return {ec::invalid_argument,
          "'" + std::string{mode} + "' is no trading mode; use sim, paper or live"};
}

}  // namespace bw
