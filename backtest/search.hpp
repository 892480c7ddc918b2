#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "backtest/run.hpp"
#include "backtest/search_space.hpp"
#include "backtest/search_trial.hpp"

namespace bw {

/// The run as it is without a change, on a market of its own. Called by any thread.
using setup_maker = std::function<result<backtest_setup>()>;

struct search_setup {
  setup_maker make;
  const strategy_registry* known = nullptr;
  std::vector<search_axis> axes;
  /// Trial k + 1 has the values of points[k]; trial 0 is the configuration as it stands.
  std::vector<search_point> points;
  std::size_t threads = 1;

  std::size_t trials() const { return points.size() + 1; }
};

/// Runs one trial. ec::cancelled after `stop` became true.
result<search_trial> run_trial(const search_setup& setup, std::uint32_t id,
                               const std::atomic<bool>& stop);

/// Runs trials `first` and following, each on one thread, and hands them over in the order of their
/// ids on the calling thread, whatever the number of threads. At most `threads` times
/// ahead_most wait for their turn. `keep` answers an error to end the search with it. With `stop`
/// the trials that are under way are given up: ec::cancelled, those handed over remain valid.
/// `stop` is true after any error.
result<void> run_search(const search_setup& setup, std::size_t first, std::atomic<bool>& stop,
                        const std::function<result<void>(search_trial)>& keep);
inline constexpr std::size_t ahead_most = 4;

}  // namespace bw
