#include "venue/exchange_state.hpp"

namespace bw::venue {
namespace {

/// The first order of an oco is its exit with a profit.
new_order with_own_limit(const new_order& wish) {
  auto out = wish;
  if (out.order_class != order_class::oco || out.type != order_type::limit) return out;
  if (out.take_profit.is_zero()) out.take_profit = out.limit;
  out.limit = out.take_profit;
  return out;
}

}  // namespace

check_inputs exchange::state::inputs_for(std::optional<symbol_id> symbol) const {
  check_inputs out{options, rules,         nullptr, no_symbol, orders,
                   account, board.marks(), {},      phases,    now};
  if (!symbol) return out;
  out.listed = &symbols[symbol->value];
  out.symbol = *symbol;
  out.market = board[*symbol].latest_quote.value_or(quote{});
  return out;
}

live_order exchange::state::accepted_order(const new_order& wish, const order_plan& plan,
                                           symbol_id symbol, utc_ns at) {
  live_order live;
  auto& order = live.order;
  order.id = ids.uuid();
  order.client_order_id = wish.client_order_id.empty() ? ids.uuid() : wish.client_order_id;
  order.symbol = symbol;
  order.symbol_text = wish.symbol;
  order.side = wish.side;
  order.type = wish.type;
  order.tif = wish.tif;
  order.qty = plan.qty;
  order.notional = wish.notional;
  order.limit = wish.limit;
  order.stop = wish.stop;
  order.trail_price = wish.trail_price;
  order.trail_percent = wish.trail_percent;
  order.extended_hours = wish.extended_hours;
  order.order_class = wish.order_class;
  order.intent = plan.intent;
  if (wish.type == order_type::trailing_stop) {
    order.high_water_mark = plan.high_water_mark;
    order.stop = plan.stop;
  }
  order.status = trades(order) ? venue_status::pending_new : venue_status::accepted;
  order.created_at = order.updated_at = order.submitted_at = at;
  order.expires_at = wish.tif == time_in_force::gtc ? std::optional{at + session_phases::gtc_life}
                                                    : phases.day_end(at, wish.extended_hours);
  live.ceiling = plan.ceiling;
  live.reserved_price = plan.reserved_price;
  live.reserved = plan.reserved;
  live.holds_shares = plan.reserved.shares.is_positive();
  return live;
}

std::variant<venue_order, refusal> exchange::state::submit(const new_order& asked, utc_ns at,
                                                           events& out) {
  const auto wish = with_own_limit(asked);
  const auto symbol = find_symbol(wish.symbol);
  auto checked = check_order(wish, inputs_for(symbol));
  if (auto* refused = std::get_if<refusal>(&checked)) return std::move(*refused);
  const auto& plan = std::get<order_plan>(checked);

  auto& stored = orders.add(accepted_order(wish, plan, *symbol, at));
  account.reserve(*symbol, plan.reserved);
  if (wish.order_class != order_class::simple) add_exits(stored, wish);
  if (stored.order.status == venue_status::pending_new) {
    out.push_back({kind::pending_new, stored.order, ids.ulid(at), {}, {}, {}, {}, at});
    orders.wake(stored, at + options.acknowledge_delay);
  }
  return stored.order;
}

std::optional<refusal> exchange::state::cancel(std::string_view id, utc_ns at, events& out) {
  auto* live = orders.find(id);
  if (!live) return refusal{404, 40410000, "order not found for " + std::string{id}, {}};
  const auto status = live->order.status;
  if (is_terminal(status) || status == venue_status::pending_replace)
    return invalid_order("order is already in \"" + std::string{to_string(status)} + "\" state");
  if (status == venue_status::pending_cancel) return std::nullopt;
  live->order.cancel_requested_at = at;
  if (options.cancel_delay <= nanoseconds{0} || !live->working) {
    end(*live, kind::canceled, at, out);
    return std::nullopt;
  }
  emit(*live, kind::pending_cancel, at, out);
  orders.wake(*live, at + options.cancel_delay);
  return std::nullopt;
}

venue_event& exchange::state::emit(live_order& live, kind what, utc_ns at, events& out) {
  const auto next = next_status(live.order.status, what);
  BW_ASSERT(next, "the exchange makes only events that fit the order's status");
  live.order.status = *next;
  live.order.updated_at = at;
  orders.touch(live);
  const bool without_execution = what == kind::pending_new || what == kind::pending_cancel;
  const auto execution = without_execution ? std::string{} : ids.uuid();
  return out.emplace_back(venue_event{
      what, live.order, ids.ulid(at), execution, {}, {}, account.position(live.order.symbol), at});
}

/// The market may execute the order from here on, and the stop that belongs to it.
void exchange::state::acknowledge(live_order& live, utc_ns at, events& out) {
  live.working = true;
  emit(live, kind::new_order, at, out);
  if (live.order.order_class != order_class::oco) return;
  auto* stop = orders.find(live.order.legs[0]);
  if (!stop || is_terminal(stop->order.status)) return;
  stop->working = true;
  orders.touch(*stop);
}

/// The last event of an order that is not filled: gives back what it held.
void exchange::state::end(live_order& live, kind what, utc_ns at, events& out) {
  if (what == kind::canceled) live.order.canceled_at = at;
  if (what == kind::expired) live.order.expired_at = at;
  if (what == kind::rejected) live.order.failed_at = at;
  if (what == kind::replaced) live.order.replaced_at = at;
  keep_for(live, {});
  offered.forget(live.order);
  emit(live, what, at, out);
  orders.close(live);
  if (what != kind::replaced) end_relatives(live, what, at, out);
}

/// Keeps back only what `remaining` shares of the order still need.
void exchange::state::keep_for(live_order& live, quantity remaining) {
  account.release(live.order.symbol, live.reserved);
  live.reserved = {};
  if (live.holds_shares) {
    live.reserved.shares = remaining;
  } else if (opens(live.order.intent)) {
    live.reserved.cash = notional_exact(live.reserved_price, remaining);
  }
  account.reserve(live.order.symbol, live.reserved);
}

std::optional<symbol_id> exchange::state::find_symbol(std::string_view symbol) const {
  for (std::uint32_t k = 0; k < symbols.size(); ++k)
    if (symbols[k].symbol == symbol) return symbol_id{k};
  return std::nullopt;
}

}  // namespace bw::venue
