#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "feeds/alpaca_data_codec.hpp"
#include "feeds/feed.hpp"
#include "feeds/quote_conflator.hpp"
#include "perf/latency_samples.hpp"
#include "perf/open_loop.hpp"
#include "perf/perf_clock.hpp"
#include "perf/workload.hpp"

namespace bw::perf {

/// Stamps of one trigger on the feed's thread.
struct trigger_stamps {
  mono_ns due;
  mono_ns received;
  mono_ns pushed;
};

/// How well the generator kept to the schedule.
struct generator_record {
  std::uint64_t sent = 0;
  std::uint64_t late = 0;
  std::int64_t lag_max_ns = 0;
  latency_samples lags;
  mono_ns began;
  mono_ns ended;
  std::size_t depth_max = 0;
  /// It slept between the ticks.
  bool rested = false;

  double late_share() const {
    return sent == 0 ? 0 : static_cast<double>(late) / static_cast<double>(sent);
  }
};

/// The feed of a node without its socket: the thread that plays a workload does what the I/O thread
/// does with a frame that was read (decode, stamp, conflate, push, ring once a burst).
class tick_source final : public feed, market_frame_handler {
 public:
  tick_source(const perf_clock& time, workload& ticks);

  // The feed's owner, any thread.
  void start(market_sink& sink) override;
  void stop() override;
  feed_status status() const override;
  bool started() const { return started_.load(std::memory_order_acquire); }

  /// Plays ticks [first, last) on the calling thread. `depth` may tell how full the queue is. Where
  /// the ticks are far apart and the machine gives it priority, it sleeps between them, as the
  /// thread of a socket does: one that spins takes a processor from the log and from the clock.
  void play(const open_loop& schedule, std::uint64_t first, std::uint64_t last,
            generator_record& out, const std::function<std::size_t()>& depth = {});
  /// As fast as the sink takes them without conflation.
  void flood(std::uint64_t first, std::uint64_t last);

  const std::vector<trigger_stamps>& triggers() const { return triggers_; }
  /// The trigger that a trace belongs to; npos when it is none.
  static constexpr std::size_t npos = SIZE_MAX;
  std::size_t trigger_of(trace_id trace) const;
  std::uint64_t conflated() const { return out_ ? out_->conflated() : 0; }
  const codec_counts& counts() const { return codec_.counts(); }
  std::uint64_t lost() const { return lost_; }

 private:
  void on_event(const market_event& event) override;
  void on_control(const stream_control&) override {}
  void take(std::uint64_t tick, mono_ns due, mono_ns now);

  static constexpr std::uint64_t resting_rate_max = 2'000;
  /// Less than this is not worth a sleep; it ends so long before the tick is due.
  static constexpr nanoseconds rest_min = std::chrono::microseconds{250};
  static constexpr nanoseconds awake = std::chrono::microseconds{150};
  static bool may_rest(const open_loop& schedule);

  const perf_clock& time_;
  workload& ticks_;
  alpaca_data_codec codec_;
  std::unique_ptr<quote_conflator> out_;
  std::vector<trigger_stamps> triggers_;
  std::atomic<bool> started_{false};
  std::uint64_t lost_ = 0;
};

}  // namespace bw::perf
