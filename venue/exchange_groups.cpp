#include "venue/exchange_state.hpp"
#include "venue/trailing_price.hpp"

namespace bw::venue {
namespace {

bool is_entry_of_group(const venue_order& order) {
  return order.parent == 0 &&
         (order.order_class == order_class::bracket || order.order_class == order_class::oto);
}

quantity filled_in_all(const venue_order& order) { return order.filled_before + order.filled_qty; }

void pair(live_order& a, live_order& b) {
  a.twin = b.order.serial;
  b.twin = a.order.serial;
}

/// The order as it would be sent anew with its changes.
new_order changed_order(const venue_order& order, const order_change& change) {
  new_order out;
  out.symbol = order.symbol_text;
  out.side = order.side;
  out.type = order.type;
  out.tif = change.tif.value_or(order.tif);
  out.qty = change.qty.value_or(order.qty);
  out.limit = change.limit.value_or(order.limit);
  out.stop = change.stop.value_or(order.stop);
  out.client_order_id = change.client_order_id;
  out.extended_hours = order.extended_hours;
  out.trail_price = order.trail_price;
  out.trail_percent = order.trail_percent;
  if (change.trail && order.trail_percent.is_zero()) out.trail_price = *change.trail;
  if (change.trail && !order.trail_percent.is_zero())
    out.trail_percent = percentage::from_units(change.trail->units());
  return out;
}

/// A copy of the order with nothing of its past.
venue_order without_history(const venue_order& order) {
  auto out = order;
  out.filled_qty = {};
  out.filled_notional = 0;
  out.filled_at = out.canceled_at = out.expired_at = out.failed_at = std::nullopt;
  out.cancel_requested_at = out.replaced_at = std::nullopt;
  out.replaced_by.clear();
  return out;
}

}  // namespace

/// The exits of a new order, still held. An oco's order is one of its exits itself.
void exchange::state::add_exits(live_order& parent, const new_order& wish) {
  const auto& first = parent.order;
  const bool is_oco = first.order_class == order_class::oco;
  const auto add = [&](order_type type, price limit, price stop) -> live_order& {
    live_order leg;
    leg.order = first;
    auto& order = leg.order;
    order.id = ids.uuid();
    order.client_order_id = ids.uuid();
    order.side = is_oco ? first.side : opposite(first.side);
    order.intent =
        order.side == side::sell ? position_intent::sell_to_close : position_intent::buy_to_close;
    order.type = type;
    order.limit = limit;
    order.stop = stop;
    order.status = venue_status::held;
    order.parent = first.serial;
    order.legs = {};
    if (order.side == side::buy && type == order_type::stop)
      leg.ceiling = fill_model::buy_stop_limit(stop);
    return orders.add(std::move(leg));
  };
  const auto add_loss = [&]() -> live_order& {
    const bool limited = !wish.stop_loss_limit.is_zero();
    return add(limited ? order_type::stop_limit : order_type::stop, wish.stop_loss_limit,
               wish.stop_loss);
  };
  std::array<std::uint64_t, 2> legs{};
  if (is_oco) {
    auto& loss = add_loss();
    pair(parent, loss);
    legs[0] = loss.order.serial;
  } else if (first.order_class == order_class::bracket) {
    auto& profit = add(order_type::limit, wish.take_profit, {});
    auto& loss = add_loss();
    pair(profit, loss);
    legs = {profit.order.serial, loss.order.serial};
  } else {
    auto& exit =
        wish.take_profit.is_zero() ? add_loss() : add(order_type::limit, wish.take_profit, {});
    legs[0] = exit.order.serial;
  }
  parent.order.legs = legs;
}

/// The entry was filled: its exits go to work for what it bought, never for more than is there. One
/// of the two keeps the shares for both.
void exchange::state::activate_exits(live_order& entry, utc_ns at, events& out) {
  const auto qty = std::min(filled_in_all(entry.order), account.available(entry.order.symbol));
  bool kept = false;
  for (const auto serial : entry.order.legs) {
    auto* leg = orders.find(serial);
    if (!leg || is_terminal(leg->order.status)) continue;
    if (qty.is_zero()) {
      end(*leg, kind::canceled, at, out);
      continue;
    }
    leg->order.qty = qty;
    leg->working = true;
    leg->holds_shares = !std::exchange(kept, true);
    keep_for(*leg, qty);
    if (leg->order.status == venue_status::pending_replace) {
      leg->status_before = venue_status::new_order;
      continue;
    }
    emit(*leg, kind::new_order, at, out);
    orders.wake(*leg, at + options.acknowledge_delay);
  }
}

void exchange::state::end_if_open(std::uint64_t serial, kind what, utc_ns at, events& out) {
  auto* live = orders.find(serial);
  if (live && !is_terminal(live->order.status)) end(*live, what, at, out);
}

/// What the end of an order that was not filled means for those it belongs to.
void exchange::state::end_relatives(live_order& live, kind what, utc_ns at, events& out) {
  if (live.replaces != 0) {
    // It never took the place of the other one, who goes on; unless a client takes it back, which
    // means that nothing shall stay.
    auto* old = orders.find(live.replaces);
    if (!old || old->order.status != venue_status::pending_replace) return;
    old->order.status = old->status_before;
    orders.touch(*old);
    if (what == kind::canceled) end(*old, kind::canceled, at, out);
    return;
  }
  const auto fate = what == kind::expired ? kind::expired : kind::canceled;
  if (is_entry_of_group(live.order)) {
    if (filled_in_all(live.order).is_positive() &&
        options.exits_of_partial_entry == partial_entry::activates_exits)
      return activate_exits(live, at, out);
    for (const auto leg : live.order.legs) end_if_open(leg, fate, at, out);
    return;
  }
  end_if_open(live.twin, fate, at, out);
  end_if_open(live.order.parent, fate, at, out);
}

/// What one exit has executed, the other must not execute again.
void exchange::state::shrink_twin(live_order& live, utc_ns at, events& out) {
  auto* twin = orders.find(live.twin);
  if (!twin || is_terminal(twin->order.status)) return;
  const auto rest = live.order.remaining();
  if (rest.is_zero()) return end(*twin, kind::canceled, at, out);
  twin->order.qty = filled_in_all(twin->order) + rest;
  keep_for(*twin, rest);
  orders.touch(*twin);
}

std::variant<venue_order, refusal> exchange::state::replace(std::string_view id,
                                                            const order_change& change, utc_ns at,
                                                            events&) {
  auto* old = orders.find(id);
  if (!old) return refusal{404, 40410000, "order not found for " + std::string{id}, {}};
  const auto changed = changed_order(old->order, change);
  auto inputs = inputs_for(old->order.symbol);
  inputs.replacing = old;
  auto checked = check_change(*old, change, changed, inputs);
  if (auto* refused = std::get_if<refusal>(&checked)) return std::move(*refused);
  const auto& plan = std::get<order_plan>(checked);

  live_order next;
  next.order = without_history(old->order);
  auto& order = next.order;
  order.id = ids.uuid();
  order.client_order_id = change.client_order_id.empty() ? ids.uuid() : change.client_order_id;
  order.replaces = old->order.id;
  order.status = venue_status::pending_new;
  order.created_at = order.updated_at = order.submitted_at = at;
  order.qty = changed.qty;
  order.limit = changed.limit;
  order.stop = changed.stop;
  order.trail_price = changed.trail_price;
  order.trail_percent = changed.trail_percent;
  if (change.stop) order.stop_triggered = false;
  if (changed.tif != order.tif)
    order.expires_at = changed.tif == time_in_force::gtc
                           ? std::optional{at + session_phases::gtc_life}
                           : phases.day_end(at, order.extended_hours);
  order.tif = changed.tif;
  next.ceiling = plan.ceiling;
  next.reserved_price = plan.reserved_price;
  next.priced_at_open = old->priced_at_open;
  next.replaces = old->order.serial;
  next.resized = change.qty.has_value();
  // Together the two keep back what the larger one needs.
  next.reserved.cash = std::max<int128>(plan.reserved.cash - old->reserved.cash, 0);
  next.reserved.shares = std::max(plan.reserved.shares - old->reserved.shares, quantity{});
  account.reserve(order.symbol, next.reserved);

  auto& stored = orders.add(std::move(next));
  old->status_before = old->order.status;
  old->order.status = venue_status::pending_replace;
  orders.touch(*old);
  orders.wake(stored, at + options.replace_delay);
  return stored.order;
}

/// The replacement is due: the old order ends and the new one goes on where it stood.
void exchange::state::take_place(live_order& live, utc_ns at, events& out) {
  auto* old = orders.find(live.replaces);
  if (!old || old->order.status != venue_status::pending_replace)
    return refuse_place(live, old, at, out);
  auto& order = live.order;
  const auto carried = filled_in_all(old->order);
  if (!live.resized) order.qty = old->order.qty;
  if (order.qty <= carried) return refuse_place(live, old, at, out);

  order.filled_before = carried;
  order.high_water_mark = old->order.high_water_mark;
  if (order.type == order_type::trailing_stop)
    order.stop = trailing_stop_price(order.side, {order.trail_price, order.trail_percent},
                                     order.high_water_mark);
  live.working = old->working;
  live.holds_shares = old->holds_shares;
  live.twin = old->twin;
  live.replaces = 0;
  old->order.replaced_by = order.id;
  const auto status = old->status_before;

  account.release(order.symbol, live.reserved);
  live.reserved = {};
  end(*old, kind::replaced, at, out);
  keep_for(live, order.remaining());
  if (auto* twin = orders.find(live.twin)) twin->twin = order.serial;
  if (auto* parent = orders.find(order.parent))
    for (auto& leg : parent->order.legs)
      if (leg == old->order.serial) leg = order.serial;
  for (const auto serial : order.legs)
    if (auto* leg = orders.find(serial); leg && !is_terminal(leg->order.status)) {
      leg->order.parent = order.serial;
      leg->order.qty =
          is_entry_of_group(order) ? order.qty : filled_in_all(leg->order) + order.remaining();
    }
  if (status == venue_status::held) {
    order.status = status;
    orders.touch(live);
    return;
  }
  acknowledge(live, at, out);
  orders.wake(live, at + options.acknowledge_delay);
}

/// The old order was executed or ended before its replacement came.
void exchange::state::refuse_place(live_order& live, live_order* old, utc_ns at, events& out) {
  if (old) {
    if (old->order.status == venue_status::pending_replace) old->order.status = old->status_before;
    emit(*old, kind::order_replace_rejected, at, out);
  }
  end(live, kind::rejected, at, out);
}

}  // namespace bw::venue
