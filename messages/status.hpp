#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "messages/account.hpp"
#include "messages/control.hpp"
#include "messages/market_trend.hpp"

namespace bw {

enum class health : std::uint8_t { ok = 1, degraded, failed };

/// What one actor says of itself.
struct component_status {
  std::string name;
  health state = health::ok;
  std::string text;
  std::map<std::string, std::uint64_t> counts;
};

struct position_status {
  std::string symbol;
  quantity qty;
  price average;
  price last;
  money unrealized;
  price stop;
  std::string strategy;
  /// Shares of the symbol that a stop at the broker covers.
  quantity covered;
};

/// What lies in one symbol at the broker that is not of our making.
struct external_status {
  std::string symbol;
  quantity qty;
  std::uint32_t open_orders = 0;
  bool stopped = false;
  std::string note;
};

/// One configured strategy: whether it works, and what it has done since the start.
struct strategy_status {
  std::string strategy;
  std::string kind;
  std::string version;
  bool enabled = false;
  /// Taken out until a person puts it back.
  bool latched = false;
  /// Why it is off.
  std::string text;
  /// Signals that became an order, and those that did not.
  std::uint64_t signals_taken = 0;
  std::uint64_t signals_refused = 0;
  std::uint64_t trades = 0;
  std::uint64_t wins = 0;
  std::uint64_t losses = 0;
  money realized;
  money unrealized;
  /// What its positions are worth.
  money exposure;
  /// Mean confidence of the entries whose trade was won, and of those lost, in parts per million;
  /// zero without one.
  std::uint32_t confidence_won_ppm = 0;
  std::uint32_t confidence_lost_ppm = 0;
  /// Its signals become no orders; what its trades came to in the simulation stands apart.
  bool shadow = false;
  std::uint64_t shadow_trades = 0;
  std::uint64_t shadow_wins = 0;
  money shadow_realized;
  money shadow_unrealized;
};

/// The node at one instant: status.json, health, the summary of a run.
struct node_status {
  utc_ns at;
  mono_ns at_mono;
  /// "sim", "paper", "live".
  std::string mode;
  /// "starting", "reconciling", "running", "stopping".
  std::string lifecycle;
  trading_state trading;
  session_state session;
  bool market_open = false;

  money portfolio_value;
  money cash;
  money buying_power;
  utc_ns account_at;
  money day_start_equity;
  money daily_pnl;
  money realized_pnl;
  std::vector<position_status> positions;
  std::uint32_t open_orders = 0;
  std::uint32_t unknown_orders = 0;
  std::uint64_t trades_today = 0;
  std::vector<std::string> strategies_active;

  std::uint64_t market_messages = 0;
  std::uint64_t quotes = 0;
  std::uint64_t trades = 0;
  std::uint64_t bars = 0;
  std::uint64_t conflated = 0;
  std::uint64_t dropped = 0;
  std::uint64_t signals = 0;
  std::uint64_t orders_submitted = 0;
  std::uint64_t orders_filled = 0;
  std::uint64_t orders_rejected = 0;
  std::uint64_t orders_denied = 0;
  std::uint64_t fills = 0;

  feed_status feed;
  order_stream_status order_stream;
  /// Age of the newest quote by symbol, milliseconds.
  std::map<std::string, std::int64_t> data_age_ms;
  utc_ns last_reconcile;
  std::uint32_t reconcile_differences = 0;
  std::uint64_t audit_records = 0;
  std::string audit_sync;
  std::uint64_t restarts = 0;
  std::string config_hash;
  std::vector<component_status> components;
  std::vector<external_status> external;
  /// Differences to the broker's books in words, and for how long the oldest has stood.
  std::vector<std::string> reconcile_texts;
  nanoseconds reconcile_oldest{};
  /// "S0" … "S4"; empty on the embedded venue. SHA-256 of the limits in force, hexadecimal.
  std::string live_stage;
  std::string limits_hash;
  /// SHA-256 of the program's file, hexadecimal.
  std::string binary_hash;
  /// How long the position that waits longest has not been covered by a stop at the broker, and all
  /// such times together since the start.
  nanoseconds uncovered{};
  nanoseconds uncovered_total{};
  /// Where closing everything stands, in words; empty when nobody asked for it.
  std::string flatten;
  /// In the order of the configuration.
  std::vector<strategy_status> strategies;
  /// Of the day, by symbol.
  std::map<std::string, market_regime> regimes;
};

/// The status as one JSON object with schema_version; money as decimal text.
std::string to_json(const node_status& status);
/// What runs and in what state trading is: hashes of program, configuration and limits.
std::string state_json(const node_status& status);

}  // namespace bw
