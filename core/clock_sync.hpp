#pragma once

#include <functional>
#include <string>

#include "core/result.hpp"
#include "core/time.hpp"

namespace bw {

/// What the kernel says of the machine's wall clock (adjtimex(2)).
struct clock_sync {
  /// Somebody keeps it right, NTP or the hypervisor.
  bool is_kept = false;
  /// How far it may be off at most; grows by half a millisecond a second while nobody keeps it.
  nanoseconds error_max{};
};

/// ec::unsupported where the kernel does not tell.
result<clock_sync> read_clock_sync();
using clock_sync_port = std::function<result<clock_sync>()>;

/// A clock that may be off by more is not kept right enough.
inline constexpr nanoseconds clock_error_most = std::chrono::milliseconds{500};

/// What is wrong with the clock, in words; empty when somebody keeps it right.
std::string complaint_of(const result<clock_sync>& sync);

}  // namespace bw
