#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config_loader.hpp"
#include "messages/strategy_change.hpp"

namespace bw {

/// A change of one strategy and the symbols that it is for.
struct planned_change {
  strategy_change what;
  std::vector<std::string> symbols;
};

/// What a new strategies.toml comes to in a running node.
struct reload_plan {
  std::vector<planned_change> changes;
  /// The strategies as they are then.
  std::vector<strategy_config> strategies;
  /// A line a change, for the log: "momentum: rsi_floor 50 -> 55".
  std::vector<std::string> differences;
};

/// Compares a new text with what runs. `started` is the configuration that the node began with:
/// which strategies there are, of which kind, and which symbols each of them can trade are fixed
/// from then on. `running` are the strategies as they are set now.
///
/// Live: enabled, on_disable, weight, symbol_budget_usd, parameters, and taking symbols from a
/// watchlist or putting them back. Needs a restart, and refuses the whole text: another strategy,
/// one that is gone, another kind, a symbol that the strategy did not begin with. A strategy that a
/// person has to put back stays off.
///
/// On an error (ec::invalid_argument) each line of its context says one thing that is wrong;
/// nothing of the text is used then.
result<reload_plan> plan_reload(const loaded_config& started,
                                const std::vector<strategy_config>& running, std::string_view text,
                                const strategy_registry& known);

/// The same symbol's board takes what every strategy of `strategies` asks for: makes one of each
/// and throws it away. The first that does not work says why.
result<void> try_strategies(const std::vector<strategy_config>& strategies,
                            const strategy_registry& known);

}  // namespace bw
