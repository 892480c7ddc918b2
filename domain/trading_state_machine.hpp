#pragma once

#include <array>

#include "core/result.hpp"
#include "messages/risk.hpp"

namespace bw {

/// Whether only a person may clear the reason, over restarts too.
bool is_latched(halt_reason reason);
/// The narrowing that a reason starts with, and the worst it can come to.
trading_mode first_floor(halt_reason reason);
trading_mode worst_floor(halt_reason reason);

/// The set of reasons for which trading is narrowed (docs/risk.md). The mode is the worst floor
/// in the set; without reasons it is active. Towards safe everybody may go at any time; away from
/// it only a reason's own rule, or a person where it is latched. Starts with the reason boot.
/// Lives in the session actor; single-threaded. Persisting is the caller's: record, then tell.
class trading_state_machine {
 public:
  trading_state_machine() { add(halt_reason::boot); }

  const trading_state& state() const { return state_; }

  /// Answers whether anything changed. A floor is raised by a second call, never lowered.
  bool add(halt_reason reason) { return add(reason, first_floor(reason)); }
  bool add(halt_reason reason, trading_mode floor);

  /// By the reason's own rule. ec::halted when only a person may.
  result<bool> clear_by_rule(halt_reason reason);
  /// By a named person. ec::invalid_argument where a rule decides; ec::halted for a kill of this
  /// very process, which only the next one may clear.
  result<bool> clear_by_person(halt_reason reason);

  /// Latched reasons of an earlier run come back with their worst floor; the others are found out
  /// again by their rules.
  void restore(const trading_state& persisted);

  /// The floor of a reason that is set; active when it is not.
  trading_mode floor_of(halt_reason reason) const;

 private:
  bool remove(halt_reason reason);
  void recompute();

  trading_state state_;
  /// By the reason's value; zero is no reason.
  std::array<trading_mode, halt_reason_count + 1> floors_{};
  bool killed_here_ = false;
};

}  // namespace bw
