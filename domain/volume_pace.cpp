#include "domain/volume_pace.hpp"

#include <algorithm>

#include "core/int128.hpp"

namespace bw {
namespace {

constexpr nanoseconds minute_length = std::chrono::minutes{1};

/// Minutes that count at any time: one that has just ended and the one before it.
constexpr std::size_t judged = 2;

void add_to(std::vector<std::int64_t>& by_size, std::int64_t x) {
  by_size.insert(std::upper_bound(by_size.begin(), by_size.end(), x), x);
}

void take_from(std::vector<std::int64_t>& by_size, std::int64_t x) {
  by_size.erase(std::lower_bound(by_size.begin(), by_size.end(), x));
}

/// The number at `place` among those that stay when the `left_out`, smallest first, are not looked
/// at.
template <std::size_t Most>
std::int64_t at_place(const std::vector<std::int64_t>& by_size, std::size_t place,
                      const std::int64_t (&left_out)[Most], std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) {
    const auto first = std::lower_bound(by_size.begin(), by_size.end(), left_out[k]);
    // Of equal ones each stands behind the ones that were left out before it.
    const auto same = static_cast<std::size_t>(std::count(left_out, left_out + k, left_out[k]));
    if (static_cast<std::size_t>(first - by_size.begin()) + same <= place) ++place;
  }
  return by_size[place];
}

}  // namespace

/// Of an even number the smaller one in the middle: against us, a surge is never made smaller.
std::int64_t volume_pace::surge_of(const lane& all, std::size_t which) {
  if (which < minutes_needed) return INT64_MAX;
  std::int64_t later[judged] = {};
  std::size_t count = 0;
  for (auto k = which; k < all.minutes.size(); ++k) later[count++] = all.minutes[k].volume.units();
  std::sort(later, later + count);
  const auto usual = at_place(all.by_size, (which - 1) / 2, later, count);
  const auto now = all.minutes[which].volume.units();
  if (now <= 0) return 0;
  if (usual <= 0) return INT64_MAX;
  const auto share = divide_ceil(static_cast<int128>(now) * 10'000, usual);
  return share > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(share);
}

void volume_pace::on_bar(const bar& x) {
  if (x.symbol.value >= lanes_.size() || x.span != bar_span::minute) return;
  auto& [own, by_size] = lanes_[x.symbol.value];
  auto at = std::lower_bound(own.begin(), own.end(), x.start,
                             [](const minute& a, utc_ns start) { return a.start < start; });
  add_to(by_size, x.volume.units());
  if (at != own.end() && at->start == x.start) {
    take_from(by_size, at->volume.units());
    at->volume = x.volume;
  } else {
    own.insert(at, {x.start, x.volume, 0});
    if (own.size() > minutes_kept) {
      take_from(by_size, own.front().volume.units());
      own.erase(own.begin());
    }
  }
  for (auto k = own.size() - std::min(own.size(), judged); k < own.size(); ++k)
    own[k].surge_bp = surge_of(lanes_[x.symbol.value], k);
}

void volume_pace::forget(symbol_id symbol) {
  if (symbol.value < lanes_.size()) lanes_[symbol.value] = {};
}

std::int64_t volume_pace::surge_bp(symbol_id symbol, utc_ns now) const {
  if (symbol.value >= lanes_.size() || lanes_[symbol.value].minutes.size() <= minutes_needed)
    return INT64_MAX;
  const auto& own = lanes_[symbol.value].minutes;
  std::int64_t out = 0;
  for (auto at = own.end() - judged; at != own.end(); ++at)
    if (at->start + minute_length + counts_for > now) out = std::max(out, at->surge_bp);
  return out;
}

}  // namespace bw
