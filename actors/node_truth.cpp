// The members whose state is the node's truth: each is rebuilt from the log, by a start of the
// node.
#include "actors/audit_actor.hpp"
#include "actors/broker_actor.hpp"
#include "actors/node_starts.hpp"
#include "actors/order_router_actor.hpp"
#include "actors/reconciliation_actor.hpp"
#include "actors/risk_gate_actor.hpp"
#include "actors/session_actor.hpp"

namespace bw {

caf::actor start_audit(node_world& w) {
  audit_args args{w.ports.log,        w.ports.time,        w.ports.mark,
                  w.ports.metrics,    w.config.audit.sync, w.ports.on_fatal,
                  w.ports.audit_life, w.ports.keeper,      w.ports.emergency};
  // Under `gate` a sync may take milliseconds; under `process` a write takes less than a wake-up.
  const auto handle = w.config.audit.sync == audit_sync::gate
                          ? w.system->spawn<caf::detached>(audit, std::move(args))
                          : w.system->spawn(audit, std::move(args));
  w.audit.set(handle);
  return announced(w, &directory::audit, handle);
}

caf::actor start_session(node_world& w) {
  session_args args{w.config.session, *w.calendar,     w.symbols, w.ports.broker,
                    w.ports.time,     w.ports.metrics, 1,         w.ports.on_fatal};
  args.schedule = w.config.schedule;
  args.state_folder = w.config.state_folder;
  args.past_days = w.ports.past_days;
  args.trends = w.past.trends;
  args.clock_sync = w.ports.clock_sync;
  args.at_open = w.ports.at_open;
  return announced(w, &directory::session, w.system->spawn(session, std::move(args)));
}

caf::actor start_gate(node_world& w) {
  risk_gate_args args;
  args.config = w.config;
  args.options.limits = w.config.risk;
  args.options.loss_flatten = w.config.loss_flatten;
  args.options.loss_clear = w.config.loss_clear;
  args.options.briefs_need_person = w.config.live.stage == live_stage::s1;
  args.options.budgeted = w.config.budgeted_strategies();
  args.symbols = w.symbols;
  args.strategies = w.strategies;
  args.time = w.ports.time;
  args.metrics = w.ports.metrics;
  args.life = w.ports.worker_life;
  args.tape = w.tape(gate_lane);
  args.mark = w.ports.mark;
  args.past.latched = w.past.latched;
  args.past.positions = w.past.positions;
  for (const auto& entry : w.past.orders) {
    order_report open;
    open.request = entry.request;
    open.client_id = entry.client_id;
    open.state = entry.state;
    open.filled_total = entry.filled_total;
    open.filled_average = entry.filled_average;
    args.past.open_orders.push_back(open);
  }
  args.past.day_open = w.past.day_open;
  args.past.realized_today = w.past.realized_today;
  args.past.entries_today = w.past.entries_today;
  args.past.last_entries = w.past.last_entries;
  args.past.high_water = w.past.high_water;
  args.past.sent_today = w.past.sent_today;
  args.past.strategies_out = w.past.strategies_out;
  args.past.streaks = w.past.streaks;
  args.past.cash_flows = w.past.cash_flows;
  args.flatten = w.past.flatten;
  args.permit_closing = [&w] { w.ports.mark->permit_closing(); };
  args.on_taken_out = [&w](strategy_id which, const std::string& why) { w.take_out(which, why); };
  return announced(w, &directory::gate, w.system->spawn(risk_gate, std::move(args)));
}

caf::actor start_router(node_world& w) {
  order_router_args args;
  args.symbols = w.symbols;
  args.strategies = w.strategies;
  args.time = w.ports.time;
  args.metrics = w.ports.metrics;
  args.log_id = w.ports.log->log_id();
  args.boot_no = w.ports.log->boot_no();
  args.highest_order = w.past.highest_order;
  args.recovered = w.past.orders;
  args.recovered.insert(args.recovered.end(), w.past.ended.begin(), w.past.ended.end());
  args.positions = w.past.positions;
  // A real wait for the disk is longer on a clock that runs faster.
  args.options.intent_age_max *= std::max<std::int64_t>(1, w.ports.time->speed());
  args.options.answer_within *= std::max<std::int64_t>(1, w.ports.time->speed());
  args.options.look_up_every *= std::max<std::int64_t>(1, w.ports.time->speed());
  args.options.cancel_within *= std::max<std::int64_t>(1, w.ports.time->speed());
  args.options.cancel_again *= std::max<std::int64_t>(1, w.ports.time->speed());
  args.options.unknown = args.options.unknown.widened(w.ports.time->speed());
  args.watched = w.past.watched;
  args.stops = w.past.stops;
  args.held = &w.held;
  args.journal = &w.counted;
  const auto handle = w.system->spawn(order_router, std::move(args));
  w.router.set(handle);
  return announced(w, &directory::router, handle);
}

caf::actor start_broker(node_world& w) {
  broker_args args;
  if (w.ports.order_budget) args.options.orders = *w.ports.order_budget;
  args.gateway = w.ports.broker;
  args.callbacks = w.broker_callbacks();
  args.time = w.ports.time;
  args.metrics = w.ports.metrics;
  const auto handle = w.system->spawn(broker, std::move(args));
  w.broker.set(handle);
  return announced(w, &directory::broker, handle);
}

caf::actor start_reconciliation(node_world& w) {
  reconciliation_args args;
  args.symbols = w.symbols;
  args.log_id = w.ports.log->log_id();
  args.gateway = w.ports.broker;
  args.time = w.ports.time;
  args.metrics = w.ports.metrics;
  args.past = w.past;
  args.day_of = [calendar = *w.calendar](utc_ns at) {
    return format_date(calendar.new_york_date(at));
  };
  args.on_fatal = w.ports.on_fatal;
  // Answers and patience are of the real world; the periods are of the broker's day.
  auto& options = args.options;
  options.guard.enabled = w.config.protect_external;
  options.guard.stop_loss_bp = w.config.holding.stop_loss_bp;
  const auto speed = std::max<std::int64_t>(1, w.ports.time->speed());
  for (auto* limit : {&options.schedule.answer_within, &options.schedule.retry,
                      &options.compare.ignore_younger, &options.limits.ignore,
                      &options.limits.halt_after, &options.queries.apart, &options.queries.cycle,
                      &options.full_again, &options.guard.retry, &options.guard.retry_max})
    *limit *= speed;
  return announced(w, &directory::reconciliation, w.system->spawn(reconciliation, std::move(args)));
}

}  // namespace bw
