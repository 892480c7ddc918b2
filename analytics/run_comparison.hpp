#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "analytics/run_statistics.hpp"

namespace bw {

struct comparison_options {
  /// Of the resampling: the same seed gives the same p values.
  std::uint64_t seed = 1;
  std::uint32_t resamples = 2'000;
};

/// Two runs against each other on their common sessions.
struct run_pair {
  std::size_t first = 0;
  std::size_t second = 0;
  /// Mean of the daily differences, first less second, times 252.
  double difference = 0;
  /// Bounds of its 95% interval; nan with fewer sessions than ratio_days_min.
  double low = 0;
  double high = 0;
  /// How often chance alone would make a difference as large, in either direction; nan likewise.
  double p_value = 0;
  /// Share of the first's trades, and of the second's, that were open in the same symbol on the
  /// same side at the same time as one of the other's; nan without trades.
  double first_overlap = 0;
  double second_overlap = 0;
  /// Strategies that both have, figure by figure and trade by trade.
  std::vector<strategy_pair> strategies;
};

struct compared_run {
  std::string name;
  /// From 1; the best first.
  std::size_t rank = 0;
  run_statistics statistics;
};

struct run_comparison {
  calendar_date first;
  calendar_date last;
  std::vector<compared_run> runs;
  std::vector<run_pair> pairs;
  std::vector<std::string> warnings;
  /// In plain words, for somebody who must choose.
  std::string recommendation;
};

/// How the significance is found, in a sentence for the reader.
extern const std::string_view significance_method;

inline constexpr std::size_t compared_runs_max = 12;

/// Puts runs side by side on the sessions that all of them have: equity by daily closes, trades
/// that closed then. Ranked by Sharpe ratio, or by total return when one of them has none.
/// ec::invalid_argument for fewer than two runs or more than compared_runs_max;
/// ec::out_of_range when they have no session in common.
result<run_comparison> compare_runs(const std::vector<run_result>& runs,
                                    const session_calendar& calendar,
                                    const comparison_options& options);

/// Reads back what `write_report` wrote, as far as a comparison needs it: identity, daily closes,
/// trades. ec::not_found without a report; ec::parse_failed for what is none, saying where.
result<run_result> read_run(const std::filesystem::path& folder, const session_calendar& calendar);

std::string comparison_html(const run_comparison& comparison, const session_calendar& calendar);
std::string comparison_json(const run_comparison& comparison);
std::string comparison_text(const run_comparison& comparison);

}  // namespace bw
