// The tree: who supervises whom, and how often each may be started again.
#include "actors/node_starts.hpp"
#include "actors/supervisor_actor.hpp"

namespace bw {
namespace {

/// Restarts of one strategy before it is given up for its symbol; the others go on.
constexpr restart_options strategy_intensity{3, std::chrono::seconds{300}};
/// Restarts of a connection or of a reader of figures.
constexpr const char* strategies_name = "strategies";
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

/// The same, with what is done first of all when it is lost.
template <class Start>
child_spec truth(node_world& w, const char* name, Start start) {
  auto out = singleton(name, std::move(start));
  out.on_loss = [&w, lost = std::string{name}](const std::string& why) { w.lose(lost, why); };
  if (out.name == "audit") out.code = exit_code::integrity;
  return out;
}

supervisor_args group_args(node_world& w, std::string name) {
  supervisor_args out;
  out.name = std::move(name);
  out.time = &w.real;
  out.metrics = w.ports.metrics;
  // Also what was given up after too many starts: the process ends with it.
  out.on_fatal = [&w](exit_code code, std::string why) {
    if (!w.truth_lost) w.latch_end(halt_reason::supervisor, why);
    w.ports.on_fatal(code, std::move(why));
  };
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
    const auto handle = w.system->spawn(supervisor, std::move(args));
    if (name == strategies_name) w.strategies_group.set(handle);
    return caf::actor_cast<caf::actor>(handle);
  });
  out.name = std::move(name);
  out.is_group = true;
  return out;
}

std::vector<child_spec> strategy_children(node_world& w) {
  std::vector<child_spec> out;
  for (std::uint32_t k = 0; k < w.symbols.capacity(); ++k) {
    const auto known = k < w.symbols.size();
    auto child = leaf(known ? "strategy_" + w.symbols[k] : "", strategy_intensity,
                      [&w, k] { return start_strategy(w, k); });
    child.dormant = !known;
    child.named = [&w, k] { return "strategy_" + w.symbols[k]; };
    child.gave_up = [&w, k] {
      log_line(log_level::critical, "supervisor", "exception",
               "the strategies of " + w.symbols[k] + " are off until the next start; others go on");
    };
    out.push_back(std::move(child));
  }
  return out;
}

}  // namespace

supervisor_actor spawn_tree(node_world& w) {
  auto root = group_args(w, "root");
  auto& children = root.children;
  children.push_back(truth(w, "audit", [&w] { return start_audit(w); }));
  children.push_back(truth(w, "session", [&w] { return start_session(w); }));
  children.push_back(truth(w, "risk_gate", [&w] { return start_gate(w); }));
  children.push_back(truth(w, "router", [&w] { return start_router(w); }));
  children.push_back(truth(w, "broker", [&w] { return start_broker(w); }));
  children.push_back(truth(w, "reconciliation", [&w] { return start_reconciliation(w); }));
  children.push_back(group(w, strategies_name, strategy_children(w)));
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
