// Rules about who sends, what was sent before, and how the symbol behaves.

#include "domain/risk_checks.hpp"
#include "domain/self_cross.hpp"

namespace bw::detail {

risk_check check_identity(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::identity);
  const bool scripted =
      s.order.strategy == no_strategy && s.inputs.scripts == scripted_entries::allowed;
  const bool known = s.order.strategy.value < s.inputs.strategies;
  return at_most(risk_rule::identity, known || scripted ? 0 : 1, 0);
}

risk_check check_strategy_off(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::strategy_off);
  const auto* conduct = s.inputs.conduct;
  return at_most(risk_rule::strategy_off, conduct && !conduct->is_out(s.order.strategy) ? 0 : 1, 0);
}

risk_check check_repeat(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::repeat);
  if (!s.inputs.conduct) return at_most(risk_rule::repeat, missing_value, 0);
  return at_most(risk_rule::repeat,
                 std::int64_t{s.inputs.conduct->entries(s.order.strategy, s.order.symbol)} + 1,
                 s.options.repeat_max);
}

risk_check check_streak(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::streak);
  if (!s.inputs.streaks) return at_most(risk_rule::streak, missing_value, 0);
  return at_most(risk_rule::streak, s.inputs.streaks->losses_in_row(s.order.strategy),
                 std::int64_t{s.options.streak_strategy_losses} - 1);
}

risk_check check_symbol_lock(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::symbol_lock);
  if (!s.inputs.streaks) return at_most(risk_rule::symbol_lock, missing_value, 0);
  return at_most(risk_rule::symbol_lock,
                 s.inputs.streaks->locked_for(s.order.symbol, s.now.mono).count(), 0);
}

/// Value and limit are sets of regimes: the one that the symbol is in, and those that are asked
/// for.
risk_check check_regime(const risk_subject& s) {
  const auto wanted = s.order.regimes;
  if (!s.is_entry || wanted == 0) return not_applicable(risk_rule::regime);
  const auto now =
      s.symbol_known ? s.inputs.symbols[s.order.symbol.value].regime : market_regime::unknown;
  if (now == market_regime::unknown)
    return {risk_rule::regime, check_outcome::denied, missing_value, wanted};
  return {risk_rule::regime,
          has_regime(wanted, now) ? check_outcome::passed : check_outcome::denied, regime_bit(now),
          wanted};
}

risk_check check_volatility(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::volatility);
  const auto* motion = s.inputs.motion;
  if (!motion) return at_most(risk_rule::volatility, missing_value, 0);
  const auto moved = motion->move_bp(s.order.symbol, s.now.utc);
  // Reaching the limit is enough.
  const bool calm =
      moved < s.options.volatility_pause_bp && !motion->is_off(s.order.symbol, s.now.utc);
  return {risk_rule::volatility, calm ? check_outcome::passed : check_outcome::denied, moved,
          s.options.volatility_pause_bp};
}

risk_check check_volume(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::volume);
  const auto surge =
      s.inputs.volumes ? s.inputs.volumes->surge_bp(s.order.symbol, s.now.utc) : missing_value;
  // A backtest may begin with its first minute; a node has fetched those before it.
  const bool begins = surge == missing_value && s.inputs.volumes && !s.inputs.ages;
  return begins ? not_applicable(risk_rule::volume)
                : at_most(risk_rule::volume, surge, s.options.volume_max_bp);
}

namespace {

/// An age or an uncertainty of what the order rests on; unknown is older than any limit.
risk_check check_age(const risk_subject& s, risk_rule rule,
                     std::optional<nanoseconds> input_ages::*which, nanoseconds limit) {
  if (!s.is_entry || !s.inputs.ages) return not_applicable(rule);
  const auto& age = *s.inputs.ages.*which;
  return at_most(rule, age ? age->count() : missing_value, limit.count());
}

}  // namespace

risk_check check_hop(const risk_subject& s) {
  return check_age(s, risk_rule::hop, &input_ages::hop_p99, s.options.hop_p99_max);
}

risk_check check_clock(const risk_subject& s) {
  return check_age(s, risk_rule::clock, &input_ages::clock_off, s.options.clock_off_max);
}

risk_check check_books(const risk_subject& s) {
  return check_age(s, risk_rule::books, &input_ages::books, s.options.books_age_max);
}

risk_check check_band(const risk_subject& s) {
  // A stop or a market order says no price; the venue itself keeps it within the band.
  if (!s.symbol_known || !s.order.limit.is_positive()) return not_applicable(risk_rule::band);
  const auto& band = s.inputs.symbols[s.order.symbol.value].band;
  if (!band || s.order.purpose == order_purpose::protective) return not_applicable(risk_rule::band);
  const bool buys = s.order.side == side::buy;
  return buys ? at_most(risk_rule::band, s.order.limit.units(), band->high.units())
              : at_least(risk_rule::band, s.order.limit.units(), band->low.units());
}

risk_check check_short_sale(const risk_subject& s) {
  if (!s.is_entry || s.order.side == side::buy) return not_applicable(risk_rule::short_sale);
  const auto fault = [&] {
    if (!s.options.short_sales) return short_fault::not_enabled;
    if (!s.symbol_known || !s.inputs.symbols[s.order.symbol.value].asset_at)
      return short_fault::no_asset;
    const auto& facts = s.inputs.symbols[s.order.symbol.value];
    if (!facts.shortable) return short_fault::not_shortable;
    if (!facts.easy_to_borrow) return short_fault::hard_to_borrow;
    const bool whole = s.order.qty.units() % decimal_scale == 0;
    return whole ? short_fault::none : short_fault::part_of_a_share;
  };
  return at_most(risk_rule::short_sale, static_cast<std::int64_t>(fault()), 0);
}

risk_check check_self_cross(const risk_subject& s) {
  // A flatten cancels first, and what it may still meet is the broker's to refuse.
  if (s.order.purpose == order_purpose::flatten) return not_applicable(risk_rule::self_cross);
  std::int64_t met = 0;
  for (const auto& open : s.inputs.exposure.live_orders())
    if (crosses(s.order, open.request, s.options.self_cross)) ++met;
  return at_most(risk_rule::self_cross, met, 0);
}

}  // namespace bw::detail
