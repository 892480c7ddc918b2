#include "domain/risk_override.hpp"

#include <utility>

namespace bw {

bool may_be_overridden(risk_rule rule) {
  switch (rule) {
    case risk_rule::wide:
    case risk_rule::collar:
    case risk_rule::size:
    case risk_rule::value:
    case risk_rule::min_value:
    case risk_rule::interval:
    case risk_rule::entries:
    case risk_rule::price_walk:
    case risk_rule::window_second:
    case risk_rule::window_minute:
    case risk_rule::streak:
    case risk_rule::symbol_lock:
    case risk_rule::trade_risk:
    case risk_rule::volatility:
    case risk_rule::volume: return true;
    default: return false;
  }
}

result<void> risk_override::grant(override_request x, mono_ns now) {
  if (x.who.empty() || x.why.empty())
    return {ec::invalid_argument, "an override names who gives it and why; say both"};
  if (!x.qty.is_positive())
    return {ec::invalid_argument, "an override names the order's quantity, which is positive"};
  if (stands(now))
    return {ec::invalid_argument,
            "another override stands; it ends with its order or within a minute"};
  granted_ = std::move(x);
  at_ = now;
  return {};
}

bool risk_override::covers(const order_request& order, mono_ns now) const {
  return stands(now) && order.strategy == granted_->strategy && order.symbol == granted_->symbol &&
         order.side == granted_->side && order.qty == granted_->qty;
}

std::optional<override_request> risk_override::use() {
  return std::exchange(granted_, std::nullopt);
}

}  // namespace bw
