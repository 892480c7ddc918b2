#pragma once

#include <cstdint>
#include <string_view>

#include "core/result.hpp"
#include "net/endpoint.hpp"

namespace bw {

/// Where market data comes from.
struct alpaca_data_endpoints {
  net::endpoint stream;
  net::endpoint rest;
};

/// "sim" is the embedded venue on loopback; "paper" and "live" read the same public hosts. Hosts
/// are fixed here and nowhere configurable, so that no setting can lead the keys elsewhere.
inline result<alpaca_data_endpoints> data_endpoints_for(std::string_view mode,
                                                        std::uint16_t sim_port) {
  if (mode == "sim") {
    const net::endpoint venue{"127.0.0.1", sim_port, net::security::plain_loopback};
    return alpaca_data_endpoints{venue, venue};
  }
  if (mode == "paper" || mode == "live")
    return alpaca_data_endpoints{{"stream.data.alpaca.markets", 443, net::security::tls},
                                 {"data.alpaca.markets", 443, net::security::tls}};
  return {ec::invalid_argument,
          "'" + std::string{mode} + "' is no trading mode; use sim, paper or live"};
}

}  // namespace bw
