#pragma once

#include <filesystem>
#include <string>

#include "analytics/run_statistics.hpp"

namespace bw {

/// Trades that report.html shows; all are in trades.csv. With it the page stays below
/// report_bytes_max.
inline constexpr std::size_t trades_in_page_max = 1'500;
inline constexpr std::size_t report_bytes_max = 300'000;

/// One self-contained page: no script, style, font or picture from elsewhere.
std::string report_html(const run_result& run, const run_statistics& statistics,
                        const session_calendar& calendar);
/// Identity, figures with their conventions, series by day, week and month, groups, warnings.
std::string report_json(const run_result& run, const run_statistics& statistics);
/// What became of the orders, as an object.
std::string to_json(const order_counts& x);
/// One line a trade, costs and reasons included.
std::string trades_csv(const run_result& run);
/// One line a session: date, return, equity, and the benchmark's return.
std::string equity_csv(const run_statistics& statistics);

/// Writes report.html, .json and .txt, trades.csv and equity.csv into `folder`, which is made when
/// it is missing. Each file is complete or absent: it is written beside its place and moved. The
/// same run gives the same bytes. ec::io_failed.
result<void> write_report(const run_result& run, const session_calendar& calendar,
                          const std::filesystem::path& folder);

/// One sentence: what came of the run, and how far to trust it.
std::string verdict_sentence(const run_result& run, const run_statistics& statistics);
/// Ten to twenty lines for a terminal, the sentence and a sparkline first.
std::string verdict_text(const run_result& run, const run_statistics& statistics);

}  // namespace bw
