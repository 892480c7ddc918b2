#pragma once

#include <string>

#include "config/config_loader.hpp"
#include "core/result.hpp"

namespace bw {

/// A person puts a strategy back that the node took out. Writes the log of a stopped node, as a
/// group between a start and an end of its own. ec::not_found when nothing holds it off,
/// ec::already_exists when a node runs in the state folder; otherwise what the log says.
result<void> put_strategy_back(const loaded_config& config, const std::string& strategy,
                               const std::string& why);

}  // namespace bw
