#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analytics/run_result.hpp"
#include "backtest/day_engine.hpp"

namespace bw {

struct backtest_progress {
  utc_ns reached;
  std::uint64_t market_events = 0;
  std::uint64_t fills = 0;
};

enum class benchmark_choice : std::uint8_t { automatic = 1, off, named };

/// One run over many days.
struct backtest_setup {
  /// A short name for people.
  std::string name = "backtest";
  /// Strategies, limits, guards and, under `backtest`, the simulated world.
  node_config config;
  session_calendar calendar;
  std::unique_ptr<venue::market_source> market;
  /// Where the run ends at the latest; empty: with the session in which the market ends.
  std::optional<utc_ns> until;
  /// When the market ends, where that is known: sessions behind it are not looked up.
  std::optional<utc_ns> market_end;
  std::vector<corporate_action> actions;
  std::vector<scripted_order> script;
  /// For simulated_latency::measured.
  std::vector<nanoseconds> measured_latencies;
  benchmark_choice benchmark = benchmark_choice::automatic;
  std::string benchmark_symbol;
  /// For the result; they change nothing else.
  std::string data_hash;
  std::string config_hash;
  std::vector<used_plugin> plugins;
  std::vector<used_file> data_files;
  std::vector<std::string> warnings;
  /// Called after each session; false ends the run there with ec::cancelled.
  std::function<bool(const backtest_progress&)> progress;
  std::function<void(const audit_event&)> on_record;
  /// Fills, trades and points kept; beyond them they are only counted, with a warning.
  std::size_t fills_max = 1'000'000;
};

struct backtest_answer {
  run_result result;
  day_outcome outcome;
};

/// Runs the setup from its market's start to its end. Deterministic: the same setup gives the same
/// answer, byte for byte, on any thread; nothing is shared between runs but what is read only.
/// Errors are those of day_engine::make and of the market (file and line of a malformed row).
result<backtest_answer> backtest_run(backtest_setup setup, const strategy_registry& known);

/// What day_engine is to be given for a setup: the options of [backtest] turned into models.
result<day_setup> day_setup_of(backtest_setup& setup);

/// The exchange that the options describe.
venue::exchange_options exchange_of(const backtest_options& options);
/// The models that were chosen, as a reader of the result sees them.
std::vector<named_text> models_of(const backtest_options& options);

}  // namespace bw
