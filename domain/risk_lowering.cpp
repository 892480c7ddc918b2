#include "domain/risk_lowering.hpp"

namespace bw {
namespace {

/// Whether `to` allows more than `from`. Without an amount there is no limit.
bool is_wider(const std::optional<money>& from, const std::optional<money>& to) {
  return from && (!to || *to > *from);
}
/// The same of a line below which nothing is entered.
bool is_lower_line(const std::optional<money>& from, const std::optional<money>& to) {
  return from && (!to || *to < *from);
}
bool is_wider(const rate_limit& from, const rate_limit& to) {
  return to.tokens > from.tokens || to.burst > from.burst || to.period != from.period;
}

std::string_view raised_of_orders(const risk_options& from, const risk_options& to) {
  if (to.max_qty > from.max_qty) return "risk.max_qty";
  if (to.max_average_volume_bp > from.max_average_volume_bp) return "risk.max_adv_bp";
  if (is_wider(from.order_max_usd, to.order_max_usd)) return "risk.order.max_usd";
  if (to.order_max_equity_bp > from.order_max_equity_bp) return "risk.order.max_equity_bp";
  if (to.order_min_usd < from.order_min_usd) return "risk.order.min_usd";
  if (to.collar_mid_bp > from.collar_mid_bp) return "risk.collar.mid_bp";
  if (to.collar_last_bp > from.collar_last_bp) return "risk.collar.last_bp";
  if (to.price_walk_bp > from.price_walk_bp) return "risk.collar.walk_bp";
  if (to.quote.spread_max_bp > from.quote.spread_max_bp) return "risk.quote.max_spread_bp";
  if (to.volatility_pause_bp > from.volatility_pause_bp) return "risk.volatility.pause_bp";
  if (to.volume_max_bp > from.volume_max_bp) return "risk.volatility.volume_bp";
  if (is_wider(from.rate_short, to.rate_short)) return "risk.rate.second";
  if (is_wider(from.rate_long, to.rate_long)) return "risk.rate.minute";
  if (to.duplicate_window < from.duplicate_window) return "risk.duplicate_ms";
  if (to.min_entry_interval < from.min_entry_interval) return "risk.min_entry_interval_ms";
  if (to.max_entries_per_day > from.max_entries_per_day) return "risk.max_entries_per_day";
  if (to.repeat_max > from.repeat_max) return "risk.repeat_max";
  if (to.open_orders_per_symbol > from.open_orders_per_symbol) return "risk.open.per_symbol";
  if (to.open_orders_total > from.open_orders_total) return "risk.open.total";
  return {};
}

std::string_view raised_of_windows(const risk_options& from, const risk_options& to) {
  if (is_wider(from.second_max_usd, to.second_max_usd)) return "risk.window.second_usd";
  if (is_wider(from.minute_max_usd, to.minute_max_usd)) return "risk.window.minute_usd";
  if (is_wider(from.day_max_usd, to.day_max_usd)) return "risk.window.day_usd";
  if (to.second_max_equity_bp > from.second_max_equity_bp) return "risk.window.second_equity_bp";
  if (to.minute_max_equity_bp > from.minute_max_equity_bp) return "risk.window.minute_equity_bp";
  if (to.day_max_equity_bp > from.day_max_equity_bp) return "risk.window.day_equity_bp";
  return {};
}

std::string_view raised_of_positions(const risk_options& from, const risk_options& to) {
  if (to.position_max_qty > from.position_max_qty) return "risk.position.max_qty";
  if (is_wider(from.position_max_usd, to.position_max_usd)) return "risk.position.max_usd";
  if (to.position_max_equity_bp > from.position_max_equity_bp) return "risk.position.max_equity_bp";
  if (to.max_positions > from.max_positions) return "risk.max_positions";
  if (is_wider(from.gross_max_usd, to.gross_max_usd)) return "risk.gross.max_usd";
  if (to.gross_max_equity_bp > from.gross_max_equity_bp) return "risk.gross.max_equity_bp";
  if (is_wider(from.net_max_usd, to.net_max_usd)) return "risk.net.max_usd";
  if (to.net_max_equity_bp > from.net_max_equity_bp) return "risk.net.max_equity_bp";
  if (to.trade_risk_bp > from.trade_risk_bp) return "risk.trade_risk_bp";
  if (to.portfolio_risk_bp > from.portfolio_risk_bp) return "risk.portfolio_risk_bp";
  if (to.buying_power_bp > from.buying_power_bp) return "risk.buying_power_bp";
  if (to.min_buying_power_usd < from.min_buying_power_usd) return "risk.min_buying_power_usd";
  if (is_lower_line(from.min_equity_usd, to.min_equity_usd)) return "risk.min_equity_usd";
  if (is_lower_line(from.halve_below_usd, to.halve_below_usd)) return "risk.halve_below_usd";
  return {};
}

std::string_view raised_of_losses(const risk_options& from, const risk_options& to) {
  if (to.loss_warn_bp > from.loss_warn_bp) return "risk.loss.warn_bp";
  if (to.loss_reduce_bp > from.loss_reduce_bp) return "risk.loss.reduce_bp";
  if (to.loss_halt_bp > from.loss_halt_bp) return "risk.loss.halt_bp";
  if (is_wider(from.loss_warn_usd, to.loss_warn_usd)) return "risk.loss.warn_usd";
  if (is_wider(from.loss_reduce_usd, to.loss_reduce_usd)) return "risk.loss.reduce_usd";
  if (is_wider(from.loss_halt_usd, to.loss_halt_usd)) return "risk.loss.halt_usd";
  if (to.drawdown_session_bp > from.drawdown_session_bp) return "risk.drawdown.session_bp";
  if (to.drawdown_halve_bp > from.drawdown_halve_bp) return "risk.drawdown.halve_bp";
  if (to.drawdown_emergency_bp > from.drawdown_emergency_bp) return "risk.drawdown.emergency_bp";
  if (to.streak_strategy_losses > from.streak_strategy_losses) return "risk.streak.strategy_losses";
  return {};
}

/// What no one changes in a running node: forms of orders, switches, and what other objects than
/// the rules were made with.
std::string_view changed_switch(const risk_options& from, const risk_options& to) {
  if (to.entry_types != from.entry_types) return "risk.types.entry";
  if (to.exit_types != from.exit_types) return "risk.types.exit";
  if (to.fractional != from.fractional) return "risk.fractional";
  if (to.entries_need_stop != from.entries_need_stop) return "risk.entries_need_stop";
  if (to.short_sales != from.short_sales) return "risk.short";
  if (to.self_cross != from.self_cross) return "risk.self_cross";
  if (to.overrides != from.overrides) return "risk.override";
  if (to.average_volume_needed != from.average_volume_needed) return "risk.max_adv_needed";
  if (to.collar_far_bp != from.collar_far_bp) return "risk.collar.far_bp";
  if (to.asset_age_max != from.asset_age_max) return "risk.asset_max_age_ms";
  if (to.account_age_max != from.account_age_max) return "risk.account_max_age_ms";
  if (to.quote.receive_age_max > from.quote.receive_age_max) return "risk.quote.max_age_ms";
  if (to.quote.event_age_max > from.quote.event_age_max) return "risk.quote.max_event_age_ms";
  if (to.quote.halt_cooldown < from.quote.halt_cooldown) return "risk.halt_cooldown_ms";
  if (to.volatility_off_bp != from.volatility_off_bp) return "risk.volatility.off_bp";
  if (to.hop_p99_max > from.hop_p99_max) return "risk.fresh.hop_p99_ms";
  if (to.clock_off_max > from.clock_off_max) return "risk.fresh.clock_ms";
  if (to.books_age_max > from.books_age_max) return "risk.fresh.books_ms";
  if (to.fresh_quote_age_max > from.fresh_quote_age_max) return "risk.fresh.quote_ms";
  if (to.fresh_account_age_max > from.fresh_account_age_max) return "risk.fresh.account_ms";
  if (to.fresh_hop_max > from.fresh_hop_max) return "risk.fresh.hop_ms";
  if (to.requests_per_minute != from.requests_per_minute) return "risk.requests.per_minute";
  if (to.requests_reserved != from.requests_reserved) return "risk.requests.reserved";
  return {};
}

}  // namespace

std::string_view first_raised(const risk_options& from, const risk_options& to) {
  for (const auto look :
       {changed_switch, raised_of_orders, raised_of_windows, raised_of_positions, raised_of_losses})
    if (const auto key = look(from, to); !key.empty()) return key;
  return {};
}

}  // namespace bw
