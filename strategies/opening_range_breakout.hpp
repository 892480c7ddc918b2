#pragma once

#include "strategies/strategy.hpp"

namespace bw {

/// Numbers of the opening-range breakout; what each means, and its default, stands in the parameter
/// table of opening_range_breakout_type().
struct opening_range_options {
  std::uint32_t range_minutes = 0;
  std::uint32_t entry_minutes = 0;
  double buffer = 0;
  double range_min = 0;
  double range_max = 0;
  double volume_threshold = 0;
  std::uint32_t volume_period = 0;
  double target_ranges = 0;
  double exit_place = 0;
};

result<opening_range_options> opening_range_options_from(const parameter_set& parameters);

/// Buys the first close above the range of the session's first minutes, with more volume than
/// usual, and leaves when a close falls back into the range. The stop lies at the range's low
/// unless the configured one is nearer; the target lies some range heights above the close. The end
/// of the day is the engine's.
class opening_range_breakout final : public strategy {
 public:
  explicit opening_range_breakout(const opening_range_options& options) : options_(options) {}

  const strategy_metadata& metadata() const override;
  std::uint32_t warm_up_bars() const override { return options_.volume_period; }
  result<void> prepare(indicator_board& board) override;
  wishes on_bar(const strategy_context& context, const bar& finished) override;
  rule_conditions explain(const strategy_context& context, const bar& finished) const override;

 private:
  struct figures {
    double close = 0;
    double previous_close = 0;
    double high = 0;
    double low = 0;
    double volume_ratio = 0;
    nanoseconds since_open{};

    double height() const { return high - low; }
  };

  std::optional<figures> look(const strategy_context& context, const bar& finished) const;
  double entry_level(const figures& x) const { return x.high * (1.0 + options_.buffer); }
  double exit_level(const figures& x) const { return x.low + options_.exit_place * x.height(); }
  bool buys(const figures& x) const;

  opening_range_options options_;
  indicator_id close_;
  indicator_id high_;
  indicator_id low_;
  indicator_id volume_;
};

const strategy_type& opening_range_breakout_type();

}  // namespace bw
