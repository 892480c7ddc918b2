#pragma once

#include <vector>

#include "config/node_config.hpp"
#include "messages/evidence.hpp"
#include "strategies/strategy_registry.hpp"

namespace bw {

/// One record for each configured strategy, with all parameters it works with, defaults included,
/// and a hash that changes when any of them does. A strategy of a kind nobody knows, or with
/// parameters that are not right, is left out: the engine refuses it with a better sentence.
std::vector<strategy_record> strategy_records(const node_config& config,
                                              const strategy_registry& known);

}  // namespace bw
