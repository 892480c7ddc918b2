#include "backtest/order_desk.hpp"

#include <algorithm>
#include <utility>

#include "backtest/virtual_time.hpp"
#include "domain/client_order_ids.hpp"

namespace bw {
namespace {

/// A run has no log of its own; its orders never leave it, so any fixed identity will do.
constexpr std::uint64_t run_log_id = 1;
constexpr std::uint64_t run_boot_no = 1;

order_event event_of(venue::venue_event::kind what) {
  using kind = venue::venue_event::kind;
  switch (what) {
    case kind::pending_new: return order_event::pending_new;
    case kind::accepted: return order_event::accepted;
    case kind::new_order: return order_event::new_order;
    case kind::partial_fill: return order_event::partial_fill;
    case kind::fill: return order_event::fill;
    case kind::canceled: return order_event::canceled;
    case kind::expired: return order_event::expired;
    case kind::rejected: return order_event::rejected;
    case kind::pending_cancel: return order_event::pending_cancel;
    case kind::order_cancel_rejected: return order_event::cancel_rejected;
    case kind::replaced: return order_event::replaced;
    case kind::pending_replace: return order_event::pending_replace;
    case kind::order_replace_rejected: return order_event::replace_rejected;
    case kind::done_for_day: return order_event::done_for_day;
  }
  return order_event::other;
}

order_update update_of(const venue::venue_event& event, utc_ns now) {
  order_update out;
  out.client_id = cut<client_order_id>(event.order.client_order_id);
  out.venue_id = cut<venue_order_id>(event.order.id);
  out.event = event_of(event.what);
  out.source = evidence::stream;
  out.filled_total = event.order.filled_qty;
  out.filled_average = event.order.filled_average().value_or(price{});
  out.last_qty = event.fill_qty;
  out.last_price = event.fill_price;
  out.execution = cut<execution_id>(event.execution_id);
  out.replaced_by = cut<venue_order_id>(event.order.replaced_by);
  out.replaces = cut<venue_order_id>(event.order.replaces);
  out.ts_event = event.at;
  out.received = mono_of(now);
  return out;
}

void keep(ledger_change change, order_desk::reports& out) {
  if (change.report) out.push_back(std::move(*change.report));
}

}  // namespace

void order_desk::submit(order_request request, utc_ns now, reports& out, const order_shape& shape) {
  request.order = order_id{ledger_.highest().value + 1};
  if (!add(request, make_client_order_id({run_log_id, run_boot_no, request.order}), now, out))
    return;
  if (shape != order_shape{}) shapes_.emplace(request.order, shape);
  send(errand::order, request.order, now);
}

/// Into the ledger, as handed over already. False, with a report, when it has no place.
bool order_desk::add(order_request request, const client_order_id& client_id, utc_ns now,
                     reports& out) {
  order_report numbered;
  numbered.client_id = client_id;
  numbered.request = request;
  numbered.at = now;
  const auto added = ledger_.add(request, client_id, mono_of(now));
  if (!added) {
    numbered.state = order_state::not_sent;
    numbered.text = cut<short_text>(added.failure().context);
  }
  out.push_back(numbered);
  if (!added) return false;
  keep(ledger_.on_local(request.order, local_event::sending, now, mono_of(now)), out);
  return true;
}

void order_desk::send(errand what, order_id order, utc_ns now) {
  auto arrives = now + latency_.draw();
  if (!under_way_.empty()) arrives = std::max(arrives, under_way_.back().arrives);
  under_way_.push_back({arrives, what, order});
}

void order_desk::cancel(order_id order, utc_ns now) {
  const auto* entry = ledger_.find(order);
  if (entry == nullptr || !is_live(entry->state) || entry->pending == pending_change::cancel)
    return;
  // Only the flag beside the state changes, of which nobody is told.
  (void)ledger_.on_cancel_sent(order, mono_of(now));
  send(errand::cancel, order, now);
}

void order_desk::cancel_entries(utc_ns now) {
  for (const auto* entry : ledger_.open_orders())
    if (entry->request.purpose == order_purpose::entry) cancel(entry->request.order, now);
}

std::optional<utc_ns> order_desk::next_arrival() const {
  if (under_way_.empty()) return std::nullopt;
  return under_way_.front().arrives;
}

void order_desk::arrive(utc_ns now, std::vector<venue::venue_event>& events, reports& out) {
  while (!under_way_.empty() && under_way_.front().arrives <= now) {
    const auto next = under_way_.front();
    under_way_.pop_front();
    const auto* entry = ledger_.find(next.order);
    if (entry == nullptr) continue;
    if (next.what == errand::order)
      deliver_order(*entry, now, events, out);
    else
      deliver_cancel(*entry, now, events, out);
  }
}

venue::new_order new_order_of(const order_request& request, std::string symbol,
                              std::string client_id) {
  venue::new_order out;
  out.symbol = std::move(symbol);
  out.side = request.side;
  out.type = request.type;
  out.tif = request.tif;
  out.qty = request.qty;
  out.limit = request.limit;
  out.stop = request.stop;
  out.client_order_id = std::move(client_id);
  return out;
}

venue::order_change change_of(const venue::new_order& wish) {
  venue::order_change out;
  if (wish.limit.is_positive()) out.limit = wish.limit;
  if (wish.stop.is_positive()) out.stop = wish.stop;
  out.client_order_id = wish.client_order_id;
  return out;
}

void order_desk::deliver_order(const ledger_entry& entry, utc_ns now,
                               std::vector<venue::venue_event>& events, reports& out) {
  // Copies, because what follows changes the ledger.
  const auto request = entry.request;
  const auto client_id = entry.client_id;
  auto wish =
      new_order_of(request, market_.symbols()[request.symbol.value].symbol, client_id.str());
  if (const auto known = shapes_.extract(request.order); !known.empty()) {
    const auto& shape = known.mapped();
    wish.order_class = shape.order_class;
    wish.take_profit = shape.take_profit;
    wish.stop_loss = shape.stop_loss;
    wish.stop_loss_limit = shape.stop_loss_limit;
    wish.trail_price = shape.trail_price;
    wish.trail_percent = shape.trail_percent;
    wish.extended_hours = shape.extended_hours;
  }
  submit_result answer;
  answer.order = request.order;
  answer.client_id = client_id;
  answer.answered = mono_of(now);
  if (reject_percent_ > 0 && random_.chance(reject_percent_, 100)) {
    answer.outcome = submit_outcome::rejected;
    answer.http_status = 422;
    answer.text = cut<short_text>("refused at random, as the options ask");
    keep(ledger_.on_submit(answer, now, mono_of(now)), out);
    (void)ledger_.on_successor_ended(request.order, now, mono_of(now));
    return;
  }
  const auto* old = ledger_.find(request.replaces);
  std::variant<venue::venue_order, venue::refusal> taken;
  if (old != nullptr)
    taken = market_.replace(old->venue_id.view(), change_of(wish), now, events);
  else
    taken = market_.submit(wish, now, events);
  if (const auto* order = std::get_if<venue::venue_order>(&taken)) {
    answer.outcome = submit_outcome::accepted;
    answer.venue_id = cut<venue_order_id>(order->id);
  } else {
    const auto& refused = std::get<venue::refusal>(taken);
    answer.outcome = submit_outcome::rejected;
    answer.http_status = refused.http_status;
    answer.broker_code = refused.code;
    answer.text = cut<short_text>(refused.message);
  }
  keep(ledger_.on_submit(answer, now, mono_of(now)), out);
  if (old != nullptr) {
    if (answer.outcome == submit_outcome::accepted)
      keep(ledger_.on_successor(old->venue_id, answer.venue_id, now, mono_of(now)), out);
    else
      (void)ledger_.on_successor_ended(request.order, now, mono_of(now));
    return;
  }
  if (const auto* order = std::get_if<venue::venue_order>(&taken))
    adopt_exits(*order, request, now, out);
}

void order_desk::adopt_exits(const venue::venue_order& first, const order_request& request,
                             utc_ns now, reports& out) {
  for (const auto serial : first.legs) {
    const auto* leg = serial == 0 ? nullptr : market_.order(serial);
    if (leg == nullptr) continue;
    auto exit = request;
    exit.order = order_id{ledger_.highest().value + 1};
    exit.side = leg->side;
    exit.type = leg->type;
    exit.tif = leg->tif;
    exit.qty = leg->qty;
    exit.limit = leg->limit;
    exit.stop = leg->stop;
    exit.planned_stop = exit.planned_target = {};
    const bool loses = venue::has_stop(leg->type);
    exit.purpose = loses ? order_purpose::protective : order_purpose::exit;
    exit.reason = loses ? signal_reason::stop_hit : signal_reason::target_hit;
    const auto client_id = cut<client_order_id>(leg->client_order_id);
    if (!add(exit, client_id, now, out)) continue;
    submit_result answer;
    answer.order = exit.order;
    answer.client_id = client_id;
    answer.answered = mono_of(now);
    answer.outcome = submit_outcome::accepted;
    answer.venue_id = cut<venue_order_id>(leg->id);
    keep(ledger_.on_submit(answer, now, mono_of(now)), out);
  }
}

void order_desk::deliver_cancel(const ledger_entry& entry, utc_ns now,
                                std::vector<venue::venue_event>& events, reports& out) {
  const auto refused = market_.cancel(entry.venue_id.view(), now, events);
  cancel_result answer;
  answer.order = entry.request.order;
  answer.client_id = entry.client_id;
  answer.outcome = refused ? submit_outcome::rejected : submit_outcome::accepted;
  if (refused) answer.text = cut<short_text>(refused->message);
  keep(ledger_.on_cancel(answer, now, mono_of(now)), out);
}

void order_desk::on_event(const venue::venue_event& event, utc_ns now, reports& out) {
  auto change = ledger_.on_update(update_of(event, now), mono_of(now));
  const auto order = change.order;
  const bool over = change.known && is_terminal(change.after);
  keep(std::move(change), out);
  if (over) (void)ledger_.on_successor_ended(order, now, mono_of(now));
}

}  // namespace bw
