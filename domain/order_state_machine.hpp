#pragma once

#include <cstdint>

#include "core/result.hpp"
#include "messages/orders.hpp"

namespace bw {

/// What the table needs to know beside state and event.
struct order_context {
  quantity ordered;
  /// Filled in total, the evidence at hand included.
  quantity filled_total;
  /// Snapshots (response, poll, reconciliation) tell how the order is; the stream tells how it was
  /// when the event was made, and its events may come late and in any order.
  evidence source = evidence::stream;
};

/// A change of the order that was asked for and is not answered.
enum class pending_change : std::uint8_t { none = 1, cancel, replace };

/// What the flag beside the state does.
enum class pending_step : std::uint8_t { keep = 1, set_cancel, set_replace, clear };

struct order_step {
  order_state state = order_state::needs_review;
  pending_step pending = pending_step::keep;
  /// Ask the broker about this order: the evidence does not settle how it stands.
  bool look_up = false;

  friend bool operator==(const order_step&, const order_step&) = default;
};

/// The life of an order: one table over (state, broker's word). Total: every word has a row in
/// every state; a word that is not known leads to needs_review. A fill's quantity is counted by the
/// caller whatever the state; what the state becomes is decided here from the totals.
order_step transition(order_state state, order_event event, const order_context& context);

/// The same for the outcome of the request that carried the order.
order_step transition(order_state state, submit_outcome outcome);

/// What happens to an order on our side of the wire.
enum class local_event : std::uint8_t {
  sending = 1,  // Handed to the broker connection.
  withdrawn,    // Refused between log and wire: no byte left.
  denied,       // By the gate.
  lost,         // The process or the connection ended while it was being sent.
  not_found,    // All of the proof that the broker never got it.
  refused,      // The broker throttled its request and does not have it.
  appeared,     // Proven absent, and there after all.
};

/// ec::illegal_transition when the state does not permit it.
result<order_state> transition(order_state state, local_event event);

/// Whether the order may still be filled and therefore keeps its reservation.
constexpr bool is_live(order_state x) { return !is_terminal(x); }

}  // namespace bw
