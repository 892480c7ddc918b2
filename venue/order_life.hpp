#pragma once

#include <optional>

#include "venue/venue_order.hpp"

namespace bw::venue {

/// The one table of an order's life: the status after `what` happened to an order in `from`.
/// Nothing where the exchange must never do that.
std::optional<venue_status> next_status(venue_status from, venue_event::kind what);

}  // namespace bw::venue
