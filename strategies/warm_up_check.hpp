#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "strategies/strategy.hpp"

namespace bw {

struct warm_up_depth_options {
  std::uint64_t seed = 1;
  /// Generated five-minute bars, and how many of the last ones are compared.
  std::uint32_t bars = 4'000;
  std::uint32_t compared_bars = 1'000;
};

struct warm_up_depth_row {
  /// Of history before the compared ones.
  std::uint32_t bars = 0;
  /// Compared bars on which the strategy wanted something else than with all of the history.
  std::uint64_t different = 0;
};

struct warm_up_depth {
  std::vector<warm_up_depth_row> rows;
  std::uint32_t compared_bars = 0;
  /// Wishes with all of the history.
  std::uint64_t decisions = 0;
  /// The fewest bars from which on nothing differs.
  std::optional<std::uint32_t> enough;
};

/// How much history a strategy's decisions need: it is run over the end of one generated market
/// with ever more bars before it, and what it wishes (side, reason, confidence to 1e-6, inputs to
/// 1e-6 of their size) is compared with the run that saw everything. It holds nothing on every
/// second stretch of fifty bars and shares on the others, so that entries and exits are both asked
/// for. What `make` says.
result<warm_up_depth> check_warm_up_depth(
    const std::function<result<std::unique_ptr<strategy>>()>& make,
    const warm_up_depth_options& options);

}  // namespace bw
