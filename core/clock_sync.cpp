#include "core/clock_sync.hpp"

#include <sys/timex.h>

#include <cerrno>
#include <cstring>

namespace bw {

result<clock_sync> read_clock_sync() {
  // Without modes nothing is set.
  timex now{};
  if (::adjtimex(&now) < 0)
    return {ec::unsupported,
            std::string{"the kernel does not tell of its clock: "} + std::strerror(errno)};
  clock_sync out;
  out.is_kept = (now.status & STA_UNSYNC) == 0;
  out.error_max = std::chrono::microseconds{now.maxerror};
  return out;
}

std::string complaint_of(const result<clock_sync>& sync) {
  if (!sync) return sync.failure().context;
  if (!sync->is_kept) return "nobody keeps the clock right";
  if (sync->error_max <= clock_error_most) return {};
  return "the clock has not been set for long and may be off by " +
         std::to_string(sync->error_max / std::chrono::milliseconds{1}) + " ms";
}

}  // namespace bw
