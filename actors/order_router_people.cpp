// What a person may settle at the router: a stop of a symbol, and an order that nobody can know.

#include "actors/order_router_actor.hpp"

namespace bw {

operator_record order_router_state::lift(const symbol_stop& x, operator_record who) {
  auto lifted = stops->lift(x.symbol, x.reason, who.who + ": " + who.why);
  who.accepted = true;
  who.answer = std::string{to_string(x.reason)} + (lifted ? " is lifted" : " did not stand");
  announce(lifted);
  return who;
}

/// The evidence is a person's word that they looked at the broker's books. It decides only what
/// nothing else has decided: an order whose state is known stays what it is.
operator_record order_router_state::resolve(const client_order_id& id, order_state as,
                                            operator_record who) {
  const auto refuse = [&](std::string why) {
    who.accepted = false;
    who.answer = std::move(why);
    return who;
  };
  const auto* entry = ledger.find(id);
  if (entry == nullptr) return refuse("there is no order " + id.str());
  const auto before = entry->state;
  if (before != order_state::unknown && before != order_state::needs_review)
    return refuse(id.str() + " is " + std::string{to_string(before)} +
                  ": only an order that is unknown or needs review is settled by hand");
  const auto now = args.time->mono_now();
  if (as == order_state::not_sent) {
    if (before != order_state::unknown)
      return refuse("the broker knows " + id.str() + ": it cannot be absent");
    const auto order = entry->request.order;
    unknown.watch(id, order, entry->request.header.ts_init);
    // As if the proof were there, so that a restart finds the same.
    carry_out({{unknown_step::not_found, id, order, 0, 0, {}, "a person says so: " + who.why}});
  } else {
    order_update told;
    told.client_id = id;
    told.venue_id = entry->venue_id;
    told.source = evidence::local;
    told.filled_total = entry->filled_total;
    told.filled_average = entry->filled_average;
    told.ts_event = args.time->utc_now();
    told.received = now;
    if (as == order_state::canceled)
      told.event = order_event::canceled;
    else if (as == order_state::expired)
      told.event = order_event::expired;
    else if (as == order_state::rejected)
      told.event = order_event::rejected;
    else
      return refuse(
          "an order is settled as absent, cancelled, expired or rejected; what was "
          "filled comes from the broker's executions");
    follow_up(ledger.on_update(told, now), &told);
  }
  const auto* after = ledger.find(id);
  who.accepted = after != nullptr && is_terminal(after->state);
  who.answer = id.str() + " is " + std::string{after == nullptr ? "gone" : to_string(after->state)};
  return who;
}

}  // namespace bw
