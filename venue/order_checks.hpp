#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "venue/accounts.hpp"
#include "venue/exchange.hpp"
#include "venue/order_store.hpp"

namespace bw::venue {

/// No order is larger, whatever the account could pay.
inline constexpr quantity order_qty_max = quantity::from_int(1'000'000'000);
/// Nor does a position with its open orders grow beyond this; it keeps sums in range.
inline constexpr quantity position_qty_max = quantity::from_int(5'000'000'000);
/// No price of an order is higher.
inline constexpr price order_price_max = price::from_int(1'000'000);
inline constexpr money notional_min = money::from_int(1);
inline constexpr money notional_max = money::from_int(1'000'000'000);
inline constexpr std::size_t client_order_id_length_max = 128;

/// What a check looks at beside the order itself.
struct check_inputs {
  const exchange_options& options;
  const account_rules& rules;
  const listed_symbol* listed = nullptr;
  symbol_id symbol = no_symbol;
  const order_store& orders;
  const account_book& account;
  /// Price of each symbol for the account's values.
  const std::vector<price>& marks;
  /// Newest quote of the symbol; sides without one are zero.
  quote market;
  const session_phases& phases;
  utc_ns now;
  /// The order whose place this one takes: what it keeps back is free for its successor.
  const live_order* replacing = nullptr;

  /// Open orders of the symbol in order of acceptance.
  const order_store::order_list& open() const { return orders.open(symbol); }
};

/// How an order that passed all checks is paid for.
struct order_plan {
  price ceiling;
  price reserved_price;
  reservation reserved;
  /// Shares, also of an order in dollars.
  quantity qty;
  position_intent intent = position_intent::buy_to_open;
  /// Where a trailing stop begins: the current price, and the stop that belongs to it.
  price high_water_mark;
  price stop;
};

using check_outcome = std::optional<refusal>;

/// All rules of acceptance, in the order in which a client sees them: the order's own form, its
/// client order id, its group, the market, wash trades, shares and direction, buying power. Pure.
std::variant<order_plan, refusal> check_order(const new_order& order, const check_inputs& inputs);

/// Whether the open order may become what `change` makes of it. `changed` is the order as it would
/// be sent anew. Answers what the new order keeps back in all.
std::variant<order_plan, refusal> check_change(const live_order& live, const order_change& change,
                                               const new_order& changed,
                                               const check_inputs& inputs);

// What both are made of.

refusal invalid_order(std::string message);    // 42210000
refusal malformed_order(std::string message);  // 40010001
refusal forbidden_order(std::string message);  // 40310000
bool is_fractional(quantity qty);
/// Positive, within bounds and on a tick; `name` is the member's name, "limit_price".
check_outcome check_price(std::string_view name, price x);
/// The price a stop is measured against: the last one, or the middle of the quote.
price current_price(const check_inputs& inputs);
/// Whether the order shrinks the position that is there.
bool reduces(const new_order& order, const check_inputs& inputs);
check_outcome check_client_id(const new_order& order, const check_inputs& inputs);
check_outcome check_form(const new_order& order, const check_inputs& inputs);
check_outcome check_fraction(const new_order& order, const check_inputs& inputs);
check_outcome check_stop_side(const new_order& order, const check_inputs& inputs);
check_outcome check_direction(const new_order& order, const check_inputs& inputs);
order_plan plan_of(const new_order& order, const check_inputs& inputs);
check_outcome check_buying_power(const order_plan& plan, const check_inputs& inputs);

}  // namespace bw::venue
