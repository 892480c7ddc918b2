#include "actors/order_router_actor.hpp"
#include "core/json_writer.hpp"
#include "core/log.hpp"
#include "domain/external_guard.hpp"

namespace bw {
namespace {

/// One line of the log for one execution.
void log_fill(const fill_record& fill, trace_id trace) {
  json_writer data;
  data.begin_object();
  data.member("side", to_string(fill.side));
  data.member("qty", fill.qty);
  data.member("price", fill.at_price);
  data.member("execution", fill.execution.view());
  data.member("position", fill.position);
  data.member("realized", fill.realized);
  data.member("trace", trace.value);
  data.end_object();
  log_fields fields;
  fields.symbol = fill.symbol.view();
  fields.strategy = fill.strategy.view();
  fields.client_order_id = fill.client_id.view();
  fields.data = data.text();
  log_line(log_level::info, order_router_state::name, "trade_executed",
           std::string{to_string(fill.side)} + " " + fill.qty.text() + " " + fill.symbol.str() +
               " at " + fill.at_price.text(),
           fields);
}

}  // namespace

/// One line for each thing about an order that becomes another.
void order_router_state::log_modified(const ledger_entry& entry, const changed_field& what,
                                      std::string_view cause, std::string_view new_order) const {
  const auto& request = entry.request;
  json_writer data;
  data.begin_object().member("field", what.field);
  data.member("old_value", what.before).member("new_value", what.after);
  data.member("cause", cause).member("new_order_id", new_order);
  data.member("trace", request.header.trace.value).end_object();
  log_fields fields;
  fields.symbol = args.symbols[request.symbol.value];
  fields.strategy = owner_name(args.strategies, request.strategy);
  fields.client_order_id = entry.client_id.view();
  fields.data = data.text();
  log_line(log_level::info, name, "order_modified",
           std::string{what.field} + " of " + entry.client_id.str() + ": " + std::string{cause},
           fields);
}

void order_router_state::follow_up(const ledger_change& change, const order_update* update) {
  if (!change.known) {
    ++foreign_updates;
    if (update == nullptr) return;
    tell(self, members.reconciliation, *update);
    log_line(log_level::warning, name, "reconcile_result",
             "the broker tells of an order that is not ours: " + update->client_id.str());
    return;
  }
  const auto trace = change.report ? change.report->request.header.trace : trace_id{};
  if (update != nullptr && change.changed)
    record(update_record{*update, change.before, change.after}, trace);
  if (const auto* entry = change.after == order_state::replaced && change.before != change.after
                              ? ledger.find(change.order)
                              : nullptr)
    log_modified(*entry, {"replaced_by", {}, update != nullptr ? update->replaced_by.str() : ""},
                 "the broker replaced it", update != nullptr ? update->replaced_by.view() : "");
  // Also when nothing changed by it: a change that was refused does not say how the order stands.
  if (const auto* entry = change.look_up ? ledger.find(change.order) : nullptr;
      entry != nullptr && !unknown.is_open(entry->client_id) &&
      entry->state != order_state::unknown && entry->state != order_state::needs_review)
    look_up(entry->client_id, args.time->mono_now());
  if (!change.report) return;
  const auto& report = *change.report;
  if (!parents.on_report(report)) breach(report.request, "more was filled than was decided");
  if (report.last_qty.is_positive()) {
    const auto& request = report.request;
    position_book::change booked;
    booked.after = book->of(request.symbol).qty();
    if (!is_guard(request))
      booked = book->apply(
          {request.strategy, request.symbol, request.side, report.last_qty, report.last_price});
    fill_record fill;
    fill.client_id = report.client_id;
    fill.symbol = cut<symbol_name>(args.symbols[request.symbol.value]);
    fill.strategy = cut<short_name>(owner_name(args.strategies, request.strategy));
    fill.side = request.side;
    fill.purpose = request.purpose;
    fill.qty = report.last_qty;
    fill.at_price = report.last_price;
    fill.decision_price = request.reference;
    fill.execution = report.execution;
    fill.position = booked.after;
    fill.realized = booked.realized;
    fill.ts_event = report.at;
    ++figures.fills;
    log_fill(fill, trace);
    record(std::move(fill), trace);
    share_positions();
  }
  if (change.after == order_state::filled && change.before != order_state::filled) ++figures.filled;
  if (is_terminal(change.after)) handed_over.erase(report.request.order);
  deliver(report);
  question(change);
  if (is_terminal(change.after) && change.before != change.after)
    end_of_successor(report.request.order);
}

/// Whatever became of an order that was to take the place of another one: the other one is asked
/// about, which may stand, be replaced or be filled.
void order_router_state::end_of_successor(order_id successor) {
  const auto change =
      ledger.on_successor_ended(successor, args.time->utc_now(), args.time->mono_now());
  if (change.known) follow_up(change, nullptr);
}

/// What a poll told stands in the log like what the stream told: a restart must find the same.
void order_router_state::record_snapshot(const open_order_report& x, const snapshot_origin& origin,
                                         const ledger_change& change) {
  order_update told;
  told.client_id = x.client_id;
  told.venue_id = x.venue_id;
  told.event = x.status;
  told.source = origin.source;
  told.filled_total = x.filled_total;
  told.filled_average = x.filled_average;
  told.replaced_by = x.replaced_by;
  told.replaces = x.replaces;
  told.ts_event = origin.at;
  told.received = origin.now;
  const auto* entry = ledger.find(x.client_id);
  record(update_record{told, change.before, change.after},
         entry != nullptr ? entry->request.header.trace : trace_id{});
}

void order_router_state::end_hops(const submit_result& x, trace_id trace) {
  const auto at = hops.find(x.order);
  if (at == hops.end()) return;
  at->second.sent = x.sent;
  at->second.answered = x.answered;
  record(at->second, trace);
  hops.erase(at);
}

void order_router_state::share_positions() {
  if (args.held == nullptr) return;
  std::vector<held_position> now;
  for (std::uint32_t symbol = 0; symbol < args.symbols.size(); ++symbol)
    for (std::uint16_t strategy = 0; strategy < args.strategies.size(); ++strategy) {
      const auto& held_here = book->of(strategy_id{strategy}, symbol_id{symbol});
      if (!held_here.qty().is_zero())
        now.push_back({symbol_id{symbol}, strategy_id{strategy}, held_here.qty(),
                       held_here.average(), price{}});
    }
  args.held->set(std::move(now));
}

void order_router_state::deliver(const order_report& report) {
  if (is_terminal(report.state)) stuck.forget(report.request.order);
  tell(self, members.gate, report);
  const bool is_of_strategy = !is_guard(report.request);
  if (is_of_strategy && report.request.symbol.value < members.strategies.size())
    tell(self, members.strategies[report.request.symbol.value], report);
  // What is counted is there before anybody hears of it.
  if (is_of_strategy && report.last_qty.is_positive() && args.journal != nullptr)
    args.journal->add(report);
  if (is_of_strategy) tell(self, members.performance, report);
  tell(self, members.reconciliation, report);
}

open_orders_view order_router_state::view() const {
  auto out = figures;
  for (const auto* entry : ledger.open_orders()) {
    order_report row;
    row.request = entry->request;
    row.client_id = entry->client_id;
    row.state = entry->state;
    row.filled_total = entry->filled_total;
    row.filled_average = entry->filled_average;
    out.open.push_back(row);
  }
  out.unknown = static_cast<std::uint32_t>(ledger.unknown_orders().size());
  return out;
}

component_status order_router_state::status() const {
  component_status out;
  out.name = name;
  out.state = ledger.unknown_orders().empty() ? health::ok : health::degraded;
  out.counts["open"] = ledger.open_count();
  out.counts["held"] = held.size();
  out.counts["foreign_updates"] = foreign_updates;
  out.counts["unknown"] = unknown.open_count();
  out.counts["watched"] = unknown.watched_count();
  out.counts["symbols_stopped"] = stops->stopped_count();
  std::uint64_t review = 0;
  for (const auto* entry : ledger.unknown_orders())
    review += entry->state == order_state::needs_review ? 1 : 0;
  out.counts["needs_review"] = review;
  if (stops->stopped_count() > 0) out.state = health::degraded;
  return out;
}

counter& order_router_state::submitted_of(const order_request& request) {
  for (const auto& each : submitted)
    if (each.side == request.side && each.type == request.type && each.strategy == request.strategy)
      return *each.count;
  auto& made = args.metrics->add_counter(
      "bellwether_orders_submitted_total", "Orders handed to the broker connection.",
      {{"side", std::string{to_string(request.side)}},
       {"strategy", std::string{owner_name(args.strategies, request.strategy)}},
       {"type", std::string{to_string(request.type)}}});
  submitted.push_back({request.side, request.type, request.strategy, &made});
  return made;
}

}  // namespace bw
