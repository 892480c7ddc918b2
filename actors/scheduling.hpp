#pragma once

#include <cstdint>

#include <caf/actor_system_config.hpp>

#include "config/node_config.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"

namespace bw {

/// Makes the worker wait as `hot` says: one worker, 32 messages a turn, and none of CAF's sleeping
/// polls, which no message can wake (performance 3.1 to 3.3). Reads every key back: CAF only prints
/// when one is wrong.
result<void> apply_scheduling(caf::actor_system_config& config, const hot_options& hot,
                              const clock& time);

/// How many empty polls fit into the spinning time on this machine, measured once.
std::uint64_t polls_within(std::chrono::microseconds spin, const clock& time);

}  // namespace bw
