#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/actor_slot.hpp"
#include "actors/directory_board.hpp"
#include "actors/ingress.hpp"
#include "actors/live_strategies.hpp"
#include "actors/node.hpp"
#include "actors/performance_journal.hpp"
#include "actors/poison_shelf.hpp"
#include "actors/shared_value.hpp"
#include "core/log.hpp"
#include "core/name_table.hpp"
#include "messages/actor_interfaces.hpp"

namespace bw {

/// What the children of the tree are made of and refer to; outlives the actor system.
struct node_world {
  node_config config;
  std::string config_hash;
  node_ports ports;
  std::optional<session_calendar> calendar;
  node_recovery past;
  /// By symbol_id and by strategy_id, with room for what strategies.toml adds meanwhile.
  name_table symbols;
  name_table strategies;

  /// Of people and machines: how often something may crash, how long a stop may take. The clock of
  /// the ports may be the venue's.
  system_clock real;
  caf::actor_system* system = nullptr;
  directory_board board;
  std::unique_ptr<ingress> source;
  /// For threads that are no actors.
  actor_slot<broker_actor> broker;
  actor_slot<order_router_actor> router;
  actor_slot<market_data_actor> market_data;
  actor_slot<audit_actor> audit;
  /// Over the STRATEGY actors.
  actor_slot<supervisor_actor> strategies_group;
  /// Positions as the router last knew them: what a restarted STRATEGY actor begins with.
  shared_value<std::vector<held_position>> held;
  /// What a restarted PERFORMANCE actor counts again, and when it began.
  performance_journal counted;
  utc_ns began;
  /// Strategies as they are set now: what a restarted STRATEGY actor is made of.
  shared_value<live_strategies> live;
  /// How many of them everyone has heard of.
  std::size_t told_strategies = 0;

  /// Messages that ended a member, kept from its successors.
  poison_shelf poison;
  /// A member whose state is the node's truth has ended.
  std::atomic<bool> truth_lost{false};

  /// Towards safe, before anything else: nothing leaves any more, and whoever still lives hears it.
  /// What the dead member had to do is done without it, at the stop.
  void lose(const std::string& member, const std::string& why);
  /// Trading halts, and the next start finds the reason.
  void latch_end(halt_reason reason, const std::string& why);
  /// Checks what only the engines can tell: one is made for each symbol and thrown away.
  result<void> prepare();
  result<std::shared_ptr<class symbol_engine>> make_engine(
      std::uint32_t symbol, const std::vector<held_position>& positions, utc_ns now) const;
  /// What the strategies of a symbol have been told since the start.
  std::vector<strategy_change> changes_of(std::uint32_t symbol) const;
  /// Takes on what `update` brings and tells every strategy of it.
  void apply(const strategies_update& update);
  /// The one latch of a strategy, whoever sets it off: the gate's rules, a call into its plugin.
  /// Every symbol's engine is told, and every one that is made later begins with it.
  void take_out(strategy_id which, const std::string& cause);
  /// A person does; the gate is asked by its own message. A new instance takes the place of the one
  /// that failed, as strategies.toml has it now.
  void put_back(strategy_id which, const std::string& cause);
  /// The tape of a decision maker; null when nothing is recorded.
  input_tape* tape(std::uint32_t lane) const {
    return ports.recording == nullptr ? nullptr : &ports.recording->tape(lane);
  }
  /// Where the gateway's answers go.
  broker_events broker_callbacks();
  bool is_flat(caf::scoped_actor& here) const;
  bool crash(const std::string& member);
  /// Lets go of every handle.
  void release();
};

/// Starts everything, from the end of the pipeline to its start.
supervisor_actor spawn_tree(node_world& world);

}  // namespace bw
