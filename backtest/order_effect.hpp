#pragma once

#include "backtest/search.hpp"
#include "storage/proposal_store.hpp"

namespace bw {

/// Runs the configuration as it stands and with the values of a point, and compares the orders: one
/// belongs to the other when strategy, symbol, side, purpose and instant of the decision are the
/// same, and is changed when quantity, type or a price differs. `make` opens the market of the
/// sessions that are compared. `orders` counts those of the configuration as it stands.
result<proposal_effect> order_effect(const setup_maker& make, const strategy_registry& known,
                                     const std::vector<search_axis>& axes,
                                     const search_point& point);

}  // namespace bw
