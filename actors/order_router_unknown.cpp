// What the router does with orders of which nobody knows whether they exist, with those that came
// back after they had been proven absent, and with the symbols that are stopped because of them.

#include <algorithm>
#include <utility>

#include "actors/order_router_actor.hpp"
#include "core/log.hpp"
#include "domain/external_guard.hpp"

namespace bw {

void order_router_state::take(const directory& who) {
  members = who;
  if (!std::exchange(began, static_cast<bool>(members.audit)) && began) begin_recovered();
  for (const auto& each : stops->all()) tell(self, members.gate, each);
  tell_open_orders();
}

/// A strategy that was started again, or an order of an earlier run: whoever holds the position
/// learns what rests for it at the broker.
void order_router_state::tell_open_orders() {
  for (const auto* entry : ledger.open_orders()) {
    order_report report;
    report.request = entry->request;
    report.client_id = entry->client_id;
    report.state = entry->state;
    report.filled_total = entry->filled_total;
    report.filled_average = entry->filled_average;
    report.at = args.time->utc_now();
    if (!is_guard(report.request) && report.request.symbol.value < members.strategies.size())
      tell(self, members.strategies[report.request.symbol.value], report);
  }
}

/// Orders that an earlier run left without an answer are asked about like those of this one.
void order_router_state::begin_recovered() {
  for (const auto& each : args.stops) stops->set(each.symbol, each.reason, each.text.view());
  std::vector<order_id> open;
  for (const auto* entry : ledger.unknown_orders()) open.push_back(entry->request.order);
  for (const auto id : open) {
    const auto* entry = ledger.find(id);
    question({.known = true,
              .before = order_state::sending,
              .after = entry->state,
              .report = order_report{.request = entry->request, .client_id = entry->client_id}});
  }
}

void order_router_state::question(const ledger_change& change) {
  const auto asks = [](order_state x) {
    return x == order_state::unknown || x == order_state::needs_review;
  };
  const auto& report = *change.report;
  const auto symbol = report.request.symbol;
  if (change.before == change.after || (!asks(change.before) && !asks(change.after))) return;
  const auto* entry = ledger.find(report.request.order);
  if (change.after == order_state::needs_review) {
    const auto what = report.client_id.str() + ": " + report.text.str();
    log_line(log_level::critical, name, "order_needs_review", what);
    stop_symbol(symbol, symbol_stop_reason::unknown_status, what);
    ask_what_became_of(*entry, unknown_hint::exists);
  } else if (change.after == order_state::unknown) {
    stop_symbol(symbol, symbol_stop_reason::unknown_order, report.client_id.str());
    ask_what_became_of(*entry, unknown_hint::none);
  } else {
    carry_out(unknown.close(report.client_id, to_string(change.after)));
  }
  const auto open = ledger.unknown_orders();
  const bool any = std::any_of(open.begin(), open.end(), [&](const ledger_entry* each) {
    return each->state == order_state::unknown && each->request.symbol == symbol;
  });
  if (!any) announce(stops->lift(symbol, symbol_stop_reason::unknown_order, "settled"));
}

void order_router_state::ask_what_became_of(const ledger_entry& entry, unknown_hint hint) {
  const auto at = handed_over.find(entry.request.order);
  unknown_order what;
  what.client_id = entry.client_id;
  what.order = entry.request.order;
  what.decided_at = entry.request.header.ts_init;
  what.of_earlier_run = at == handed_over.end();
  if (at != handed_over.end()) what.handed_over = at->second;
  what.hint = hint;
  carry_out(unknown.open(what, args.time->mono_now()));
}

void order_router_state::carry_out(unknown_actions actions) {
  std::optional<utc_ns> list_from;
  for (auto& each : actions) {
    log_fields fields;
    fields.client_order_id = each.client_id.view();
    const bool decides =
        each.step == unknown_step::not_found || each.step == unknown_step::late_appearance;
    const bool news = decides || each.step == unknown_step::opened ||
                      each.step == unknown_step::resolved || each.step == unknown_step::refused;
    if (news)
      log_line(
          each.step == unknown_step::late_appearance ? log_level::critical : log_level::warning,
          name, "order_unknown", std::string{to_string(each.step)} + " " + each.text, fields);
    audit_append group;
    group.events.emplace_back(unknown_record{each.client_id, each.order, each.step, each.look_ups,
                                             each.missing_in_row, each.text});
    if (const auto* entry = ledger.find(each.order)) group.trace = entry->request.header.trace;
    group.needs = decides ? durability::before_answer : durability::soon;
    group.from = short_name{name};
    tell(self, members.audit, std::move(group));

    const auto now = args.time->mono_now();
    const auto settle = [&](local_event event) {
      follow_up(ledger.on_local(each.order, event, args.time->utc_now(), now), nullptr);
    };
    if (each.step == unknown_step::asked) tell(self, members.broker, each.client_id);
    if (each.step == unknown_step::list_asked)
      list_from = list_from ? std::min(*list_from, each.list_from) : each.list_from;
    if (each.step == unknown_step::refused) settle(local_event::refused);
    if (each.step == unknown_step::not_found) settle(local_event::not_found);
  }
  if (list_from) tell(self, members.broker, order_history_request{*list_from});
}

void order_router_state::on_stream(const order_stream_status& x) {
  stream_ready = x.state == feed_state::synced;
  carry_out(unknown.on_stream(stream_ready, args.time->mono_now()));
}

void order_router_state::on_history(const order_history_report& x) {
  if (!x.whole) return carry_out(unknown.on_list_failed(x.text.view()));
  const auto now = args.time->mono_now();
  std::vector<client_order_id> ids;
  for (const auto& order : x.orders) {
    ids.push_back(order.client_id);
    on_snapshot(order, {evidence::poll, x.requested, args.time->utc_now(), now});
  }
  std::sort(ids.begin(), ids.end());
  carry_out(unknown.on_list(x.after, x.requested, ids, now));
}

void order_router_state::on_session(const session_state& x) {
  stuck.on_session(x);
  if (x.phase == session_phase::unknown || x.phase == session_phase::closed) return;
  carry_out(unknown.on_session(x.open));
}

bool order_router_state::adopt(const client_order_id& id, const char* where) {
  if (!unknown.is_watched(id)) return false;
  const auto* entry = ledger.find(id);
  if (entry == nullptr) return false;
  const auto order = entry->request.order;
  const auto symbol = entry->request.symbol;
  carry_out(unknown.on_appearance(id, where));
  stop_symbol(symbol, symbol_stop_reason::late_appearance, id.str() + " appeared " + where);
  follow_up(
      ledger.on_local(order, local_event::appeared, args.time->utc_now(), args.time->mono_now()),
      nullptr);
  return true;
}

/// Nobody wants the order any more: what it decided for is over.
void order_router_state::after_adoption(const client_order_id& id) {
  if (const auto* entry = ledger.find(id))
    cancel(*entry, "it appeared after it had been proven absent");
}

void order_router_state::on_symbol_stop(const symbol_stop& x) {
  if (!x.stopped) announce(stops->lift(x.symbol, x.reason, x.text.view()));
}

void order_router_state::stop_symbol(symbol_id symbol, symbol_stop_reason reason,
                                     const std::string& text) {
  announce(stops->set(symbol, reason, text));
}

void order_router_state::announce(const std::optional<symbol_stop>& change) {
  if (!change) return;
  const auto& symbol = args.symbols[change->symbol.value];
  log_fields fields;
  fields.symbol = symbol;
  const bool grave = change->stopped && is_latched(change->reason);
  log_line(grave ? log_level::critical : log_level::warning, name,
           change->stopped ? "symbol_stopped" : "symbol_resumed",
           std::string{to_string(change->reason)} + ": " + change->text.str(), fields);
  audit_append note;
  note.events.emplace_back(symbol_stop_record{cut<symbol_name>(symbol), change->reason,
                                              change->stopped, change->text.str()});
  note.needs = grave ? durability::before_answer : durability::soon;
  note.from = short_name{name};
  tell(self, members.audit, std::move(note));
  tell(self, members.gate, *change);
}

/// The last counter before the wire disagrees with everything before it: nothing more leaves.
void order_router_state::breach(const order_request& request, const char* what) {
  log_fields fields;
  fields.symbol = args.symbols[request.symbol.value];
  fields.strategy = owner_name(args.strategies, request.strategy);
  log_line(log_level::critical, name, "trading_halted", what, fields);
  breached = true;
  tell(self, members.gate, halt_command{halt_reason::parent_child, cut<short_text>(what)});
}

}  // namespace bw
