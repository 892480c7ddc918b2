#include "domain/backoff.hpp"

#include <algorithm>

#include "core/int128.hpp"

namespace bw {

nanoseconds with_jitter(nanoseconds wait, std::int64_t percent, prng& random) {
  const auto spread = static_cast<int128>(wait.count()) * percent / 100;
  if (spread <= 0) return wait;
  const auto limit = static_cast<std::int64_t>(spread);
  return wait + nanoseconds{random.between(-limit, limit)};
}

nanoseconds backoff::next() {
  const auto wait = std::min(next_, options_.longest);
  const auto grown = static_cast<int128>(wait.count()) * options_.factor_percent / 100;
  next_ = nanoseconds{static_cast<std::int64_t>(std::min<int128>(grown, options_.longest.count()))};
  if (attempts_ != UINT32_MAX) ++attempts_;
  return with_jitter(wait, options_.jitter_percent, random_);
}

}  // namespace bw
