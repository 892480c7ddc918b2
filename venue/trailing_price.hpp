#pragma once

#include "venue/venue_order.hpp"

namespace bw::venue {

/// How far a stop trails: dollars, or per cent when they are given.
struct trailing_distance {
  price dollars;
  percentage percent;
};

/// The stop that belongs to a best price: below it for a sell, above it for a buy. Not rounded to a
/// tick, as on the broker; a percentage is rounded half to even at 1e-9.
price trailing_stop_price(side x, const trailing_distance& distance, price best);

/// Takes a price at which the position could be closed, or at which somebody traded. True when the
/// stop of the trailing order moved.
bool follow_price(venue_order& order, price seen);

}  // namespace bw::venue
