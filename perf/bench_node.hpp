#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "actors/node.hpp"
#include "perf/perf_clock.hpp"
#include "perf/sink_gateway.hpp"
#include "storage/proved_log.hpp"
#include "storage/temporary_folder.hpp"

namespace bw::perf {

struct bench_node_options {
  symbol_list symbols;
  audit_sync sync = audit_sync::gate;
  hot_wait wait = hot_wait::adaptive;
  /// Where the state folder is made; empty: among the system's temporary ones.
  std::filesystem::path folder{};
  bool recording = true;
  /// Told of each step of the clock before it is made: a venue in another process makes it too.
  std::function<void(nanoseconds)> on_skip{};
};

/// The production node with the probe as its strategy, between a feed and a gateway that the caller
/// gives. All of its actors run, with a real log on disk. Its owner's thread makes all calls.
class bench_node {
 public:
  bench_node(bench_node_options options, perf_clock& time, const session_calendar& calendar);
  ~bench_node();
  bench_node(const bench_node&) = delete;
  bench_node& operator=(const bench_node&) = delete;

  /// Opens the log. Before the gateway is made: it asks the mark.
  result<void> open();
  const durable_mark& mark() const { return mark_; }
  metrics_registry& metrics() { return metrics_; }
  /// Starts the tree and waits until it may trade (at most 20 s); waits that are there for safety
  /// are stepped over on the clock.
  result<void> start(feed& market_feed, broker_gateway& gateway);
  /// Ends the node and closes its log.
  node_status stop();

  /// Ends a member as a crash would.
  bool crash(const std::string& member) { return tree_ && tree_->crash(member); }

  node_status status() const;
  /// Why the node gave up; empty while it has not.
  std::string fatal() const;
  const std::filesystem::path& audit_folder() const { return config_.audit.folder; }
  std::uintmax_t audit_bytes() const;
  /// After `stop`: the rule that denied the first order, as its log tells; empty without a denial.
  std::string first_denial() const;

 private:
  bench_node_options options_;
  perf_clock& time_;
  session_calendar calendar_;
  node_config config_;
  std::optional<temporary_folder> temporary_;
  metrics_registry metrics_;
  durable_mark mark_;
  heartbeat worker_life_;
  heartbeat audit_life_;
  published<node_status> latest_;
  strategy_registry strategies_;
  proved_log audit_;
  std::unique_ptr<input_recording> recording_;
  std::unique_ptr<node> tree_;
  bool stopped_ = false;
  mutable std::mutex mutex_;
  std::string fatal_;
};

/// " halted for X Y", for the end of a sentence.
std::string reasons_of(const trading_state& state);

/// Keeps the worker on one processor and every other thread of the process on the others. True when
/// the machine has two processors or more and allows it.
bool pin_worker();

}  // namespace bw::perf
