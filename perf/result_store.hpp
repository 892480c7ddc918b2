#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace bw::perf {

/// One row of a committed result, as far as a report shows it.
struct stored_row {
  std::string name;
  std::map<std::string, double> figures;

  std::optional<double> find(const std::string& name) const;
};

/// One committed result file: the JSON of one run.
struct stored_result {
  std::string file;
  std::string command;
  std::string commit;
  bool valid = false;
  std::vector<std::string> invalid;
  std::map<std::string, std::string> settings;
  std::map<std::string, std::string> environment;
  std::vector<stored_row> rows;
  std::vector<stored_row> stages;
  std::vector<stored_row> floors;

  std::string setting(const std::string& name) const;
};

/// All results of a folder. Runs of the same command and settings belong together: the one whose
/// p50 (or rate) is the median of the valid ones speaks for all.
class result_store {
 public:
  /// ec::not_found without result files, ec::parse_failed for one that is none.
  static result<result_store> load(const std::filesystem::path& folder);

  std::size_t files() const { return all_.size(); }
  const std::vector<stored_result>& all() const { return all_; }
  /// The median run of each group of the command, ordered by offered rate.
  std::vector<const stored_result*> medians(const std::string& command) const;
  /// How many valid runs stand behind it, and how many there are.
  std::pair<std::size_t, std::size_t> runs_of(const stored_result& x) const;

 private:
  std::vector<stored_result> all_;
};

result<void> write_text(const std::filesystem::path& file, const std::string& text);

}  // namespace bw::perf
