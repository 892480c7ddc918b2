#pragma once

#include "domain/risk_options.hpp"
#include "messages/orders.hpp"

namespace bw {

/// Whether the broker would call the two orders a wash trade: both are of one symbol and account
/// and on opposite sides, and could meet. A market or stop order meets everything; two limits meet
/// when the buyer pays at least what the seller wants (docs/risk.md). Under `strict` a trailing
/// stop counts as a stop; the broker exempts it.
bool crosses(const order_request& wanted, const order_request& open, self_cross_policy policy);

}  // namespace bw
