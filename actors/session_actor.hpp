#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "actors/fatal_handler.hpp"
#include "broker/broker_gateway.hpp"
#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "core/name_table.hpp"
#include "domain/backoff.hpp"
#include "domain/carried_time.hpp"
#include "domain/clock_watch.hpp"
#include "domain/day_schedule.hpp"
#include "domain/session_calendar.hpp"
#include "messages/actor_interfaces.hpp"

namespace bw {

struct session_args {
  session_options options;
  /// With the built-in days; the broker's replace them when they come.
  session_calendar calendar;
  name_table symbols;
  broker_gateway* gateway = nullptr;
  const clock* time = nullptr;
  metrics_registry* metrics = nullptr;
  std::uint64_t seed = 1;
  fatal_handler on_fatal;
  schedule_options schedule;
  /// Where the calendar and the schedule are kept over a restart; empty: nowhere.
  std::filesystem::path state_folder;
  /// Average shares a day of a symbol; answers on any thread. Empty: nobody knows.
  std::function<void(const std::string&, std::function<void(result<quantity>)>)> average_volume{};
};

/// Keeps the phase of the trading day: the broker's calendar and clock, checked against the
/// built-in rules. Tells everyone when the phase changes; clears BOOT when clock, calendar and
/// assets are known. Hands the jobs of the day out. Goes by the broker's clock, carried on by the
/// monotonic one. Scheduled.
struct session_actor_state {
  static constexpr const char* name = "session";
  static constexpr nanoseconds beat_every = std::chrono::milliseconds{50};
  /// Days of the broker's calendar that are asked for, before and after today.
  static constexpr int days_back = 10;
  static constexpr int days_ahead = 30;
  /// The broker's clock is looked at again after this time of ours.
  static constexpr nanoseconds clock_every = std::chrono::minutes{5};
  /// What the broker says of the symbols is asked again, one after the other: it is good for a day.
  static constexpr nanoseconds assets_every = std::chrono::hours{6};

  explicit session_actor_state(session_actor::pointer owner) : self(owner) {}
  void init(session_args args);

  void on_clock(const clock_report& x);
  void on_calendar(const calendar_report& x);
  void on_asset(const asset_report& x);
  void on_failure(const broker_failure& x);
  void beat();
  void look_at_phase(utc_ns now);
  component_status status() const;

  void ask_clock();
  void ask_calendar();
  /// Every symbol's asset is asked for, one a beat.
  void begin_asset_round(mono_ns now);
  /// The node has taken on more symbols: what the broker says of them is asked too.
  void take_new_symbols();
  void ask_asset(const std::string& symbol);
  void ask_assets_again(mono_ns now);
  void check_started();
  void judge_clock(nanoseconds offset);
  void announce(const session_state& next);
  void note(audit_event what);

  // actors/session_schedule.cpp: the calendar that is kept and the jobs of the day.
  void take_up_kept();
  void keep_calendar(const calendar_report& x);
  void check_calendar();
  void keep_schedule();
  void run_jobs(utc_ns now);
  void run_job(const due_job& job, utc_ns now);

  // actors/session_routines.cpp: what the jobs of a session do.
  void before_open();
  void look_for_cold_symbols();
  void end_intraday_entries();
  void end_entries();
  void after_close();
  /// Asks every STRATEGY actor how it stands, and when all have answered raises one alert that
  /// names those of which `concerns` says yes.
  void look_at_strategies(alert_level level, const char* code, const char* what,
                          std::function<bool(const strategy_view&)> concerns);

  session_actor::pointer self;
  std::optional<session_args> args;  // A calendar has no default.
  directory members;
  session_state current;
  std::vector<std::string> assets_missing;
  std::size_t symbols_asked = 0;
  /// Symbols whose turn is still to come in this round, and when it began.
  std::vector<std::string> assets_due;
  mono_ns assets_at{};
  bool clock_known = false;
  bool calendar_known = false;
  /// The broker's calendar of a few days ago serves until it answers.
  bool calendar_kept = false;
  bool started = false;
  bool asked = false;
  std::optional<backoff> waits;
  mono_ns ask_again_at{};
  mono_ns clock_at{};
  clock_watch offsets;
  /// While it is off the clock is looked at again after this.
  static constexpr nanoseconds clock_again = std::chrono::seconds{10};
  std::optional<carried_time> time;
  std::optional<day_schedule> jobs;
  interval_timer minute{std::chrono::minutes{1}};
  /// Differences to the built-in rules that were told.
  std::string differences;
  gauge* offset_gauge = nullptr;
  gauge* open_gauge = nullptr;
};

session_actor::behavior_type session(session_actor::stateful_pointer<session_actor_state> self,
                                     session_args args);

}  // namespace bw
