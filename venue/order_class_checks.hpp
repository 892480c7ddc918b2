#pragma once

#include "venue/order_checks.hpp"

namespace bw::venue {

/// What a bracket, oto or oco must have, and how its prices must lie to each other.
check_outcome check_order_class(const new_order& order, const check_inputs& inputs);
/// Entries must open or grow a position, pairs of exits must shrink one.
check_outcome check_group_direction(const new_order& order, const check_inputs& inputs);
/// How many orders the request makes.
std::size_t orders_of(const new_order& order);

}  // namespace bw::venue
