#pragma once

#include <optional>

#include "core/result.hpp"
#include "messages/person_requests.hpp"
#include "messages/risk.hpp"

namespace bw {

/// Whether the rule bounds how much or how often, so that a person who answers for it may go beyond
/// once. What keeps the node from acting on what it does not know, from breaking a law or from
/// trading while it is halted is never overridden.
bool may_be_overridden(risk_rule rule);

/// At most one override at a time: for one named order, once, within a minute. Single-threaded.
class risk_override {
 public:
  static constexpr nanoseconds valid_for = std::chrono::seconds{60};

  /// ec::invalid_argument without a name, a reason or a quantity, and while another one stands.
  result<void> grant(override_request x, mono_ns now);
  /// Whether this is the order that it was given for, in time.
  bool covers(const order_request& order, mono_ns now) const;
  /// The order has passed by it. Answers who let it, and why.
  std::optional<override_request> use();

 private:
  bool stands(mono_ns now) const { return granted_ && now - at_ < valid_for; }

  std::optional<override_request> granted_;
  mono_ns at_;
};

}  // namespace bw
