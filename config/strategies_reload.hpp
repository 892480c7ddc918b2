#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/config_loader.hpp"
#include "messages/strategy_change.hpp"

namespace bw {

/// What a running node takes on at most, until it is started anew: its tables are made for so many
/// more than it began with.
inline constexpr std::size_t added_symbols_max = 64;
inline constexpr std::size_t added_strategies_max = 16;

/// The strategies of a running node and where they have a place. Numbers never change while it
/// runs: what is new stands behind what was there, and what is gone keeps its place, switched off.
struct running_strategies {
  /// By strategy_id, as they are set now.
  std::vector<strategy_config> strategies;
  /// By symbol_id.
  std::vector<std::string> symbols;
  /// By strategy_id: the symbols whose engines know the strategy, on or off.
  std::vector<std::set<std::string>> places;
  /// How many of each the node began with.
  std::size_t first_strategies = 0;
  std::size_t first_symbols = 0;
};

/// As the node begins with them.
running_strategies begin_running(const node_config& config);

/// A change of one strategy and the symbols that it is for.
struct planned_change {
  strategy_change what;
  std::vector<std::string> symbols;
};

/// What a new strategies.toml comes to in a running node.
struct reload_plan {
  std::vector<planned_change> changes;
  /// As it is then.
  running_strategies after;
  /// A line a change, for the log: "momentum: rsi_floor 50 -> 55".
  std::vector<std::string> differences;
};

/// Compares a new text with what runs. `started` is the configuration that the node began with,
/// `holding` names the strategies that hold shares now.
///
/// Applied live: everything but another `kind` under an id that is in use. A strategy that is gone
/// is switched off as its `on_disable` says; with "keep" it cannot go while it holds shares,
/// because after a restart nobody would be left to watch them. What a person has to put back stays
/// off whatever the text says: that is the engines' to keep.
///
/// On an error (ec::invalid_argument) each line of its context says one thing that is wrong;
/// nothing of the text is used then.
result<reload_plan> plan_reload(const loaded_config& started, const running_strategies& running,
                                std::string_view text, const strategy_registry& known,
                                const std::set<std::string>& holding = {});

/// The same symbol's board takes what every strategy of `strategies` asks for: makes one of each
/// and throws it away. The first that does not work says why.
result<void> try_strategies(const std::vector<strategy_config>& strategies,
                            const strategy_registry& known);

}  // namespace bw
