#pragma once

#include <cstddef>
#include <optional>

#include "strategies/indicators/indicator.hpp"
#include "strategies/indicators/number_window.hpp"
#include "strategies/indicators/running_sum.hpp"

namespace bw {

/// On-balance volume (Granville): volume of bars that closed higher less that of bars that closed
/// lower. The first bar has nothing to compare with and counts as a rise; only changes mean
/// anything.
class on_balance_volume {
 public:
  void add(double close, double volume) {
    if (!last_ || close != *last_) balance_.add(!last_ || close > *last_ ? volume : -volume);
    last_ = close;
  }
  std::size_t warm_up() const { return 1; }
  bool ready() const { return last_.has_value(); }
  std::optional<double> value() const {
    if (!ready()) return std::nullopt;
    return balance_.value();
  }

 private:
  std::optional<double> last_;
  running_sum balance_;
};

/// Money flow index (Quong and Soudack), 0 … 100: of the money that moved in the last `period`
/// bars, typical price times volume, the share of those whose typical price rose. First value with
/// bar number `period` + 1. Bars that moved no money: 50.
class money_flow {
 public:
  explicit money_flow(std::size_t period) : flows_(period) {}

  void add(const price_reach& bar, double volume) {
    const double typical = bar.typical();
    if (last_) {
      const double amount = typical * volume;
      const double flow = typical > *last_ ? amount : typical < *last_ ? -amount : 0.0;
      if (const auto gone = flows_.push(flow)) count(-*gone, *gone);
      count(flow, flow);
    }
    last_ = typical;
  }
  std::size_t warm_up() const { return flows_.period() + 1; }
  bool ready() const { return flows_.full(); }
  std::optional<double> value() const {
    if (!ready()) return std::nullopt;
    const double moved = in_.value() + out_.value();
    return moved > 0 ? 100.0 * in_.value() / moved : 50.0;
  }

 private:
  /// Adds to the side that the sign of `side` names.
  void count(double amount, double side) {
    if (side > 0) in_.add(amount);
    if (side < 0) out_.add(-amount);
  }

  number_window flows_;
  std::optional<double> last_;
  running_sum in_;
  running_sum out_;
};

}  // namespace bw
