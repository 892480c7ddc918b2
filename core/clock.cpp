#include "core/clock.hpp"

#include <algorithm>
#include <chrono>

#include "core/assert.hpp"

namespace bw {
namespace {

mono_ns real_mono() {
  return mono_ns{
      std::chrono::duration_cast<nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count()};
}

}  // namespace

utc_ns system_clock::utc_now() const {
  return utc_ns{
      std::chrono::duration_cast<nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count()};
}

mono_ns system_clock::mono_now() const { return real_mono(); }

utc_ns manual_clock::utc_now() const {
  const std::lock_guard lock{mutex_};
  return utc_;
}

mono_ns manual_clock::mono_now() const {
  const std::lock_guard lock{mutex_};
  return mono_ns{mono_};
}

void manual_clock::advance(nanoseconds step) {
  BW_ASSERT(step.count() >= 0, "a manual clock goes forward");
  const std::lock_guard lock{mutex_};
  utc_ = utc_ + step;
  mono_ += step.count();
}

void manual_clock::set(utc_ns to) {
  const std::lock_guard lock{mutex_};
  mono_ += std::max<std::int64_t>(0, to.value - utc_.value);
  utc_ = to;
}

utc_ns scaled_clock::utc_now() const {
  const auto at = anchor();
  const auto real = (real_mono() - at.real).count();
  return utc_ns{at.shown.value + real * at.speed};
}

mono_ns scaled_clock::mono_now() const { return mono_ns{utc_now().value}; }

std::int64_t scaled_clock::speed() const { return anchor().speed; }

clock_anchor scaled_clock::anchor() const {
  const std::lock_guard lock{mutex_};
  return anchor_;
}

void scaled_clock::follow(clock_anchor anchor) {
  const std::lock_guard lock{mutex_};
  anchor_ = anchor;
}

nanoseconds scaled_clock::real_until(utc_ns when) const {
  const auto at = anchor();
  const auto shown = at.shown.value + (real_mono() - at.real).count() * at.speed;
  if (shown >= when.value) return nanoseconds{0};
  if (at.speed == 0) return nanoseconds::max();
  return nanoseconds{(when.value - shown + at.speed - 1) / at.speed};
}

}  // namespace bw
