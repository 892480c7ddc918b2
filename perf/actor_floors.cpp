// F5: what it takes to hand a message to an actor from a thread that is none.

#include <immintrin.h>

#include <atomic>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <memory>

#include "actors/scheduling.hpp"
#include "perf/floors.hpp"

namespace bw::perf {
namespace {

/// Between two messages: long enough for a worker that gives up spinning at once to sleep.
constexpr std::chrono::microseconds apart{100};

/// From the send to the handler.
struct hand_off {
  const clock* time;
  std::atomic<std::int64_t> handled_at{0};
};

caf::behavior receiver(caf::event_based_actor*, std::shared_ptr<hand_off> shared) {
  return {[shared](std::int64_t) {
    shared->handled_at.store(shared->time->mono_now().value, std::memory_order_release);
  }};
}

latency_summary time_hand_offs(const clock& time, const caf::actor& to,
                               const std::shared_ptr<hand_off>& shared, std::size_t rounds) {
  latency_samples out{rounds};
  for (std::size_t k = 0; k < rounds; ++k) {
    const auto next = time.mono_now() + apart;
    shared->handled_at.store(0, std::memory_order_relaxed);
    const auto began = time.mono_now();
    caf::anon_send(to, std::int64_t{1});
    while (shared->handled_at.load(std::memory_order_acquire) == 0) _mm_pause();
    out.add(shared->handled_at.load(std::memory_order_acquire) - began.value);
    while (time.mono_now() < next) _mm_pause();
  }
  return out.summary();
}

enum class actor_setting : std::uint8_t { caf_default = 1, block, adaptive, spin, detached };

result_row hand_off_row(const clock& time, const char* name, actor_setting how,
                        std::size_t rounds) {
  caf::actor_system_config config;
  if (how != actor_setting::caf_default) {
    hot_options hot;
    hot.wait = how == actor_setting::spin       ? hot_wait::spin
               : how == actor_setting::adaptive ? hot_wait::adaptive
                                                : hot_wait::block;
    const system_clock real;
    if (!apply_scheduling(config, hot, real)) return {.name = name};
  }
  caf::actor_system system{config};
  auto shared = std::make_shared<hand_off>();
  shared->time = &time;
  const auto to = how == actor_setting::detached ? system.spawn<caf::detached>(receiver, shared)
                                                 : system.spawn(receiver, shared);
  result_row out;
  out.name = name;
  out.latency = time_hand_offs(time, to, shared, rounds);
  caf::anon_send_exit(to, caf::exit_reason::user_shutdown);
  return out;
}

}  // namespace

std::vector<result_row> actor_floors(const clock& time, std::size_t rounds) {
  return {hand_off_row(time, "F5 actor, CAF's defaults", actor_setting::caf_default, rounds),
          hand_off_row(time, "F5 actor, block", actor_setting::block, rounds),
          hand_off_row(time, "F5 actor, adaptive", actor_setting::adaptive, rounds),
          hand_off_row(time, "F5 actor, spin", actor_setting::spin, rounds),
          hand_off_row(time, "F5 actor, detached", actor_setting::detached, rounds)};
}

}  // namespace bw::perf
