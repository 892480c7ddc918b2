#include "perf/open_loop.hpp"

#include <algorithm>

#include "core/assert.hpp"
#include "core/prng.hpp"

namespace bw::perf {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t burst_ns = second_ns / 20;
constexpr std::uint64_t seconds_drawn = 8;

std::vector<std::uint32_t> draw(std::uint64_t rate, std::uint64_t seed) {
  prng chance{seed};
  std::vector<std::uint32_t> out(rate * seconds_drawn);
  for (auto& each : out) each = static_cast<std::uint32_t>(chance.below(second_ns));
  for (std::uint64_t second = 0; second < seconds_drawn; ++second) {
    const auto begin = out.begin() + static_cast<std::ptrdiff_t>(second * rate);
    std::sort(begin, begin + static_cast<std::ptrdiff_t>(rate));
  }
  return out;
}

}  // namespace

open_loop::open_loop(arrivals pattern, std::uint64_t rate, std::uint64_t seed)
    : pattern_(pattern), rate_(rate) {
  BW_ASSERT(rate > 0, "a schedule has a tick a second at least");
  if (pattern == arrivals::poisson)
    instants_ = std::make_shared<const std::vector<std::uint32_t>>(draw(rate, seed));
}

open_loop open_loop::with_due(std::uint64_t tick, mono_ns at) const {
  auto out = *this;
  out.begin_ = {};
  out.begin_ = mono_ns{at.value - out.due(tick).value};
  return out;
}

mono_ns open_loop::due(std::uint64_t tick) const {
  const auto second = tick / rate_;
  return mono_ns{begin_.value + static_cast<std::int64_t>(second) * second_ns +
                 offset_ns(second, tick % rate_)};
}

std::int64_t open_loop::lag_max_ns() const {
  return std::max<std::int64_t>(second_ns / 10 / static_cast<std::int64_t>(rate_), 1'000);
}

std::int64_t open_loop::offset_ns(std::uint64_t second, std::uint64_t rest) const {
  const auto spread = [](std::uint64_t k, std::uint64_t count, std::int64_t over) {
    return static_cast<std::int64_t>(k * static_cast<std::uint64_t>(over) / count);
  };
  if (pattern_ == arrivals::constant) return spread(rest, rate_, second_ns);
  if (pattern_ == arrivals::poisson) return (*instants_)[second % seconds_drawn * rate_ + rest];
  const auto quick = rate_ / 2;
  return rest < quick ? spread(rest, quick, burst_ns)
                      : burst_ns + spread(rest - quick, rate_ - quick, second_ns - burst_ns);
}

}  // namespace bw::perf
