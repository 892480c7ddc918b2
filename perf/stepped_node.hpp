#pragma once

#include <memory>

#include "core/clock.hpp"
#include "domain/session_calendar.hpp"
#include "feeds/feed.hpp"
#include "storage/audit_log.hpp"
#include "storage/audit_options.hpp"

namespace bw::perf {

/// A clock that moves by a microsecond with every tick: the same run gives the same counts.
class counted_clock final : public clock {
 public:
  explicit counted_clock(utc_ns start) : start_(start) {}
  utc_ns utc_now() const override { return start_ + nanoseconds{elapsed_ns_}; }
  mono_ns mono_now() const override { return mono_ns{1'000'000'000 + elapsed_ns_}; }
  void advance(nanoseconds step) { elapsed_ns_ += step.count(); }

 private:
  utc_ns start_;
  std::int64_t elapsed_ns_ = 0;
};

/// The node's hot actors (market data, strategies, gate, router, audit, broker) on CAF's test
/// scheduler: one thread, no waiting, the same messages in the same order each time. For counting
/// what a tick costs, not for timing it.
class stepped_node {
 public:
  stepped_node(symbol_list symbols, counted_clock& time, const session_calendar& calendar,
               audit_log& log, audit_sync policy);
  ~stepped_node();
  stepped_node(const stepped_node&) = delete;
  stepped_node& operator=(const stepped_node&) = delete;

  /// Until trading is active. ec::halted names what it is halted for.
  result<void> activate();
  /// Decodes the frame, and lets everything happen that follows from it.
  void process(std::string_view frame);

  std::uint64_t orders() const;
  std::uint64_t messages() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace bw::perf
