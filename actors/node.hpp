#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/day_report_files.hpp"
#include "actors/fatal_handler.hpp"
#include "actors/live_strategies.hpp"
#include "actors/node_recovery.hpp"
#include "actors/person_desk.hpp"
#include "actors/poison_shelf.hpp"
#include "broker/broker_gateway.hpp"
#include "config/node_config.hpp"
#include "core/clock.hpp"
#include "core/clock_sync.hpp"
#include "core/durable_mark.hpp"
#include "core/heartbeat.hpp"
#include "core/metrics.hpp"
#include "core/published.hpp"
#include "domain/past_days.hpp"
#include "domain/rate_limiter.hpp"
#include "domain/session_calendar.hpp"
#include "feeds/feed.hpp"
#include "storage/audit_log.hpp"
#include "storage/emergency_file.hpp"
#include "storage/input_recording.hpp"
#include "storage/log_keeper.hpp"
#include "strategies/shadow_market.hpp"
#include "strategies/strategy_registry.hpp"

namespace bw {

/// What the node talks to the world with. Everything outlives the node.
struct node_ports {
  const clock* time = nullptr;
  broker_gateway* broker = nullptr;
  feed* market_feed = nullptr;
  audit_log* log = nullptr;
  durable_mark* mark = nullptr;
  metrics_registry* metrics = nullptr;
  published<node_status>* status = nullptr;
  const strategy_registry* strategies = nullptr;
  /// Where strategies in shadow trade; empty: their signals are recorded and nothing else.
  shadow_market_factory shadow_markets{};
  fatal_handler on_fatal;
  /// Signs of life of the worker and of the audit writer, for the liveness probe.
  heartbeat* worker_life = nullptr;
  heartbeat* audit_life = nullptr;
  /// Null: nothing is recorded. The owner finishes it after the node's stop.
  input_recording* recording = nullptr;
  /// Around the log; both may be missing.
  log_keeper* keeper = nullptr;
  emergency_file* emergency = nullptr;
  /// Where the log lies and where trades.db is to be kept; empty: there is none.
  std::filesystem::path audit_folder{};
  std::filesystem::path trades_file{};
  /// The broker's budget of requests for orders where it is not Alpaca's; null: Alpaca's.
  std::optional<rate_limit> order_budget{};
  /// Cancels at the broker what does not reduce a position, without any actor; answers once, when
  /// nothing is left or it is given up. Empty: a member that is lost leaves its orders open.
  std::function<void(std::function<void(bool clean)>)> sweep{};
  /// For tests: throws where a defect of a member would.
  poison_shelf::rehearsal rehearsal{};
  /// Decides a session again after its close; empty: nobody does.
  day_backtest backtest_of_day{};
  /// The daily bars of a symbol, from any thread; empty: nobody knows them.
  past_days_port past_days{};
  /// What the kernel says of the clock; empty: the clock is not the machine's.
  clock_sync_port clock_sync{};
  /// Told by an actor when a session opens; does not wait. Empty: nobody wants to know.
  std::function<void()> at_open{};
  /// SHA-256 of the program's file, hexadecimal; empty when it is not known.
  std::string binary_hash{};
};

/// The tree of actors: spawned in order, stopped in order. The only place that decides which
/// actor gets a thread of its own. One a process; start and stop once, from the same thread.
class node {
 public:
  /// An orderly stop takes at most this long.
  static constexpr nanoseconds stop_within = std::chrono::seconds{10};

  node(node_config config, std::string config_hash, node_ports ports, session_calendar calendar,
       node_recovery past);
  ~node();
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  result<void> start();
  /// No more entries, open orders by `on_shutdown`, the log flushed, the last status. Bounded.
  node_status stop();

  /// What people may ask, between `start` and `stop`; any thread.
  const person_desk& people() const;
  /// New settings of strategies, in force from the next message of each symbol on, new
  /// strategies, new symbols, and the record of where they came from. One thread at a time, any.
  void change_strategies(const strategies_update& update, reload_record record);
  /// The strategies that hold shares now, by strategy_id. Any thread.
  std::vector<held_position> held() const;

  /// Ends one member as a crash would, for tests of the supervision: its name in the tree, or a
  /// symbol for its STRATEGY actor. False when there is none.
  bool crash(const std::string& member);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace bw
