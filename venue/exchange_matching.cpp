#include "venue/exchange_state.hpp"
#include "venue/fees.hpp"
#include "venue/trailing_price.hpp"

namespace bw::venue {
namespace {

bool immediate(const venue_order& order) {
  return order.tif == time_in_force::ioc || order.tif == time_in_force::fok;
}

bool in_auction(const venue_order& order) {
  return order.tif == time_in_force::opg || order.tif == time_in_force::cls;
}

bool is_usable(const quote& market) {
  return market.bid.is_positive() && market.ask.is_positive() && market.bid <= market.ask;
}

/// A price that may move a trailing stop: where the position could be closed, or what was traded.
price price_seen(const venue_order& order, const quote& market) {
  if (!is_usable(market)) return {};
  return order.side == side::sell ? market.bid : market.ask;
}
price price_seen(const venue_order&, const trade& print) {
  return print.eligible == price_eligible::no ? price{} : print.last;
}

/// Shares that the dollars of the order buy or sell at a price, at most `held` of a sale.
quantity shares_for(const live_order& live, price at_price) {
  const auto exact = static_cast<int128>(live.order.notional.units()) * decimal_scale;
  const auto units = divide_floor(exact, at_price.units());
  auto out =
      fits_decimal(units) ? quantity::from_units(static_cast<std::int64_t>(units)) : order_qty_max;
  if (live.holds_shares) out = std::min(out, live.reserved.shares);
  return out;
}

}  // namespace

/// One event against the orders of its symbol, oldest first.
template <class Event>
void exchange::state::match_all(symbol_id symbol, const Event& event, utc_ns at, events& out) {
  if (orders.open(symbol).empty() || board[symbol].halted) return;
  if (phases.at(at) == market_phase::closed) return;
  const bool counts_trades = std::is_same_v<Event, trade> && offered.counts_trades();
  if (!counts_trades && !orders.interest(symbol).wants(event)) return;
  forget_due();
  // A fill takes orders out of the list and adds none; their places in memory stay.
  concerned.assign(orders.open(symbol).begin(), orders.open(symbol).end());
  for (auto* live : concerned) {
    if constexpr (std::is_same_v<Event, trade>)
      if (live->order.tif == time_in_force::opg && live->working) {
        opening_auction(*live, event, at, out);
        continue;
      }
    if (!matchable(*live)) continue;
    follow_and_trigger(*live, event, at, out);
    if constexpr (std::is_same_v<Event, trade>)
      if (fill_in_turn(*live, event, at, out)) continue;
    try_fill(*live, at, out);
  }
}

template void exchange::state::match_all(symbol_id, const quote&, utc_ns, events&);
template void exchange::state::match_all(symbol_id, const trade&, utc_ns, events&);

/// Stops look at the regular session only.
template <class Event>
void exchange::state::follow_and_trigger(live_order& live, const Event& event, utc_ns at,
                                         events& out) {
  if (!phases.is_open() || !waits_for_stop(live.order)) return;
  if (live.order.type == order_type::trailing_stop &&
      follow_price(live.order, price_seen(live.order, event)))
    orders.touch(live);
  if (fill_model::triggers(live.order, event)) set_off(live, at, out);
}

void exchange::state::set_off(live_order& live, utc_ns at, events& out) {
  live.order.stop_triggered = true;
  if (live.order.side == side::buy && !has_limit(live.order.type))
    live.ceiling = fill_model::buy_stop_limit(live.order.stop);
  orders.touch(live);
  if (live.order.status == venue_status::held) emit(live, kind::new_order, at, out);
}

/// The first look after the acknowledgement, or another one after a partial fill.
void exchange::state::look(live_order& live, utc_ns at, events& out) {
  const auto& entry = board[live.order.symbol];
  const bool has_market = !entry.halted && entry.fresh;
  if (live.order.tif == time_in_force::opg) {
    if (!has_market || !is_usable(*entry.latest_quote)) return auction(live, {}, at, out);
    const auto& market = *entry.latest_quote;
    return auction(live, live.order.side == side::buy ? market.ask : market.bid, at, out);
  }
  if (has_market) follow_and_trigger(live, *entry.latest_quote, at, out);
  if (!try_fill(live, at, out) && immediate(live.order)) end(live, kind::canceled, at, out);
}

/// True when something was executed or the order ended.
bool exchange::state::try_fill(live_order& live, utc_ns at, events& out) {
  auto& order = live.order;
  const auto& entry = board[order.symbol];
  if (in_auction(order) || !trades(order) || entry.halted || !entry.fresh || waits_for_stop(order))
    return false;
  const auto& market = *entry.latest_quote;
  if (live.priced_at_open && market.ask.is_positive() &&
      !pay_up_to(live, fill_model::market_ceiling(market.ask))) {
    end(live, kind::rejected, at, out);
    return true;
  }
  const auto waited = live.rested ? resting::yes : resting::no;
  offered.join(order, market);
  const auto minute_volume = entry.latest_bar ? entry.latest_bar->volume : quantity{};
  const auto at_price = fills.fill_price(order, live.ceiling, market, waited, minute_volume);
  if (!at_price) {
    if (!std::exchange(live.rested, true)) orders.touch(live);
    return false;
  }
  if (!order.notional.is_zero()) return fill_in_dollars(live, *at_price, at, out);
  const auto most = offered.available(order);
  if (!most.is_positive() || (order.tif == time_in_force::fok && most < order.remaining()))
    return false;
  const auto qty = std::min(fills.fill_quantity(order), most);
  offered.took(order, qty);
  execute(live, *at_price, qty, at, out);
  return true;
}

/// An order in dollars is executed whole, once the market offers as much.
bool exchange::state::fill_in_dollars(live_order& live, price at_price, utc_ns at, events& out) {
  auto& order = live.order;
  const auto qty = shares_for(live, at_price);
  if (!qty.is_positive()) {
    end(live, kind::rejected, at, out);
    return true;
  }
  order.qty = qty;
  if (offered.available(order) < qty) return false;
  offered.took(order, qty);
  execute(live, at_price, qty, at, out);
  return true;
}

/// A trade has used up the queue before an order that waits at its limit.
bool exchange::state::fill_in_turn(live_order& live, const trade& print, utc_ns at, events& out) {
  auto& order = live.order;
  if (in_auction(order) || !trades(order) || waits_for_stop(order)) return false;
  const auto turn = offered.turn_of(order, print);
  if (!turn.is_positive()) return false;
  if (!order.notional.is_zero()) return fill_in_dollars(live, order.limit, at, out);
  execute(live, order.limit, turn, at, out);
  return true;
}

void exchange::state::opening_auction(live_order& live, const trade& print, utc_ns at,
                                      events& out) {
  if (print.eligible == price_eligible::no || print.ts_event < phases.session().open) return;
  auction(live, print.last, at, out);
}

void exchange::state::auction(live_order& live, price at_price, utc_ns at, events& out) {
  const auto& order = live.order;
  if (!at_price.is_positive()) return end(live, kind::canceled, at, out);
  const bool buy = order.side == side::buy;
  if (has_limit(order.type)) {
    if (buy ? at_price > order.limit : at_price < order.limit)
      return end(live, kind::canceled, at, out);
  } else if (buy && !pay_up_to(live, at_price)) {
    return end(live, kind::rejected, at, out);
  }
  execute(live, at_price, order.remaining(), at, out);
}

/// Gives a market buy its ceiling anew. False when the account cannot pay that.
bool exchange::state::pay_up_to(live_order& live, price ceiling) {
  live.priced_at_open = false;
  live.ceiling = ceiling;
  if (!opens(live.order.intent) || !live.order.notional.is_zero()) return true;
  account.release(live.order.symbol, live.reserved);
  live.reserved_price = ceiling;
  live.reserved.cash = notional_exact(ceiling, live.order.remaining());
  const bool covered = live.reserved.cash <= account.buying_power_exact(board.marks());
  account.reserve(live.order.symbol, live.reserved);
  return covered;
}

void exchange::state::execute(live_order& live, price at_price, quantity qty, utc_ns at,
                              events& out) {
  auto& order = live.order;
  account.apply_fill(order.symbol, order.side, qty, at_price);
  account.charge(execution_fee(options.fees, order.side, qty, at_price, at));
  order.filled_qty += qty;
  order.filled_notional += notional_exact(at_price, qty);
  const bool complete = order.remaining().is_zero();
  if (complete) order.filled_at = at;
  keep_for(live, order.remaining());
  auto& event = emit(live, complete ? kind::fill : kind::partial_fill, at, out);
  event.fill_price = at_price;
  event.fill_qty = qty;
  if (complete) {
    offered.forget(order);
    orders.close(live);
  }
  shrink_twin(live, at, out);
  if (complete) {
    const bool is_entry = order.parent == 0 && order.order_class != order_class::simple &&
                          order.order_class != order_class::oco;
    if (is_entry) activate_exits(live, at, out);
    return;
  }
  if (order.tif == time_in_force::ioc) return end(live, kind::canceled, at, out);
  if (order.status != venue_status::pending_cancel)
    orders.wake(live, at + fills.second_look_delay());
}

}  // namespace bw::venue
