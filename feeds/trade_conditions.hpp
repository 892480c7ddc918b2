#pragma once

#include "domain/trade_conditions.hpp"
#include "messages/market_data.hpp"

namespace bw {

/// Whether a trade with this condition code may set the last price, and with it a bar's open and
/// close. See domain/trade_conditions.hpp for `tape`.
constexpr price_eligible condition_eligible(char code, char tape) {
  return effect_of_condition(code, tape).last ? price_eligible::yes : price_eligible::no;
}

}  // namespace bw
