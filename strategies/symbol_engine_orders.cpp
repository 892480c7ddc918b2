// From a signal to an order: what becomes of it, how large it is, what it looks like.

#include <algorithm>

#include "domain/saturating_money.hpp"
#include "strategies/decision_evidence.hpp"
#include "strategies/symbol_engine.hpp"

namespace bw {

namespace {

money add_saturating(money a, money b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a.units(), b.units(), &sum)) return money::max();
  return money::from_units(sum);
}

money remaining(money whole, money taken) {
  std::int64_t left = 0;
  if (__builtin_sub_overflow(whole.units(), taken.units(), &left)) return money{};
  return std::max(money::from_units(left), money{});
}

money use_of(const account_view& account, strategy_id strategy) {
  for (const auto& each : account.uses)
    if (each.strategy == strategy) return each.value;
  return {};
}

position_sizer_options sizing_for(const strategy& logic, position_sizer_options configured) {
  const auto wanted = logic.rules().trade_risk_bp;
  if (wanted > 0) configured.trade_risk_bp = std::min(configured.trade_risk_bp, wanted);
  return configured;
}

}  // namespace

void symbol_engine::decide(signal_candidate& x, const cause& why, engine_outputs& out) {
  auto& seat = *find(x.what.strategy);
  entry_decision entry;
  if (x.fate == signal_fate::shadow && seat.simulated) follow_in_shadow(x.what, seat, why);
  if (x.fate == signal_fate::ordered) {
    if (x.what.purpose == order_purpose::entry) {
      if (!seat.own.can_enter() || !is_symbol_free_for(seat))
        x.fate = signal_fate::not_free;
      else
        entry = make_entry(x.what, seat.qty_max, why, x.fate);
    } else if (seat.own.can_exit()) {
      seat.own.want_exit(x.what.reason, order_purpose::exit, why.now.mono);
    } else {
      x.fate = signal_fate::not_free;
    }
  }
  ++counts_.signals;
  ++counts_.fates[static_cast<std::size_t>(x.fate)];
  ++(x.fate == signal_fate::ordered ? seat.taken : seat.refused);
  out.emplace_back(signal_record{options_.symbol_text, seat.instance.name, x.what, x.fate, x.note});
  if (entry.record) out.emplace_back(*entry.record);
  if (!entry.order) return;
  const auto& order = *entry.order;
  ++counts_.entries;
  seat.own.sent(order, why.now.mono);
  committed_ = add_saturating(committed_, money_ceil(notional_exact(order.limit, order.qty)));
  out.emplace_back(order);
}

order_request symbol_engine::make_request(const cause& why) const {
  order_request out;
  out.header = why.header;
  out.symbol = options_.symbol;
  out.tif = time_in_force::day;
  if (quote_) {
    out.seen_bid = quote_->bid;
    out.seen_ask = quote_->ask;
    out.seen_at = quote_->ts_event;
  }
  return out;
}

symbol_engine::entry_decision symbol_engine::make_entry(const signal& what, quantity qty_max,
                                                        const cause& why, signal_fate& fate) {
  if (!quote_ || !quote_->ask.is_positive() || quote_->ask > holding::price_limit) {
    fate = signal_fate::no_quote;
    return {};
  }
  auto out = make_request(why);
  out.strategy = what.strategy;
  out.side = side::buy;
  out.type = order_type::limit;
  out.purpose = order_purpose::entry;
  out.reason = what.reason;
  out.reference = quote_->ask;
  out.limit = round_to_tick_up(shift_basis_points(quote_->ask, options_.entry_limit_bp));
  // A strategy's stop can be nearer than the configured one, never farther.
  out.planned_stop = stop_below(out.limit, options_.holding.stop_loss_bp);
  if (what.stop < out.limit)
    out.planned_stop = std::max(out.planned_stop, round_to_tick_down(what.stop));
  out.planned_target = what.target > out.limit
                           ? round_to_tick_up(what.target)
                           : target_above(out.limit, options_.holding.take_profit_bp);
  out.confidence_ppm = what.confidence_ppm;
  const auto& seat = *find(what.strategy);
  out.overnight = seat.instance.overnight;
  out.evaluated_at = why.evaluated_at;
  out.rank_ppm = static_cast<std::uint32_t>(std::uint64_t{what.confidence_ppm} *
                                            seat.instance.weight_ppm / whole_ppm);
  out.strategy_budget = seat.instance.budget;
  out.regimes = seat.instance.regimes;
  const auto input = sizing_of(out, qty_max);
  const auto limits = sizing_for(*seat.instance.logic, options_.sizing);
  const auto size = size_position(limits, input);
  out.qty = size.qty;
  auto record = decision(seat, what.purpose, what.reason, why);
  if (record) {
    describe_size(limits, input, size, *record);
    record->stop = out.planned_stop;
    record->target = out.planned_target;
  }
  if (!out.qty.is_zero()) return {out, std::move(record)};
  fate = signal_fate::too_small;
  return {std::nullopt, std::move(record)};
}

