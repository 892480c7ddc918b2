#include "domain/risk_checks.hpp"

#include <algorithm>

#include "domain/external_guard.hpp"
#include "domain/worst_price.hpp"

namespace bw {

std::optional<money> equity_for_limits(const risk_inputs& inputs) {
  if (!inputs.account || !inputs.session_start_equity) return std::nullopt;
  return std::min(*inputs.session_start_equity, inputs.account->equity);
}

namespace detail {
namespace {

/// No order of this size is computed with: a plugin's slip must not overflow a sum.
constexpr auto qty_computed_max = quantity::from_int(1'000'000'000);

constexpr std::int64_t missing = missing_value;

/// |a − b| in basis points of b, rounded up, where both are given in the same multiple.
std::int64_t distance_bp(int128 a, int128 b) {
  const auto distance = a > b ? a - b : b - a;
  const auto share = divide_ceil(distance * 10'000, b);
  return share > INT64_MAX ? missing : static_cast<std::int64_t>(share);
}

bool is_one_of(order_type type, const std::vector<order_type>& allowed) {
  return std::find(allowed.begin(), allowed.end(), type) != allowed.end();
}

bool has_limit(order_type type) {
  return type == order_type::limit || type == order_type::stop_limit;
}
bool has_stop(order_type type) {
  return type == order_type::stop || type == order_type::stop_limit;
}

bool is_good_price(price p, bool wanted) {
  return wanted ? p.is_positive() && on_tick(p) : p.is_zero();
}

/// Nothing is there, or it lies on its tick on the right side of the limit.
bool is_beyond(price planned, price limit, bool below) {
  if (planned.is_zero() || !limit.is_positive()) return true;
  return on_tick(planned) && (below ? planned < limit : planned > limit);
}

/// A stop that the market has passed already triggers at once; without a quote nobody knows.
bool triggers_at_once(const risk_subject& s) {
  const auto* q = s.inputs.quotes.latest_quote(s.order.symbol);
  if (!q || !has_stop(s.order.type)) return false;
  return s.order.side == side::sell ? q->bid.is_positive() && s.order.stop >= q->bid
                                    : q->ask.is_positive() && s.order.stop <= q->ask;
}

}  // namespace

money smaller_limit(money base, std::int64_t basis_points, const std::optional<money>& dollars) {
  if (!base.is_positive()) return {};
  const auto share = basis_points_floor(base, basis_points);
  return dollars ? std::min(share, *dollars) : share;
}

risk_check at_most(risk_rule rule, std::int64_t value, std::int64_t limit) {
  return {rule, value <= limit ? check_outcome::passed : check_outcome::denied, value, limit};
}
risk_check at_least(risk_rule rule, std::int64_t value, std::int64_t limit) {
  return {rule, value >= limit ? check_outcome::passed : check_outcome::denied, value, limit};
}
risk_check not_applicable(risk_rule rule) { return {rule, check_outcome::not_applicable, 0, 0}; }

risk_subject make_subject(const order_request& order, const risk_inputs& inputs,
                          const risk_options& options, const instant& now) {
  risk_subject s{order, inputs, options, now};
  s.is_entry = order.purpose == order_purpose::entry;
  s.symbol_known = inputs.exposure.has(order.symbol) && inputs.quotes.has(order.symbol) &&
                   order.symbol.value < inputs.symbols.size();
  s.equity = equity_for_limits(inputs);
  market_prices market;
  if (const auto* q = inputs.quotes.latest_quote(order.symbol)) market = {q->bid, q->ask};
  s.worst = worst_price(order, market);
  if (s.worst.is_positive() && order.qty.is_positive() && order.qty <= qty_computed_max) {
    const auto value = notional_ceil(s.worst, order.qty);
    if (value) s.value = *value;
  }
  return s;
}

risk_check check_state(const risk_subject& s) {
  const bool flattens =
      s.order.purpose == order_purpose::flatten && s.inputs.flatten == flatten_permission::recorded;
  const auto worst_allowed = s.is_entry ? trading_mode::active
                             : flattens ? trading_mode::halted
                                        : trading_mode::reducing;
  return at_most(risk_rule::state, static_cast<std::int64_t>(s.inputs.trading.mode),
                 static_cast<std::int64_t>(worst_allowed));
}

risk_check check_symbol(const risk_subject& s) {
  enum class fault : std::uint8_t {
    none,
    unknown,
    not_listed,
    no_asset,
    not_tradable,
    no_part,
    stopped,
    external,
    frozen
  };
  const auto found = [&] {
    if (!s.symbol_known) return fault::unknown;
    const auto& facts = s.inputs.symbols[s.order.symbol.value];
    if (facts.is_frozen() && s.order.purpose != order_purpose::flatten) return fault::frozen;
    if (!s.is_entry) return fault::none;  // What is held may always be sold.
    if ((facts.stops & symbol_facts::external) != 0) return fault::external;
    if (facts.stops != 0) return fault::stopped;
    if (!facts.allowed || facts.restricted) return fault::not_listed;
    if (!facts.asset_at || s.now.utc - *facts.asset_at > s.options.asset_age_max)
      return fault::no_asset;
    if (!facts.tradable || !facts.active) return fault::not_tradable;
    const bool whole = s.order.qty.units() % decimal_scale == 0;
    return whole || facts.fractionable ? fault::none : fault::no_part;
  };
  return at_most(risk_rule::symbol, static_cast<std::int64_t>(found()), 0);
}

risk_check check_session(const risk_subject& s) {
  const auto& session = s.inputs.session;
  const auto phase = static_cast<std::int64_t>(session.phase);
  const auto wanted = s.is_entry ? session_phase::entries : session_phase::open_guard;
  // The phase is somebody else's timer; the times are facts.
  const bool within = session.open <= s.now.utc && s.now.utc < session.close;
  auto out = at_least(risk_rule::session, phase, static_cast<std::int64_t>(wanted));
  const bool stays = s.order.overnight && s.now.utc < session.overnight_entries_end;
  if (!within || (s.is_entry && session.phase != session_phase::entries && !stays))
    out.outcome = check_outcome::denied;
  return out;
}

risk_check check_halted(const risk_subject& s) {
  // A protective order rests until the halt is over; that is its purpose.
  if (s.order.purpose == order_purpose::protective) return not_applicable(risk_rule::halted);
  const auto& quotes = s.inputs.quotes;
  const bool halted = s.is_entry ? quotes.is_halted_or_cooling(s.order.symbol, s.now.mono,
                                                               s.options.quote.halt_cooldown)
                                 : quotes.is_halted(s.order.symbol);
  return at_most(risk_rule::halted, halted ? 1 : 0, 0);
}

risk_check check_stale(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::stale);
  const auto& limits = s.options.quote;
  if (s.inputs.feed != readiness::ready || !s.inputs.quotes.latest_quote(s.order.symbol))
    return at_most(risk_rule::stale, missing, limits.receive_age_max.count());
  const auto by_event = s.inputs.quotes.event_age(s.order.symbol, s.now.utc);
  if (by_event > limits.event_age_max)
    return at_most(risk_rule::stale, by_event.count(), limits.event_age_max.count());
  return at_most(risk_rule::stale, s.inputs.quotes.receive_age(s.order.symbol, s.now.mono).count(),
                 limits.receive_age_max.count());
}

risk_check check_crossed(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::crossed);
  return at_most(risk_rule::crossed, s.inputs.quotes.is_two_sided(s.order.symbol) ? 0 : 1, 0);
}

risk_check check_wide(const risk_subject& s) {
  if (!s.is_entry) return not_applicable(risk_rule::wide);
  return at_most(risk_rule::wide, s.inputs.quotes.spread_bp(s.order.symbol),
                 s.options.quote.spread_max_bp);
}

risk_check check_malformed(const risk_subject& s) {
  const auto& o = s.order;
  const auto fault = [&] {
    const bool whole = o.qty.units() % decimal_scale == 0;
    if (!o.qty.is_positive() || !(whole || s.options.fractional)) return form_fault::quantity;
    if (!is_one_of(o.type, s.is_entry ? s.options.entry_types : s.options.exit_types))
      return form_fault::type;
    if (!is_good_price(o.limit, has_limit(o.type))) return form_fault::limit_price;
    if (!is_good_price(o.stop, has_stop(o.type))) return form_fault::stop_price;
    const bool day = o.tif == time_in_force::day;
    const bool resting =
        o.tif == time_in_force::gtc && o.purpose == order_purpose::protective && whole;
    if (!day && !resting) return form_fault::time_in_force;
    if (!notional_ceil(std::max(o.limit, o.stop), o.qty)) return form_fault::overflow;
    if (!s.is_entry) return triggers_at_once(s) ? form_fault::stop_side : form_fault::none;
    const bool buys = o.side == side::buy;
    const auto stop = o.planned_stop;
    if (stop.is_negative() || (stop.is_zero() && s.options.entries_need_stop))
      return form_fault::planned_stop;
    if (!is_beyond(stop, o.limit, buys)) return form_fault::planned_stop;
    if (o.planned_target.is_negative() || !is_beyond(o.planned_target, o.limit, !buys))
      return form_fault::planned_target;
    return form_fault::none;
  };
  return at_most(risk_rule::malformed, static_cast<std::int64_t>(fault()), 0);
}

risk_check check_stream(const risk_subject& s) {
  return at_most(risk_rule::stream, s.inputs.order_stream == readiness::ready ? 0 : 1, 0);
}

risk_check check_collar(const risk_subject& s) {
  const auto& o = s.order;
  const auto* q = s.inputs.quotes.latest_quote(o.symbol);
  const auto* last = s.inputs.quotes.latest_trade(o.symbol);
  const bool two_sided = s.inputs.quotes.is_two_sided(o.symbol);
  const int128 twice_mid = two_sided ? static_cast<int128>(q->bid.units()) + q->ask.units() : 0;
  const auto far_bp = s.options.collar_far_bp;
  const auto from_mid = [&](price p) {
    return distance_bp(static_cast<int128>(2) * p.units(), twice_mid);
  };
  if (has_stop(o.type) && !s.is_entry && o.stop.is_positive()) {
    // A trigger needs no quote, but must not lie at the other end of the world.
    if (!two_sided) return not_applicable(risk_rule::collar);
    return at_most(risk_rule::collar, from_mid(o.stop), far_bp);
  }
  if (!has_limit(o.type)) return not_applicable(risk_rule::collar);
  if (!two_sided || !o.limit.is_positive())
    return at_most(risk_rule::collar, missing, s.options.collar_mid_bp);
  const bool above_mid = static_cast<int128>(2) * o.limit.units() > twice_mid;
  const bool aggressive = above_mid == (o.side == side::buy);
  if (!s.is_entry && !aggressive) return at_most(risk_rule::collar, from_mid(o.limit), far_bp);
  if (from_mid(o.limit) > s.options.collar_mid_bp)
    return at_most(risk_rule::collar, from_mid(o.limit), s.options.collar_mid_bp);
  if (!last || !last->last.is_positive())
    return at_most(risk_rule::collar, missing, s.options.collar_last_bp);
  const auto from_last = distance_bp(o.limit.units(), last->last.units());
  if (from_last > s.options.collar_last_bp)
    return at_most(risk_rule::collar, from_last, s.options.collar_last_bp);
  return at_most(risk_rule::collar, from_mid(o.limit), s.options.collar_mid_bp);
}

namespace {

/// What the order whose place this one is to take may still sell: only one of both can execute.
quantity replaced(const risk_subject& s) {
  if (s.order.replaces == order_id{}) return {};
  for (const auto& each : s.inputs.exposure.live_orders())
    if (each.request.order == s.order.replaces && each.request.symbol == s.order.symbol &&
        each.request.side == s.order.side && each.request.purpose == s.order.purpose &&
        !is_guard(each.request))
      return each.counted;
  return {};
}

}  // namespace

risk_check check_open_orders(const risk_subject& s) {
  // A flatten is bounded by the positions there are; nothing may keep it from closing them.
  if (s.order.purpose == order_purpose::flatten) return not_applicable(risk_rule::open_orders);
  const auto& book = s.inputs.exposure;
  const std::int64_t more = replaced(s).is_positive() ? 0 : 1;
  const std::int64_t total = std::int64_t{book.open_orders()} + more;
  if (total > s.options.open_orders_total || !s.symbol_known)
    return at_most(risk_rule::open_orders, s.symbol_known ? total : missing,
                   s.options.open_orders_total);
  return at_most(risk_rule::open_orders, std::int64_t{book.of(s.order.symbol).open_orders} + more,
                 s.options.open_orders_per_symbol);
}

risk_check check_reduce_only(const risk_subject& s) {
  if (s.is_entry) return not_applicable(risk_rule::reduce_only);
  if (!s.symbol_known) return at_most(risk_rule::reduce_only, missing, 0);
  const auto& symbol = s.inputs.exposure.of(s.order.symbol);
  const bool guards = is_guard(s.order);
  const auto held = guards ? symbol.external : symbol.position;
  const bool opposes = s.order.side == side::sell ? held.is_positive() : held.is_negative();
  const auto room = guards ? symbol.guardable() : symbol.closable() + replaced(s);
  auto out = at_most(risk_rule::reduce_only, s.order.qty.units(), opposes ? room.units() : 0);
  if (!opposes) out.outcome = check_outcome::denied;
  return out;
}

}  // namespace detail
}  // namespace bw
