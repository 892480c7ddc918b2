#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/node_config.hpp"
#include "core/clock.hpp"
#include "core/durable_mark.hpp"
#include "core/heartbeat.hpp"
#include "core/metrics.hpp"
#include "core/name_table.hpp"
#include "core/stall_meter.hpp"
#include "domain/entry_round.hpp"
#include "domain/flatten_watch.hpp"
#include "domain/risk_desk.hpp"
#include "messages/actor_interfaces.hpp"
#include "storage/input_tape.hpp"

namespace bw {

struct risk_gate_args {
  risk_desk_options options;
  name_table symbols;     // By symbol_id.
  name_table strategies;  // By strategy_id.
  const clock* time = nullptr;
  metrics_registry* metrics = nullptr;
  /// Shows that the worker turns; null in tests.
  heartbeat* life = nullptr;
  /// Tells how far the audit log's writer is behind; null in tests.
  const durable_mark* mark = nullptr;
  /// What `options` come from, so that limits can be lowered by their keys.
  node_config config;
  /// What the log knew at the start.
  risk_desk_past past;
  /// Where inputs are noted before they are decided on; null: nowhere.
  input_tape* tape = nullptr;
  /// An earlier run was to close everything, and had not by its end.
  bool flatten = false;
  /// Closing orders may pass the last gate from here on, even after a kill; empty in tests.
  std::function<void()> permit_closing;
  /// Told of a strategy that the rules have taken out.
  std::function<void(strategy_id, const std::string& why)> on_taken_out;
};

/// Applies domain/risk_desk to every order and tells what became of the trading state. Scheduled,
/// hot, one a node. Not restarted alone: a new process rebuilds it from the log and starts HALTED
/// until reconciled.
struct risk_gate_state {
  static constexpr const char* name = "risk_gate";
  static constexpr nanoseconds beat_every = std::chrono::milliseconds{50};
  /// The audit log's writer may be so far behind before entries are denied, and before a halt.
  static constexpr nanoseconds audit_behind_max = std::chrono::milliseconds{50};
  static constexpr nanoseconds audit_dead_after = std::chrono::seconds{1};

  explicit risk_gate_state(risk_gate_actor::pointer owner) : self(owner) {}
  void init(risk_gate_args args);

  void on_order(const order_request& x);
  /// Entries that were decided on bars wait for those of other symbols whose bars end at the same
  /// instant.
  void gather(const order_request& x);
  void end_round();
  void decide(const order_request& x);
  void on_report(const order_report& x);
  void on_marks(const market_marks& x);
  void on_stream(const order_stream_status& x);
  void on_account(const account_report& x);
  void on_asset(const asset_report& x);
  void on_directory(const directory& x);
  trading_state halt(const halt_command& x);
  void clear(const clear_command& x);
  void on_cash_flow(const cash_flow_record& x);
  operator_record resume(halt_reason reason, operator_record who);
  operator_record let_pass(const override_request& x, operator_record who);
  operator_record lower(const limits_change& x, operator_record who);
  operator_record put_back(const strategy_return& x, operator_record who);
  /// Everything is to be closed, by a rule or for the end of the node: at the next open when the
  /// market is closed.
  void flatten(const char* why);
  operator_record flatten(const flatten_request& x, operator_record who);
  void beat();
  risk_view view() const;
  component_status status() const;

  /// What the desk is about to be told.
  template <class Message>
  instant note(const Message& x) {
    const auto at = now();
    if (args.tape != nullptr) args.tape->note(x, at);
    return at;
  }
  instant now() const { return {args.time->utc_now(), args.time->mono_now()}; }
  void deny(const order_request& x, const risk_verdict& verdict);
  void count(const risk_verdict& verdict);
  nanoseconds audit_behind() const;
  /// Records and tells every change of the trading state, and what else a person should hear of.
  void announce_changes();
  void announce_strategies();
  void announce_alerts();
  void add_metrics();
  void show_way_out();
  void tell_stall(nanoseconds delay);
  void cancel_doomed(const std::vector<doomed_entry>& entries);

  // Closing positions (risk_gate_flatten.cpp).
  bool is_market_open() const;
  std::uint32_t held_symbols() const;
  operator_record close_one(symbol_id symbol, operator_record who);
  void begin_flatten(const std::string& why);
  void queue_flatten(const std::string& why);
  bool withdraw_flatten(const std::string& why);
  void watch_flatten(const instant& at);
  void close_everything();
  void note_flatten(const std::string& text);
  void ask_what_the_broker_holds();
  std::string flatten_text() const;

  /// Symbols and strategies that the node has taken on: from here on they may have orders.
  void take_new_members();
  /// Tells every symbol how much room there is. After a report the order's own symbol is told at
  /// once, the others on the next beat.
  void share_account();

  risk_gate_actor::pointer self;
  risk_gate_args args;
  directory members;
  std::size_t symbols_known = 0;
  std::size_t strategies_known = 0;
  std::optional<risk_desk> desk;
  entry_round round;
  order_stream_status last_stream;
  flatten_watch closing;
  /// What the reconciliation last said of the broker's positions.
  std::uint32_t broker_held = 0;
  mono_ns broker_asked;
  account_view shared;
  /// Orders changed it since all symbols were told.
  bool account_due = false;
  system_clock real;
  stall_meter stalls{beat_every};
  std::uint64_t stall_count = 0;
  risk_view figures;
  struct rule_counters {
    counter* passed = nullptr;
    counter* denied = nullptr;
    gauge* use = nullptr;
  };
  std::array<rule_counters, risk_rule_count + 1> rule_counts;
  histogram* tick_to_decision = nullptr;
  histogram* stalled = nullptr;
  gauge* way_out_seconds = nullptr;
  gauge* way_out_requests = nullptr;
};

risk_gate_actor::behavior_type risk_gate(risk_gate_actor::stateful_pointer<risk_gate_state> self,
                                         risk_gate_args args);

}  // namespace bw
