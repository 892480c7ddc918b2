#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "storage/sqlite_file.hpp"

namespace bw {

/// One trial of a parameter search as it is kept. What the store does not compute with is text:
/// figures and parameters JSON, sessions the lines that the search made of them.
struct stored_trial {
  std::int64_t id = 0;
  std::string parameters;
  /// Nearest decimals; empty where they are not defined.
  std::string objective_in;
  std::string objective_out;
  std::int64_t trades_in = 0;
  std::int64_t trades_out = 0;
  std::string figures;
  std::string seed;
  std::string data_hash;
  std::string config_hash;
  std::string trace;
  std::string sessions;

  friend bool operator==(const stored_trial&, const stored_trial&) = default;
};

/// trials.db: every trial of one search, in the order of their ids without a gap. One thread.
class trial_store {
 public:
  /// Makes the database where there is none. ec::already_exists when it holds a search and `resume`
  /// is not wanted; ec::integrity_broken when it holds another search than `identity` says.
  static result<std::unique_ptr<trial_store>> open(const std::filesystem::path& path,
                                                   const std::string& identity, bool resume);

  /// Durable against the end of the process when it returns. ec::invalid_argument unless the id is
  /// the next one.
  result<void> append(const stored_trial& trial);
  /// All of them; ec::integrity_broken when one is missing.
  result<std::vector<stored_trial>> load() const;

 private:
  explicit trial_store(std::unique_ptr<sqlite_file> file) : file_(std::move(file)) {}

  std::unique_ptr<sqlite_file> file_;
  std::int64_t next_ = 0;
};

}  // namespace bw
