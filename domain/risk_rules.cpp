#include "domain/risk_rules.hpp"

#include <algorithm>

#include "core/assert.hpp"
#include "domain/risk_checks.hpp"
#include "domain/risk_override.hpp"

namespace bw {

using namespace detail;

std::string_view to_string(loss_level x) noexcept {
  switch (x) {
    case loss_level::none: return "none";
    case loss_level::warn: return "warn";
    case loss_level::reduce: return "reduce";
    case loss_level::halt: return "halt";
  }
  return "invalid";
}

loss_level level_of_loss(const day_result& day, const risk_options& options) {
  if (!day.pnl.is_negative()) return loss_level::none;
  const auto loss = -day.pnl;
  const auto reached = [&](std::int64_t basis_points, const std::optional<money>& dollars) {
    return loss >= smaller_limit(day.start_equity, basis_points, dollars);
  };
  if (reached(options.loss_halt_bp, options.loss_halt_usd)) return loss_level::halt;
  if (reached(options.loss_reduce_bp, options.loss_reduce_usd)) return loss_level::reduce;
  if (reached(options.loss_warn_bp, options.loss_warn_usd)) return loss_level::warn;
  return loss_level::none;
}

std::int64_t size_factor_ppm(const equity_marks& marks, const risk_options& options) {
  constexpr std::int64_t whole = 1'000'000;
  std::int64_t out = whole;
  if (has_fallen(marks.now, marks.high_water, options.drawdown_halve_bp)) out /= 2;
  if (options.halve_below_usd && marks.now < *options.halve_below_usd) out /= 2;
  return out;
}

risk_rules::risk_rules(risk_options options)
    : options_(std::move(options)),
      rate_short_(options_.rate_short),
      rate_long_(options_.rate_long),
      duplicates_({.window = options_.duplicate_window}) {}

namespace {

/// The fuller one of two buckets, with the order at hand counted in.
risk_check check_rate(const risk_subject& s, const rate_limiter& brief,
                      const rate_limiter& lasting) {
  if (s.order.purpose == order_purpose::flatten) return not_applicable(risk_rule::rate);
  const bool brief_decides = brief.available(s.now.mono) <= lasting.available(s.now.mono);
  const auto& bucket = brief_decides ? brief : lasting;
  return at_most(risk_rule::rate, bucket.used(s.now.mono) + 1, bucket.limit().burst);
}

risk_check check_duplicate(const risk_subject& s, const duplicate_guard& guard) {
  return at_least(risk_rule::duplicate, guard.age_of_twin(s.order, s.now.mono).count(),
                  guard.options().window.count());
}

risk_check check_interval(const risk_subject& s, nanoseconds since_entry) {
  if (!s.is_entry) return not_applicable(risk_rule::interval);
  return at_least(risk_rule::interval, since_entry.count(), s.options.min_entry_interval.count());
}

risk_check check_entries(const risk_subject& s, std::uint32_t so_far) {
  if (!s.is_entry) return not_applicable(risk_rule::entries);
  return at_most(risk_rule::entries, std::int64_t{so_far} + 1, s.options.max_entries_per_day);
}

risk_check check_price_walk(const risk_subject& s, const price_walk& walk) {
  const auto purpose = s.order.purpose;
  const bool chooses_its_price = purpose == order_purpose::entry || purpose == order_purpose::exit;
  if (!chooses_its_price || !s.order.limit.is_positive())
    return not_applicable(risk_rule::price_walk);
  return at_most(risk_rule::price_walk, walk.moved_bp(s.order, s.now.mono),
                 s.options.price_walk_bp);
}

}  // namespace

risk_verdict risk_rules::check(const order_request& request, const risk_inputs& inputs,
                               utc_ns now_utc, mono_ns now) const {
  const auto s = make_subject(request, inputs, options_, {now_utc, now});
  const auto& o = options_;
  // The first that denies names the reason: what needs no figures first, exposure last.
  const risk_check checks[] = {check_state(s),
                               check_identity(s),
                               check_strategy_off(s),
                               check_symbol(s),
                               check_session(s),
                               check_halted(s),
                               check_stale(s),
                               check_crossed(s),
                               check_wide(s),
                               check_malformed(s),
                               check_short_sale(s),
                               check_stream(s),
                               check_hop(s),
                               check_clock(s),
                               check_books(s),
                               check_band(s),
                               check_collar(s),
                               check_price_walk(s, walk_),
                               check_volatility(s),
                               check_volume(s),
                               check_size(s),
                               check_value(s),
                               check_min_value(s),
                               check_rate(s, rate_short_, rate_long_),
                               check_duplicate(s, duplicates_),
                               check_interval(s, since_entry(request.symbol, now)),
                               check_entries(s, entries_today_),
                               check_repeat(s),
                               check_streak(s),
                               check_symbol_lock(s),
                               check_regime(s),
                               check_open_orders(s),
                               check_self_cross(s),
                               check_reserve(s),
                               check_loss(s),
                               check_drawdown(s),
                               check_min_equity(s),
                               check_account_age(s),
                               check_min_buying_power(s),
                               check_buying_power(s),
                               check_window(s, {risk_rule::window_second, windows_.in_second(now),
                                                o.second_max_equity_bp, o.second_max_usd}),
                               check_window(s, {risk_rule::window_minute, windows_.in_minute(now),
                                                o.minute_max_equity_bp, o.minute_max_usd}),
                               check_window(s, {risk_rule::window_day, windows_.in_day(),
                                                o.day_max_equity_bp, o.day_max_usd}),
                               check_trade_risk(s),
                               check_portfolio_risk(s),
                               check_strategy_budget(s),
                               check_position(s),
                               check_positions(s),
                               check_exposure(s),
                               check_net(s),
                               check_reduce_only(s)};
  static_assert(std::size(checks) == risk_rule_count);

  risk_verdict verdict;
  verdict.approved = true;
  const bool granted = inputs.override_by_person == override_grant::granted && o.overrides;
  for (auto each : checks) {
    const bool denied = each.outcome == check_outcome::denied;
    if (denied && granted && may_be_overridden(each.rule)) each.outcome = check_outcome::overridden;
    verdict.checks.push(each);
    if (each.outcome != check_outcome::denied || !verdict.approved) continue;
    verdict.approved = false;
    verdict.reason = each.rule;
  }
  return verdict;
}

void risk_rules::on_sent(const order_request& request, mono_ns now, money value) {
  // An order that the rate rule did not look at may find the buckets empty.
  (void)rate_short_.try_take(now);
  (void)rate_long_.try_take(now);
  duplicates_.remember(request, now);
  windows_.on_sent(value, now);
  walk_.on_sent(request, now);
  if (request.purpose != order_purpose::entry) return;
  restore_entry(request.symbol, now);
  ++entries_today_;
}

void risk_rules::restore_entry(symbol_id symbol, mono_ns at) {
  if (symbol.value >= last_entry_.size()) last_entry_.resize(symbol.value + 1);
  last_entry_[symbol.value] = at;
}

nanoseconds risk_rules::since_entry(symbol_id symbol, mono_ns now) const {
  if (symbol.value >= last_entry_.size() || !last_entry_[symbol.value]) return nanoseconds::max();
  return now - *last_entry_[symbol.value];
}

account_view risk_rules::view(const risk_inputs& inputs, mono_ns now) const {
  account_view out;
  out.halted = inputs.trading.mode == trading_mode::halted;
  const auto equity = equity_for_limits(inputs);
  if (!equity) return out;
  out.equity_for_limits = *equity;
  const auto reserved = inputs.exposure.reserved_cash();
  if (reserved < inputs.account->cash) out.cash_available = inputs.account->cash - reserved;
  const auto limit = smaller_limit(*equity, options_.gross_max_equity_bp, options_.gross_max_usd);
  const auto gross = inputs.exposure.gross();
  if (gross < limit) out.gross_room = limit - gross;
  out.valid = now - inputs.account->received <= options_.account_age_max;
  if (inputs.equity) out.size_factor_ppm = size_factor_ppm(*inputs.equity, options_);
  return out;
}

void risk_rules::replace_options(risk_options options) {
  const auto same = [](const rate_limit& a, const rate_limit& b) {
    return a.tokens == b.tokens && a.period == b.period && a.burst == b.burst;
  };
  if (!same(options.rate_short, options_.rate_short))
    rate_short_ = rate_limiter{options.rate_short};
  if (!same(options.rate_long, options_.rate_long)) rate_long_ = rate_limiter{options.rate_long};
  if (options.duplicate_window != options_.duplicate_window)
    duplicates_ = duplicate_guard{{.window = options.duplicate_window}};
  options_ = std::move(options);
}

}  // namespace bw
