#include "domain/volume_pace.hpp"

#include <algorithm>
#include <array>

#include "core/int128.hpp"

namespace bw {
namespace {

constexpr nanoseconds minute_length = std::chrono::minutes{1};

/// Of an even number the smaller one in the middle: against us, a surge is never made smaller.
std::int64_t median(std::int64_t* first, std::size_t count) {
  auto* middle = first + (count - 1) / 2;
  std::nth_element(first, middle, first + count);
  return *middle;
}

}  // namespace

std::int64_t volume_pace::surge_of(const lane& all, std::size_t which) {
  if (which < minutes_needed) return INT64_MAX;
  std::array<std::int64_t, minutes_kept> before{};
  for (std::size_t k = 0; k < which; ++k) before[k] = all[k].volume.units();
  const auto usual = median(before.data(), which);
  const auto now = all[which].volume.units();
  if (now <= 0) return 0;
  if (usual <= 0) return INT64_MAX;
  const auto share = divide_ceil(static_cast<int128>(now) * 10'000, usual);
  return share > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(share);
}

void volume_pace::on_bar(const bar& x) {
  if (x.symbol.value >= lanes_.size() || x.span != bar_span::minute) return;
  auto& own = lanes_[x.symbol.value];
  auto at = std::lower_bound(own.begin(), own.end(), x.start,
                             [](const minute& a, utc_ns start) { return a.start < start; });
  if (at != own.end() && at->start == x.start) {
    at->volume = x.volume;
  } else {
    own.insert(at, {x.start, x.volume, 0});
    if (own.size() > minutes_kept) own.erase(own.begin());
  }
  // Two at most count at any time.
  for (std::size_t k = own.size() - std::min<std::size_t>(own.size(), 2); k < own.size(); ++k)
    own[k].surge_bp = surge_of(own, k);
}

void volume_pace::forget(symbol_id symbol) {
  if (symbol.value < lanes_.size()) lanes_[symbol.value].clear();
}

std::int64_t volume_pace::surge_bp(symbol_id symbol, utc_ns now) const {
  if (symbol.value >= lanes_.size() || lanes_[symbol.value].size() <= minutes_needed)
    return INT64_MAX;
  const auto& own = lanes_[symbol.value];
  std::int64_t out = 0;
  for (auto at = own.end() - 2; at != own.end(); ++at)
    if (at->start + minute_length + counts_for > now) out = std::max(out, at->surge_bp);
  return out;
}

}  // namespace bw
