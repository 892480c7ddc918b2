#pragma once

#include "venue/api_request.hpp"
#include "venue/venue_world.hpp"

namespace bw::venue {

/// GET and PATCH /v2/account/configurations. A PATCH sends any part and is answered with the whole.
net::http_response answer_configurations(const api_request& request, exchange& market);

/// GET /v2/account/portfolio/history: what the account was worth at the left edge of each step of
/// regular trading, from the book the service keeps.
net::http_response answer_portfolio_history(const api_request& request, const venue_world& world,
                                            utc_ns now);

}  // namespace bw::venue
