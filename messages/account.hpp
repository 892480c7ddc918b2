#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/orders.hpp"

namespace bw {

/// The broker's account at one instant.
struct account_report {
  std::string account_number;
  std::string status;
  money cash;
  money equity;
  /// Equity at the previous close.
  money last_equity;
  money buying_power;
  bool trading_blocked = false;
  utc_ns at;
  mono_ns received;

  BW_FIELDS(account_number, status, cash, equity, last_equity, buying_power, trading_blocked, at,
            received)
};

/// One of the broker's positions. Negative quantity: short.
struct position_report {
  symbol_name symbol;
  quantity qty;
  price average;
  price last;
  money market_value;

  BW_FIELDS(symbol, qty, average, last, market_value)
};

/// One of the broker's orders, as a list or a look-up shows it.
struct open_order_report {
  client_order_id client_id;
  venue_order_id venue_id;
  symbol_name symbol;
  bw::side side = side::buy;
  order_type type = order_type::limit;
  /// The status word as an event: new -> new_order, partially_filled -> partial_fill, …
  order_event status = order_event::other;
  quantity qty;
  quantity filled_total;
  price filled_average;
  price limit;
  price stop;
  utc_ns submitted_at;
  /// Of a leg: the order it belongs to. Its own client id was made by the broker.
  client_order_id parent;
  /// The order that took this one's place, and the one whose place it took; empty when there is
  /// none.
  venue_order_id replaced_by;
  venue_order_id replaces;

  BW_FIELDS(client_id, venue_id, symbol, side, type, status, qty, filled_total, filled_average,
            limit, stop, submitted_at, parent, replaced_by, replaces)
};

/// The broker's clock.
struct clock_report {
  utc_ns at;
  bool is_open = false;
  utc_ns next_open;
  utc_ns next_close;

  BW_FIELDS(at, is_open, next_open, next_close)
};

/// One trading day of the broker's calendar, in UTC.
struct session_day {
  calendar_date date;
  utc_ns open;
  utc_ns close;

  friend bool operator==(const session_day&, const session_day&) = default;
};

struct asset_report {
  symbol_name symbol;
  bool tradable = false;
  bool active = false;
  bool fractionable = false;
  bool shortable = false;
  bool easy_to_borrow = false;
  /// Shares a day over the last 20 days; zero when nobody said.
  quantity average_volume;

  BW_FIELDS(symbol, tradable, active, fractionable, shortable, easy_to_borrow, average_volume)
};

/// What a strategy holds over all symbols, open entries at their worst price included.
struct strategy_use {
  strategy_id strategy = no_strategy;
  money value;

  BW_FIELDS(strategy, value)
};

/// What sizing needs to know of the whole account, as the gate sees it.
struct account_view {
  /// E: the smaller of equity at session start and last snapshot.
  money equity_for_limits;
  /// Cash after reservations of open and unknown orders.
  money cash_available;
  /// Room left below the gross exposure limit.
  money gross_room;
  bool valid = false;
  /// What sizes are multiplied by after losses, in parts of a million.
  std::int64_t size_factor_ppm = 1'000'000;
  /// Nothing leaves but cancels and the closing orders of a flatten.
  bool halted = false;
  /// Of strategies with a budget that hold or order anything.
  std::vector<strategy_use> uses{};

  BW_FIELDS(equity_for_limits, cash_available, gross_room, valid, size_factor_ppm, halted, uses)
};

}  // namespace bw
