#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "domain/kept_strategy.hpp"
#include "storage/audit_log.hpp"

namespace bw {

// What the strategies of one symbol have saved, as a file: a line that names the form, a line with
// the SHA-256 of the rest, then a line a strategy: its name and its bytes in hexadecimal. A file
// that was cut, changed or written by another version is no state at all.

/// More is neither written nor read: eight strategies with 4 KiB each, twice for hexadecimal.
inline constexpr std::size_t strategy_states_bytes_max = 128 * 1024;

std::string to_text(const std::vector<kept_strategy>& all);
/// ec::parse_failed or ec::integrity_broken with what is wrong.
result<std::vector<kept_strategy>> parse_strategy_states(std::string_view text);

/// STATE/strategies/SYMBOL.state
std::filesystem::path strategy_states_file(const std::filesystem::path& state_folder,
                                           std::string_view symbol);
/// Nothing when there is no file. Errors name the file.
result<std::vector<kept_strategy>> read_strategy_states(const std::filesystem::path& file);
/// Replaces a small file in one step, its folder made when it is missing; with sync_mode::yes it is
/// on the disk when this returns. Errors name the file.
result<void> write_kept_file(const std::filesystem::path& file, std::string_view text,
                             sync_mode sync);

}  // namespace bw
