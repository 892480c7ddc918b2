#pragma once

#include "venue/api_request.hpp"
#include "venue/venue_world.hpp"

namespace bw::venue {

/// GET /v2/stocks/meta/exchanges and /v2/stocks/meta/conditions/{trade|quote}?tape=A|B|C: what the
/// letters of quotes and trades mean, those that this venue tells among them.
net::http_response answer_letters(const api_request& request);

/// GET /v1/corporate-actions: the splits that the venue has made, by symbol, kind and day.
net::http_response answer_corporate_actions(const api_request& request, const venue_world& world,
                                            utc_ns now);

}  // namespace bw::venue
