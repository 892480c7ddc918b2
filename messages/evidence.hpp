#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messages/risk.hpp"

namespace bw {

// What lies between a tick and its order, kept so that a person can ask "why" afterwards. The rules
// for records of audit.hpp hold here too: fields are neither removed nor moved.

/// How a value had to stand to its threshold.
enum class comparison : std::uint8_t { above = 1, at_least, below, at_most };
/// "above", "at least", "below", "at most".
std::string_view to_string(comparison x) noexcept;

/// One thing a strategy asks of a bar. Value and threshold in units of 1e-9.
struct rule_condition {
  inline_string<31> name;
  comparison how = comparison::above;
  bool met = false;
  std::int64_t value = 0;
  std::int64_t threshold = 0;
  BW_FIELDS(name, how, met, value, threshold)
  friend bool operator==(const rule_condition&, const rule_condition&) = default;
};
using rule_conditions = inline_vector<rule_condition, 8>;

/// A fact that a reader needs to repeat or to doubt something: a parameter, a model's setting.
struct named_text {
  std::string name;
  std::string value;
  BW_FIELDS(name, value)
  friend bool operator==(const named_text&, const named_text&) = default;
};

/// A configured strategy at the start of a run, with every parameter it works with.
struct strategy_record {
  short_name strategy;
  std::string kind;
  std::string version;
  std::string text;
  bool enabled = false;
  std::string watchlist;
  std::vector<named_text> parameters;
  /// SHA-256 over kind, version and "name=value" lines, hexadecimal.
  std::string hash;
  BW_FIELDS(strategy, kind, version, text, enabled, watchlist, parameters, hash)
};

/// What a strategy made of one bar.
enum class evaluation_outcome : std::uint8_t {
  wished = 1,            // A signal followed; its record says what became of it.
  conditions_not_met,    // At least one condition failed.
  indicators_not_ready,  // Not enough bars for its indicators.
  not_warm,              // The rules were met, but not enough bars have been seen to trust them.
  disabled,
};
std::string_view to_string(evaluation_outcome x) noexcept;

/// One look of one strategy at one finished bar; at most one a strategy, symbol and minute.
struct evaluation_record {
  symbol_name symbol;
  short_name strategy;
  evaluation_outcome outcome = evaluation_outcome::conditions_not_met;
  /// Entry: it looked for a reason to buy. Exit: it held shares and looked for one to sell.
  order_purpose looked_for = order_purpose::entry;
  quantity held;
  std::uint32_t bars_seen = 0;
  std::uint32_t bars_needed = 0;
  bar finished;
  rule_conditions conditions;
  BW_FIELDS(symbol, strategy, outcome, looked_for, held, bars_seen, bars_needed, finished,
            conditions)
};

/// One limit on a size: the amount it allows where it counts dollars, and the shares.
struct size_limit {
  inline_string<15> step;
  money amount;
  quantity shares;
  BW_FIELDS(step, amount, shares)
};

/// The market and the reckoning behind one order, or behind a signal that came to no size.
struct decision_record {
  symbol_name symbol;
  short_name strategy;
  order_purpose purpose = order_purpose::entry;
  signal_reason reason = signal_reason::momentum_breakout;
  /// The quote that stood, and the last trade; zero times when there was none.
  quote seen;
  price last;
  utc_ns last_at;
  /// The newest finished bar; its start is zero before the first.
  bar finished;
  /// Before the order: what the strategy held, and where it would have given it up or taken it.
  quantity held;
  price average;
  price stop;
  price target;
  /// Entries: what sizing was told and what each step allowed; the bound is the smallest.
  money equity;
  std::int64_t factor_ppm = 0;
  price worst_price;
  inline_vector<size_limit, 8> sizes;
  inline_string<15> bound;
  quantity qty;
  /// When the bytes of the cause arrived, when the market data actor passed them on, and when the
  /// strategy decided.
  mono_ns received;
  mono_ns passed_on;
  mono_ns decided;
  /// That of the order.
  trace_id trace;
  BW_FIELDS(symbol, strategy, purpose, reason, seen, last, last_at, finished, held, average, stop,
            target, equity, factor_ppm, worst_price, sizes, bound, qty, received, passed_on,
            decided, trace)
};

/// Stations of one order from the gate to the answer, on the node's monotonic clock; zero where it
/// did not come by.
struct hops_record {
  client_order_id client_id;
  order_id order;
  mono_ns received;
  mono_ns checked;
  mono_ns routed;
  mono_ns logged;
  mono_ns sent;
  mono_ns answered;
  /// Seconds of that clock in one real second.
  std::int64_t clock_speed = 1;
  BW_FIELDS(client_id, order, received, checked, routed, logged, sent, answered, clock_speed)
};

/// What went over the wire for one order: the body as it was sent, the answer as it came, cut at
/// `exchange_text_max`. Headers, and with them the keys, are not in it.
inline constexpr std::size_t exchange_text_max = 4096;
struct exchange_record {
  client_order_id client_id;
  order_id order;
  std::string request;
  std::uint16_t status = 0;
  std::string response;
  BW_FIELDS(client_id, order, request, status, response)
};

enum class trade_event_kind : std::uint8_t { open = 1, update, close };
std::string_view to_string(trade_event_kind x) noexcept;
/// Whose money it is: the embedded venue's, the broker's paper account's, or somebody's.
enum class trade_type : std::uint8_t { simulated = 1, paper, live };
std::string_view to_string(trade_type x) noexcept;

/// A trade opened, changed or closed by one execution. Profit is that of the
/// trade so far, before fees.
struct trade_event_record {
  std::uint32_t schema_version = 1;
  trade_event_kind event = trade_event_kind::open;
  /// The trade is named by the order that opened it.
  client_order_id trade;
  order_id order;
  client_order_id client_id;
  execution_id execution;
  short_name strategy;
  symbol_name symbol;
  bw::side side = bw::side::buy;
  quantity qty;
  price decision_price;
  price fill_price;
  /// What the execution cost beyond the decision price; positive is worse.
  money slippage;
  money fees;
  money pnl;
  bw::trade_type type = bw::trade_type::simulated;
  utc_ns ts;
  signal_reason reason = signal_reason::momentum_breakout;
  price seen_bid;
  price seen_ask;
  utc_ns seen_at;
  trace_id trace;
  BW_FIELDS(schema_version, event, trade, order, client_id, execution, strategy, symbol, side, qty,
            decision_price, fill_price, slippage, fees, pnl, type, ts, reason, seen_bid, seen_ask,
            seen_at, trace)
};

/// What trading came to on one day.
struct performance_line {
  /// The figure does not exist: no trade was won or lost, or none was lost.
  static constexpr std::int64_t none = -1;

