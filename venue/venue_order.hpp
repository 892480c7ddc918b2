#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/decimal.hpp"
#include "core/time.hpp"
#include "messages/order_words.hpp"
#include "messages/orders.hpp"

namespace bw::venue {

/// Per cent: 1.0 is one per cent.
using percentage = decimal<struct percentage_tag>;

/// The exchange's own words for the life of an order; not the node's, on purpose.
enum class venue_status : std::uint8_t {
  accepted = 1,  // Taken while the market is closed: waits for the open.
  pending_new,
  new_order,
  partially_filled,
  filled,
  canceled,
  expired,
  rejected,
  pending_cancel,
  held,  // An exit leg that waits for its entry, or for the price that sets it off.
  pending_replace,
  replaced,
  done_for_day,
};

/// Alpaca's word: "new", "partially_filled", …
std::string_view to_string(venue_status x) noexcept;
bool is_terminal(venue_status x) noexcept;

using bw::order_class;
using bw::position_intent;
/// `held` is the position just before the order was accepted.
position_intent intent_of(side x, quantity held) noexcept;
constexpr bool opens(position_intent x) {
  return x == position_intent::buy_to_open || x == position_intent::sell_to_open;
}

/// What a client asks for, already well-formed as JSON; the exchange checks the rules.
struct new_order {
  std::string symbol;
  bw::side side = side::buy;
  order_type type = order_type::market;
  time_in_force tif = time_in_force::day;
  quantity qty;
  price limit;
  price stop;
  /// Empty: the exchange makes a UUID.
  std::string client_order_id;
  bool extended_hours = false;
  /// Dollars instead of shares; then `qty` is zero.
  money notional;
  /// Exactly one of the two for a trailing stop.
  price trail_price;
  percentage trail_percent;
  venue::order_class order_class = order_class::simple;
  /// Limit of the exit with a profit; of an oco it is the order's own limit.
  price take_profit;
  /// Stop of the exit with a loss, and its limit when it is a stop_limit.
  price stop_loss;
  price stop_loss_limit;
};

/// What a client wants to change of an open order; the rest stays.
struct order_change {
  std::optional<quantity> qty;
  std::optional<time_in_force> tif;
  std::optional<price> limit;
  std::optional<price> stop;
  /// Dollars or per cent, as the order has it.
  std::optional<price> trail;
  /// Empty: the exchange makes a UUID.
  std::string client_order_id;
};

constexpr bool has_limit(order_type x) {
  return x == order_type::limit || x == order_type::stop_limit;
}
constexpr bool has_stop(order_type x) {
  return x == order_type::stop || x == order_type::stop_limit;
}

struct venue_order {
  std::string id;
  std::string client_order_id;
  symbol_id symbol = no_symbol;
  std::string symbol_text;
  bw::side side = side::buy;
  order_type type = order_type::market;
  time_in_force tif = time_in_force::day;
  /// Of an order in dollars: an estimate until it is filled, then what was filled.
  quantity qty;
  price limit;
  /// Of a trailing stop it follows the market.
  price stop;
  bool extended_hours = false;
  bool stop_triggered = false;
  venue_status status = venue_status::pending_new;
  quantity filled_qty;
  /// Exact sum of price × quantity of its fills, 1e-18.
  int128 filled_notional = 0;
  utc_ns created_at;
  utc_ns updated_at;
  utc_ns submitted_at;
  std::optional<utc_ns> filled_at;
  std::optional<utc_ns> canceled_at;
  std::optional<utc_ns> expired_at;
  std::optional<utc_ns> failed_at;
  std::optional<utc_ns> expires_at;
  std::optional<utc_ns> cancel_requested_at;
  /// Order of acceptance: paging and matching use it.
  std::uint64_t serial = 0;

  position_intent intent = position_intent::buy_to_open;
  /// Dollars of an order that was given in dollars, else zero.
  money notional;
  price trail_price;
  percentage trail_percent;
  /// The best price a trailing stop has seen; zero for every other order.
  price high_water_mark;
  venue::order_class order_class = order_class::simple;
  /// Serials of related orders; zero where there is none. The legs of an oco's first order are its
  /// stop alone.
  std::uint64_t parent = 0;
  std::array<std::uint64_t, 2> legs{};
  std::optional<utc_ns> replaced_at;
  /// Ids, empty where there is none.
  std::string replaced_by;
  std::string replaces;
  /// What the orders that this one replaced had already executed: it counts towards `qty`.
  quantity filled_before;

  quantity remaining() const { return qty - filled_before - filled_qty; }
  std::optional<price> filled_average() const;
};

/// One event of an order's life; becomes a trade_updates message.
struct venue_event {
  enum class kind : std::uint8_t {
    pending_new = 1,
    accepted,
    new_order,
    partial_fill,
    fill,
    canceled,
    expired,
    rejected,
    pending_cancel,
    order_cancel_rejected,
    /// The order is the old one; `replaced_by` names the new one.
    replaced,
    pending_replace,
    order_replace_rejected,
    done_for_day
  } what;
  venue_order order;         // As it is after the event.
  std::string event_id;      // ULID
  std::string execution_id;  // UUID; empty where Alpaca has none.
  price fill_price;
  quantity fill_qty;
  quantity position_qty;
  utc_ns at;
};
std::string_view to_string(venue_event::kind x) noexcept;

/// A refusal with Alpaca's HTTP status, code, message and extra members. An extra
/// value that begins with '[' is a JSON array and goes out as it is; the others are strings.
struct refusal {
  std::uint16_t http_status = 422;
  std::uint32_t code = 42210000;
  std::string message;
  std::vector<std::pair<std::string, std::string>> extra;
};

}  // namespace bw::venue
