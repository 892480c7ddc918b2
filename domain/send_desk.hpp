#pragma once

#include <optional>
#include <string_view>

#include "domain/call_guard.hpp"
#include "domain/rate_limiter.hpp"

namespace bw {

struct send_desk_options {
  /// Requests a minute for orders, and for cancels and look-ups; together below the broker's 200,
  /// and the second share is never used for orders.
  rate_limit orders{120, std::chrono::minutes{1}, 20};
  rate_limit reserved{30, std::chrono::minutes{1}, 30};
};

/// Leave for one request, or why there is none.
struct send_leave {
  bool allowed = false;
  breaker_permit permit;
  std::string_view why;
};

/// Decides whether an order, a cancel or a question may leave now: a breaker each for orders and
/// cancels, the own request budget with its reserve, and the broker's own count of our requests.
/// Pure: state and instant in, leave out. Single-threaded; the board is shared.
class send_desk {
 public:
  send_desk(send_desk_options options, breaker_board& board, prng random);

  /// `utc` is the wall time of the same instant as `now`, everywhere here.
  send_leave ask_order(mono_ns now, utc_ns utc);
  /// A cancel may use the orders' share as well: getting out comes first.
  send_leave ask_cancel(mono_ns now);
  /// Look-ups and lists use the reserve.
  bool ask_question(mono_ns now) { return reserved_.try_take(now); }

  void on_order(const breaker_permit& permit, const call_facts& facts, nanoseconds took,
                mono_ns now, utc_ns utc);
  void on_cancel(const breaker_permit& permit, const call_facts& facts, nanoseconds took,
                 mono_ns now, utc_ns utc);

  /// Leave for one read that probes the orders' open breaker; an order never does.
  std::optional<breaker_permit> ask_probe(mono_ns now);
  /// A reconciliation that began after the breaker opened has finished.
  void on_reconciled(mono_ns now) { orders_.on_reconciled(now); }
  /// Since when the orders' breaker is waiting; zero while it is closed.
  nanoseconds orders_unavailable(mono_ns now) const { return orders_.unavailable_for(now); }

  breaker_state orders(mono_ns now) const { return orders_.state(now); }
  breaker_state cancels(mono_ns now) const { return cancels_.state(now); }
  /// A person mended what the broker refused: both are tried again, the orders' by reads.
  void release(mono_ns now);
  /// Whether the broker's own count leaves only what is kept for cancels and questions.
  bool only_reserve(utc_ns utc) const;
  /// Notes what time has changed.
  void look(mono_ns now);

 private:
  send_desk_options options_;
  breaker_board& board_;
  call_guard orders_;
  call_guard cancels_;
  rate_limiter budget_;
  rate_limiter reserved_;
};

}  // namespace bw