  /// Empty for all of them together.
  short_name strategy;
  std::uint64_t fills = 0;
  /// Closed on that day; those that came to nothing are neither won nor lost.
  std::uint64_t trades = 0;
  std::uint64_t wins = 0;
  std::uint64_t losses = 0;
  std::int64_t win_rate_ppm = none;
  /// Before fees, and what the open positions have gained since they were opened.
  money realized;
  money unrealized;
  /// That are known by now; those that the broker posts later stand in records of their own.
  money fees;
  /// Sums of what the won trades and the lost ones came to, before fees; the latter is negative.
  money won;
  money lost;
  std::int64_t profit_factor_ppm = none;
  /// Deepest fall of the day's profit, the unrealised one in it, below its highest so far.
  money max_drawdown;
  BW_FIELDS(strategy, fills, trades, wins, losses, win_rate_ppm, realized, unrealized, fees, won,
            lost, profit_factor_ppm, max_drawdown)
  friend bool operator==(const performance_line&, const performance_line&) = default;
};

/// The figures of a day, after its close.
struct performance_record {
  /// "2026-11-02", New York.
  std::string day;
  bw::trade_type type = bw::trade_type::simulated;
  utc_ns opened_at;
  utc_ns closed_at;
  /// All together first, then each strategy that traded or holds something.
  std::vector<performance_line> lines;
  BW_FIELDS(day, type, opened_at, closed_at, lines)
};

}  // namespace bw
