#include "actors/node_children.hpp"
#include "actors/checkin_files.hpp"

#include <caf/send.hpp>

#include "actors/audit_actor.hpp"
#include "actors/broker_actor.hpp"
#include "actors/feed_actor.hpp"
#include "actors/market_data_actor.hpp"
#include "actors/order_router_actor.hpp"
#include "actors/performance_actor.hpp"
#include "actors/projection_actor.hpp"
#include "actors/reconciliation_actor.hpp"
#include "actors/recorder_actor.hpp"
#include "actors/risk_gate_actor.hpp"
#include "actors/session_actor.hpp"
#include "actors/status_actor.hpp"
#include "actors/strategy_actor.hpp"
#include "actors/supervisor_actor.hpp"
#include "config/engine_factory.hpp"
#include "config/limits_text.hpp"
#include "storage/event_json.hpp"

namespace bw {
namespace {

/// Restarts of one strategy before it is given up for its symbol; the others go on.
constexpr restart_options strategy_intensity{3, std::chrono::seconds{300}};
/// Restarts of a connection or of a reader of figures.
constexpr restart_options leaf_intensity{5, std::chrono::seconds{30}};

/// A child whose end is the node's end: its state is the truth, and a start rebuilds it.
template <class Start>
child_spec singleton(const char* name, Start start) {
  child_spec out;
  out.name = name;
  out.start = std::move(start);
  out.when_it_ends = on_child_end::escalate;
  return out;
}

template <class Start>
child_spec leaf(std::string name, restart_options intensity, Start start) {
  child_spec out;
  out.name = std::move(name);
  out.start = std::move(start);
  out.intensity = intensity;
  return out;
}

template <class Handle>
caf::actor announced(node_world& world, Handle directory::*place, const Handle& handle) {
  world.board.change([&](directory& members) { members.*place = handle; });
  return caf::actor_cast<caf::actor>(handle);
}

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
  return announced(w, &directory::session, w.system->spawn(session, std::move(args)));
}

caf::actor start_gate(node_world& w) {
  risk_gate_args args;
  args.options.limits = w.config.risk;
  args.options.loss_flatten = w.config.loss_flatten;
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
  args.options.unknown = args.options.unknown.widened(w.ports.time->speed());
  args.watched = w.past.watched;
  args.stops = w.past.stops;
  args.held = &w.held;
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

caf::actor start_market_data(node_world& w) {
  const market_data_args args{w.source.get(), static_cast<std::uint32_t>(w.symbols.size()),
                              w.ports.time};
  const auto handle = w.system->spawn(market_data, args);
  w.market_data.set(handle);
  return announced(w, &directory::market_data, handle);
}

caf::actor start_feed(node_world& w) {
  const feed_args args{w.ports.market_feed, w.source.get()};
  return announced(w, &directory::feed, w.system->spawn(feed_owner, args));
}

caf::actor start_performance(node_world& w) {
  performance_args args;
  args.type = w.config.mode == environment::live    ? trade_type::live
              : w.config.mode == environment::paper ? trade_type::paper
                                                    : trade_type::simulated;
  args.calendar = *w.calendar;
  args.trades = w.past.trades;
  args.symbols = w.symbols;
  args.strategies = w.strategies;
  args.time = w.ports.time;
  args.metrics = w.ports.metrics;
  args.positions = w.past.positions;
  args.day_open = w.past.day_open;
  args.realized_today = w.past.realized_today;
  args.trades_today = w.past.trades_today;
  return announced(w, &directory::performance, w.system->spawn(performance, std::move(args)));
}

caf::actor start_status(node_world& w) {
  status_args args;
  args.mode = to_string(w.config.mode);
  args.audit_sync = to_string(w.config.audit.sync);
  args.config_hash = w.config_hash;
  if (w.config.mode != environment::sim)
    args.live_stage = to_string(w.config.live.stage.value_or(live_stage::s0));
  args.limits_hash = hex_text(limits_in_force(w.config, "").hash);
  args.symbols = w.symbols;
  args.strategies = w.strategies;
  for (const auto& each : w.config.strategies) {
    const auto* kind = w.ports.strategies->find(each.kind);
    args.kinds.emplace_back(each.kind, kind == nullptr ? "" : kind->version);
  }
  args.time = w.ports.time;
  args.metrics = w.ports.metrics;
  args.published_status = w.ports.status;
  args.file = w.config.state_folder / "status.json";
  args.calendar = *w.calendar;
  args.limits = limits_of(w.config);
  return announced(w, &directory::status,
                   w.system->spawn<caf::detached>(status_keeper, std::move(args)));
}

engine_birth birth_of(const node_world& w, std::uint32_t symbol,
                      const std::vector<held_position>& held, utc_ns now) {
  engine_birth out;
  out.symbol = symbol_id{symbol};
  out.symbol_text = cut<symbol_name>(w.symbols[symbol]);
  for (const auto& each : held)
    if (each.symbol == out.symbol) out.positions.push_back(each);
  for (const auto& day : sessions_of_engine(*w.calendar, now))
    out.sessions.push_back({day.open, day.close});
  return out;
}

caf::actor start_recorder(node_world& w) {
  recorder_args args;
  args.recording = w.ports.recording;
  args.time = w.ports.time;
  args.metrics = w.ports.metrics;
  args.note = [&w](segment_record x) {
    audit_append note;
    note.events.emplace_back(std::move(x));
    note.from = short_name{recorder_state::name};
    w.audit.post(std::move(note));
  };
  return caf::actor_cast<caf::actor>(w.system->spawn<caf::detached>(recorder, std::move(args)));
}

caf::actor start_projection(node_world& w) {
  projection_args args{w.ports.audit_folder, w.ports.trades_file, w.ports.metrics};
  return caf::actor_cast<caf::actor>(w.system->spawn<caf::detached>(projection, std::move(args)));
}

caf::actor start_strategy(node_world& w, std::uint32_t symbol) {
  strategy_args args;
  // After a restart the positions are those of now, not those of the process's start.
  const auto held = w.held.current();
  args.born = {w.ports.time->utc_now(), w.ports.time->mono_now()};
  args.engine = *w.make_engine(symbol, held, args.born.utc);
  args.tape = w.tape(strategy_lane(symbol_id{symbol}));
  args.birth = birth_of(w, symbol, held, args.born.utc);
  args.make_changed = [known = w.ports.strategies](const strategy_change& x) {
    return make_changed(*known, x);
  };
  args.on_fault = [&w](strategy_id which, const std::string& cause) {
    w.settings.change([&](std::vector<strategy_config>& all) {
      all.at(which.value).latched = true;
      all.at(which.value).cause = cause;
    });
  };
  args.symbol = w.symbols[symbol];
  args.strategies = w.strategies;
  args.time = w.ports.time;
  args.metrics = w.ports.metrics;
  const auto handle = w.system->spawn(strategy_of_symbol, std::move(args));
  w.board.change([&](directory& members) {
    if (members.strategies.size() <= symbol) members.strategies.resize(symbol + 1);
    members.strategies[symbol] = handle;
  });
  return caf::actor_cast<caf::actor>(handle);
}

supervisor_args group_args(node_world& w, std::string name) {
  supervisor_args out;
  out.name = std::move(name);
  out.time = &w.real;
  out.metrics = w.ports.metrics;
  out.on_fatal = w.ports.on_fatal;
  out.note = [&w](supervisor_record x) {
    audit_append note;
    note.events.emplace_back(std::move(x));
    note.from = short_name{"supervisor"};
    w.audit.post(std::move(note));
  };
  return out;
}

child_spec group(node_world& w, std::string name, std::vector<child_spec> children) {
  auto out = singleton("", [&w, name, children] {
    auto args = group_args(w, name);
    args.children = children;
    return caf::actor_cast<caf::actor>(w.system->spawn(supervisor, std::move(args)));
  });
  out.name = std::move(name);
  out.is_group = true;
  return out;
}

std::vector<child_spec> strategy_children(node_world& w) {
  std::vector<child_spec> out;
  for (std::uint32_t k = 0; k < w.symbols.size(); ++k) {
    auto child = leaf("strategy_" + w.symbols[k], strategy_intensity,
                      [&w, k] { return start_strategy(w, k); });
    child.gave_up = [symbol = w.symbols[k]] {
      log_line(log_level::critical, "supervisor", "exception",
               "the strategies of " + symbol + " are off until the next start; others go on");
    };
    out.push_back(std::move(child));
  }
  return out;
}

}  // namespace

supervisor_actor spawn_tree(node_world& w) {
  auto root = group_args(w, "root");
  auto& children = root.children;
  children.push_back(singleton("audit", [&w] { return start_audit(w); }));
  children.push_back(singleton("session", [&w] { return start_session(w); }));
  children.push_back(singleton("risk_gate", [&w] { return start_gate(w); }));
  children.push_back(singleton("router", [&w] { return start_router(w); }));
  children.push_back(singleton("broker", [&w] { return start_broker(w); }));
  children.push_back(singleton("reconciliation", [&w] { return start_reconciliation(w); }));
  children.push_back(group(w, "strategies", strategy_children(w)));
  children.push_back(
      group(w, "feeds",
            {leaf("market_data", leaf_intensity, [&w] { return start_market_data(w); }),
             leaf("feed", leaf_intensity, [&w] { return start_feed(w); })}));
  std::vector<child_spec> readers{
      leaf("performance", leaf_intensity, [&w] { return start_performance(w); }),
      leaf("status", leaf_intensity, [&w] { return start_status(w); })};
  if (w.ports.recording != nullptr)
    readers.push_back(leaf("recorder", leaf_intensity, [&w] { return start_recorder(w); }));
  if (!w.ports.trades_file.empty())
    readers.push_back(leaf("projection", leaf_intensity, [&w] { return start_projection(w); }));
  auto figures = group(w, "figures", std::move(readers));
  figures.gave_up = [] {
    log_line(log_level::critical, "supervisor", "exception",
             "status, performance and recording are off until the next start; trading goes on");
  };
  children.push_back(std::move(figures));
  return w.system->spawn(supervisor, std::move(root));
}

}  // namespace bw
