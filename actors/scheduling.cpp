#include "actors/scheduling.hpp"

#include <algorithm>
#include <atomic>

#include <caf/atom.hpp>

namespace bw {
namespace {

constexpr std::uint64_t spin_for_ever = 1'000'000'000'000'000'000;
/// Messages an actor takes before the next one has its turn.
constexpr std::size_t messages_a_turn = 32;

template <class T>
result<void> set(caf::actor_system_config& config, const char* key, T value) {
  config.set(key, value);
  const auto read = caf::get_if<T>(&config.content, key);
  if (!read || *read != value)
    return {ec::unsupported, std::string{"CAF did not take its setting "} + key};
  return {};
}

}  // namespace

std::uint64_t polls_within(std::chrono::microseconds spin, const clock& time) {
  // An empty poll takes and releases a spinlock and divides once.
  constexpr std::int64_t rounds = 100'000;
  std::atomic_flag lock = ATOMIC_FLAG_INIT;
  volatile std::uint64_t divided = 1;
  const auto began = time.mono_now();
  for (std::int64_t k = 0; k < rounds; ++k) {
    while (lock.test_and_set(std::memory_order_acquire)) {
    }
    lock.clear(std::memory_order_release);
    divided = (divided + static_cast<std::uint64_t>(k)) / 3;
  }
  const auto poll_ns = std::clamp<std::int64_t>((time.mono_now() - began).count() / rounds, 1, 100);
  return static_cast<std::uint64_t>(spin.count() * 1000 / poll_ns);
}

result<void> apply_scheduling(caf::actor_system_config& config, const hot_options& hot,
                              const clock& time) {
  const std::uint64_t attempts = hot.wait == hot_wait::spin    ? spin_for_ever
                                 : hot.wait == hot_wait::block ? 1
                                                               : polls_within(hot.spin, time);
  const result<void> steps[] = {
      set(config, "scheduler.policy", caf::atom("stealing")),
      set(config, "scheduler.max-threads", std::size_t{1}),
      set(config, "scheduler.max-throughput", messages_a_turn),
      set(config, "work-stealing.aggressive-poll-attempts", std::max<std::size_t>(attempts, 1)),
      set(config, "work-stealing.moderate-poll-attempts", std::size_t{0}),
      set(config, "work-stealing.relaxed-sleep-duration",
          caf::timespan{std::chrono::milliseconds{100}}),
  };
  for (const auto& step : steps)
    if (!step) return step.failure();
  return {};
}

}  // namespace bw
