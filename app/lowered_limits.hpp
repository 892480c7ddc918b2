#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/node_config.hpp"
#include "messages/person_requests.hpp"

namespace bw {

/// Limits that a person lowered while the node ran hold over restarts, for as long as the limits in
/// node.toml are those that they were lowered from: raising one needs an edited file. They lie in
/// the state folder, with the hash of the limits that they stand above.
struct lowered_limits {
  /// SHA-256 of the file's limits, hexadecimal.
  std::string from;
  limits_change change;
};

inline std::filesystem::path lowered_limits_file(const std::filesystem::path& state) {
  return state / "limits.lowered.json";
}

/// Nothing in it when there is no such file. ec::parse_failed for one that no node has written.
result<lowered_limits> read_lowered_limits(const std::filesystem::path& state);

/// Adds to what is kept; a limit that stands there already is replaced. What was kept from other
/// limits is dropped. ec::io_failed.
result<void> keep_lowered_limits(const std::filesystem::path& state, const std::string& from,
                                 const limits_change& more);

/// Puts the kept limits into `config`, of whose file the limits have the hash `from`. One that
/// would be wider than the limit in force is left out. Answers what was put in. A file that cannot
/// be read is an error: nobody knows what it would have lowered.
result<limits_change> apply_lowered_limits(node_config& config, const std::string& from);

}  // namespace bw
