#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "backtest/search_verdict.hpp"

namespace bw {

/// What the files of a search say beside its result.
struct search_facts {
  std::vector<search_axis> axes;
  std::vector<search_point> points;
  /// Of the axes, in the configuration as it stands.
  std::vector<std::string> values_now;
  search_method method = search_method::grid;
  walk_forward_mode mode = walk_forward_mode::anchored;
  std::uint64_t min_trades = 0;
  std::uint64_t seed = 0;
  std::string data_hash;
  std::string config_hash;
  std::vector<std::string> warnings;
};

/// {"vwap_buffer":"0.002",…} of a trial, keys as the configuration has them.
std::string parameters_json(const search_facts& facts, std::uint32_t trial);
/// The value of each axis in a trial.
std::vector<std::string> values_of(const search_facts& facts, std::uint32_t trial);
/// Both sides of a trial: {"in_sample":{…},"out_of_sample":{…}}.
std::string figures_json(const trial_line& line);
/// Shortest decimal that reads back to the same double; empty for what is not defined.
std::string exact_text(double x);
/// The number again; empty for a text that is no finite number.
std::optional<double> number_of_text(std::string_view text);

/// result.json. Contains no time and no name of a machine: equal searches give equal bytes.
std::string result_json(const search_facts& facts, const search_result& result);
/// trials.csv: one row a trial.
std::string trials_csv(const search_facts& facts, const search_result& result);
/// For a terminal. What was seen in training never stands without what came after it.
std::string result_text(const search_facts& facts, const search_result& result);

/// Writes result.json, trials.csv and summary.txt. ec::io_failed.
result<void> write_search(const std::filesystem::path& folder, const search_facts& facts,
                          const search_result& result);

}  // namespace bw
