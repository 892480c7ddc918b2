#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "perf/environment.hpp"
#include "perf/latency_samples.hpp"

namespace bw::perf {

/// One line of a table: a distribution, a rate, or both, against its floor.
struct result_row {
  std::string name;
  latency_summary latency{};
  std::optional<latency_summary> floor{};
  std::optional<double> per_second{};
  std::optional<double> floor_per_second{};
  std::uint64_t dropped = 0;
  std::uint64_t conflated = 0;
  /// Further figures, by name with the unit last.
  std::vector<std::pair<std::string, double>> figures{};
};

/// Everything that a sub-command found. The first row is the headline.
struct result_page {
  std::string command;
  std::vector<std::pair<std::string, std::string>> settings;
  /// Why the run cannot be judged; empty when it can.
  std::vector<std::string> invalid;
  environment_record environment;
  disturbance disturbed;
  std::vector<result_row> rows;
  /// Durations of the parts of the headline, in their order.
  std::vector<result_row> stages;
  std::vector<result_row> floors;
  /// The worst of the headline in full: each a line of nanoseconds by stage name.
  std::vector<std::vector<std::pair<std::string, std::int64_t>>> worst;
};

/// Exit code of a run that could not be judged; ctest counts it as skipped.
inline constexpr int not_judged = 77;

std::string to_json(const result_page& page);
std::string to_text(const result_page& page);
/// "1.25 us", "3.4 ms".
std::string duration_text(double ns);

/// Prints as asked and answers the exit code: 0, or not_judged.
int finish(const result_page& page, bool json);

}  // namespace bw::perf
