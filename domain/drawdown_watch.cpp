#include "domain/drawdown_watch.hpp"

#include <algorithm>

#include "core/int128.hpp"

namespace bw {

bool has_fallen(money now, money peak, std::int64_t basis_points) {
  if (!peak.is_positive()) return false;
  const auto fall = static_cast<int128>(peak.units()) - now.units();
  return fall * 10'000 >= static_cast<int128>(peak.units()) * basis_points;
}

drawdown_level level_of_drawdown(const equity_marks& marks, const drawdown_limits& limits) {
  if (has_fallen(marks.now, marks.high_water, limits.emergency_bp))
    return drawdown_level::emergency;
  if (has_fallen(marks.now, marks.session_peak, limits.session_bp)) return drawdown_level::halt;
  if (has_fallen(marks.now, marks.high_water, limits.halve_bp)) return drawdown_level::halve;
  return drawdown_level::none;
}

void drawdown_watch::on_cash_flow(money amount) {
  const auto moved = [&](money peak) { return std::max(money{}, peak + amount); };
  // Where no peak is known the first equity is it, with the cash in it.
  if (high_water_.is_positive()) high_water_ = moved(high_water_);
  if (!marks_) return;
  marks_->now = moved(marks_->now);
  marks_->session_peak = moved(marks_->session_peak);
  marks_->high_water = high_water_;
}

void drawdown_watch::on_equity(money now) {
  const auto peak = marks_ ? std::max(marks_->session_peak, now) : now;
  high_water_ = std::max(high_water_, now);
  marks_ = equity_marks{now, peak, high_water_};
}

}  // namespace bw
