#pragma once

#include <variant>
#include <vector>

#include "venue/api_request.hpp"

namespace bw::venue {

/// The orders that GET /v2/orders?… asks for, in the order it asks for.
std::variant<std::vector<const venue_order*>, refusal> select_orders(const api_request& request,
                                                                     const exchange& market);

}  // namespace bw::venue
