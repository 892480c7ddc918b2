#include "domain/volume_pace.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "core/int128.hpp"

namespace bw {
namespace {

constexpr nanoseconds minute_length = std::chrono::minutes{1};

}  // namespace

/// Of an even number the smaller one in the middle: against us, a surge is never made smaller.
std::int64_t volume_pace::surge_of(std::span<const minute> kept, std::size_t which) {
  if (which < minutes_needed) return INT64_MAX;
  std::array<std::int64_t, minutes_kept> before;
  for (std::size_t k = 0; k < which; ++k) before[k] = kept[k].volume.units();
  const auto middle = before.begin() + static_cast<std::ptrdiff_t>((which - 1) / 2);
  std::nth_element(before.begin(), middle, before.begin() + static_cast<std::ptrdiff_t>(which));
  const auto usual = *middle;
  const auto now = kept[which].volume.units();
  if (now <= 0) return 0;
  if (usual <= 0) return INT64_MAX;
  const auto share = divide_ceil(static_cast<int128>(now) * 10'000, usual);
  return share > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(share);
}

std::span<const volume_pace::minute> volume_pace::window_of(const lane& x) {
  const auto count = std::min(x.minutes.size(), minutes_kept);
  return {x.minutes.data() + (x.minutes.size() - count), count};
}

void volume_pace::on_bar(const bar& x) {
  keep(x);
  if (x.symbol.value >= lanes_.size()) return;
  auto& own = lanes_[x.symbol.value];
  if (!own.stale) return;
  const auto window = window_of(own);
  own.surges = {};
  for (std::size_t k = 0; k < std::min(judged, window.size()); ++k)
    own.surges[k] = surge_of(window, window.size() - 1 - k);
  own.stale = false;
}

void volume_pace::keep(const bar& x) {
  if (x.symbol.value >= lanes_.size() || x.span != bar_span::minute) return;
  auto& own = lanes_[x.symbol.value];
  auto& all = own.minutes;
  own.stale = true;
  if (all.empty() || all.back().start < x.start) {
    // Those that are too old are thrown out together.
    if (all.size() >= 2 * minutes_kept) all.erase(all.begin(), all.end() - minutes_kept);
    all.push_back({x.start, x.volume});
    return;
  }
  const auto window = static_cast<std::ptrdiff_t>(window_of(own).size());
  const auto at = std::lower_bound(all.end() - window, all.end(), x.start,
                                   [](const minute& a, utc_ns start) { return a.start < start; });
  if (at->start == x.start)
    at->volume = x.volume;
  else if (window < static_cast<std::ptrdiff_t>(minutes_kept) || at != all.end() - window)
    all.insert(at, {x.start, x.volume});
}

void volume_pace::forget(symbol_id symbol) {
  if (symbol.value < lanes_.size()) lanes_[symbol.value] = {};
}

std::int64_t volume_pace::surge_bp(symbol_id symbol, utc_ns now) const {
  if (symbol.value >= lanes_.size()) return INT64_MAX;
  const auto& own = lanes_[symbol.value];
  const auto window = window_of(own);
  if (window.size() <= minutes_needed) return INT64_MAX;
  std::int64_t out = 0;
  for (std::size_t k = 0; k < judged; ++k) {
    const auto which = window.size() - 1 - k;
    if (window[which].start + minute_length + counts_for > now)
      out = std::max(out, own.stale ? surge_of(window, which) : own.surges[k]);
  }
  return out;
}

}  // namespace bw
