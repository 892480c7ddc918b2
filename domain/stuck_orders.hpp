#pragma once

#include <array>
#include <map>
#include <optional>

#include "messages/control.hpp"
#include "messages/orders.hpp"

namespace bw {

/// Orders that should have ended at the broker by themselves, with their session or at once, and
/// have not: first they are asked about, and then cancelled. Single-threaded, pure.
class stuck_orders {
 public:
  /// After an order's own end the broker has so long to say so.
  static constexpr nanoseconds grace = std::chrono::seconds{60};
  /// An order that was asked about and is still open after this is cancelled.
  static constexpr nanoseconds answer_within = std::chrono::seconds{10};

  enum class step : std::uint8_t { none = 1, ask, cancel };

  void on_session(const session_state& x);
  /// When the broker ends the order, by its time in force; nothing when it stays until it is
  /// cancelled, or when no session is known that it was meant for.
  std::optional<utc_ns> end_of(const order_request& x) const;
  /// What to do now about an order that is open; each step is answered once an order.
  step next(const order_request& x, utc_ns now);
  /// It is over.
  void forget(order_id order) { asked_.erase(order); }

 private:
  struct session {
    utc_ns open;
    utc_ns close;
  };
  struct question {
    utc_ns at;
    bool cancelled = false;
  };

  /// The last one that is known to be over, and the one that runs or comes; zero: none.
  std::array<session, 2> sessions_{};
  std::map<order_id, question> asked_;
};

}  // namespace bw
