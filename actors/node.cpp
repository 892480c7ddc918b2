#include "actors/node.hpp"

#include <algorithm>
#include <future>
#include <memory>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/node_children.hpp"
#include "actors/scheduling.hpp"
#include "config/strategies_reload.hpp"
#include "messages/registration.hpp"

namespace bw {

/// Members in the order in which they are destroyed last to first: the system ends before what its
/// actors refer to.
struct node::state {
  node_world world;
  std::unique_ptr<caf::actor_system_config> system_config;
  std::unique_ptr<caf::actor_system> system;
  supervisor_actor root;
  bool stopped = false;
  person_desk people{world};

  trading_state halt_for_shutdown(caf::scoped_actor& here);
  void settle_orders(caf::scoped_actor& here);
  void sweep_orders();
  void close_log(caf::scoped_actor& here, const node_status& last);
};

node::node(node_config config, std::string config_hash, node_ports ports, session_calendar calendar,
           node_recovery past)
    : state_(std::make_unique<state>()) {
  auto& world = state_->world;
  world.config = std::move(config);
  world.config_hash = std::move(config_hash);
  world.ports = std::move(ports);
  world.calendar.emplace(std::move(calendar));
  world.past = std::move(past);
  world.symbols = name_table{world.config.symbols(), added_symbols_max};
  std::vector<std::string> names;
  for (const auto& each : world.config.strategies) names.push_back(each.id);
  world.strategies = name_table{std::move(names), added_strategies_max};
}

node::~node() {
  if (state_->system && !state_->stopped) stop();
}

result<void> node::start() {
  auto& s = *state_;
  s.system_config = std::make_unique<caf::actor_system_config>();
  register_messages(*s.system_config);
  if (const auto set = apply_scheduling(*s.system_config, s.world.config.hot, *s.world.ports.time);
      !set)
    return set.failure();
  if (auto ready = s.world.prepare(); !ready) return ready;
  s.system = std::make_unique<caf::actor_system>(*s.system_config);
  s.world.system = s.system.get();
  s.root = spawn_tree(s.world);
  return {};
}

trading_state node::state::halt_for_shutdown(caf::scoped_actor& here) {
  trading_state answer;
  here->request(world.board.current().gate, std::chrono::seconds{2}, atom::halt_v,
                halt_command{halt_reason::shutdown, cut<short_text>("the node is stopping")})
      .receive([&](const trading_state& x) { answer = x; },
               [](const caf::error&) {
                 log_line(log_level::error, "node", "exception",
                          "the risk gate does not answer; the node stops all the same");
               });
  return answer;
}

/// Does with open orders what the configuration says and waits until the broker has confirmed it.
void node::state::settle_orders(caf::scoped_actor& here) {
  if (world.truth_lost) return sweep_orders();
  if (world.config.on_shutdown == on_shutdown::keep) return;
  const auto members = world.board.current();
  if (world.config.on_shutdown == on_shutdown::flatten) here->send(members.gate, atom::flatten_v);
  here->send(members.router, atom::cancel_all_v, atom::entries_v);
  const auto deadline = world.real.mono_now() + stop_within / 2;
  bool settled = false;
  while (!settled && world.real.mono_now() < deadline) {
    here->request(members.router, std::chrono::milliseconds{500}, atom::view_v)
        .receive(
            [&](const open_orders_view& x) {
              settled = std::none_of(x.open.begin(), x.open.end(), [](const order_report& open) {
                return open.request.purpose == order_purpose::entry;
              });
            },
            [](const caf::error&) {});
    if (settled && world.config.on_shutdown == on_shutdown::flatten) settled = world.is_flat(here);
    if (!settled)  // Nothing is sent to this actor: it only waits until the next look.
      here->receive([](atom::beat) {}, caf::after(std::chrono::milliseconds{20}) >> [] {});
  }
  if (!settled)
    log_line(log_level::error, "node", "exception",
             "not everything could be settled in time; the next start reconciles");
}

/// A member that knew the orders is gone: the broker's own books say what has to be cancelled.
void node::state::sweep_orders() {
  if (!world.ports.sweep) return;
  const auto ended = std::make_shared<std::promise<bool>>();
  auto clean = ended->get_future();
  world.ports.sweep([ended](bool all) { ended->set_value(all); });
  if (clean.wait_for(stop_within / 2) != std::future_status::ready || !clean.get())
    log_line(log_level::critical, "node", "exception",
             "orders may be open at the broker; the next start reconciles");
}

void node::state::close_log(caf::scoped_actor& here, const node_status& last) {
  snapshot_record books;
  books.cause = "shutdown";
  books.state = last.trading;
  books.equity = last.portfolio_value;
  books.cash = last.cash;
  books.day_start_equity = last.day_start_equity;
  for (const auto& held : last.positions)
    books.positions.push_back(
        {cut<symbol_name>(held.symbol), held.qty, held.average, held.last, {}});
  books.open_orders = last.open_orders;
  books.unknown_orders = last.unknown_orders;
  audit_append final_records;
  final_records.events.emplace_back(std::move(books));
  final_records.events.emplace_back(shutdown_record{"asked for", true});
  final_records.needs = durability::before_answer;
  final_records.from = short_name{"node"};
  const auto audit = world.board.current().audit;
  here->send(audit, std::move(final_records));
  here->request(audit, std::chrono::seconds{2}, atom::flush_v)
      .receive([](const audit_synced&) {},
               [](const caf::error&) {
                 log_line(log_level::critical, "node", "exception",
                          "the audit log was not flushed in time");
               });
}

node_status node::stop() {
  auto& s = *state_;
  node_status last;
  if (s.stopped || !s.system) return last;
  s.stopped = true;
  {
    caf::scoped_actor here{*s.system};
    s.halt_for_shutdown(here);
    s.settle_orders(here);
    here->request(s.world.board.current().status, std::chrono::seconds{2}, atom::stop_v)
        .receive([&](const node_status& x) { last = x; }, [](const caf::error&) {});
    s.close_log(here, last);
  }
  s.world.ports.broker->stop();
  post_to(s.root, atom::stop_v);
  s.root = supervisor_actor{};
  s.world.release();
  s.system.reset();  // Waits for every actor.
  return last;
}

const person_desk& node::people() const { return state_->people; }

void node::change_strategies(const strategies_update& update, reload_record record) {
  auto& world = state_->world;
  if (record.applied) world.apply(update);
  audit_append note;
  if (!record.applied)
    note.events.emplace_back(alert_record{alert_level::warning,
                                          "reload_refused",
                                          {},
                                          record.errors.empty() ? record.file : record.errors[0]});
  note.events.emplace_back(std::move(record));
  for (const auto& each : update.records) note.events.emplace_back(each);
  note.from = short_name{"manager"};
  world.audit.post(std::move(note));
}

std::vector<held_position> node::held() const { return state_->world.held.current(); }

bool node::crash(const std::string& member) { return state_->world.crash(member); }

}  // namespace bw
