#include "domain/rate_limiter.hpp"

#include <algorithm>

#include "core/assert.hpp"
#include "core/int128.hpp"

namespace bw {

rate_limiter::rate_limiter(rate_limit limit)
    : limit_(limit), full_(limit.burst * limit.period.count()), level_(full_) {
  BW_ASSERT(limit.tokens > 0 && limit.burst > 0 && limit.period.count() > 0,
            "a rate limit has positive tokens, burst and period");
  BW_ASSERT(full_ / limit.burst == limit.period.count(), "a rate limit fits 64 bits");
}

std::int64_t rate_limiter::level(mono_ns now) const {
  if (!started_ || now <= at_) return level_;
  const auto passed = static_cast<int128>((now - at_).count()) * limit_.tokens;
  return static_cast<std::int64_t>(std::min<int128>(full_, level_ + passed));
}

bool rate_limiter::try_take(mono_ns now) {
  const auto there = level(now);
  if (there < limit_.period.count()) return false;
  level_ = there - limit_.period.count();
  at_ = started_ ? std::max(at_, now) : now;
  started_ = true;
  return true;
}

std::int64_t rate_limiter::available(mono_ns now) const {
  return level(now) / limit_.period.count();
}

mono_ns rate_limiter::next_at(mono_ns now) const {
  const auto missing = limit_.period.count() - level(now);
  if (missing <= 0) return now;
  const auto wait = (missing + limit_.tokens - 1) / limit_.tokens;
  return std::max(at_, now) + nanoseconds{wait};
}

}  // namespace bw
