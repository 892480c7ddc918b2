#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "messages/control.hpp"
#include "messages/orders.hpp"

namespace bw {

/// Where the orders of strategies in shadow go instead of to the broker: one symbol's market, with
/// orders simulated on the quotes and trades that came in. Nothing leaves it. Pure: time is an
/// argument. Lives in the symbol's engine, on its thread.
class shadow_market {
 public:
  virtual ~shadow_market() = default;

  virtual void on_session(const session_state& x, utc_ns now) = 0;
  virtual void on_quote(const quote& x, utc_ns now) = 0;
  virtual void on_trade(const trade& x, utc_ns now) = 0;
  virtual void submit(const order_request& x, utc_ns now) = 0;
  virtual void cancel(order_id order, utc_ns now) = 0;
  /// What time alone brings.
  virtual void advance(utc_ns now) = 0;
  /// What became of the orders since the last call.
  virtual std::vector<order_report> take_reports() = 0;
};
using shadow_market_factory = std::function<std::unique_ptr<shadow_market>(const symbol_name&)>;

}  // namespace bw
