#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backtest/checks.hpp"
#include "backtest/data_files.hpp"
#include "config/config_loader.hpp"

namespace bw {

/// What the command line asks for.
struct backtest_arguments {
  std::string config;
  std::vector<std::string> data;
  bool demo = false;
  std::uint32_t demo_days = 5;
  std::string from;
  std::string to;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> strategies;
  std::string benchmark = "auto";
  std::string out;
  bool lookahead_check = false;
  std::uint32_t cuts = 8;
  bool warmup_check = false;
};

/// Everything that was read before the run, so that the run can be made again and again.
struct backtest_plan {
  loaded_config loaded;
  session_calendar calendar;
  data_files data;
  std::vector<corporate_action> actions;
  std::vector<nanoseconds> latencies;
  std::optional<utc_ns> from;
  std::optional<utc_ns> to;
  std::vector<std::string> warnings;
};

/// Reads configuration, calendar, corporate actions and measured latencies, and finds the data.
/// Watchlists are cut down to the symbols that have data, with a warning.
result<backtest_plan> make_plan(const backtest_arguments& asked);

/// The run of the plan; its market is opened anew each time.
result<backtest_setup> make_setup(const backtest_arguments& asked, const backtest_plan& plan);

}  // namespace bw
