#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "broker/record.hpp"
#include "core/result.hpp"
#include "messages/order_words.hpp"
#include "messages/orders.hpp"

namespace bw {

/// An order in everything that Alpaca takes for a US equity. The node's router sends a subset of it
/// as outgoing_order. Prices are zero where the order has none.
struct order_ticket {
  std::string symbol;
  bw::side side = side::buy;
  order_type type = order_type::market;
  time_in_force tif = time_in_force::day;
  order_class group = order_class::simple;
  /// Exactly one of both. Shares may have up to nine decimals.
  quantity qty;
  money notional;
  price limit;
  price stop;
  /// Of a trailing stop, exactly one of both. 1.0 is one per cent.
  price trail_price;
  ratio trail_percent;
  /// Of groups: what takes the profit, what ends the loss, and the latter's own limit.
  price take_profit;
  price stop_loss;
  price stop_loss_limit;
  bool extended_hours = false;
  std::optional<position_intent> intent;
  std::string client_id;
};

/// Minutes since New York's midnight, for the two windows of the auctions.
inline constexpr int opening_orders_end = 9 * 60 + 28;
inline constexpr int closing_orders_end = 15 * 60 + 50;
inline constexpr int auction_orders_begin = 19 * 60;

/// Whether Alpaca would take an order of this form: what can be known of it without the account,
/// the asset and the market. ec::invalid_argument with the rule. `new_york_minute` decides about
/// opg and cls; without it they pass. Pure.
result<void> check_ticket(const order_ticket& ticket,
                          std::optional<int> new_york_minute = std::nullopt);
/// The body of POST /v2/orders. Decimals are text.
std::string encode_ticket(const order_ticket& ticket);

/// What PATCH /v2/orders/{id} may change; what is missing stays.
struct order_change {
  std::optional<quantity> qty;
  std::optional<time_in_force> tif;
  std::optional<price> limit;
  std::optional<price> stop;
  /// Distance or per cent of a trailing stop, as the order has it.
  std::optional<price> trail;
  /// Of the order that takes the old one's place; the broker makes one up without it.
  std::string client_id;
};

result<void> check_change(const order_change& change);
std::string encode_change(const order_change& change);

}  // namespace bw
