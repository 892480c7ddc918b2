#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/account.hpp"
#include "messages/control.hpp"
#include "messages/status.hpp"

namespace bw {

// Snapshots that one actor asks of another, once a second or on an occasion. Never on the hot path.

/// Latest quotes of the symbols that changed since the last such message, for whoever needs prices
/// but not every tick: the gate's collars and marks, the performance figures. Minute bars are all
/// there, in their order.
struct market_marks {
  std::vector<quote> quotes;
  std::vector<trade> trades;
  std::vector<bar> bars;
};

/// The router's orders that are not over.
struct open_orders_view {
  std::vector<order_report> open;
  std::uint32_t unknown = 0;
  std::uint64_t submitted = 0;
  std::uint64_t filled = 0;
  std::uint64_t rejected = 0;
  std::uint64_t fills = 0;
};

/// The gate's part of the status.
struct risk_view {
  trading_state trading;
  order_stream_status stream;
  account_report account;
  money day_start_equity;
  std::uint64_t denied = 0;
  std::uint64_t approved = 0;
  /// How long closing everything would take from here, with the requests that are left (an
  /// estimate, domain/time_to_flat).
  nanoseconds time_to_flat{};
  /// Requests that cancelling and closing everything would need, and those that are left for it.
  std::int64_t requests_to_flat = 0;
  std::int64_t requests_left = 0;
  /// Planned loss of all open trades down to their stops.
  money planned_loss;
  /// SHA-256 of the limits in force, hexadecimal.
  std::string limits_hash;
  /// Where closing everything stands; empty when nobody asked for it.
  std::string flatten;
};

/// The position of one strategy in one symbol.
struct held_position {
  symbol_id symbol = no_symbol;
  strategy_id strategy = no_strategy;
  quantity qty;
  price average;
  price stop;

  BW_FIELDS(symbol, strategy, qty, average, stop)
};

/// What the trades of a strategy in shadow came to in the simulation, since the start.
struct shadow_figures {
  std::uint64_t trades = 0;
  std::uint64_t wins = 0;
  money realized;
  money unrealized;
};

/// One strategy on one symbol, as its STRATEGY actor sees it.
struct strategy_seat_view {
  strategy_id strategy = no_strategy;
  bool enabled = false;
  /// Off until a person says otherwise, and why.
  bool latched = false;
  short_text cause;
  std::uint64_t signals_taken = 0;
  std::uint64_t signals_refused = 0;
  bool shadow = false;
  shadow_figures simulated;
};

/// The strategy actor's part of the status.
struct strategy_view {
  symbol_id symbol = no_symbol;
  std::vector<held_position> positions;
  std::uint64_t signals = 0;
  std::uint64_t bars = 0;
  bool warm = false;
  /// Shares that a stop at the broker covers, for how long some have not been covered by now, and
  /// in sum since the start.
  quantity covered;
  nanoseconds uncovered{};
  nanoseconds uncovered_total{};
  std::vector<strategy_seat_view> seats;
  market_regime regime = market_regime::unknown;
};

struct market_data_view {
  feed_status feed;
  std::uint64_t messages = 0;
  std::uint64_t quotes = 0;
  std::uint64_t trades = 0;
  std::uint64_t bars = 0;
  std::uint64_t duplicates = 0;
  std::vector<quote> latest;
  std::vector<trade> last_trades;
};

/// What the trades of one strategy came to since the start of the process.
struct strategy_performance {
  strategy_id strategy = no_strategy;
  std::uint64_t trades = 0;
  std::uint64_t wins = 0;
  std::uint64_t losses = 0;
  money realized;
  money unrealized;
  money exposure;
  std::uint32_t confidence_won_ppm = 0;
  std::uint32_t confidence_lost_ppm = 0;
};

struct performance_view {
  money realized;
  money unrealized;
  std::uint64_t trades_today = 0;
  std::uint64_t trades = 0;
  std::uint64_t wins = 0;
  std::vector<strategy_performance> strategies;
};

/// What the reconciliation found when it last ended.
struct reconcile_view {
  bool done_once = false;
  bool clean = false;
  utc_ns last_success;
  std::uint32_t differences = 0;
  /// How long the oldest difference has stood, and each in words.
  nanoseconds oldest{};
  std::vector<std::string> texts;
  /// What is not of our making.
  std::vector<external_status> external;
  /// Of the broker's last list of positions: when it was asked for, and in how many of our symbols
  /// it shows shares of ours.
  mono_ns positions_asked;
  std::uint32_t held_at_broker = 0;
};

}  // namespace bw
