#pragma once

#include <atomic>

#include "core/clock.hpp"

namespace bw::perf {

/// The machine's monotonic clock, shown as an instant of a chosen trading day. Waits that a node
/// makes for safety can be stepped over before a measurement begins; during one it runs as the
/// machine's does.
class perf_clock final : public clock {
 public:
  explicit perf_clock(utc_ns start) : start_(start), real_start_(real_.mono_now()) {}

  utc_ns utc_now() const override { return utc_at(mono_now()); }
  mono_ns mono_now() const override {
    return mono_ns{real_.mono_now().value + skipped_.load(std::memory_order_relaxed)};
  }
  utc_ns utc_at(mono_ns at) const { return start_ + (at - real_start_); }
  void skip(nanoseconds step) { skipped_.fetch_add(step.count(), std::memory_order_relaxed); }

 private:
  system_clock real_;
  utc_ns start_;
  mono_ns real_start_;
  std::atomic<std::int64_t> skipped_{0};
};

}  // namespace bw::perf
