#pragma once

#include <vector>

#include "venue/api_request.hpp"
#include "venue/venue_world.hpp"

namespace bw::venue {

/// The trading API below /v2: account, clock, calendar, assets, orders, positions. The caller has
/// checked credentials and budget. `out` receives what the exchange did; tell it to the streams.
net::http_response answer_trading(const api_request& request, venue_world& world, utc_ns now,
                                  std::vector<venue_event>& out);

}  // namespace bw::venue
