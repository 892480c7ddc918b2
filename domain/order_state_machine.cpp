#include "domain/order_state_machine.hpp"

#include <array>
#include <string>

namespace bw {
namespace {

/// Entries of the first table: the state that an order goes to, or what decides between several.
enum class move : std::uint8_t {
  stay,
  alive,  // The living state that the word and the filled total stand for.
  canceled,
  expired,
  rejected,
  replaced,
  review,
  by_total,  // A fill: the totals decide between partial and filled.
  late,      // A fill of an order that had ended: only a complete one changes the state.
  settle,    // What a fresh snapshot says is taken, what the stream says is old news or a riddle.
};

using row = std::array<move, order_event_count>;

constexpr auto st = move::stay;
constexpr auto al = move::alive;
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
// so is one that was rejected and that a fresh snapshot shows alive. The last five columns are
// words that alter what was told before, or that we do not know: always a riddle.
// clang-format off
constexpr std::array<row, order_state_count> table{{
    // pending_new
    // |  accepted
    // |  |  new
    // |  |  |  partial_fill
    // |  |  |  |  fill
    // |  |  |  |  |  canceled
    // |  |  |  |  |  |  expired
    // |  |  |  |  |  |  |  rejected
    // |  |  |  |  |  |  |  |  replaced
    // |  |  |  |  |  |  |  |  |  done_for_day
    // |  |  |  |  |  |  |  |  |  |  pending_cancel
    // |  |  |  |  |  |  |  |  |  |  |  pending_replace
    // |  |  |  |  |  |  |  |  |  |  |  |  cancel_rejected
    // |  |  |  |  |  |  |  |  |  |  |  |  |  replace_rejected
    // |  |  |  |  |  |  |  |  |  |  |  |  |  |  stopped
    // |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  suspended
    // |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  calculated
    // |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  held
    // |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  other
    // |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  restated
    // |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  trade_bust
    // |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  trade_correct
    // |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  pending_review
    {{rv,rv,rv,fi,fi,ca,ex,rj,rp,rv,rv,rv,st,st,rv,rv,rv,rv,rv,rv,rv,rv,rv}},  // intent
    {{al,al,al,fi,fi,ca,ex,rj,rp,al,al,al,st,st,al,al,al,al,rv,rv,rv,rv,rv}},  // sending
    {{st,st,al,fi,fi,ca,ex,rj,rp,al,st,st,st,st,al,al,al,al,rv,rv,rv,rv,rv}},  // accepted
    {{st,st,st,fi,fi,ca,ex,rj,rp,al,st,st,st,st,st,al,al,st,rv,rv,rv,rv,rv}},  // working
    {{st,st,st,fi,fi,ca,ex,rj,rp,al,st,st,st,st,st,al,al,st,rv,rv,rv,rv,rv}},  // partial
    {{st,st,st,lf,lf,st,st,st,st,st,st,st,st,st,st,st,st,st,rv,rv,rv,rv,rv}},  // filled
    {{st,st,st,lf,lf,st,st,st,st,st,st,st,st,st,st,st,st,st,rv,rv,rv,rv,rv}},  // canceled
    {{st,st,st,lf,lf,st,st,st,st,st,st,st,st,st,st,st,st,st,rv,rv,rv,rv,rv}},  // expired
    {{se,se,se,fi,fi,ca,ex,st,rp,se,se,se,st,st,se,se,se,se,rv,rv,rv,rv,rv}},  // rejected
    {{st,st,st,lf,lf,st,st,st,st,st,st,st,st,st,st,st,st,st,rv,rv,rv,rv,rv}},  // replaced
    {{rv,rv,rv,fi,fi,ca,ex,rj,rp,rv,rv,rv,st,st,rv,rv,rv,rv,rv,rv,rv,rv,rv}},  // denied
    {{rv,rv,rv,fi,fi,ca,ex,rj,rp,rv,rv,rv,st,st,rv,rv,rv,rv,rv,rv,rv,rv,rv}},  // not_sent
    {{al,al,al,fi,fi,ca,ex,rj,rp,al,al,al,st,st,al,al,al,al,rv,rv,rv,rv,rv}},  // unknown
    {{se,se,se,fi,fi,ca,ex,rj,rp,se,se,se,st,st,se,se,se,se,rv,rv,rv,rv,rv}},  // needs_review
    {{se,se,se,lf,fi,ca,ex,rj,rp,st,st,st,st,st,se,se,st,se,rv,rv,rv,rv,rv}},  // done_for_day
    {{se,se,se,fi,fi,ca,ex,rj,rp,al,st,st,st,st,se,st,al,se,rv,rv,rv,rv,rv}},  // suspended
}};
// clang-format on

/// What a word does beside moving the state.
struct word_effects {
  pending_step pending = pending_step::keep;
  bool look_up = false;
};
constexpr word_effects nothing_else{};
constexpr word_effects asks_cancel{pending_step::set_cancel, false};
constexpr word_effects asks_replace{pending_step::set_replace, false};
/// The change that was asked for did not happen: how the order stands is not said.
constexpr word_effects change_refused{pending_step::clear, true};

constexpr std::array<word_effects, order_event_count> effects{{
    nothing_else,    // pending_new
    nothing_else,    // accepted
    nothing_else,    // new_order
    nothing_else,    // partial_fill
    nothing_else,    // fill
    nothing_else,    // canceled
    nothing_else,    // expired
    nothing_else,    // rejected
    nothing_else,    // replaced
    nothing_else,    // done_for_day
    asks_cancel,     // pending_cancel
    asks_replace,    // pending_replace
    change_refused,  // cancel_rejected
    change_refused,  // replace_rejected
    nothing_else,    // stopped
    nothing_else,    // suspended
    nothing_else,    // calculated
    nothing_else,    // held
    nothing_else,    // other
    nothing_else,    // restated
    nothing_else,    // trade_bust
    nothing_else,    // trade_correct
    nothing_else,    // pending_review
}};

/// Entries of the other two tables: a state, and whether the broker is asked.
struct target_state {
  order_state state{};  // Zero: it stays.
  bool look_up = false;
};
constexpr target_state same{};
constexpr target_state same_ask{order_state{}, true};
constexpr target_state acc{order_state::accepted, false};
constexpr target_state rej{order_state::rejected, false};
constexpr target_state nos{order_state::not_sent, false};
constexpr target_state unk{order_state::unknown, true};
constexpr target_state rev{order_state::needs_review, true};

constexpr std::size_t outcome_count = static_cast<std::size_t>(submit_outcome::unknown);
constexpr std::array<std::array<target_state, outcome_count>, order_state_count> outcomes{{
    // accepted, rejected, duplicate, not_sent, unknown
    {{acc, rej, unk, nos, unk}},          // intent
    {{acc, rej, unk, nos, unk}},          // sending
    {{same, rev, same_ask, same, same}},  // accepted: the stream was faster
    {{same, rev, same_ask, same, same}},  // working
    {{same, rev, same_ask, same, same}},  // partial
    {{same, same, same, same, same}},     // filled
    {{same, same, same, same, same}},     // canceled
    {{same, same, same, same, same}},     // expired
    {{rev, same, rev, same, same}},       // rejected
    {{same, same, same, same, same}},     // replaced
    {{rev, same, rev, same, same}},       // denied: by our record it never left
    {{rev, same, rev, same, same}},       // not_sent
    {{acc, rej, unk, nos, unk}},          // unknown
    {{same, same, same, same, same}},     // needs_review
    {{same, rev, same_ask, same, same}},  // done_for_day
    {{same, rev, same_ask, same, same}},  // suspended
}};

struct local_row {
  local_event event;
  order_state from;
  order_state to;
};
/// What may happen on our side; everything else is refused.
constexpr std::array<local_row, 9> local_moves{{
    {local_event::sending, order_state::intent, order_state::sending},
    {local_event::withdrawn, order_state::intent, order_state::not_sent},
    {local_event::withdrawn, order_state::sending, order_state::not_sent},
    {local_event::denied, order_state::intent, order_state::denied},
    {local_event::lost, order_state::sending, order_state::unknown},
    {local_event::lost, order_state::unknown, order_state::unknown},
    {local_event::not_found, order_state::unknown, order_state::not_sent},
    {local_event::refused, order_state::unknown, order_state::rejected},
    {local_event::appeared, order_state::not_sent, order_state::unknown},
}};

template <class Enum>
std::size_t index_of(Enum x) {
  return static_cast<std::size_t>(x) - 1;
}

bool is_snapshot(evidence source) { return source != evidence::stream; }

/// The state that a living word stands for.
order_state living(order_event event, const order_context& context) {
  if (event == order_event::done_for_day || event == order_event::calculated)
    return order_state::done_for_day;
  if (event == order_event::suspended) return order_state::suspended;
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
  const auto cell = table[index_of(state)][index_of(event)];
  switch (cell) {
    case move::stay: return state;
    case move::alive: return living(event, context);
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

bool is_valid(order_state x) { return index_of(x) < order_state_count; }
bool is_valid(order_event x) { return index_of(x) < order_event_count; }

}  // namespace

order_step transition(order_state state, order_event event, const order_context& context) {
  if (!is_valid(state) || !is_valid(event))
    return {order_state::needs_review, pending_step::keep, true};
  const auto& word = effects[index_of(event)];
  order_step out{target(state, event, context), word.pending, word.look_up};
  // Ended, complete or more than complete by the numbers alone: what was counted stays true.
  if (context.filled_total > context.ordered) out.state = order_state::needs_review;
  if (is_terminal(out.state)) out = {out.state, pending_step::clear, false};
  if (out.state == order_state::needs_review && state != out.state) out.look_up = true;
  return out;
}

order_step transition(order_state state, submit_outcome outcome) {
  if (!is_valid(state) || index_of(outcome) >= outcome_count)
    return {order_state::needs_review, pending_step::keep, true};
  const auto& cell = outcomes[index_of(state)][index_of(outcome)];
  return {cell.state == order_state{} ? state : cell.state, pending_step::keep, cell.look_up};
}

result<order_state> transition(order_state state, local_event event) {
  for (const auto& each : local_moves)
    if (each.event == event && each.from == state) return each.to;
  return {ec::illegal_transition, "local event " + std::to_string(static_cast<int>(event)) +
                                      " does not fit an order that is " +
                                      std::string{to_string(state)}};
}

}  // namespace bw
