#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "analytics/run_result.hpp"
#include "backtest/coarse_bars.hpp"
#include "core/result.hpp"
#include "core/time.hpp"

namespace bw {

/// The recorded files of a run.
struct data_files {
  /// In the order in which they are played at one instant: by name.
  std::vector<std::filesystem::path> files;
  /// Those with bars of an hour or a day, which are in `files` as well.
  std::vector<coarse_file> coarse;
  /// The same files with size and hash of each, for the reader of a report.
  std::vector<used_file> used;
  /// Symbols that have prices, sorted.
  std::vector<std::string> symbols;
  /// SHA-256 over names and contents, hexadecimal.
  std::string hash;
  std::uint64_t bytes = 0;
};

/// All recordings (.csv and .csv.gz whose name begins with a symbol and '_', or that hold bars of
/// an hour or a day) among `paths`, which are files or folders that are searched to their bottom.
/// With `symbols` only theirs are taken. Of a symbol the finest kind is taken. ec::not_found when a
/// path is not there or holds none; ec::parse_failed names a file that was given by name and is no
/// recording. Files of a folder that are no recordings are left out.
result<data_files> find_data_files(const std::vector<std::filesystem::path>& paths,
                                   const std::vector<std::string>& symbols = {});

}  // namespace bw
