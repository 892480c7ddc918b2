#pragma once

#include <cstdint>
#include <vector>

#include "core/prng.hpp"
#include "net/http.hpp"
#include "venue/alpaca_auth.hpp"
#include "venue/request_budget.hpp"
#include "venue/venue_world.hpp"

namespace bw::venue {

struct alpaca_server_options {
  /// Requests in a minute of the venue's time, for trading and for market data each; 0: no limit.
  std::uint32_t requests_per_minute = 200;
  /// For the request ids.
  std::uint64_t seed = 1;
};

/// Alpaca's REST interfaces, trading and market data, as a function from request to answer: no
/// sockets, no clock. All on one thread; `auth` and `world` must outlive it.
class alpaca_server {
 public:
  alpaca_server(alpaca_server_options options, const alpaca_auth& auth, venue_world& world);

  /// `out` receives what the exchange did because of the request; it goes to the streams next.
  net::http_response answer(const net::http_request& request, utc_ns now,
                            std::vector<venue_event>& out);
  /// The same for somebody who needs no key and uses no budget: a person at the account's page.
  net::http_response answer_by_hand(const net::http_request& request, utc_ns now,
                                    std::vector<venue_event>& out);

 private:
  net::http_response route(const net::http_request& request, utc_ns now,
                           std::vector<venue_event>& out);
  std::string next_request_id();

  const alpaca_auth& auth_;
  venue_world& world_;
  request_budget trading_budget_;
  request_budget data_budget_;
  prng request_ids_;
};

}  // namespace bw::venue
