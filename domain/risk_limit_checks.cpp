// Rules that bound amounts: one order, positions, exposure, what the account can pay and may lose.

#include <algorithm>

#include "domain/risk_checks.hpp"
#include "domain/saturating_money.hpp"
#include "domain/time_to_flat.hpp"
#include "domain/value_windows.hpp"

namespace bw::detail {

symbol_exposure exposure_after(const risk_subject& s) {
  auto out = s.inputs.exposure.of(s.order.symbol);
  const auto* q = s.inputs.quotes.latest_quote(s.order.symbol);
  if (q) out.mark = std::max(out.mark, q->ask);
  const auto value = notional_exact(s.worst, s.order.qty);
  if (s.order.side == side::buy) {
    out.entry_buys += s.order.qty;
    out.entry_buy_value += value;
  } else {
    out.entry_sells += s.order.qty;
    out.entry_sell_value += value;
  }
  return out;
}

bool can_be_counted(const risk_subject& s) {
  // A value is known of a positive quantity only.
  return s.symbol_known && s.equity && s.value != money::max() && !s.inputs.exposure.is_overfull();
}

risk_check check_size(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::size);
  auto limit = s.options.max_qty;
  const auto volume =
      s.symbol_known ? s.inputs.symbols[s.order.symbol.value].average_volume : quantity{};
  if (!volume.is_positive() && s.options.average_volume_needed)
    return at_most(risk_rule::size, missing_value, 0);
  if (volume.is_positive()) {
    const auto share =
        divide_floor(static_cast<int128>(volume.units()) * s.options.max_average_volume_bp, 10'000);
    if (share < limit.units()) limit = quantity::from_units(static_cast<std::int64_t>(share));
  }
  return at_most(risk_rule::size, s.order.qty.units(), limit.units());
}

risk_check check_value(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::value);
  const auto limit =
      s.equity ? smaller_limit(*s.equity, s.options.order_max_equity_bp, s.options.order_max_usd)
               : money{};
  return at_most(risk_rule::value, s.value.units(), limit.units());
}

risk_check check_min_value(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::min_value);
  // A value that is unknown must not pass for a large one.
  const auto value = s.value == money::max() ? money{} : s.value;
  return at_least(risk_rule::min_value, value.units(), s.options.order_min_usd.units());
}

risk_check check_position(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::position);
  if (!can_be_counted(s)) return at_most(risk_rule::position, missing_value, 0);
  const auto after = exposure_after(s);
  const auto shares = std::max(after.longest(), after.shortest());
  if (shares > s.options.position_max_qty)
    return at_most(risk_rule::position, shares.units(), s.options.position_max_qty.units());
  const auto limit =
      smaller_limit(*s.equity, s.options.position_max_equity_bp, s.options.position_max_usd);
  return at_most(risk_rule::position, money_ceil(after.worst_value()).units(), limit.units());
}

risk_check check_strategy_budget(const risk_subject& s) {
  const auto budget = s.order.strategy_budget;
  if (!s.is_entry || !budget.is_positive()) return not_applicable(risk_rule::strategy_budget);
  if (!can_be_counted(s)) return at_most(risk_rule::strategy_budget, missing_value, 0);
  return at_most(risk_rule::strategy_budget, saturating_sum(s.inputs.strategy_use, s.value).units(),
                 budget.units());
}

risk_check check_positions(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::positions);
  const auto& book = s.inputs.exposure;
  const bool counted = s.symbol_known && book.of(s.order.symbol).is_held_or_pending();
  const std::int64_t after = std::int64_t{book.held_or_pending()} + (counted ? 0 : 1);
  return at_most(risk_rule::positions, after, s.options.max_positions);
}

risk_check check_exposure(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::exposure);
  if (!can_be_counted(s)) return at_most(risk_rule::exposure, missing_value, 0);
  const auto before = s.inputs.exposure.of(s.order.symbol).worst_value();
  const auto gross = s.inputs.exposure.gross_exact() - before + exposure_after(s).worst_value();
  const auto limit =
      smaller_limit(*s.equity, s.options.gross_max_equity_bp, s.options.gross_max_usd);
  return at_most(risk_rule::exposure, money_ceil(gross).units(), limit.units());
}

risk_check check_buying_power(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::buying_power);
  const auto* account = s.inputs.account;
  if (!account) return at_most(risk_rule::buying_power, missing_value, 0);
  const auto limit = account->trading_blocked
                         ? money{}
                         : basis_points_floor(account->buying_power, s.options.buying_power_bp);
  const auto needed =
      static_cast<int128>(s.inputs.exposure.reserved_cash().units()) + s.value.units();
  const auto shown = needed > INT64_MAX ? missing_value : static_cast<std::int64_t>(needed);
  return at_most(risk_rule::buying_power, shown, limit.units());
}

