#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/config_loader.hpp"
#include "storage/recording_frame.hpp"

namespace bw {

/// Under this name, which is no key, the overrides of a recording hold the stage whose limits lay
/// on top of the configured ones.
inline constexpr std::string_view recorded_stage = "live stage";

/// KEY=VALUE pairs that stand above a recorded configuration: what would have been decided with
/// another limit.
using other_settings = std::vector<std::pair<std::string, std::string>>;

/// The configuration that a recorded run had in force. ec::invalid_argument when this version does
/// not accept its texts, ec::unknown_key for a setting that does not exist.
result<node_config> config_of_recording(const recorded_parameters& recorded,
                                        const other_settings& others,
                                        const strategy_registry& known = built_in_strategies());

}  // namespace bw
