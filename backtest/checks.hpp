#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "backtest/run.hpp"

namespace bw {

/// Makes the same run once more. With a cut its market knows nothing of what comes after it. The
/// strategies come with it, so that one which reads the data itself reads the shortened data.
struct repeated_run {
  backtest_setup setup;
  const strategy_registry* known = nullptr;
};
using run_maker = std::function<result<repeated_run>(std::optional<utc_ns> cut)>;

struct lookahead_options {
  std::uint64_t seed = 1;
  std::size_t cuts = 8;
  utc_ns from;
  utc_ns to;
};

/// A decision that depends on what had not happened yet.
struct lookahead_finding {
  utc_ns cut;
  /// Instants and texts of the first decision that differs; empty where one run has none.
  std::string with_future;
  std::string without_future;
};

struct lookahead_report {
  std::vector<utc_ns> cuts;
  std::uint64_t decisions = 0;
  std::vector<lookahead_finding> findings;
};

/// Runs once with the whole market and once for each random cut without what follows it; up to the
/// cut every signal, verdict and fill must be the same.
result<lookahead_report> check_lookahead(const run_maker& make, const lookahead_options& options);

/// A market that ends at an instant.
std::unique_ptr<venue::market_source> cut_market(std::unique_ptr<venue::market_source> whole,
                                                 utc_ns end);

struct warm_up_row {
  std::uint32_t history_days = 0;
  std::uint64_t trace = 0;
  std::uint64_t signals = 0;
};

struct warm_up_report {
  std::vector<warm_up_row> rows;
  /// The fewest days of history with which, and with any more of which, every decision is the same.
  std::optional<std::uint32_t> enough;
};

/// Repeats the run with 1, 2, 3, 5, 8, 13, 21 and 30 days of history and compares the decisions.
result<warm_up_report> check_warm_up(const run_maker& make);

}  // namespace bw
