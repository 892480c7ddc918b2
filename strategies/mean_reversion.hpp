#pragma once

#include "strategies/strategy.hpp"

namespace bw {

/// Numbers of the mean-reversion strategy; what each means, and its default, stands in the
/// parameter table of mean_reversion_type().
struct mean_reversion_options {
  double rsi_oversold = 0;
  double rsi_overbought = 0;
  std::uint32_t lookback_period = 0;
  quantity min_avg_daily_volume;
  std::uint32_t low_period = 0;
  double confidence_floor = 0;
  double confidence_rsi = 0;
  double confidence_low_max = 0;
  double confidence_low_weight = 0;
};

result<mean_reversion_options> mean_reversion_options_from(const parameter_set& parameters);

/// The figures of one bar that the rules look at.
struct mean_reversion_figures {
  double close = 0;
  double rsi = 0;
  double previous_rsi = 0;
  /// Lowest low of the last bars.
  double low = 0;
};

/// How sure the strategy is of a turn, as a fraction.
double mean_reversion_confidence(const mean_reversion_options& options,
                                 const mean_reversion_figures& x);

/// Buys when the relative strength index comes back from oversold in a symbol that trades enough,
/// and leaves when it is overbought. Stops, targets and the end of the day are the engine's.
class mean_reversion final : public strategy {
 public:
  explicit mean_reversion(const mean_reversion_options& options) : options_(options) {}

  /// Bars that are needed beyond the lookback.
  static constexpr std::uint32_t warm_up_extra = 5;

  const strategy_metadata& metadata() const override;
  std::uint32_t warm_up_bars() const override { return options_.lookback_period + warm_up_extra; }
  result<void> prepare(indicator_board& board) override;
  wishes on_bar(const strategy_context& context, const bar& finished) override;
  rule_conditions explain(const strategy_context& context, const bar& finished) const override;

 private:
  bool trades_enough(const strategy_context& context) const;

  mean_reversion_options options_;
  indicator_id rsi_;
  indicator_id low_;
};

const strategy_type& mean_reversion_type();

}  // namespace bw
