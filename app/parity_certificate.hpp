#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "actors/day_report_files.hpp"
#include "backtest/session_simulation.hpp"
#include "config/node_config.hpp"

namespace bw {

/// A session decided again from what the node recorded, with each of its orders once more on the
/// recorded market.
struct parity_certificate {
  replay_report report;
  /// By strategy, for a person.
  std::vector<std::vector<std::string>> errors;
  /// What is kept in parity/.
  std::string json;
  /// For the report of the day, and for the log.
  run_against against;
  proof_record proof;
};

/// `setup` names the day. Errors are those of replay_log; ec::out_of_range when no run of the log
/// reaches into the day.
result<parity_certificate> certify_session(replay_setup setup);

/// Writes parity/DAY.json into the state folder, in the place of one that was made before, and
/// answers the file.
result<std::filesystem::path> keep_certificate(const std::filesystem::path& state,
                                               calendar_date day, const std::string& json);

/// A certificate that is not made by then is given up: the day of a busy node takes minutes.
inline constexpr nanoseconds certificate_within = std::chrono::minutes{15};

/// What a node does with a session after its close: the certificate is made and kept on the calling
/// thread, which from then on gives way to every other one. `more` adds strategies that are neither
/// built in nor of a plugin; it may be empty. Plugins are loaded anew: what a call of them does
/// here is nothing that the node's own watch should count.
day_backtest make_day_backtest(const node_config& config,
                               std::function<result<void>(strategy_registry&)> more = {});

}  // namespace bw
