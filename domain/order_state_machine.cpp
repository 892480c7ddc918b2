#include "domain/order_state_machine.hpp"

#include <array>
#include <string>

namespace bw {
namespace {

constexpr std::size_t event_count = static_cast<std::size_t>(order_event::other);
constexpr std::size_t state_count = static_cast<std::size_t>(order_state::needs_review);

/// Entries of the table. All but the first and the last four name the state the order goes to.
enum class move : std::uint8_t {
  stay,
  accepted,
  working,
  canceled,
  expired,
  rejected,
  replaced,
  review,
  by_total,  // A fill: the totals decide between partial and filled.
  late,      // A fill of an order that had ended: only a complete one changes the state.
  settle,    // What a fresh snapshot says is taken, what the stream says is old news or a riddle.
};

using row = std::array<move, event_count>;

constexpr auto st = move::stay;
constexpr auto ac = move::accepted;
constexpr auto wo = move::working;
constexpr auto ca = move::canceled;
constexpr auto ex = move::expired;
constexpr auto rj = move::rejected;
constexpr auto rp = move::replaced;
constexpr auto rv = move::review;
constexpr auto fi = move::by_total;
constexpr auto lf = move::late;
constexpr auto se = move::settle;

// A column for each word, a row for each state, both in the order of their enums.
//
// Before the first evidence any word that only a living order can cause makes it living. After it,
// words that tell of an earlier moment change nothing. Terminal states are left for a completing
// fill alone. Orders that never left by our own record and are alive at the broker are a riddle;
// so is one that was rejected and that a fresh snapshot shows alive.
// clang-format off
constexpr std::array<row, state_count> table{{
    // Columns: pending_new accepted new partial_fill fill canceled expired rejected replaced
    // done_for_day pending_cancel pending_replace cancel_rejected replace_rejected stopped
    // suspended calculated held other
    {{rv, rv, rv, fi, fi, ca, ex, rj, rp, rv, rv, rv, st, st, rv, rv, rv, rv, rv}},  // intent
    {{ac, ac, wo, fi, fi, ca, ex, rj, rp, wo, wo, wo, st, st, wo, wo, wo, wo, rv}},  // sending
    {{st, st, wo, fi, fi, ca, ex, rj, rp, wo, st, st, st, st, wo, wo, wo, wo, rv}},  // accepted
    {{st, st, st, fi, fi, ca, ex, rj, rp, st, st, st, st, st, st, st, st, st, rv}},  // working
    {{st, st, st, fi, fi, ca, ex, rj, rp, st, st, st, st, st, st, st, st, st, rv}},  // partial
    {{st, st, st, lf, lf, st, st, st, st, st, st, st, st, st, st, st, st, st, rv}},  // filled
    {{st, st, st, lf, lf, st, st, st, st, st, st, st, st, st, st, st, st, st, rv}},  // canceled
    {{st, st, st, lf, lf, st, st, st, st, st, st, st, st, st, st, st, st, st, rv}},  // expired
    {{se, se, se, fi, fi, ca, ex, st, rp, se, se, se, st, st, se, se, se, se, rv}},  // rejected
    {{st, st, st, lf, lf, st, st, st, st, st, st, st, st, st, st, st, st, st, rv}},  // replaced
    {{rv, rv, rv, fi, fi, ca, ex, rj, rp, rv, rv, rv, st, st, rv, rv, rv, rv, rv}},  // denied
    {{rv, rv, rv, fi, fi, ca, ex, rj, rp, rv, rv, rv, st, st, rv, rv, rv, rv, rv}},  // not_sent
    {{ac, ac, wo, fi, fi, ca, ex, rj, rp, wo, wo, wo, st, st, wo, wo, wo, wo, rv}},  // unknown
    {{se, se, se, fi, fi, ca, ex, rj, rp, se, se, se, st, st, se, se, se, se, rv}},  // needs_review
}};
// clang-format on

bool is_snapshot(evidence source) { return source != evidence::stream; }

/// The state that a living word stands for when a snapshot brings it.
order_state living(order_event event, const order_context& context) {
  if (context.filled_total.is_positive()) return order_state::partial;
  const bool early = event == order_event::pending_new || event == order_event::accepted;
  return early ? order_state::accepted : order_state::working;
}

order_state settled(order_state state, order_event event, const order_context& context) {
  if (!is_snapshot(context.source)) return state;
  // An order that we hold for rejected is looked at once more before it counts as living.
  return state == order_state::rejected ? order_state::needs_review : living(event, context);
}

order_state by_total(order_state state, order_event event, const order_context& context) {
  if (context.filled_total > context.ordered) return order_state::needs_review;
  if (context.filled_total == context.ordered) return order_state::filled;
  // The word says complete and the numbers say otherwise.
  if (event == order_event::fill) return order_state::needs_review;
  const bool never_left = state == order_state::intent || state == order_state::denied ||
                          state == order_state::not_sent || state == order_state::rejected;
  if (never_left) return order_state::needs_review;
  if (state == order_state::needs_review && !is_snapshot(context.source)) return state;
  return order_state::partial;
}

order_state late_fill(order_state state, const order_context& context) {
  if (context.filled_total > context.ordered) return order_state::needs_review;
  return context.filled_total == context.ordered ? order_state::filled : state;
}

order_state target(order_state state, order_event event, const order_context& context) {
  const auto cell = table[static_cast<std::size_t>(state) - 1][static_cast<std::size_t>(event) - 1];
  switch (cell) {
    case move::stay: return state;
    case move::accepted: return living(event, context);
    case move::working: return living(event, context);
    case move::canceled: return order_state::canceled;
    case move::expired: return order_state::expired;
    case move::rejected: return order_state::rejected;
    case move::replaced: return order_state::replaced;
    case move::review: return order_state::needs_review;
    case move::by_total: return by_total(state, event, context);
    case move::late: return late_fill(state, context);
    case move::settle: return settled(state, event, context);
  }
  return order_state::needs_review;
}

pending_step pending_after(order_event event) {
  switch (event) {
    case order_event::pending_cancel: return pending_step::set_cancel;
    case order_event::pending_replace: return pending_step::set_replace;
    case order_event::cancel_rejected:
    case order_event::replace_rejected: return pending_step::clear;
    default: return pending_step::keep;
  }
}

bool is_valid(order_state x) { return x >= order_state::intent && x <= order_state::needs_review; }
bool is_valid(order_event x) { return x >= order_event::pending_new && x <= order_event::other; }

}  // namespace

order_step transition(order_state state, order_event event, const order_context& context) {
  if (!is_valid(state) || !is_valid(event))
    return {order_state::needs_review, pending_step::keep, true};
  order_step out{target(state, event, context), pending_after(event), false};
  // Ended, complete or more than complete by the numbers alone: what was counted stays true.
  if (context.filled_total > context.ordered) out.state = order_state::needs_review;
  if (is_terminal(out.state)) out.pending = pending_step::clear;
  const bool change_refused =
      event == order_event::cancel_rejected || event == order_event::replace_rejected;
  const bool riddle = out.state == order_state::needs_review && state != out.state;
  out.look_up = (change_refused && !is_terminal(out.state)) || riddle;
  return out;
}

order_step transition(order_state state, submit_outcome outcome) {
  const bool waiting = state == order_state::intent || state == order_state::sending ||
                       state == order_state::unknown;
  const bool alive = state == order_state::accepted || state == order_state::working ||
                     state == order_state::partial;
  const bool never_left = state == order_state::denied || state == order_state::not_sent;
  const auto to = [](order_state x, bool look_up = false) {
    return order_step{x, pending_step::keep, look_up};
  };
  switch (outcome) {
    case submit_outcome::accepted:
      if (waiting) return to(order_state::accepted);
      // Our record says that it never left, or that it was refused.
      if (never_left || state == order_state::rejected) return to(order_state::needs_review, true);
      return to(state);  // The stream was faster.
    case submit_outcome::rejected:
      if (waiting) return to(order_state::rejected);
      if (alive) return to(order_state::needs_review, true);
      return to(state);
    case submit_outcome::duplicate:  // An order with this id exists; how it stands is not said.
      if (waiting) return to(order_state::unknown, true);
      if (never_left || state == order_state::rejected) return to(order_state::needs_review, true);
      return to(state, alive);
    case submit_outcome::not_sent: return to(waiting ? order_state::not_sent : state);
    case submit_outcome::unknown:
      if (waiting) return to(order_state::unknown, true);
      return to(state);
  }
  return to(order_state::needs_review, true);
}

result<order_state> transition(order_state state, local_event event) {
  switch (event) {
    case local_event::sending:
      if (state == order_state::intent) return order_state::sending;
      break;
    case local_event::withdrawn:
      if (state == order_state::intent || state == order_state::sending)
        return order_state::not_sent;
      break;
    case local_event::denied:
      if (state == order_state::intent) return order_state::denied;
      break;
    case local_event::lost:
      if (state == order_state::sending || state == order_state::unknown)
        return order_state::unknown;
      break;
    case local_event::not_found:
      if (state == order_state::unknown) return order_state::not_sent;
      break;
  }
  return {ec::illegal_transition, "local event " + std::to_string(static_cast<int>(event)) +
                                      " does not fit an order that is " +
                                      std::string{to_string(state)}};
}

}  // namespace bw
