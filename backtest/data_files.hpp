#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"

namespace bw {

/// The recorded files of a run.
struct data_files {
  /// In the order in which they are played at one instant: by name.
  std::vector<std::filesystem::path> files;
  /// Symbols that have prices, sorted.
  std::vector<std::string> symbols;
  /// SHA-256 over names and contents, hexadecimal.
  std::string hash;
  std::uint64_t bytes = 0;
};

/// All recordings (.csv and .csv.gz whose name begins with a symbol and '_') among `paths`, which
/// are files or folders that are searched to their bottom. With `symbols` only theirs are taken.
/// ec::not_found when a path is not there or holds none; ec::parse_failed names a file that was
/// given by name and is no recording. Files of a folder that are no recordings are left out.
result<data_files> find_data_files(const std::vector<std::filesystem::path>& paths,
                                   const std::vector<std::string>& symbols = {});

}  // namespace bw
