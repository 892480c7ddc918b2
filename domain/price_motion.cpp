#include "domain/price_motion.hpp"

#include <algorithm>

#include "core/int128.hpp"

namespace bw {
namespace {

std::int64_t minute_of(utc_ns t) {
  constexpr std::int64_t length = 60'000'000'000;
  return t.value / length;
}

/// Zero where there is nothing to compare with.
std::int64_t distance_bp(price a, price b) {
  if (!a.is_positive() || !b.is_positive()) return 0;
  const auto apart = a > b ? a - b : b - a;
  const auto share = divide_ceil(static_cast<int128>(apart.units()) * 10'000, b.units());
  return share > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(share);
}

/// Whether that distance, rounded up, is at least so much.
bool is_apart(price a, price b, std::int64_t basis_points) {
  if (!a.is_positive() || !b.is_positive()) return basis_points <= 0;
  const auto apart = a > b ? a - b : b - a;
  return static_cast<int128>(apart.units()) * 10'000 >
         static_cast<int128>(b.units()) * (basis_points - 1);
}

}  // namespace

price_motion::lane price_motion::at_minute(lane from, std::int64_t minute) const {
  const auto passed = minute - from.minute;
  if (passed <= 0 || !from.last.is_positive()) return from;
  if (is_apart(from.last, from.before, off_bp_)) from.off = true;
  from.earlier = passed == 1 ? from.before : from.last;
  from.before = from.last;
  from.minute = minute;
  return from;
}

void price_motion::on_trade(const trade& x) {
  if (x.symbol.value >= lanes_.size() || !x.last.is_positive()) return;
  auto& own = lanes_[x.symbol.value];
  const auto minute = minute_of(x.ts_event);
  if (own.last.is_positive() && minute < own.minute) return;  // Late: its minute is over.
  own = at_minute(own, minute);
  own.minute = minute;
  own.last = x.last;
}

void price_motion::start_session() {
  for (auto& each : lanes_) each = {each.minute, each.last, {}, {}, false};
}

std::int64_t price_motion::move_bp(symbol_id symbol, utc_ns now) const {
  if (symbol.value >= lanes_.size() || !lanes_[symbol.value].last.is_positive()) return INT64_MAX;
  const auto own = at_minute(lanes_[symbol.value], minute_of(now));
  return std::max(distance_bp(own.last, own.before), distance_bp(own.before, own.earlier));
}

bool price_motion::is_off(symbol_id symbol, utc_ns now) const {
  if (symbol.value >= lanes_.size()) return true;
  return at_minute(lanes_[symbol.value], minute_of(now)).off;
}

}  // namespace bw
