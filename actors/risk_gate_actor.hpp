#pragma once

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/heartbeat.hpp"
#include "core/metrics.hpp"
#include "domain/exposure_book.hpp"
#include "domain/position_book.hpp"
#include "domain/risk_rules.hpp"
#include "domain/trading_state_machine.hpp"
#include "messages/actor_interfaces.hpp"

namespace bw {

struct risk_gate_options {
  /// A connection that is gone for longer narrows trading; before that its own rule denies.
  nanoseconds down_grace = std::chrono::seconds{3};
  /// A connection must stay up for so long before trading goes on: at the start, and later.
  nanoseconds clean_at_start = std::chrono::seconds{10};
  nanoseconds clean_later = std::chrono::seconds{60};
  /// So many rejects of the broker within the period narrow trading (R24).
  std::uint32_t rejects_max = 5;
  nanoseconds rejects_period = std::chrono::seconds{60};
  /// Close everything when the day's loss halts trading.
  bool loss_flatten = true;
};

struct risk_gate_args {
  risk_gate_options options;
  risk_options limits;
  std::vector<std::string> symbols;     // By symbol_id.
  std::vector<std::string> strategies;  // By strategy_id.
  const clock* time = nullptr;
  metrics_registry* metrics = nullptr;
  /// Shows that the worker turns; null in tests.
  heartbeat* life = nullptr;
  // What the log knew at the start.
  trading_state latched;
  std::vector<held_position> positions;
  std::vector<order_report> open_orders;
  /// The session that these count for.
  utc_ns day_open;
  money realized_today;
  std::uint32_t entries_today = 0;
};

/// Applies domain/risk_rules to every order and keeps the trading state. Scheduled, hot, one a
/// node. Not restarted alone: a new process rebuilds it from the log and starts HALTED until
/// reconciled.
struct risk_gate_state {
  static constexpr const char* name = "risk_gate";
  static constexpr nanoseconds beat_every = std::chrono::milliseconds{50};

  explicit risk_gate_state(risk_gate_actor::pointer owner) : self(owner) {}
  void init(risk_gate_args args);

  void on_order(const order_request& x);
  void on_report(const order_report& x);
  void on_marks(const market_marks& x);
  void on_feed(const feed_status& x);
  void on_stream(const order_stream_status& x);
  void on_account(const account_report& x);
  void on_asset(const asset_report& x);
  void on_session(const session_state& x);
  void on_directory(const directory& x);
  trading_state halt(const halt_command& x);
  void clear(const clear_command& x);
  void flatten(const char* why);
  void beat();
  risk_view view() const;
  component_status status() const;

  /// Whether a connection is up, and since when it is what it is.
  struct link {
    bool up = false;
    bool was_up = false;
    mono_ns since{};
  };
  risk_inputs inputs() const;
  day_result day() const;
  void deny(const order_request& x, const risk_verdict& verdict);
  void count(const risk_verdict& verdict);
  void narrow(halt_reason reason, trading_mode floor, std::string_view why);
  void widen(halt_reason reason, std::string_view why);
  void announce(halt_reason changed, bool added, std::string_view why);
  void watch(link& which, halt_reason reason, mono_ns now);
  void watch_loss();
  void share_account();

  risk_gate_actor::pointer self;
  risk_gate_args args;
  directory members;
  trading_state_machine machine;
  std::optional<risk_rules> rules;
  std::optional<quote_board> board;
  std::optional<exposure_book> exposure;
  std::optional<position_book> positions;
  std::vector<symbol_facts> facts;
  std::vector<price> marks;
  session_state session;
  account_report account;
  bool account_known = false;
  std::optional<money> session_start_equity;
  utc_ns day_open;
  money realized_today;
  link feed;
  link stream;
  order_stream_status last_stream;
  flatten_permission flatten_allowed = flatten_permission::none;
  loss_level loss_seen = loss_level::none;
  std::deque<mono_ns> rejects;
  account_view shared;
  system_clock real;
  risk_view figures;
  struct rule_counters {
    counter* passed = nullptr;
    counter* denied = nullptr;
  };
  std::array<rule_counters, risk_rule_count + 1> rule_counts;
  histogram* tick_to_decision = nullptr;
};

risk_gate_actor::behavior_type risk_gate(risk_gate_actor::stateful_pointer<risk_gate_state> self,
                                         risk_gate_args args);

}  // namespace bw
