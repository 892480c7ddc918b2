#pragma once

#include "config/config_loader.hpp"

namespace bw {

/// What the environment of this process says about options: BELLWETHER__SECTION__KEY, two
/// underscores for each dot, and ALPACA_FEED for feed.name. Reads the environment once.
config_overrides environment_overrides();

/// Puts the overrides above the file. Mode and risk limits cannot be overridden: they must stand
/// where they are reviewed.
void apply_overrides(const config_overrides& overrides, loaded_config& out, config_errors& errors);

}  // namespace bw
