#pragma once

#include <string_view>
#include <variant>

#include "venue/exchange.hpp"

namespace bw::venue {

/// Reads the body of POST /v2/orders. Decimals come as strings or numbers, unknown keys are
/// ignored. What is missing or malformed is refused in Alpaca's words; rules that need the market
/// or the account are the exchange's.
std::variant<new_order, refusal> parse_order_body(std::string_view body);

/// Reads the body of PATCH /v2/orders/{id}; what is missing or null stays as it is.
std::variant<order_change, refusal> parse_change_body(std::string_view body);

}  // namespace bw::venue
