#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/day_report_files.hpp"
#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "core/name_table.hpp"
#include "core/published.hpp"
#include "domain/session_calendar.hpp"
#include "messages/actor_interfaces.hpp"

namespace bw {

struct status_args {
  std::string mode;
  std::string audit_sync;
  std::string config_hash;
  std::string live_stage;
  std::string binary_hash;
  name_table symbols;     // By symbol_id.
  name_table strategies;  // By strategy_id.
  /// Kind and version of one of them; empty: nobody says.
  std::function<std::pair<std::string, std::string>(std::size_t)> kind_of;
  const clock* time = nullptr;
  metrics_registry* metrics = nullptr;
  published<node_status>* published_status = nullptr;
  /// status.json; empty: not written.
  std::filesystem::path file;
  /// What briefs are put together with; empty: none are written.
  std::optional<session_calendar> calendar;
  std::vector<std::pair<std::string, std::string>> limits;
  /// Decides a day again after its close; empty: nobody does.
  day_backtest backtest;
  /// Into the log, from any thread.
  std::function<void(audit_event)> note;
};

/// Asks everyone once a second, puts the answers together, publishes them for ops and writes
/// status.json by replacing it. What an actor said last stands until it says more. Detached: it
/// writes files.
struct status_state {
  static constexpr const char* name = "status";
  static constexpr nanoseconds beat_every = std::chrono::milliseconds{500};
  static constexpr nanoseconds answer_within = std::chrono::milliseconds{400};

  explicit status_state(status_actor::pointer owner) : self(owner) {}
  void init(status_args args);

  void beat();
  node_status stop();
  component_status status() const;

  void ask_everyone();
  node_status assemble(const std::string& lifecycle) const;
  void publish(const node_status& now);
  void write_report(const day_report& x);
  void write_day(const std::string& day);
  void write_brief(const checkin_request& x);
  void keep(const kept_file& x);
  template <class Handle, class Answer>
  void ask_view(const Handle& whom, Answer& answer);

  status_actor::pointer self;
  status_args args;
  directory members;
  bool stopped = false;
  /// Seen by whoever writes the report of a day.
  std::shared_ptr<std::atomic<bool>> stopping = std::make_shared<std::atomic<bool>>(false);

  open_orders_view orders;
  risk_view risk;
  market_data_view market;
  performance_view performance;
  reconcile_view reconcile;
  session_state session;
  std::vector<strategy_view> strategies;
  std::vector<component_status> components;

  /// What operators graph; set from each status.
  struct gauges {
    gauge* equity = nullptr;
    gauge* cash = nullptr;
    gauge* buying_power = nullptr;
    std::array<gauge*, 4> trading_state{};
    std::array<gauge*, halt_reason_count + 1> reasons{};
  } shown;
  /// By strategy_id: trades, result, exposure, whether it works.
  struct strategy_gauges {
    gauge* up = nullptr;
    gauge* realized = nullptr;
    gauge* unrealized = nullptr;
    gauge* exposure = nullptr;
    gauge* trades = nullptr;
    gauge* wins = nullptr;
    /// The same of the simulation of a strategy in shadow, apart.
    gauge* shadow = nullptr;
    gauge* shadow_realized = nullptr;
    gauge* shadow_unrealized = nullptr;
    gauge* shadow_trades = nullptr;
    gauge* shadow_wins = nullptr;
  };
  std::vector<strategy_gauges> strategies_shown;
  void register_gauges();
  /// Of the strategies that have none yet.
  void register_strategy_gauges();
  void show_strategies(const node_status& now) const;
  void show(const node_status& now) const;
};

status_actor::behavior_type status_keeper(status_actor::stateful_pointer<status_state> self,
                                          status_args args);

/// Replaces `path` by a file with this text, in one step for any reader. Errors name the path.
result<void> replace_file(const std::filesystem::path& path, std::string_view text);

}  // namespace bw
