#pragma once

#include "venue/api_request.hpp"
#include "venue/venue_world.hpp"

namespace bw::venue {

/// The market-data API below /v2/stocks: bars with their pages, latest bars, quotes and trades,
/// snapshots. A symbol that is not listed has no data; that is no error. The caller has checked
/// credentials and budget.
net::http_response answer_market_data(const api_request& request, const venue_world& world,
                                      utc_ns now);

}  // namespace bw::venue
