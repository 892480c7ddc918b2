#include "perf/stepped_node.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/audit_actor.hpp"
#include "actors/broker_actor.hpp"
#include "actors/market_data_actor.hpp"
#include "actors/order_router_actor.hpp"
#include "actors/risk_gate_actor.hpp"
#include "actors/strategy_actor.hpp"
#include "config/engine_factory.hpp"
#include "feeds/alpaca_data_codec.hpp"
#include "messages/registration.hpp"
#include "perf/bench_node.hpp"
#include "perf/sink_gateway.hpp"
#include "perf/workload.hpp"

namespace bw::perf {
namespace {

constexpr rate_limit no_limit{1'000'000, std::chrono::seconds{1}, 1'000'000};

}  // namespace

struct stepped_node::state final : market_frame_handler {
  state(symbol_list list, counted_clock& clock, const session_calendar& days)
      : symbols(std::move(list)),
        time(clock),
        calendar(days),
        config(wide_config(symbols)),
        gateway(clock, mark, days, 100'000),
        codec(symbols),
        source([this] { caf::anon_send(members.market_data, atom::doorbell_v); }) {
    register_messages(system_config);
    system_config.set("scheduler.policy", caf::atom("testing"));
    system = std::make_unique<caf::actor_system>(system_config);
  }

  void on_event(const market_event& event) override {
    ++events;
    source.push(event);
  }
  void on_control(const stream_control&) override {}

  caf::scheduler::test_coordinator& scheduler() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system->scheduler());
  }
  template <class To, class... Ts>
  void tell_all(const To& to, Ts&&... xs) {
    caf::anon_send(to, std::forward<Ts>(xs)...);
  }

  void spawn(audit_log& log, audit_sync policy);
  void connect();

  symbol_list symbols;
  counted_clock& time;
  session_calendar calendar;
  node_config config;
  durable_mark mark;
  metrics_registry metrics;
  strategy_registry strategies;
  sink_gateway gateway;
  alpaca_data_codec codec;
  directory members;
  ingress source;
  std::uint64_t events = 0;
  caf::actor_system_config system_config;
  std::unique_ptr<caf::actor_system> system;
};

void stepped_node::state::spawn(audit_log& log, audit_sync policy) {
  audit_args writer;
  writer.log = &log;
  writer.time = &time;
  writer.mark = &mark;
  writer.metrics = &metrics;
  writer.policy = policy;
  writer.on_fatal = [](exit_code, std::string) {};
  members.audit = system->spawn(audit, std::move(writer));

  risk_gate_args gate;
  gate.config = config;
  gate.options.limits = config.risk;
  gate.symbols = symbols;
  gate.strategies = {"probe"};
  gate.time = &time;
  gate.metrics = &metrics;
  members.gate = system->spawn(risk_gate, std::move(gate));

  order_router_args router;
  router.symbols = symbols;
  router.strategies = {"probe"};
  router.time = &time;
  router.metrics = &metrics;
  router.log_id = log.log_id();
  router.boot_no = log.boot_no();
  members.router = system->spawn(order_router, std::move(router));

  broker_args connection;
  connection.options.orders = no_limit;
  connection.gateway = &gateway;
  connection.callbacks.on_submit = [this](submit_result x) { tell_all(members.broker, x); };
  connection.callbacks.on_cancel = [this](cancel_result x) { tell_all(members.broker, x); };
  connection.callbacks.on_stream = [this](order_stream_status x) { tell_all(members.broker, x); };
  connection.callbacks.on_update = [this](order_update x) { tell_all(members.router, x); };
  connection.time = &time;
  connection.metrics = &metrics;
  members.broker = system->spawn(broker, std::move(connection));

  for (std::uint32_t k = 0; k < symbols.size(); ++k) {
    strategy_args one;
    one.engine = *make_symbol_engine(config, strategies, calendar, symbol_id{k}, symbols[k],
                                     time.utc_now(), evidence_wanted::yes);
    one.symbol = symbols[k];
    one.strategies = {"probe"};
    one.time = &time;
    one.metrics = &metrics;
    members.strategies.push_back(system->spawn(strategy_of_symbol, std::move(one)));
  }
  const market_data_args incoming{&source, static_cast<std::uint32_t>(symbols.size()), &time};
  members.market_data = system->spawn(market_data, incoming);
}

