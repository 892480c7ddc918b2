#pragma once

#include <mutex>
#include <optional>

#include "domain/call_guard.hpp"
#include "domain/retry_budget.hpp"

namespace bw {

/// Whether a read may leave now, and whether one that failed is asked again: at most twice, after a
/// jittered wait, and only within the budget for repetitions. Any thread.
class read_desk {
 public:
  static constexpr std::uint32_t retries_max = 2;

  read_desk(prng random, breaker_board* board, request_class which = request_class::reads);

  breaker_permit ask(mono_ns now);
  void on_answer(const breaker_permit& permit, const call_facts& facts, nanoseconds took,
                 mono_ns now, utc_ns utc);
  /// The read was given up by ourselves; it says nothing about the broker.
  void give_back(const breaker_permit& permit, mono_ns now);
  /// How long to wait before the same read is asked again; nothing when it is not.
  std::optional<nanoseconds> retry_after(const call_facts& facts, std::uint32_t retries_made,
                                         mono_ns now);
  breaker_state state(mono_ns now) const;
  /// A person mended what was refused: the next read tries it.
  void release(mono_ns now);
  void look(mono_ns now);

 private:
  mutable std::mutex mutex_;
  prng random_;
  call_guard guard_;
  retry_budget budget_;
};

}  // namespace bw
