#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "venue/fault_script.hpp"

namespace bw {

/// One script that is built into the program.
struct fault_sample {
  /// "f01-data-stream-closed".
  std::string_view name;
  std::string_view toml;
};

/// All of them, by name.
const std::vector<fault_sample>& fault_samples();

/// A fault script of the embedded venue from its text; `origin` stands in front of the line
/// numbers. ec::invalid_argument with every error of the file, one a line.
result<venue::fault_script> parse_fault_script(std::string_view toml, std::string_view origin);

/// The script of a file, at most 64 KiB, or one of the built-in scripts by its name or by the
/// beginning of it that no other has ("f01"). ec::not_found when there is neither.
result<venue::fault_script> load_fault_script(const std::string& file_or_name);

}  // namespace bw
