#pragma once

#include <compare>
#include <cstddef>
#include <deque>
#include <map>

#include "messages/orders.hpp"

namespace bw {

/// Compares what leaves with what was decided (R21). A decision is one strategy's wish for one
/// symbol, side and purpose at one tick: its first order sets the quantity, and whatever is sent
/// for it afterwards may never add up to more, counting what is open, filled or unknown. It stands
/// behind the gate, with counters of its own, so that a strategy that repeats itself for ever is
/// stopped here whatever the gate believes. Single-threaded.
class parent_counter {
 public:
  struct options {
    /// Decisions in memory. Beyond it the oldest without a live order is forgotten.
    std::size_t parents_max = 20'000;
  };
  parent_counter() : parent_counter(options{}) {}
  explicit parent_counter(options with) : options_(with) {}

  /// Counts the order, which carries its number. False, and nothing counted, when it does not fit.
  bool admit(const order_request& request);
  /// The order's latest state. False when its decision was overfilled by it.
  bool on_report(const order_report& report);

  std::size_t parents() const { return parents_.size(); }

 private:
  struct key {
    trace_id trace;
    /// A feed that starts again may count its ticks from one again.
    mono_ns received;
    strategy_id strategy;
    symbol_id symbol;
    bw::side side;
    order_purpose purpose;
    auto operator<=>(const key&) const = default;
  };
  struct child {
    key parent;
    /// What it may come to.
    quantity worst;
  };
  struct parent {
    quantity allowed;
    quantity worst;
    std::size_t live = 0;
  };
  static key key_of(const order_request& request);
  bool make_room();

  options options_;
  std::map<key, parent> parents_;
  std::deque<key> order_of_arrival_;
  /// Live orders only.
  std::map<order_id, child> children_;
};

}  // namespace bw
