#include "domain/order_ledger.hpp"

#include <algorithm>
#include <string>

namespace bw {

/// Shares that an update added to what was known, at one price.
struct order_ledger::fill {
  quantity qty;
  price at_price;
  execution_id execution;
};

namespace {

std::string named(order_id order) { return "order " + std::to_string(order.value); }

/// A price for shares of which only totals are known: the difference of the two values.
price price_of_difference(const ledger_entry& entry, const order_update& update, quantity delta) {
  const auto before = notional_exact(entry.filled_average, entry.filled_total);
  const auto after = notional_exact(update.filled_average, update.filled_total);
  if (update.filled_average.is_positive()) {
    const auto units = divide_half_even(after - before, delta.units());
    if (units > 0 && fits_decimal(units))
      return price::from_units(static_cast<std::int64_t>(units));
    // The averages contradict each other; the newer one is the better guess.
    return update.filled_average;
  }
  if (update.last_price.is_positive()) return update.last_price;
  return entry.request.limit.is_positive() ? entry.request.limit : entry.request.reference;
}

price average_after(const ledger_entry& entry, quantity qty, price at_price) {
  const auto value =
      notional_exact(entry.filled_average, entry.filled_total) + notional_exact(at_price, qty);
  return average_price_half_even(value, entry.filled_total + qty);
}

/// Quantities from outside must not overflow a sum; no order comes near this.
constexpr auto filled_max = quantity::from_int(100'000'000);

bool is_sane(const ledger_entry& entry, const order_update& update) {
  return entry.filled_total <= filled_max && !update.filled_total.is_negative() &&
         update.filled_total <= filled_max && !update.last_qty.is_negative() &&
         update.last_qty <= filled_max && !update.filled_average.is_negative() &&
         !update.last_price.is_negative();
}

}  // namespace

result<void> order_ledger::add(const order_request& request, const client_order_id& client_id,
                               mono_ns now) {
  ledger_entry entry;
  entry.request = request;
  entry.client_id = client_id;
  entry.added_at = entry.changed_at = entry.evidence_at = now;
  return insert(std::move(entry));
}

result<void> order_ledger::add_recovered(ledger_entry entry) { return insert(std::move(entry)); }

result<void> order_ledger::insert(ledger_entry entry) {
  const auto id = entry.request.order;
  if (id.value == 0) return {ec::invalid_argument, "an order needs its number before it is kept"};
  if (entries_.contains(id) || by_client_id_.contains(entry.client_id))
    return {ec::already_exists, named(id) + " (" + entry.client_id.str() + ") exists already"};
  if (!make_room())
    return {ec::queue_full, "all " + std::to_string(options_.orders_max) +
                                " orders of the ledger are live; cancel some of them"};
  by_client_id_.emplace(entry.client_id, id);
  const auto& kept = entries_.emplace(id, std::move(entry)).first->second;
  highest_ = std::max(highest_, id);
  if (is_live(kept.state))
    open_.insert(std::upper_bound(open_.begin(), open_.end(), id), id);
  else
    ended_.push_back(id);
  return {};
}

bool order_ledger::make_room() {
  while (entries_.size() >= options_.orders_max) {
    if (ended_.empty()) return false;
    const auto it = entries_.find(ended_.front());
    ended_.pop_front();
    if (it == entries_.end() || is_live(it->second.state)) continue;
    by_client_id_.erase(it->second.client_id);
    entries_.erase(it);
  }
  return true;
}

ledger_entry* order_ledger::find_mutable(order_id order) {
  const auto it = entries_.find(order);
  return it == entries_.end() ? nullptr : &it->second;
}

ledger_entry* order_ledger::find_mutable(order_id order, const client_order_id& client_id) {
  if (auto* entry = find_mutable(order)) return entry;
  const auto it = by_client_id_.find(client_id);
  return it == by_client_id_.end() ? nullptr : find_mutable(it->second);
}

const ledger_entry* order_ledger::find(order_id order) const {
  const auto it = entries_.find(order);
  return it == entries_.end() ? nullptr : &it->second;
}

const ledger_entry* order_ledger::find(const client_order_id& client_id) const {
  const auto it = by_client_id_.find(client_id);
  return it == by_client_id_.end() ? nullptr : find(it->second);
}

ledger_change order_ledger::on_local(order_id order, local_event event, utc_ns at, mono_ns now) {
  auto* entry = find_mutable(order);
  if (!entry) return {};
  const auto next = transition(entry->state, event);
  if (!next) {
    // The order moved on meanwhile, which is no fault: nothing changes.
    return {.known = true, .order = order, .before = entry->state, .after = entry->state};
  }
  const bool look_up = *next == order_state::unknown;
  if (event == local_event::sending && entry->request.replaces != order_id{})
    if (auto* old = find_mutable(entry->request.replaces); old && is_live(old->state)) {
      old->successor = order;
      old->pending = pending_change::replace;
      old->changed_at = now;
    }
  return settle(*entry, {*next, pending_step::keep, look_up}, {}, {}, at, now);
}

ledger_change order_ledger::on_submit(const submit_result& answer, utc_ns at, mono_ns now) {
  auto* entry = find_mutable(answer.order, answer.client_id);
  if (!entry) return {};
  const bool new_id = entry->venue_id.empty() && !answer.venue_id.empty();
  if (new_id) entry->venue_id = answer.venue_id;
  entry->evidence_at = now;
  auto change = settle(*entry, transition(entry->state, answer.outcome), {}, answer.text, at, now);
  change.changed = change.changed || new_id;
  return change;
}

ledger_change order_ledger::on_update(const order_update& update, mono_ns now) {
  auto* entry = find_mutable({}, update.client_id);
  if (!entry) return {};
  return apply(*entry, update, freshness::current, now);
}

ledger_change order_ledger::on_snapshot(const open_order_report& report,
                                        const snapshot_origin& origin) {
  auto* entry = find_mutable({}, report.client_id);
  if (!entry) return {};
  order_update update;
  update.client_id = report.client_id;
  update.venue_id = report.venue_id;
  update.event = report.status;
  update.source = origin.source;
  update.filled_total = report.filled_total;
  update.filled_average = report.filled_average;
  update.replaced_by = report.replaced_by;
  update.replaces = report.replaces;
  update.ts_event = origin.at;
  update.received = origin.now;
  const bool outdated = origin.requested < entry->evidence_at;
  return apply(*entry, update, outdated ? freshness::outdated : freshness::current, origin.now);
}

ledger_change order_ledger::on_successor(const venue_order_id& replaced,
                                         const venue_order_id& successor, utc_ns at, mono_ns now) {
  if (replaced.empty()) return {};
  for (const auto id : open_) {
    auto* entry = find_mutable(id);
    if (entry->venue_id != replaced) continue;
    entry->replaced_by = successor;
    entry->successor_seen = true;
    // The broker may show both for a moment: ours ends when its own word has come. That we asked
    // for it is no such word.
    const bool told = entry->successor == order_id{} ? entry->pending == pending_change::replace
                                                     : entry->replaced_told;
    if (!told)
      return {.known = true,
              .look_up = true,
              .order = id,
              .before = entry->state,
              .after = entry->state};
    const order_step ended{order_state::replaced, pending_step::clear, false};
    return settle(*entry, ended, {}, cut<short_text>("replaced by " + successor.str()), at, now);
  }
  return {};
}

/// Replaced, by an order that nobody has seen yet: its reservation must not be gone before the
/// other's is there.
order_step order_ledger::await_successor(ledger_entry& entry, const order_update& update,
                                         const order_step& step) {
  if (!update.replaced_by.empty()) entry.replaced_by = update.replaced_by;
  entry.replaced_told = true;
  if (entry.successor_seen || !is_live(entry.state)) return step;
  const bool unsure = entry.state == order_state::sending || entry.state == order_state::unknown;
  if (entry.state == order_state::intent)
    return {order_state::needs_review, pending_step::keep, true};
  const auto alive = entry.filled_total.is_positive() ? order_state::partial : order_state::working;
  return {unsure ? alive : entry.state, pending_step::set_replace, true};
}

ledger_change order_ledger::on_successor_ended(order_id successor, utc_ns at, mono_ns now) {
  const auto* ended = find(successor);
  auto* entry = ended == nullptr ? nullptr : find_mutable(ended->request.replaces);
  if (!entry || entry->successor != successor || !is_live(entry->state)) return {};
  entry->successor = order_id{};
  const bool waits = entry->pending == pending_change::replace && !entry->replaced_told;
  return settle(*entry, {entry->state, waits ? pending_step::clear : pending_step::keep, true}, {},
                {}, at, now);
}

bool order_ledger::can_be_replaced(order_id order) const {
  const auto* entry = find(order);
  return entry != nullptr && entry->state == order_state::working &&
         entry->pending == pending_change::none && !entry->venue_id.empty() &&
         entry->filled_total.is_zero();
}

ledger_change order_ledger::on_cancel_sent(order_id order, mono_ns now) {
  auto* entry = find_mutable(order);
  if (!entry) return {};
  const auto step = is_live(entry->state) ? pending_step::set_cancel : pending_step::keep;
  return settle(*entry, {entry->state, step, false}, {}, {}, {}, now);
}

ledger_change order_ledger::on_cancel(const cancel_result& answer, utc_ns at, mono_ns now) {
  auto* entry = find_mutable(answer.order, answer.client_id);
  if (!entry) return {};
  // Taken is not done: the end comes as an update. Refused means too late or not known there.
  const bool live = is_live(entry->state);
  const bool refused =
      answer.outcome == submit_outcome::rejected || answer.outcome == submit_outcome::not_sent;
  const bool settled = answer.outcome == submit_outcome::accepted;
  if (live && refused) return settle(*entry, after_failed_cancel(*entry), {}, answer.text, at, now);
  const auto step = live ? pending_step::set_cancel : pending_step::keep;
  return settle(*entry, {entry->state, step, live && !settled}, {}, answer.text, at, now);
}

ledger_change order_ledger::on_cancel_lost(order_id order, utc_ns at, mono_ns now) {
  auto* entry = find_mutable(order);
  if (!entry || !is_live(entry->state) || entry->pending != pending_change::cancel) return {};
  return settle(*entry, after_failed_cancel(*entry), {},
                cut<short_text>("a cancel without an answer and without effect"), at, now);
}

/// A refusal is no proof of life and none of death: the order is looked up, and after some of them
/// somebody has to look.
order_step order_ledger::after_failed_cancel(ledger_entry& entry) const {
  ++entry.cancels_failed;
  const bool riddle = entry.cancels_failed == options_.cancels_failed_max &&
                      entry.state != order_state::intent && entry.state != order_state::unknown;
  return {riddle ? order_state::needs_review : entry.state, pending_step::clear, true};
}

/// How much of the update is new. The total leads where it is given: it covers executions whose
/// frames were lost, and it does not grow by those that were counted before.
order_ledger::fill order_ledger::count_fill(ledger_entry& entry, const order_update& update) {
  const bool seen = !update.execution.empty() &&
                    std::find(entry.executions.begin(), entry.executions.end(), update.execution) !=
                        entry.executions.end();
  const bool has_fill = update.last_qty.is_positive();
  quantity delta;
  if (update.filled_total > entry.filled_total) {
    delta = update.filled_total - entry.filled_total;
  } else if (update.filled_total.is_zero() && has_fill && !seen && !update.execution.empty()) {
    delta = update.last_qty;  // The frame carries no total: the id alone tells that it is new.
  }
  if (has_fill && !seen && !update.execution.empty() &&
      entry.executions.size() < options_.executions_per_order_max)
    entry.executions.push_back(update.execution);
  if (!delta.is_positive()) return {};

  fill out;
  out.qty = delta;
  const bool exactly_this = delta == update.last_qty && !seen && update.last_price.is_positive();
  out.at_price = exactly_this ? update.last_price : price_of_difference(entry, update, delta);
  if (exactly_this) out.execution = update.execution;
  const bool has_average =
      update.filled_average.is_positive() && update.filled_total == entry.filled_total + delta;
  entry.filled_average =
      has_average ? update.filled_average : average_after(entry, delta, out.at_price);
  entry.filled_total += delta;
  return out;
}

ledger_change order_ledger::apply(ledger_entry& entry, const order_update& update, freshness age,
                                  mono_ns now) {
  const bool current = age == freshness::current;
  const bool new_id = entry.venue_id.empty() && !update.venue_id.empty();
  if (new_id) entry.venue_id = update.venue_id;
  if (current) entry.evidence_at = now;
  if (!is_sane(entry, update)) {
    const order_step riddle{order_state::needs_review, pending_step::keep, true};
    return settle(entry, riddle, {}, update.text, update.ts_event, now);
  }
  const auto counted = count_fill(entry, update);

  const order_context context{entry.request.qty, entry.filled_total, update.source};
  order_step step;
  if (current) {
    step = transition(entry.state, update.event, context);
    if (step.state == order_state::replaced && entry.state != order_state::replaced)
      step = await_successor(entry, update, step);
  } else if (counted.qty.is_positive()) {
    step = transition(entry.state, order_event::partial_fill, context);
  } else {
    step = {entry.state, pending_step::keep, false};
  }
  auto change = settle(entry, step, counted, update.text, update.ts_event, now);
  change.changed = change.changed || new_id;
  return change;
}

ledger_change order_ledger::settle(ledger_entry& entry, const order_step& step, const fill& counted,
                                   const short_text& text, utc_ns at, mono_ns now) {
  ledger_change change{
      .known = true, .look_up = step.look_up, .order = entry.request.order, .before = entry.state};
  const auto pending_before = entry.pending;
  switch (step.pending) {
    case pending_step::keep: break;
    case pending_step::set_cancel: entry.pending = pending_change::cancel; break;
    case pending_step::set_replace: entry.pending = pending_change::replace; break;
    case pending_step::clear: entry.pending = pending_change::none; break;
  }
  entry.state = step.state;
  if (is_terminal(entry.state)) entry.pending = pending_change::none;
  change.after = entry.state;
  const bool moved = change.before != change.after;
  const bool filled = counted.qty.is_positive();
  change.changed = moved || filled || entry.pending != pending_before;
  if (moved || entry.pending != pending_before) entry.changed_at = now;
  if (moved) file(entry, change.before);
  if (moved || filled) {
    change.report = order_report{.request = entry.request,
                                 .client_id = entry.client_id,
                                 .state = entry.state,
                                 .filled_total = entry.filled_total,
                                 .filled_average = entry.filled_average,
                                 .last_qty = counted.qty,
                                 .last_price = counted.at_price,
                                 .execution = counted.execution,
                                 .text = text,
                                 .at = at};
  }
  return change;
}

void order_ledger::file(const ledger_entry& entry, order_state before) {
  const auto id = entry.request.order;
  if (is_live(before) == is_live(entry.state)) return;
  const auto at = std::lower_bound(open_.begin(), open_.end(), id);
  if (is_live(entry.state)) {
    open_.insert(at, id);
    // It ends a second time later; its old place must not get it forgotten early.
    ended_.erase(std::remove(ended_.begin(), ended_.end(), id), ended_.end());
  } else {
    open_.erase(at);
    ended_.push_back(id);
  }
}

std::vector<const ledger_entry*> order_ledger::open_orders() const {
  std::vector<const ledger_entry*> out;
  out.reserve(open_.size());
  for (const auto id : open_) out.push_back(find(id));
  return out;
}

std::vector<const ledger_entry*> order_ledger::unknown_orders() const {
  std::vector<const ledger_entry*> out;
  for (const auto* entry : open_orders())
    if (entry->state == order_state::unknown || entry->state == order_state::needs_review)
      out.push_back(entry);
  return out;
}

std::vector<const ledger_entry*> order_ledger::in_flight_longer_than(nanoseconds age,
                                                                     mono_ns now) const {
  std::vector<const ledger_entry*> out;
  for (const auto* entry : open_orders()) {
    const bool waiting = entry->state == order_state::sending ||
                         entry->state == order_state::unknown ||
                         entry->pending != pending_change::none;
    if (waiting && now - entry->changed_at > age) out.push_back(entry);
  }
  return out;
}

std::vector<const ledger_entry*> order_ledger::marketable_longer_than(nanoseconds age,
                                                                      mono_ns now) const {
  const auto should_end = [](const order_request& x) {
    if (x.tif == time_in_force::opg || x.tif == time_in_force::cls) return false;
    if (x.type == order_type::market) return true;
    if (x.type != order_type::limit) return false;
    return x.side == side::buy ? x.seen_ask.is_positive() && x.limit >= x.seen_ask
                               : x.seen_bid.is_positive() && x.limit <= x.seen_bid;
  };
  std::vector<const ledger_entry*> out;
  for (const auto id : open_) {
    const auto* entry = find(id);
    const bool at_broker = entry->state == order_state::accepted ||
                           entry->state == order_state::working ||
                           entry->state == order_state::partial;
    if (at_broker && now - entry->added_at > age && should_end(entry->request))
      out.push_back(entry);
  }
  return out;
}

}  // namespace bw
