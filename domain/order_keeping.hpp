#pragma once

#include <vector>

#include "messages/account.hpp"

namespace bw {

/// Which open orders have to go so that what stays can only shrink the account's positions: of each
/// symbol, orders that oppose its position stay up to the position's size, stops before all others
/// and older ones first. The members of a group (a leg names its parent) can execute one of them
/// only: they count once, and stay or go together. Both lists are the broker's own. Pure; the
/// answer is in the order of `open`.
std::vector<open_order_report> not_risk_reducing(const std::vector<position_report>& positions,
                                                 const std::vector<open_order_report>& open);

}  // namespace bw
