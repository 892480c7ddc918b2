#pragma once

#include <vector>

#include "analytics/run_result.hpp"

namespace bw {

/// Candles of one symbol for a chart, however long the run: when there are too many, they are put
/// together into the next longer span of minute, 5, 15 and 30 minutes, hour, 4 hours, day, week and
/// 4 weeks, counted from the epoch in UTC. Memory is bounded. One thread.
class candle_sampler {
 public:
  static constexpr std::size_t candles_max = 512;

  explicit candle_sampler(symbol_name symbol) { series_.symbol = symbol; }

  /// A bar of a minute or more, in the order of time.
  void add(const candle& bar);
  const candle_series& series() const { return series_; }

 private:
  void lengthen();
  void put(std::vector<candle>& into, const candle& bar) const;

  candle_series series_;
  std::size_t rung_ = 0;
};

}  // namespace bw
