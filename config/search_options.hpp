#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace bw {

/// How parameter sets are drawn from the ranges.
enum class search_method : std::uint8_t { grid = 1, random, latin };
/// What is maximised; each is computed as analytics does.
enum class search_objective : std::uint8_t {
  sharpe = 1,
  sortino,
  calmar,
  total_return,
  profit_factor,
  expectancy
};
/// Training from the first session on, or over as many sessions as asked for; off: one split.
enum class walk_forward_mode : std::uint8_t { anchored = 1, rolling, off };

std::string_view to_string(search_method x) noexcept;
std::string_view to_string(search_objective x) noexcept;
std::string_view to_string(walk_forward_mode x) noexcept;
/// ec::parse_failed names the words that are allowed.
result<search_method> parse_search_method(std::string_view text);
result<search_objective> parse_search_objective(std::string_view text);
result<walk_forward_mode> parse_walk_forward_mode(std::string_view text);

/// "name" or "strategy.name", and "low:high:step", "low:high" or "value,value".
struct parameter_range {
  std::string name;
  std::string range;

  friend bool operator==(const parameter_range&, const parameter_range&) = default;
};

/// What a parameter search tries and how it judges: the table [search] of a file of its own.
struct search_options {
  static constexpr std::uint32_t trials_most = 20'000;
  static constexpr std::uint32_t sessions_most = 5'000;
  static constexpr std::size_t parameters_most = 12;

  /// Empty: every enabled strategy runs, and names say whose parameter is meant where they must.
  std::string strategy;
  search_method method = search_method::grid;
  /// Of random and latin; a grid has as many as it has points.
  std::uint32_t trials = 200;
  search_objective objective = search_objective::sharpe;
  walk_forward_mode mode = walk_forward_mode::anchored;
  /// Sessions of the first training window and of each test window.
  std::uint32_t train = 60;
  std::uint32_t test = 20;
  /// Fewer trades out of sample prove nothing.
  std::uint32_t min_trades = 30;
  std::uint64_t seed = 1;
  std::vector<parameter_range> parameters;
  /// Recordings for the weekly job, relative to the file.
  std::vector<std::string> data;
  /// Sessions over which a proposal's orders are compared, 1 to 20.
  std::uint32_t effect_sessions = 20;
  std::uint32_t expires_days = 14;
};

/// Reads the table [search]. ec::invalid_argument with file, line and what is allowed.
result<search_options> parse_search_options(std::string_view toml, std::string_view origin);
/// The same from a file of at most 64 KiB; ec::not_found.
result<search_options> load_search_options(const std::filesystem::path& file);

}  // namespace bw
