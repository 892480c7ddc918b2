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
#include "actors/node.hpp"
#include "actors/poison_shelf.hpp"
#include "actors/shared_value.hpp"
#include "core/log.hpp"
#include "messages/actor_interfaces.hpp"

namespace bw {

/// What the children of the tree are made of and refer to; outlives the actor system.
struct node_world {
  node_config config;
  std::string config_hash;
  node_ports ports;
  std::optional<session_calendar> calendar;
  node_recovery past;
  std::vector<std::string> symbols;
  std::vector<std::string> strategies;

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
  /// Positions as the router last knew them: what a restarted STRATEGY actor begins with.
  shared_value<std::vector<held_position>> held;
  /// Strategies as they are set now: what a restarted STRATEGY actor is made of.
  shared_value<std::vector<strategy_config>> settings;

  /// Messages that ended a member, kept from its successors.
  poison_shelf poison;
  /// A member whose state is the node's truth has ended.
  std::atomic<bool> truth_lost{false};

  /// Towards safe, before anything else: nothing leaves any more, and whoever still lives hears it.
  /// What the dead member had to do is done without it, at the stop.
  void lose(const std::string& member, const std::string& why);
  /// Checks what only the engines can tell: one is made for each symbol and thrown away.
  result<void> prepare();
  result<std::shared_ptr<class symbol_engine>> make_engine(
      std::uint32_t symbol, const std::vector<held_position>& positions, utc_ns now) const;
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
