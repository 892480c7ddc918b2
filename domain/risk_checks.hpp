#pragma once

#include <cstdint>
#include <optional>

#include "domain/risk_inputs.hpp"
#include "domain/risk_options.hpp"

namespace bw::detail {

/// One order, what it is checked against, and what several rules derive from both.
struct risk_subject {
  const order_request& order;
  const risk_inputs& inputs;
  const risk_options& options;
  instant now;
  bool is_entry = false;
  /// The symbol has a place in every table.
  bool symbol_known = false;
  std::optional<money> equity;
  price worst;
  /// Quantity × worst price, rounded up; money::max() when it cannot be computed.
  money value = money::max();
};

risk_subject make_subject(const order_request& order, const risk_inputs& inputs,
                          const risk_options& options, const instant& now);

/// A check that passes up to and including its limit.
risk_check at_most(risk_rule rule, std::int64_t value, std::int64_t limit);
/// A check that passes from its limit on.
risk_check at_least(risk_rule rule, std::int64_t value, std::int64_t limit);
risk_check not_applicable(risk_rule rule);

/// What is wrong with the form of an order: the value of rule `malformed`.
enum class form_fault : std::uint8_t {
  none = 0,
  quantity,     // Not positive, or a part of a share.
  limit_price,  // Missing, off its tick, or given to a type that has none.
  stop_price,
  type,  // Not allowed for this purpose.
  time_in_force,
  planned_stop = 7,  // An entry without one, on the wrong side of its limit, or off its tick.
  overflow,
  planned_target,  // On the wrong side of the limit, or off its tick.
  stop_side,       // A stop that would trigger at once.
};

/// What is wrong with a short sale: the value of rule `short_sale`.
enum class short_fault : std::uint8_t {
  none = 0,
  not_enabled,
  no_asset,
  not_shortable,
  hard_to_borrow,
  part_of_a_share
};

/// Value of a check whose input is missing: beyond every limit.
inline constexpr std::int64_t missing_value = INT64_MAX;

/// Exposure of the symbol with the order at hand added to it, at no less than the ask.
symbol_exposure exposure_after(const risk_subject& s);
/// Whether symbol, equity, quantity and value of the order are known, so that sums can be made.
bool can_be_counted(const risk_subject& s);

// The rules without a memory, one function each.
risk_check check_state(const risk_subject& s);
risk_check check_symbol(const risk_subject& s);
risk_check check_session(const risk_subject& s);
risk_check check_halted(const risk_subject& s);
risk_check check_stale(const risk_subject& s);
risk_check check_crossed(const risk_subject& s);
risk_check check_wide(const risk_subject& s);
risk_check check_malformed(const risk_subject& s);
risk_check check_stream(const risk_subject& s);
risk_check check_collar(const risk_subject& s);
risk_check check_size(const risk_subject& s);
risk_check check_value(const risk_subject& s);
risk_check check_min_value(const risk_subject& s);
risk_check check_position(const risk_subject& s);
risk_check check_strategy_budget(const risk_subject& s);
risk_check check_positions(const risk_subject& s);
risk_check check_exposure(const risk_subject& s);
risk_check check_buying_power(const risk_subject& s);
risk_check check_open_orders(const risk_subject& s);
risk_check check_loss(const risk_subject& s);
risk_check check_reduce_only(const risk_subject& s);
risk_check check_band(const risk_subject& s);
risk_check check_net(const risk_subject& s);
risk_check check_short_sale(const risk_subject& s);
risk_check check_repeat(const risk_subject& s);
risk_check check_strategy_off(const risk_subject& s);
risk_check check_streak(const risk_subject& s);
risk_check check_symbol_lock(const risk_subject& s);
risk_check check_drawdown(const risk_subject& s);
risk_check check_trade_risk(const risk_subject& s);
risk_check check_portfolio_risk(const risk_subject& s);
risk_check check_min_buying_power(const risk_subject& s);
risk_check check_min_equity(const risk_subject& s);
risk_check check_self_cross(const risk_subject& s);
risk_check check_volatility(const risk_subject& s);
risk_check check_reserve(const risk_subject& s);
risk_check check_identity(const risk_subject& s);
risk_check check_volume(const risk_subject& s);
risk_check check_hop(const risk_subject& s);
risk_check check_clock(const risk_subject& s);
risk_check check_books(const risk_subject& s);
risk_check check_account_age(const risk_subject& s);
risk_check check_regime(const risk_subject& s);

/// What is sent within a window against a share of equity or an amount of dollars.
struct window_limit {
  risk_rule rule = risk_rule::window_second;
  money sent;
  std::int64_t equity_bp = 0;
  std::optional<money> usd;
};
risk_check check_window(const risk_subject& s, const window_limit& window);

/// The smaller of a share of `base` and, where one is set, a dollar amount.
money smaller_limit(money base, std::int64_t basis_points, const std::optional<money>& dollars);

}  // namespace bw::detail
