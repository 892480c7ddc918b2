#pragma once

#include <cstdint>
#include <filesystem>

#include "perf/bench_node.hpp"
#include "perf/result_page.hpp"
#include "perf/tick_source.hpp"
#include "perf/workload.hpp"

namespace bw::perf {

/// Which end of the way is measured: the gate's verdict, or the order's bytes.
enum class tick_end : std::uint8_t { verdict = 1, order };
enum class tick_mode : std::uint8_t { floor = 1, queue, socket };

struct tick_options {
  tick_end end = tick_end::order;
  tick_mode mode = tick_mode::queue;
  std::uint64_t rate = 1'000;
  std::size_t symbols = 100;
  std::uint64_t every = 10;
  audit_sync sync = audit_sync::gate;
  hot_wait wait = hot_wait::spin;
  std::uint64_t seconds = 30;
  std::uint64_t warm_up_seconds = 2;
  symbol_weights weights = symbol_weights::zipf;
  arrivals pattern = arrivals::constant;
  std::filesystem::path folder{};
  bool pin = false;
  bool recording = true;
  std::uint64_t seed = 20260310;

  std::uint64_t ticks() const { return rate * (seconds + warm_up_seconds); }
};

/// Ticks at a fixed rate through the floor alone.
result<result_page> run_floor(const tick_options& options);
/// The same ticks through the node's queue and actors, floors before, between and after.
result<result_page> run_queue(const tick_options& options);
/// Over loopback sockets, with the venue in a process of its own.
result<result_page> run_socket(const tick_options& options);

/// Name and value of what was asked for, for the page's head.
std::vector<std::pair<std::string, std::string>> settings_of(const tick_options& options);

/// Adds why a run is not what it claims to be: the generator was late, or the host took its share.
void judge_run(const generator_record& generator, const disturbance& disturbed,
               std::vector<std::string>& invalid);

/// A floor's ticks on the schedule of the node's: the latencies of its orders from the instants at
/// which their ticks were due.
struct floor_times {
  latency_samples verdict;
  latency_samples order;
};
class floor_player {
 public:
  ~floor_player();
  static result<std::unique_ptr<floor_player>> make(const tick_options& options,
                                                    const perf_clock& time,
                                                    const session_calendar& calendar,
                                                    std::uint64_t ticks);
  /// Plays so many of its ticks.
  void play(std::uint64_t ticks, floor_times& out);
  std::string failure() const;

 private:
  floor_player(workload ticks, const perf_clock& time, open_loop schedule);
  workload ticks_;
  const perf_clock& time_;
  open_loop schedule_;
  std::unique_ptr<class straight_line> line_;
  std::uint64_t next_ = 0;
};

}  // namespace bw::perf
