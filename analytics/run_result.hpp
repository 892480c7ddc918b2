#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/figure.hpp"
#include "core/decimal.hpp"
#include "core/time.hpp"
#include "messages/evidence.hpp"
#include "messages/header.hpp"
#include "messages/market_trend.hpp"
#include "messages/orders.hpp"

namespace bw {

// One run of strategies over one period, whoever made it: a backtest, a replay, or the books of a
// node. Plain data: whoever runs fills it in, statistics and reports only read it.

/// The books at one instant, marked to the market.
struct equity_point {
  utc_ns at;
  money equity;
  money cash;
  /// Sum of the absolute values of all positions.
  money exposure;

  friend bool operator==(const equity_point&, const equity_point&) = default;
};

/// Price of the benchmark at one instant; only ratios of two levels are used.
struct benchmark_point {
  utc_ns at;
  price level;

  friend bool operator==(const benchmark_point&, const benchmark_point&) = default;
};

/// One execution and what it cost.
struct run_fill {
  utc_ns at;
  short_name strategy;
  symbol_name symbol;
  bw::side side = side::buy;
  order_purpose purpose = order_purpose::entry;
  quantity qty;
  price at_price;
  /// Zero when the decision had no price.
  price decision_price;
  /// Commission and regulatory fees, never negative.
  money fees;
  /// Reason code of the order: "momentum_breakout", "stop_hit".
  short_name reason;
  /// That the symbol was in on that day.
  market_regime regime = market_regime::unknown;

  friend bool operator==(const run_fill&, const run_fill&) = default;
};

/// One position of one strategy from flat to flat.
struct closed_trade {
  short_name strategy;
  symbol_name symbol;
  /// Side of the entry: buy for a long position.
  side entry_side = side::buy;
  quantity qty;
  /// Averages of all entries and all exits, half even.
  price entry_average;
  price exit_average;
  utc_ns opened_at;
  utc_ns closed_at;
  /// What the entries were worth: what a trade's return refers to.
  money entry_value;
  /// Of the prices alone, before fees.
  money gross;
  /// Of entries and exits.
  money fees;
  /// What the fills were worse than the prices decided at; negative when better. It is part of
  /// `gross` already and told for information.
  money slippage;
  short_name entry_reason;
  short_name exit_reason;
  /// Of the entry.
  market_regime regime = market_regime::unknown;
  /// Lowest and highest value of the open position against its entry (MAE and MFE), when whoever
  /// ran it looked.
  std::optional<money> worst;
  std::optional<money> best;

  /// What the trade earned: gross less fees.
  money net() const { return gross - fees; }

  friend bool operator==(const closed_trade&, const closed_trade&) = default;
};

/// A position that the end of the data found open: valued, listed, and in no trade figure.
struct open_trade {
  short_name strategy;
  symbol_name symbol;
  /// Negative for a short position.
  quantity qty;
  price average;
  price last;
  money unrealized;
  /// Paid so far.
  money fees;
  utc_ns opened_at;

  friend bool operator==(const open_trade&, const open_trade&) = default;
};

/// What became of the orders.
struct order_counts {
  std::uint64_t submitted = 0;
  std::uint64_t filled = 0;
  std::uint64_t canceled = 0;
  std::uint64_t expired = 0;
  /// By the exchange or broker.
  std::uint64_t rejected = 0;
  /// By the risk rules; these were never submitted.
  std::uint64_t denied = 0;
  /// Executions, those left out of `run_result::fills` included.
  std::uint64_t fills = 0;

  friend bool operator==(const order_counts&, const order_counts&) = default;
};

struct candle {
  utc_ns start;
  price open;
  price high;
  price low;
  price close;

  friend bool operator==(const candle&, const candle&) = default;
};

/// Prices of one symbol for the chart. candle_sampler keeps them within bounds.
struct candle_series {
  symbol_name symbol;
  nanoseconds span{0};
  std::vector<candle> candles;

  friend bool operator==(const candle_series&, const candle_series&) = default;
};

/// A plugin of which the run had a strategy, or that the node had loaded.
struct used_plugin {
  std::string file;
  std::string name;
  std::string version;
  /// "1.0".
  std::string abi;
  /// SHA-256 of the file, hexadecimal.
  std::string sha256;

  friend bool operator==(const used_plugin&, const used_plugin&) = default;
};

/// A recording that the run read.
struct used_file {
  std::string name;
  std::uint64_t bytes = 0;
  /// Of the file as it lies there: what sha256sum says.
  std::string sha256;

  friend bool operator==(const used_file&, const used_file&) = default;
};

/// A trade of one run beside the same trade of another; one of them is missing where it has no
/// like.
struct trade_pair {
  std::optional<closed_trade> own;
  std::optional<closed_trade> other;

  friend bool operator==(const trade_pair&, const trade_pair&) = default;
};

/// One strategy in two runs of the same period: the same figures of both, and trade by trade.
struct strategy_pair {
  std::string strategy;
  figure_list own;
  figure_list other;
  std::vector<trade_pair> trades;
};

/// A run beside another one of the same strategies and the same period.
struct run_against {
  /// "the backtest of this day".
  std::string other;
  /// Where the proof of it lies, seen from the state folder; empty without one.
  std::string certificate;
  /// One sentence.
  std::string verdict;
  /// What must be the same is not.
  bool diverged = false;
  std::vector<strategy_pair> strategies;
};

struct run_result {
  /// A short name for people: the configuration's or the folder's.
  std::string name;
  /// Results of different kinds are never put into one figure.
  trade_type type = trade_type::simulated;
  std::vector<std::string> strategies;
  std::uint64_t seed = 0;
  /// Version and revision of the program.
  std::string version;
  /// Hexadecimal digests; empty where there is nothing to hash.
  std::string data_hash;
  std::string config_hash;
  std::string plugin_hash;
  /// What the hashes stand for, one by one.
  std::vector<used_plugin> plugins;
  std::vector<used_file> data_files;
  /// Fill model, slippage, latency, fees, …: what was chosen, as "slippage" = "5 bp".
  std::vector<named_text> models;
  /// What the run takes for granted, one sentence each.
  std::vector<named_text> assumptions;
  /// What a reader must know before believing the figures, one sentence each.
  std::vector<std::string> warnings;

  utc_ns start;
  utc_ns end;
  /// Bars, quotes and trades that were read.
  std::uint64_t market_events = 0;
  money starting_equity;
  /// In the order of time, the first at or after `start`. Daily figures take the last point of
  /// each day in New York; drawdown and exposure look at every point.
  std::vector<equity_point> equity;
  /// Name of the benchmark's symbol; empty without one.
  std::string benchmark;
  std::vector<benchmark_point> benchmark_curve;
  /// In the order of time.
  std::vector<run_fill> fills;
  /// In the order of their ends.
  std::vector<closed_trade> trades;
  std::vector<open_trade> open_trades;
  order_counts orders;
  std::vector<candle_series> candles;
  /// How each symbol's market was on the last day, by symbol.
  std::vector<trend_record> regimes;
  /// Parameter sets that were tried before this one was chosen, itself included: what the deflated
  /// Sharpe ratio corrects for.
  std::uint64_t trials = 1;
  /// Sample variance of the trials' Sharpe ratios a day (not annual); needed with trials above 1.
  std::optional<double> trial_sharpe_variance;
  /// The same strategies over the same time, elsewhere.
  std::optional<run_against> against;
};

/// "AAPL trending, MSFT volatile, and 12 more" of at most `count_max` symbols; empty without any.
std::string regimes_text(const run_result& run, std::size_t count_max);

}  // namespace bw
