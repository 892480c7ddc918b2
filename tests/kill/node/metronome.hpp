#pragma once

#include "strategies/strategy_registry.hpp"

namespace bw::tests {

/// Adds "metronome": buys at every bar while it holds nothing, so that there are always orders
/// under way. Stop and target are a few cents away and sell again in between.
result<void> add_metronome(strategy_registry& registry);

}  // namespace bw::tests
