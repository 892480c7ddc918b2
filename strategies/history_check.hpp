#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "domain/bar_builder.hpp"
#include "strategies/strategy.hpp"

namespace bw {

struct history_options {
  /// Largest difference that counts as none, of the value itself or of one where that is smaller.
  double tolerance = 1e-6;
  /// The last bars, at which values and decisions are compared.
  std::size_t compared = 50;
  /// Lengths of history to try, rising. Empty: the strategy's own, then from 10 bars on by a
  /// quarter more each time, as far as the bars reach.
  std::vector<std::size_t> lengths;
};

/// What so much history before the compared bars comes to, against all of it.
struct history_row {
  std::size_t bars = 0;
  /// Indicators that have no value at some compared bar and should have one, or the other way.
  std::size_t missing = 0;
  double largest_difference = 0;
  /// Compared bars at which the strategy wants something else, without a position or with one.
  std::size_t other_decisions = 0;

  bool same(double tolerance) const {
    return missing == 0 && other_decisions == 0 && largest_difference <= tolerance;
  }
};

struct history_answer {
  /// What the strategy itself says that it needs.
  std::size_t declared = 0;
  /// Bars before the compared ones that the comparison is made against.
  std::size_t whole = 0;
  /// By rising length.
  std::vector<history_row> rows;
  /// The smallest length from which on nothing changes any more; empty when the results still
  /// change with the longest one.
  std::optional<std::size_t> enough;
};

using strategy_maker = std::function<result<std::unique_ptr<strategy>>()>;

/// How much history a strategy needs before its results stop depending on it. An indicator that
/// remembers everything, such as an exponential average, only forgets slowly; one that is anchored
/// to the session does not know the session's beginning when history starts after it.
///
/// `bars` are of one symbol, in order, as the engine would see them. ec::out_of_range when they are
/// fewer than the comparison needs, ec::invalid_argument for lengths that do not rise; otherwise
/// what the strategy says.
result<history_answer> check_history(const strategy_maker& make, std::span<const session_bar> bars,
                                     const history_options& options);

}  // namespace bw