risk_check check_account_age(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::account_age);
  const auto* account = s.inputs.account;
  return at_most(risk_rule::account_age,
                 account ? (s.now.mono - account->received).count() : missing_value,
                 s.options.account_age_max.count());
}

risk_check check_min_buying_power(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::min_buying_power);
  const auto* account = s.inputs.account;
  return at_least(risk_rule::min_buying_power, account ? account->buying_power.units() : INT64_MIN,
                  s.options.min_buying_power_usd.units());
}

risk_check check_min_equity(const risk_subject& s) {
  if (!s.is_entry || !s.options.min_equity_usd) return not_applicable(risk_rule::min_equity);
  const auto* account = s.inputs.account;
  return at_least(risk_rule::min_equity, account ? account->equity.units() : INT64_MIN,
                  s.options.min_equity_usd->units());
}

risk_check check_net(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::net);
  if (!can_be_counted(s)) return at_most(risk_rule::net, missing_value, 0);
  const auto& book = s.inputs.exposure;
  const auto& before = book.of(s.order.symbol);
  const auto after = exposure_after(s);
  const auto sums = book.net_exact();
  const auto net =
      std::max({int128{0}, sums.longest - before.net_long_value() + after.net_long_value(),
                sums.shortest - before.net_short_value() + after.net_short_value()});
  const auto limit = smaller_limit(*s.equity, s.options.net_max_equity_bp, s.options.net_max_usd);
  return at_most(risk_rule::net, money_ceil(net).units(), limit.units());
}

risk_check check_loss(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::loss);
  if (!s.inputs.day || !s.inputs.day->start_equity.is_positive())
    return at_most(risk_rule::loss, missing_value, 0);
  const auto limit = smaller_limit(s.inputs.day->start_equity, s.options.loss_reduce_bp,
                                   s.options.loss_reduce_usd);
  const auto pnl = s.inputs.day->pnl;
  const auto loss = pnl.is_negative() ? -pnl : money{};
  // Reaching the threshold is enough.
  return {risk_rule::loss, loss < limit ? check_outcome::passed : check_outcome::denied,
          loss.units(), limit.units()};
}

namespace {

/// 1e-18 of planned loss if the order is filled at its worst.
int128 planned_by(const risk_subject& s) {
  return planned_loss(s.worst, s.order.planned_stop, s.order.side, s.order.qty);
}

}  // namespace

risk_check check_trade_risk(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::trade_risk);
  if (!can_be_counted(s)) return at_most(risk_rule::trade_risk, missing_value, 0);
  const auto limit = smaller_limit(*s.equity, s.options.trade_risk_bp, std::nullopt);
  return at_most(risk_rule::trade_risk, money_ceil(planned_by(s)).units(), limit.units());
}

risk_check check_portfolio_risk(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::portfolio_risk);
  if (!can_be_counted(s) || !s.inputs.planned)
    return at_most(risk_rule::portfolio_risk, missing_value, 0);
  const auto limit = smaller_limit(*s.equity, s.options.portfolio_risk_bp, std::nullopt);
  const auto all =
      s.inputs.planned->total() + planned_by_live_entries(s.inputs.exposure) + planned_by(s);
  return at_most(risk_rule::portfolio_risk, money_ceil(all).units(), limit.units());
}

risk_check check_drawdown(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::drawdown);
  if (!s.inputs.equity) return at_most(risk_rule::drawdown, missing_value, 0);
  const auto& marks = *s.inputs.equity;
  const bool emergency = has_fallen(marks.now, marks.high_water, s.options.drawdown_emergency_bp);
  const auto peak = emergency ? marks.high_water : marks.session_peak;
  const auto bound = emergency ? s.options.drawdown_emergency_bp : s.options.drawdown_session_bp;
  // Reaching the limit is enough.
  return {risk_rule::drawdown,
          has_fallen(marks.now, peak, bound) ? check_outcome::denied : check_outcome::passed,
          (peak - std::min(peak, marks.now)).units(), basis_points_floor(peak, bound).units()};
}

risk_check check_window(const risk_subject& s, const window_limit& window) {
  if (!s.is_entry) return not_applicable(window.rule);
  const auto limit = s.equity ? smaller_limit(*s.equity, window.equity_bp, window.usd) : money{};
  return at_most(window.rule, saturating_sum(window.sent, s.value).units(), limit.units());
}

risk_check check_reserve(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::reserve);
  if (!s.inputs.requests_left || !s.symbol_known)
    return at_most(risk_rule::reserve, missing_value, 0);
  // This order takes a request itself, and then one to cancel it and one to close what it bought.
  const auto& book = s.inputs.exposure;
  const auto held = book.held_symbols() + (book.of(s.order.symbol).position.is_zero() ? 1u : 0u);
  const auto needed = requests_to_flat({book.open_orders() + 1, held});
  return at_most(risk_rule::reserve, needed,
                 std::min(s.options.requests_reserved, *s.inputs.requests_left - 1));
}

}  // namespace bw::detail
