#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "domain/backoff.hpp"
#include "domain/breaker_board.hpp"
#include "domain/circuit_breaker.hpp"

namespace bw {

/// What a request came to, as far as a breaker cares.
struct call_facts {
  bool sent = false;
  /// 0 without a complete answer.
  std::uint16_t status = 0;
  /// A body that cannot be read although the status is good.
  bool unreadable = false;
  /// What the answer's headers said of the budget.
  rate_window window;
};

/// The breaker of one class of requests with everything around it: what an answer means, how long a
/// 429 lasts, and a note on the board for every change, also one that time alone has made.
/// Single-threaded; the board is shared.
class call_guard {
 public:
  /// No 429 holds a class for longer, whatever its header says.
  static constexpr nanoseconds throttle_longest = std::chrono::minutes{2};

  /// `board` outlives the guard; null: nobody is told.
  call_guard(request_class which, breaker_options options, prng random, breaker_board* board);

  breaker_permit ask(mono_ns now);
  breaker_permit ask_probe(mono_ns now);
  /// `utc` is the wall time of the same instant as `now`, for the reset time of a 429.
  void on_answer(const breaker_permit& permit, const call_facts& facts, nanoseconds took,
                 mono_ns now, utc_ns utc);
  /// The permit was not used after all.
  void give_back(const breaker_permit& permit, mono_ns now);
  void on_reconciled(mono_ns now);
  /// A person mended what was refused.
  void release(mono_ns now);
  /// Notes what time has changed.
  void look(mono_ns now) { tell(now, "the wait is over"); }

  breaker_state state(mono_ns now) const { return breaker_.state(now); }
  nanoseconds unavailable_for(mono_ns now) const { return breaker_.unavailable_for(now); }

 private:
  void tell(mono_ns now, std::string_view cause);

  request_class which_;
  circuit_breaker breaker_;
  breaker_board* board_;
  breaker_state shown_ = breaker_state::closed;
  backoff unnamed_waits_;
};

/// Whether an answer speaks for or against the connection (pure). Refusals of the business are a
/// success of it; 401 is refused, and so is a 403 to a read of the account: no order has caused it.
call_outcome judge_call(const call_facts& facts, request_class which);

}  // namespace bw
