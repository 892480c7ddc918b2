#include "venue/order_life.hpp"

namespace bw::venue {

std::string_view to_string(venue_status x) noexcept {
  switch (x) {
    case venue_status::accepted: return "accepted";
    case venue_status::pending_new: return "pending_new";
    case venue_status::new_order: return "new";
    case venue_status::partially_filled: return "partially_filled";
    case venue_status::filled: return "filled";
    case venue_status::canceled: return "canceled";
    case venue_status::expired: return "expired";
    case venue_status::rejected: return "rejected";
    case venue_status::pending_cancel: return "pending_cancel";
    case venue_status::held: return "held";
    case venue_status::pending_replace: return "pending_replace";
    case venue_status::replaced: return "replaced";
    case venue_status::done_for_day: return "done_for_day";
  }
  return "unknown";
}

bool is_terminal(venue_status x) noexcept {
  return x == venue_status::filled || x == venue_status::canceled || x == venue_status::expired ||
         x == venue_status::rejected || x == venue_status::replaced;
}

position_intent intent_of(side x, quantity held) noexcept {
  if (x == side::buy)
    return held.is_negative() ? position_intent::buy_to_close : position_intent::buy_to_open;
  return held.is_positive() ? position_intent::sell_to_close : position_intent::sell_to_open;
}

std::string_view to_string(venue_event::kind x) noexcept {
  switch (x) {
    case venue_event::kind::pending_new: return "pending_new";
    case venue_event::kind::accepted: return "accepted";
    case venue_event::kind::new_order: return "new";
    case venue_event::kind::partial_fill: return "partial_fill";
    case venue_event::kind::fill: return "fill";
    case venue_event::kind::canceled: return "canceled";
    case venue_event::kind::expired: return "expired";
    case venue_event::kind::rejected: return "rejected";
    case venue_event::kind::pending_cancel: return "pending_cancel";
    case venue_event::kind::order_cancel_rejected: return "order_cancel_rejected";
    case venue_event::kind::replaced: return "replaced";
    case venue_event::kind::pending_replace: return "pending_replace";
    case venue_event::kind::order_replace_rejected: return "order_replace_rejected";
    case venue_event::kind::done_for_day: return "done_for_day";
  }
  return "unknown";
}

std::optional<price> venue_order::filled_average() const {
  if (!filled_qty.is_positive()) return std::nullopt;
  return average_price_half_even(filled_notional, filled_qty);
}

namespace {

using kind = venue_event::kind;
using status = venue_status;

bool at_venue(status x) {
  return x != status::accepted && x != status::pending_new && x != status::done_for_day;
}

bool rests(status x) { return x == status::new_order || x == status::partially_filled; }

/// A request about the order is under way; executions do not end that.
bool in_change(status x) { return x == status::pending_cancel || x == status::pending_replace; }

std::optional<status> only_if(bool allowed, status to) {
  return allowed ? std::optional{to} : std::nullopt;
}

}  // namespace

std::optional<venue_status> next_status(venue_status from, venue_event::kind what) {
  if (is_terminal(from)) {
    // An answer about a request that came too late leaves the order as it is.
    const bool answer = what == kind::order_cancel_rejected || what == kind::order_replace_rejected;
    return only_if(answer, from);
  }
  switch (what) {
    case kind::accepted: return std::nullopt;  // A starting state; nothing leads to it.
    case kind::pending_new: return only_if(from == status::accepted, status::pending_new);
    case kind::new_order:
      return only_if(from == status::pending_new || from == status::held, status::new_order);
    case kind::partial_fill:
      if (in_change(from)) return from;
      return only_if(rests(from), status::partially_filled);
    case kind::fill: return only_if(rests(from) || in_change(from), status::filled);
    case kind::canceled: return status::canceled;
    case kind::expired: return status::expired;
    // A market order from before the open that the account cannot pay at the first quote, or a
    // replacement of an order that was filled meanwhile.
    case kind::rejected: return status::rejected;
    case kind::pending_cancel:
      return only_if(from != status::pending_cancel, status::pending_cancel);
    case kind::pending_replace:
      return only_if(at_venue(from) && !in_change(from), status::pending_replace);
    case kind::replaced: return only_if(from == status::pending_replace, status::replaced);
    case kind::done_for_day: return only_if(rests(from), status::done_for_day);
    case kind::order_cancel_rejected:
    case kind::order_replace_rejected: return from;
  }
  return std::nullopt;
}

}  // namespace bw::venue
