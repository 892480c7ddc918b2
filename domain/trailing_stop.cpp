#include "domain/trailing_stop.hpp"

namespace bw {

namespace {

constexpr std::int64_t one_in_bp = 10'000;

bool gained(price entry, price seen, std::int64_t basis_points) {
  return static_cast<int128>(seen.units()) * one_in_bp >=
         static_cast<int128>(entry.units()) * (one_in_bp + basis_points);
}

}  // namespace

price stop_below(price reference, std::int64_t basis_points) {
  return round_to_tick_up(shift_basis_points(reference, -basis_points));
}

price target_above(price reference, std::int64_t basis_points) {
  return round_to_tick_down(shift_basis_points(reference, basis_points));
}

bool trailing_stop::on_price(price seen) {
  if (!seen.is_positive() || !entry_.is_positive()) return false;
  const bool is_higher = seen > highest_;
  if (is_higher) highest_ = seen;
  // What follows from the highest price was done when it was seen.
  if (stop_ && !is_higher) return false;
  if (!stop_ && !gained(entry_, highest_, options_.activate_bp)) return false;
  const auto candidate = stop_below(highest_, options_.distance_bp);
  if (stop_ && candidate <= *stop_) return false;
  stop_ = candidate;
  return true;
}

}  // namespace bw
