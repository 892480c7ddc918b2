#include "venue/order_checks.hpp"

namespace bw::venue {
namespace {

bool is_exit_of_group(const live_order& live) {
  return live.order.parent != 0 || live.order.order_class == order_class::oco;
}

check_outcome check_state(const live_order& live) {
  switch (live.order.status) {
    case venue_status::accepted:
    case venue_status::pending_new:
    case venue_status::pending_cancel:
    case venue_status::pending_replace:
      return malformed_order("unable to replace order, order isn't sent to exchange yet");
    default: break;
  }
  if (is_terminal(live.order.status))
    return malformed_order("unable to replace order, order is not open");
  if (!live.order.notional.is_zero())
    return malformed_order("unable to replace order, notional orders cannot be replaced");
  if (live.order.parent != 0 && live.order.order_class == order_class::oto)
    return invalid_order("legs of oto orders cannot be replaced");
  return std::nullopt;
}

check_outcome check_members(const live_order& live, const order_change& change) {
  if (change.qty) {
    if (is_fractional(*change.qty) || is_fractional(live.order.qty))
      return malformed_order("qty must be integer");
    if (!change.qty->is_positive()) return malformed_order("qty must be > 0");
    if (is_exit_of_group(live) && *change.qty != live.order.qty)
      return invalid_order("qty of an exit leg cannot be replaced");
    if (*change.qty <= live.order.filled_before + live.order.filled_qty)
      return malformed_order("qty must be greater than filled_qty");
  }
  if (change.limit && !has_limit(live.order.type))
    return invalid_order("order type does not take a limit price");
  if (change.stop && !has_stop(live.order.type))
    return invalid_order("order type does not take a stop price");
  if (change.trail && live.order.type != order_type::trailing_stop)
    return invalid_order("order type does not take a trail");
  return std::nullopt;
}

bool changes_anything(const venue_order& order, const new_order& changed) {
  return changed.qty != order.qty || changed.tif != order.tif || changed.limit != order.limit ||
         (has_stop(order.type) && changed.stop != order.stop) ||
         changed.trail_price != order.trail_price || changed.trail_percent != order.trail_percent;
}

/// The profit stays on its side of the loss.
check_outcome check_against_twin(const live_order& live, const new_order& changed,
                                 const check_inputs& inputs) {
  const auto* twin = inputs.orders.find(live.twin);
  if (live.twin == 0 || !twin) return std::nullopt;
  const bool is_profit = changed.type == order_type::limit;
  const auto profit = is_profit ? changed.limit : twin->order.limit;
  const auto loss = is_profit ? twin->order.stop : changed.stop;
  const bool sells = changed.side == side::sell;
  if (sells ? profit > loss : profit < loss) return std::nullopt;
  return invalid_order(std::string{"take_profit.limit_price must be "} + (sells ? ">" : "<") +
                       " stop_loss.stop_price");
}

}  // namespace

std::variant<order_plan, refusal> check_change(const live_order& live, const order_change& change,
                                               const new_order& changed,
                                               const check_inputs& inputs) {
  if (auto bad = check_state(live)) return std::move(*bad);
  if (auto bad = check_members(live, change)) return std::move(*bad);
  if (!changes_anything(live.order, changed))
    return forbidden_order("order parameters are not changed");
  if (auto bad = check_client_id(changed, inputs)) return std::move(*bad);
  auto form = changed;
  // The stop of a trailing order is the exchange's own work.
  if (form.type == order_type::trailing_stop) form.stop = price{};
  if (auto bad = check_form(form, inputs)) return std::move(*bad);
  if (auto bad = check_fraction(form, inputs)) return std::move(*bad);
  if (change.stop && !live.order.stop_triggered)
    if (auto bad = check_stop_side(form, inputs)) return std::move(*bad);
  if (auto bad = check_against_twin(live, changed, inputs)) return std::move(*bad);
  if (!inputs.orders.has_room(1)) return forbidden_order("too many open orders");

  form.qty = changed.qty - live.order.filled_before - live.order.filled_qty;
  auto plan = plan_of(form, inputs);
  plan.intent = live.order.intent;
  if (is_exit_of_group(live)) {
    // A pair keeps the shares it has; one that waits for its entry has none.
    plan.reserved = {};
    return plan;
  }
  if (auto bad = check_direction(form, inputs)) return std::move(*bad);
  if (auto bad = check_buying_power(plan, inputs)) return std::move(*bad);
  return plan;
}

}  // namespace bw::venue
