#pragma once

#include <memory>

#include "perf/bench_node.hpp"
#include "perf/tick_run.hpp"
#include "perf/tick_source.hpp"
#include "perf/workload.hpp"

namespace bw::perf {

/// A node between a tick source and a sink, started and ready to trade: what every measurement
/// under load begins with.
class load_rig {
 public:
  static result<std::unique_ptr<load_rig>> make(const tick_options& options, std::uint64_t ticks);

  perf_clock& time() { return time_; }
  workload& ticks() { return ticks_; }
  tick_source& source() { return *source_; }
  sink_gateway& gateway() { return *gateway_; }
  bench_node& node() { return *node_; }

  /// Plays the next ticks of the workload at the rate; answers how the generator did.
  generator_record play(std::uint64_t rate, std::uint64_t ticks);
  /// The next ticks as fast as nothing is conflated; answers ticks a second.
  double flood(std::uint64_t ticks);
  /// Waits (at most 10 s) until the node has seen every bar of the ticks so far and no order of
  /// them is under way any more; false otherwise.
  bool settle();
  /// Waits (at most 10 s) for an order from every bar so far; false when one did not come.
  bool orders_came();
  /// What came of the ticks so far, in words.
  std::string told() const;
  /// From due instants to order bytes, of the triggers since the last call.
  latency_samples take_latencies();
  std::uint64_t ticks_left() const { return ticks_.ticks() - next_; }

 private:
  load_rig(session_calendar calendar, workload ticks)
      : calendar_(std::move(calendar)), ticks_(std::move(ticks)) {}

  session_calendar calendar_;
  perf_clock time_{measured_start()};
  workload ticks_;
  std::unique_ptr<tick_source> source_;
  std::unique_ptr<sink_gateway> gateway_;
  /// Ends first: until then it sends to the gateway.
  std::unique_ptr<bench_node> node_;
  std::uint64_t next_ = 0;
  std::size_t orders_seen_ = 0;
};

}  // namespace bw::perf
