#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/node_config.hpp"
#include "config/search_options.hpp"
#include "core/result.hpp"
#include "strategies/strategy_registry.hpp"

namespace bw {

/// One parameter that is varied: positions 0 .. count - 1, each with its text.
struct search_axis {
  /// Id of the strategy in the configuration, and the parameter's name.
  std::string strategy;
  std::string name;
  /// Values that were listed; empty for a range.
  std::vector<std::string> values;
  /// Of a range, in units of 1e-9.
  std::int64_t low = 0;
  std::int64_t grain = 1;
  std::uint32_t count = 1;
  /// A range of fractions without a step: too fine for a grid.
  bool continuous = false;

  std::string text(std::uint32_t position) const;
  /// 0 at the first position, 1 at the last.
  double place(std::uint32_t position) const;
  /// "momentum.vwap_buffer".
  std::string key() const { return strategy + "." + name; }
};

/// A position on each axis.
using search_point = std::vector<std::uint32_t>;

/// Steps into which a range of fractions without a step is cut.
inline constexpr std::int64_t continuous_steps = 10'000;
/// Positions of a range with a step.
inline constexpr std::int64_t stepped_positions_most = 100'000;

/// Axes in the order given, each value checked by the strategy's own table. ec::not_found,
/// ec::invalid_argument or ec::out_of_range name parameter and range.
result<std::vector<search_axis>> make_axes(const std::vector<parameter_range>& ranges,
                                           const node_config& config,
                                           const strategy_registry& known);

/// Parameter sets in the order in which they are tried, each once. Pure: the same arguments give
/// the same sets. A grid goes through the last axis fastest; `random` draws each position alike;
/// `latin` cuts each axis into `count` strata of the same width and hits each stratum once (McKay,
/// Beckman and Conover, Technometrics 21(2), 1979). Sets that come again are left out, so short
/// axes can give fewer. ec::out_of_range when a grid has more than search_options::trials_most.
result<std::vector<search_point>> draw_points(const std::vector<search_axis>& axes,
                                              search_method method, std::uint32_t count,
                                              std::uint64_t seed);

/// The configuration with the values of a point.
node_config with_point(node_config config, const std::vector<search_axis>& axes,
                       const search_point& point);

}  // namespace bw