void stepped_node::state::connect() {
  tell_all(members.audit, members);
  tell_all(members.gate, members);
  tell_all(members.router, members);
  for (const auto& each : members.strategies) tell_all(each, members);
  tell_all(members.market_data, members);
  tell_all(members.broker, members);
  scheduler().run();
  // The broker connects once it knows a reconciliation, which is not here: its part is played.
  gateway.start({[this](submit_result x) { tell_all(members.broker, x); },
                 [this](cancel_result x) { tell_all(members.broker, x); },
                 [this](order_update x) { tell_all(members.router, x); },
                 [this](order_stream_status x) { tell_all(members.broker, x); }});
  scheduler().run();
  feed_status fed;
  fed.state = feed_state::synced;
  tell_all(members.gate, fed);
  tell_all(members.gate, calendar.phase(time.utc_now(), config.session));
  for (const auto& each : members.strategies)
    tell_all(each, calendar.phase(time.utc_now(), config.session));
  const instant now{time.utc_now(), time.mono_now()};
  // The market data actor tells the gate on its beat, which does not come here.
  market_marks opening;
  for (std::size_t k = 0; k < symbols.size(); ++k) {
    opening.quotes.push_back(opening_quote(k, now));
    opening.trades.push_back(opening_trade(k, now));
  }
  tell_all(members.gate, opening);
  for (const auto& symbol : symbols)
    gateway.asset(symbol, [this](result<asset_report> x) { tell_all(members.gate, *x); });
  gateway.account([this](result<account_report> x) { tell_all(members.gate, *x); });
  scheduler().run();
  time.advance(std::chrono::seconds{61});
  for (const auto reason : {halt_reason::boot, halt_reason::reconciling})
    tell_all(members.gate, clear_command{reason, cut<short_text>("measured alone")});
  tell_all(members.gate, atom::beat_v);
  scheduler().run();
}

stepped_node::stepped_node(symbol_list symbols, counted_clock& time,
                           const session_calendar& calendar, audit_log& log, audit_sync policy)
    : state_(std::make_unique<state>(std::move(symbols), time, calendar)) {
  if (add_probe(state_->strategies).ok()) state_->spawn(log, policy);
}

stepped_node::~stepped_node() {
  auto& s = *state_;
  for (const auto& each : s.members.strategies)
    caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(s.members.market_data, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(s.members.gate, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(s.members.router, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(s.members.broker, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(s.members.audit, caf::exit_reason::user_shutdown);
  s.scheduler().run();
  s.members = {};
  // Timers that are armed for ever hold references.
  s.scheduler().trigger_timeouts();
  s.scheduler().run();
  s.system->await_actors_before_shutdown(false);
}

result<void> stepped_node::activate() {
  auto& s = *state_;
  s.connect();
  trading_state now;
  caf::scoped_actor here{*s.system};
  here->send(s.members.gate, atom::view_v);
  s.scheduler().run();
  here->receive([&](const risk_view& x) { now = x.trading; },
                caf::after(std::chrono::seconds{1}) >> [] {});
  if (now.mode == trading_mode::active) return {};
  return {ec::halted, "the stepped node did not become active:" + reasons_of(now)};
}

void stepped_node::process(std::string_view frame) {
  auto& s = *state_;
  s.time.advance(std::chrono::microseconds{1});
  if (!s.codec.decode(frame, s.time.mono_now(), s)) return;
  s.source.flush();
  s.scheduler().run();
}

std::uint64_t stepped_node::orders() const { return state_->gateway.count(); }
std::uint64_t stepped_node::messages() const { return state_->events; }

}  // namespace bw::perf
