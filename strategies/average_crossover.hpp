#pragma once

#include "strategies/strategy.hpp"

namespace bw {

/// Numbers of the moving-average crossover; what each means, and its default, stands in the
/// parameter table of average_crossover_type().
struct average_crossover_options {
  std::uint32_t fast_period = 0;
  std::uint32_t slow_period = 0;
  std::uint32_t rsi_period = 0;
  double rsi_floor = 0;
  double rsi_ceiling = 0;
  std::int64_t trade_risk_bp = 0;
  std::int64_t stop_bp = 0;
  std::int64_t target_bp = 0;
  trailing_stop_options trail;
};

result<average_crossover_options> average_crossover_options_from(const parameter_set& parameters);

/// Follows a trend: buys when the fast average of closes rises above the slow one while the
/// relative strength index is neither weak nor overheated, and leaves when the fast average falls
/// back below. Carries its own risk, stop, far target and late, tight trailing stop; the
/// configuration can make the stop nearer and the size smaller. The end of the day is the engine's.
class average_crossover final : public strategy {
 public:
  explicit average_crossover(const average_crossover_options& options) : options_(options) {}

  const strategy_metadata& metadata() const override;
  /// One bar more than the slow average: a crossing has a before.
  std::uint32_t warm_up_bars() const override { return options_.slow_period + 1; }
  position_rules rules() const override { return {options_.trade_risk_bp, options_.trail}; }
  result<void> prepare(indicator_board& board) override;
  wishes on_bar(const strategy_context& context, const bar& finished) override;
  rule_conditions explain(const strategy_context& context, const bar& finished) const override;

 private:
  struct figures {
    double fast = 0;
    double slow = 0;
    double previous_fast = 0;
    double previous_slow = 0;
    double rsi = 0;
  };

  std::optional<figures> look(const strategy_context& context) const;
  bool buys(const figures& x) const;

  average_crossover_options options_;
  indicator_id fast_;
  indicator_id slow_;
  indicator_id rsi_;
};

const strategy_type& average_crossover_type();

}  // namespace bw