std::int64_t symbol_engine::size_factor() const {
  const auto usual = options_.size_factor_ppm * account_.size_factor_ppm / whole_ppm;
  return trend_.regime == market_regime::unsettled
             ? usual * options_.volatile_factor_ppm / whole_ppm
             : usual;
}

sizing_input symbol_engine::sizing_of(const order_request& entry, quantity qty_max) const {
  // All strategies of the symbol share its part of the equity.
  int128 held = 0;
  const auto& seat = *find(entry.strategy);
  const auto value_of = [&](const holding& x) {
    return notional_exact(entry.limit, x.position().qty) + x.pending_cost();
  };
  // What is simulated meets nobody.
  if (seat.simulated)
    held = value_of(acting(seat));
  else
    for (const auto& each : seats_) held += value_of(each.own);
  sizing_input out{.worst_price = entry.limit,
                   .stop = entry.planned_stop,
                   .held_value = money_ceil(held),
                   .factor_ppm = size_factor(),
                   .average_daily_volume = daily_volume_.average().value_or(quantity{}),
                   .wish = qty_max};
  // An account that is not known has nothing to spend.
  if (!account_.valid) return out;
  out.equity = account_.equity_for_limits;
  const auto committed = seat.simulated ? money{} : committed_;
  out.cash = remaining(account_.cash_available, committed);
  // A budget of its own leaves what it has not used.
  const auto leave = [&](money budget, money used) {
    if (!budget.is_positive()) return;
    const auto left = remaining(budget, used);
    out.budget_left = out.budget_left ? std::min(*out.budget_left, left) : left;
  };
  const auto here = money_ceil(value_of(acting(seat)));
  const auto used = seat.simulated ? money{} : use_of(account_, entry.strategy);
  leave(seat.instance.symbol_budget, here);
  leave(seat.instance.budget, std::max(here, used));
  out.gross_room = remaining(account_.gross_room, committed);
  return out;
}

order_request symbol_engine::make_exit(const strategy_seat& from, const due_exit& what,
                                       const cause& why) const {
  auto out = make_request(why);
  out.strategy = from.instance.id;
  out.side = side::sell;
  out.type = order_type::market;
  out.purpose = what.purpose;
  out.reason = what.reason;
  out.qty = what.qty;
  out.reference = quote_ && quote_->bid.is_positive() ? quote_->bid : last_bar_.close;
  return out;
}

order_request symbol_engine::make_stop(const strategy_seat& from, const due_stop& what,
                                       const cause& why) const {
  auto out = make_request(why);
  out.strategy = from.instance.id;
  out.side = side::sell;
  out.type = order_type::stop;
  out.purpose = order_purpose::protective;
  // A decision of its own each time, although the tick that was seen last may be the same.
  out.header.received = why.now.mono;
  // It outlives the day: should the node be gone by then, the next open still finds it.
  out.tif = time_in_force::gtc;
  out.reason = what.reason;
  out.qty = what.qty;
  out.stop = what.at;
  out.reference = what.at;
  out.replaces = what.replaces;
  return out;
}

bool symbol_engine::is_symbol_free_for(const strategy_seat& seat) const {
  if (options_.holding.protection.kind != protective_stop::resting) return true;
  // The broker refuses to buy beside a stop that sells, whoever placed it.
  return std::all_of(seats_.begin(), seats_.end(),
                     [&](const strategy_seat& x) { return &x == &seat || x.own.can_enter(); });
}

}  // namespace bw
