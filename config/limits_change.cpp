#include "config/limits_change.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "config/config_loader.hpp"
#include "config/option_table.hpp"

namespace bw {
namespace {

/// More settings than limits are a mistake.
constexpr std::size_t settings_max = 64;

constexpr std::string_view keys[] = {
    "risk.buying_power_bp",
    "risk.collar.last_bp",
    "risk.collar.mid_bp",
    "risk.collar.walk_bp",
    "risk.drawdown.emergency_bp",
    "risk.drawdown.halve_bp",
    "risk.drawdown.session_bp",
    "risk.duplicate_ms",
    "risk.gross.max_equity_bp",
    "risk.gross.max_usd",
    "risk.halve_below_usd",
    "risk.loss.halt_bp",
    "risk.loss.halt_usd",
    "risk.loss.reduce_bp",
    "risk.loss.reduce_usd",
    "risk.loss.warn_bp",
    "risk.loss.warn_usd",
    "risk.max_adv_bp",
    "risk.max_entries_per_day",
    "risk.max_positions",
    "risk.max_qty",
    "risk.min_buying_power_usd",
    "risk.min_entry_interval_ms",
    "risk.min_equity_usd",
    "risk.net.max_equity_bp",
    "risk.net.max_usd",
    "risk.open.per_symbol",
    "risk.open.total",
    "risk.order.max_equity_bp",
    "risk.order.max_usd",
    "risk.order.min_usd",
    "risk.portfolio_risk_bp",
    "risk.position.max_equity_bp",
    "risk.position.max_qty",
    "risk.position.max_usd",
    "risk.quote.max_spread_bp",
    "risk.rate.minute",
    "risk.rate.second",
    "risk.repeat_max",
    "risk.streak.strategy_losses",
    "risk.trade_risk_bp",
    "risk.volatility.pause_bp",
    "risk.volatility.volume_bp",
    "risk.window.day_equity_bp",
    "risk.window.day_usd",
    "risk.window.minute_equity_bp",
    "risk.window.minute_usd",
    "risk.window.second_equity_bp",
    "risk.window.second_usd",
};

}  // namespace

std::span<const std::string_view> lowerable_limits() { return keys; }

result<node_config> with_limits(node_config config, const limits_change& change) {
  if (change.settings.empty() || change.settings.size() > settings_max)
    return {ec::invalid_argument, "name the limits to lower, as in risk.max_qty=100; at most " +
                                      std::to_string(settings_max)};
  for (const auto& [key, value] : change.settings) {
    const auto* known = find_option(key);
    if (known == nullptr) {
      const auto near = nearest_key(key);
      return {ec::invalid_argument, "there is no limit '" + key.substr(0, 60) + "'" +
                                        (near.empty() ? "" : "; did you mean '" + near + "'?")};
    }
    if (std::find(std::begin(keys), std::end(keys), key) == std::end(keys))
      return {ec::invalid_argument,
              key + " cannot be changed while the node runs: edit node.toml and start again"};
    if (const auto set = known->set(config, {known->form, value, {}}); !set)
      return {ec::invalid_argument, key + ": " + set.failure().context};
  }
  if (const auto wrong = check_config(config); !wrong.empty())
    return {ec::invalid_argument, wrong.front()};
  return config;
}

}  // namespace bw
