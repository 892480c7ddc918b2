#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/node_config.hpp"
#include "messages/evidence.hpp"
#include "messages/strategy_change.hpp"

namespace bw {

/// A change for one symbol's STRATEGY actor.
struct symbol_change {
  symbol_id symbol = no_symbol;
  strategy_change what;
};

/// What a new strategies.toml comes to, by the numbers of the node.
struct strategies_update {
  std::vector<symbol_change> changes;
  /// The strategies as they are then, by strategy_id: at least as many as there were.
  std::vector<strategy_config> strategies;
  /// Behind those that there are, in the order of their numbers.
  std::vector<std::string> new_symbols;
  /// What the log is to know of those that are other than they were.
  std::vector<strategy_record> records;
};

/// The strategies of a running node: as the configuration has them now, and what each symbol has
/// been told beyond the configuration of the start. A STRATEGY actor that is made while the node
/// runs, for a symbol or after a crash, begins with both. Pure; its owner guards it.
struct live_strategies {
  std::vector<strategy_config> settings;
  /// By symbol; one change a strategy, the sum of what it was told.
  std::map<std::uint32_t, std::vector<strategy_change>> changes;

  void take(const strategies_update& update);
  /// Only a person puts the strategy back.
  void take_out(strategy_id which, const std::string& cause);
  void put_back(strategy_id which);
  /// For a fresh engine of the symbol, in the order in which it is to be told.
  std::vector<strategy_change> for_symbol(std::uint32_t symbol) const;
};

}  // namespace bw
