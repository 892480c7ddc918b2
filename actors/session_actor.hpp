#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actors/clock_meter.hpp"
#include "actors/fatal_handler.hpp"
#include "actors/regime_meter.hpp"
#include "broker/broker_gateway.hpp"
#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "core/name_table.hpp"
#include "domain/backoff.hpp"
#include "domain/carried_time.hpp"
#include "domain/clock_watch.hpp"
#include "domain/day_schedule.hpp"
#include "domain/past_days.hpp"
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
  /// The daily bars of a symbol. Empty: nobody knows them.
  past_days_port past_days{};
  /// What earlier runs found, the newest of each symbol.
  std::vector<trend_record> trends{};
  /// What the kernel says of the clock. Empty: the clock is not the machine's.
  clock_sync_port clock_sync{};
  /// What else there is to do when a session opens; does not wait.
  std::function<void()> at_open{};
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
  /// Daily bars that did not come are asked for again after this.
  static constexpr nanoseconds days_again = std::chrono::minutes{1};

  explicit session_actor_state(session_actor::pointer owner) : self(owner) {}
  void init(session_args args);

  void on_clock(const clock_report& x);
  void on_calendar(const calendar_report& x);
  void on_asset(const asset_report& x);
  void on_past_days(const past_days_report& x);
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
  void ask_assets_again(mono_ns now);
  void check_started();
  void judge_clock(nanoseconds offset);
  void announce(const session_state& next);
  void note(audit_event what);

  // actors/session_trends.cpp: what is asked of each symbol, and the regime of its day.
  void ask_asset(const std::string& symbol);
  void ask_days_again(mono_ns now);
  /// The day of trading that is under way or comes next; days end at midnight in New York.
  std::string trend_day() const;
  /// On a new day nobody knows the regime until its daily bars have come.
  void look_at_day(mono_ns now);
  void tell_trends();
  void tell_trend(symbol_id symbol);

  // actors/session_schedule.cpp: the calendar that is kept and the jobs of the day.
  void take_up_kept();
  void keep_calendar(const calendar_report& x);
  void check_calendar();
  void keep_schedule();
  void run_jobs(utc_ns now);
  void run_job(const due_job& job, utc_ns now);

  // actors/session_routines.cpp: what the jobs of a session do.
  void before_open();
  void at_open();
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
  std::map<symbol_name, asset_report> assets;
  /// The newest of each symbol, and the day that holds.
  std::map<symbol_name, trend_record> trends;
  std::string day;
  /// Symbols whose daily bars did not come, and those whose turn is still to come.
  std::set<std::string> days_missing;
  std::vector<std::string> days_due;
  mono_ns days_at{};
  std::optional<regime_meter> regimes;
  std::optional<clock_meter> kernel_clock;
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
