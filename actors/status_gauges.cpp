#include "actors/status_actor.hpp"

namespace bw {

void status_state::register_gauges() {
  auto& all = *args.metrics;
  all.add_gauge("bellwether_mode_info", "Always 1.", {{"mode", args.mode}}).set(1);
  shown.equity = &all.add_gauge("bellwether_account_equity_usd", "Equity at the last snapshot.");
  shown.cash = &all.add_gauge("bellwether_account_cash_usd", "Cash at the last snapshot.");
  shown.buying_power =
      &all.add_gauge("bellwether_account_buying_power_usd", "Buying power at the last snapshot.");
  for (const auto mode : {trading_mode::active, trading_mode::reducing, trading_mode::halted}) {
    std::string label{to_string(mode)};
    for (auto& c : label) c = static_cast<char>(c - 'A' + 'a');
    shown.trading_state[static_cast<std::size_t>(mode)] = &all.add_gauge(
        "bellwether_trading_state", "1 for the state that holds.", {{"state", std::move(label)}});
  }
  for (std::size_t k = 1; k <= halt_reason_count; ++k) {
    std::string label{to_string(static_cast<halt_reason>(k))};
    for (auto& c : label)
      if (c != '_') c = static_cast<char>(c - 'A' + 'a');
    shown.reasons[k] = &all.add_gauge("bellwether_halt_reason", "1 while the reason stands.",
                                      {{"reason", std::move(label)}});
  }
}

void status_state::show(const node_status& now) const {
  shown.equity->set_units(now.portfolio_value.units());
  shown.cash->set_units(now.cash.units());
  shown.buying_power->set_units(now.buying_power.units());
  for (std::size_t k = 1; k < shown.trading_state.size(); ++k)
    shown.trading_state[k]->set(static_cast<std::size_t>(now.trading.mode) == k ? 1 : 0);
  for (std::size_t k = 1; k < shown.reasons.size(); ++k)
    shown.reasons[k]->set(has_reason(now.trading, static_cast<halt_reason>(k)) ? 1 : 0);
}

void status_state::register_strategy_gauges() {
  for (auto k = strategies_shown.size(); k < args.strategies.size(); ++k) {
    const auto& each = args.strategies[k];
    const auto add = [&](const char* what, const char* help) {
      return &args.metrics->add_gauge(what, help, {{"strategy", each}});
    };
    strategies_shown.push_back(
        {add("bellwether_strategy_up", "1 while the strategy may trade."),
         add("bellwether_strategy_realized_usd", "Result of its closed trades since the start."),
         add("bellwether_strategy_unrealized_usd", "Result of its open positions."),
         add("bellwether_strategy_exposure_usd", "What its positions are worth."),
         add("bellwether_strategy_trades", "Its closed trades since the start."),
         add("bellwether_strategy_wins", "Those that were won."),
         add("bellwether_strategy_shadow", "1 while its signals become no orders."),
         add("bellwether_strategy_shadow_realized_usd",
             "Result of its closed trades in the simulation."),
         add("bellwether_strategy_shadow_unrealized_usd",
             "Result of its open positions in the simulation."),
         add("bellwether_strategy_shadow_trades", "Its closed trades in the simulation."),
         add("bellwether_strategy_shadow_wins", "Those of them that were won.")});
  }
}

void status_state::show_strategies(const node_status& now) const {
  for (std::size_t k = 0; k < strategies_shown.size() && k < now.strategies.size(); ++k) {
    const auto& to = strategies_shown[k];
    const auto& row = now.strategies[k];
    to.up->set(row.enabled ? 1 : 0);
    to.realized->set_units(row.realized.units());
    to.unrealized->set_units(row.unrealized.units());
    to.exposure->set_units(row.exposure.units());
    to.trades->set(static_cast<std::int64_t>(row.trades));
    to.wins->set(static_cast<std::int64_t>(row.wins));
    to.shadow->set(row.shadow ? 1 : 0);
    to.shadow_realized->set_units(row.shadow_realized.units());
    to.shadow_unrealized->set_units(row.shadow_unrealized.units());
    to.shadow_trades->set(static_cast<std::int64_t>(row.shadow_trades));
    to.shadow_wins->set(static_cast<std::int64_t>(row.shadow_wins));
  }
}

}  // namespace bw
