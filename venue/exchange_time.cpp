#include "venue/exchange_state.hpp"

namespace bw::venue {
namespace {

constexpr auto never = utc_ns{INT64_MAX};
/// So long an opening auction waits for its print before the quote decides.
constexpr nanoseconds opening_patience = std::chrono::minutes{1};

}  // namespace

bool exchange::state::trades(bool extended_hours, time_in_force tif) const {
  switch (phases.at(now)) {
    case market_phase::regular: return tif != time_in_force::opg;
    case market_phase::pre_market:
    case market_phase::after_hours: return extended_hours;
    case market_phase::closed: return false;
  }
  return false;
}

bool exchange::state::trades(const venue_order& order) const {
  return trades(order.extended_hours, order.tif);
}

utc_ns exchange::state::next_due() const {
  if (nothing_before > now) return nothing_before;
  const auto close = phases.is_open() ? phases.session().close : never;
  return std::min({orders.next_wake().value_or(never), orders.next_expiry().value_or(never), close,
                   phases.next_edge(now).value_or(never)});
}

/// Does everything that is due, in the order of time: the close before what expires with it.
void exchange::state::advance(utc_ns until, events& out) {
  if (until < nothing_before) {
    clamp(until);
    return;
  }
  for (;;) {
    forget_due();
    const auto next = next_due();
    if (next > until || next == never) {
      nothing_before = next;
      break;
    }
    const auto edge = phases.next_edge(now);
    const auto at = clamp(next);
    if (phases.is_open() && next == phases.session().close) {
      close_session(at, out);
    } else if (next == orders.next_expiry()) {
      end(*orders.first_expired(next), kind::expired, at, out);
    } else if (next == edge) {
      if (phases.at(at) == market_phase::pre_market) board.open_session();
      release_queued(at, out);
    } else {
      wake(*orders.due(next), at, out);
    }
  }
  clamp(until);
}

void exchange::state::set_session(market_session current_or_next, bool open, utc_ns at,
                                  events& out) {
  const bool another = current_or_next.open != phases.session().open;
  if (phases.is_open() && (!open || another)) close_session(at, out);
  phases.expect(current_or_next);
  if (open && !phases.is_open()) open_session(at, out);
  if (!open) release_queued(at, out);
}

void exchange::state::open_session(utc_ns at, events& out) {
  phases.open();
  board.open_session();
  for (auto* live : orders.open()) {
    auto& order = live->order;
    if (order.status == venue_status::done_for_day) {
      order.status = live->status_before;
      orders.touch(*live);
    }
    const bool waits = order.status == venue_status::accepted || order.status == venue_status::held;
    if (waits && order.tif != time_in_force::gtc)
      if (const auto end = phases.day_end(at, order.extended_hours)) orders.expire_at(*live, *end);
  }
  release_queued(at, out);
}

/// Sends the orders on their way whose phase has begun.
void exchange::state::release_queued(utc_ns at, events& out) {
  const bool regular = phases.is_open();
  for (auto* live : orders.open()) {
    auto& order = live->order;
    if (order.status != venue_status::accepted) continue;
    const bool in_auction = regular && order.tif == time_in_force::opg;
    if (!trades(order) && !in_auction) continue;
    live->priced_at_open = regular && order.type == order_type::market && order.side == side::buy;
    emit(*live, kind::pending_new, at, out);
    if (!in_auction) {
      orders.wake(*live, at + options.acknowledge_delay);
      continue;
    }
    acknowledge(*live, at, out);
    orders.wake(*live, at + opening_patience);
  }
}

void exchange::state::close_session(utc_ns at, events& out) {
  const auto day = phases.session();
  for (auto* live : orders.open()) {
    if (live->order.tif != time_in_force::cls || is_terminal(live->order.status) || !live->working)
      continue;
    const auto& entry = board[live->order.symbol];
    auction(*live, entry.halted ? price{} : board.closing_price(live->order.symbol, day.open), at,
            out);
  }
  phases.close();
  board.close_session();
  const auto values = account.values(board.marks());
  last_equity = values.equity;
  last_maintenance_margin = values.maintenance_margin;
  if (!options.tells_done_for_day) return;
  for (auto* live : orders.open()) {
    const auto status = live->order.status;
    const bool rests =
        status == venue_status::new_order || status == venue_status::partially_filled;
    if (!rests || live->order.tif != time_in_force::gtc || live->order.extended_hours) continue;
    live->status_before = status;
    emit(*live, kind::done_for_day, at, out);
  }
}

/// What time alone does to an order.
void exchange::state::wake(live_order& live, utc_ns at, events& out) {
  switch (live.order.status) {
    case venue_status::pending_new:
      if (live.replaces != 0) return take_place(live, at, out);
      acknowledge(live, at, out);
      orders.wake(live, at + options.acknowledge_delay);
      return;
    case venue_status::pending_cancel: return end(live, kind::canceled, at, out);
    default: return look(live, at, out);
  }
}

}  // namespace bw::venue
