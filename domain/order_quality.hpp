#pragma once

#include <optional>

#include "messages/audit.hpp"

namespace bw {

/// How well one order was executed, folded from what the log says of it: against the quote that the
/// decision saw, and in time. Pure.
struct order_quality {
  quantity wanted;
  quantity filled;
  bw::side side = bw::side::buy;
  price seen_bid;
  price seen_ask;
  /// What the executions cost beyond the other side of that quote; positive is worse.
  money slippage;

  /// On the clock of the run that sent the order; zero: not known. The broker acknowledges with an
  /// answer that says what became of the order, or with the first word of it in another way.
  mono_ns sent;
  mono_ns acknowledged;
  mono_ns first_fill;
  /// Seconds of that clock in one real second.
  std::int64_t clock_speed = 1;

  void begin(const order_request& request);
  void on(const fill_record& x);
  /// These tell times: only those of the run that sent the order.
  void on(const submit_record& x);
  void on(const update_record& x);
  void on(const hops_record& x);

  bool has_quote() const;
  /// In real time, from the first byte of the request.
  std::optional<nanoseconds> acknowledgement() const { return since_sent(acknowledged); }
  std::optional<nanoseconds> to_first_fill() const { return since_sent(first_fill); }
  /// Part of what was wanted that was filled, in units of 1e-9, half even.
  std::int64_t fill_ratio_units() const;

 private:
  std::optional<nanoseconds> since_sent(mono_ns at) const;
};

/// The side of the quote that an order trades against: the ask for a buy, the bid for a sale; zero
/// without a quote.
price other_side_of_quote(side side, price bid, price ask);

/// What an execution cost beyond `against`, half even; positive is worse, zero without a price to
/// compare with.
money cost_beyond(side side, quantity qty, price at, price against);

}  // namespace bw
