#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "venue/accounts.hpp"
#include "venue/exchange.hpp"
#include "venue/order_life.hpp"

namespace bw::venue {

/// No order is larger, whatever the account could pay.
inline constexpr quantity order_qty_max = quantity::from_int(1'000'000'000);
/// Nor does a position with its open orders grow beyond this; it keeps sums in range.
inline constexpr quantity position_qty_max = quantity::from_int(5'000'000'000);
/// No price of an order is higher.
inline constexpr price order_price_max = price::from_int(1'000'000);
inline constexpr std::size_t client_order_id_length_max = 128;

/// What a check looks at beside the order itself.
struct check_inputs {
  const exchange_options& options;
  const listed_symbol* listed = nullptr;
  symbol_id symbol = no_symbol;
  const order_store& orders;
  /// Open orders of the same symbol in order of acceptance.
  std::vector<const live_order*> open;
  const account_book& account;
  /// Price of each symbol for the account's values.
  const std::vector<price>& marks;
  /// Newest quote of the symbol; sides without one are zero.
  quote market;
};

/// How an order that passed all checks is paid for.
struct order_plan {
  price ceiling;
  price reserved_price;
  reservation reserved;
};

/// All rules of acceptance, in the order in which a client sees them: the order's own form, its
/// client order id, the market, shares and direction, wash trades, buying power. Pure.
std::variant<order_plan, refusal> check_order(const new_order& order, const check_inputs& inputs);

}  // namespace bw::venue
