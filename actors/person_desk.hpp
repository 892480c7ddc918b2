#pragma once

#include <functional>
#include <string>

#include "messages/audit.hpp"
#include "messages/control.hpp"
#include "messages/person_requests.hpp"

namespace bw {

struct node_world;

/// What people may ask of a running node, from any thread. Every request is put down in the audit
/// log with who asked, why and what came of it, and is answered once the log holds it. `done` comes
/// on some thread of the actor system, once; it does not come when the node ends first.
///
/// The kill switch does not stand here: it must not depend on an actor (app/kill_switch).
class person_desk {
 public:
  using answered = std::function<void(operator_record)>;

  explicit person_desk(node_world& world) : world_(world) {}

  /// Adds a reason. Towards safe everything is accepted.
  void halt(halt_reason reason, operator_record who, answered done) const;
  /// Takes a reason away that a person may take away.
  void resume(halt_reason reason, operator_record who, answered done) const;
  /// Closes every position of ours; entries are halted, or there would be no end to it.
  void flatten(flatten_wish wish, operator_record who, answered done) const;
  /// One symbol's shares of ours alone.
  void close(const std::string& symbol, operator_record who, answered done) const;
  /// Cancels every open order of ours. Stops of positions are placed again while trading goes on.
  void cancel_all(operator_record who, answered done) const;
  void lift_stop(const std::string& symbol, symbol_stop_reason reason, operator_record who,
                 answered done) const;
  void resolve(const client_order_id& id, order_state as, operator_record who, answered done) const;
  /// One named order may pass limits on how much and how often (R27).
  void let_pass(const std::string& strategy, const std::string& symbol, side which, quantity qty,
                operator_record who, answered done) const;
  /// Tighter limits from now on.
  void lower(limits_change what, operator_record who, answered done) const;
  /// A strategy that the gate took out may enter again. One whose plugin failed in this process is
  /// put back with the next start: what it left in memory is not trusted.
  void put_back(const std::string& strategy, operator_record who, answered done) const;

  /// Puts something down that happened outside of the actors. Durable within 100 ms, with
  /// `needs` as told.
  void note(audit_event event, durability needs = durability::soon) const;

 private:
  node_world& world_;
};

}  // namespace bw
