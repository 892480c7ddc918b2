#pragma once

#include "strategies/strategy.hpp"

namespace bw {

/// Numbers of the momentum strategy; what each means, and its default, stands in the parameter
/// table of momentum_type().
struct momentum_options {
  double vwap_buffer = 0;
  double volume_threshold = 0;
  price min_price;
  price max_price;
  double rsi_floor = 0;
  double exit_vwap = 0;
  double exit_rsi = 0;
  bool session_anchor = true;
  std::uint32_t rsi_period = 0;
  std::uint32_t volume_period = 0;
  std::uint32_t vwap_window = 0;
  std::uint32_t warm_up_bars = 0;
  double confidence_vwap_weight = 0;
  double confidence_vwap_max = 0;
  double confidence_volume_weight = 0;
  double confidence_volume_max = 0;
  double confidence_rsi_max = 0;
  double confidence_min = 0;
};

result<momentum_options> momentum_options_from(const parameter_set& parameters);

/// The figures of one bar that the rules look at.
struct momentum_figures {
  double close = 0;
  double vwap = 0;
  double volume_ratio = 0;
  double rsi = 0;
};

/// How sure the strategy is of a breakout, as a fraction.
double momentum_confidence(const momentum_options& options, const momentum_figures& x);

/// Buys when a close breaks out above the volume-weighted average price with more volume than
/// usual and a strong market, and leaves when the price falls below that average or the market is
/// too hot. Stops, targets and the end of the day are the engine's.
class momentum final : public strategy {
 public:
  explicit momentum(const momentum_options& options) : options_(options) {}

  const strategy_metadata& metadata() const override;
  std::uint32_t warm_up_bars() const override { return options_.warm_up_bars; }
  result<void> prepare(indicator_board& board) override;
  wishes on_bar(const strategy_context& context, const bar& finished) override;
  rule_conditions explain(const strategy_context& context, const bar& finished) const override;

 private:
  std::optional<momentum_figures> look(const strategy_context& context, const bar& finished) const;
  bool buys(const momentum_figures& x, price close) const;
  std::optional<signal_reason> leaves(const momentum_figures& x) const;

  momentum_options options_;
  indicator_id vwap_;
  indicator_id volume_;
  indicator_id rsi_;
};

const strategy_type& momentum_type();

}  // namespace bw
