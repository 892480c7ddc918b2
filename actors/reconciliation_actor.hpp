#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actors/fatal_handler.hpp"
#include "actors/node_recovery.hpp"
#include "broker/broker_gateway.hpp"
#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "core/name_table.hpp"
#include "domain/account_mirror.hpp"
#include "domain/day_balance.hpp"
#include "domain/day_conduct.hpp"
#include "domain/difference_tracker.hpp"
#include "domain/external_guard.hpp"
#include "domain/reconcile_schedule.hpp"
#include "messages/actor_interfaces.hpp"

namespace bw {

struct reconciliation_options {
  reconcile_schedule_options schedule;
  reconcile_options compare;
  difference_limits limits;
  query_queue_options queries;
  external_guard_options guard;
  /// Between two rounds of a full comparison that did not end well.
  nanoseconds full_again = std::chrono::seconds{1};
  /// The log is looked behind by so much for orders and executions that it may have missed.
  nanoseconds look_back = std::chrono::hours{24};
  /// A report that failed so often in a row narrows trading.
  std::uint32_t failures_to_reduce = 2;
  /// After the close, until both books of the day are compared.
  nanoseconds after_close = std::chrono::seconds{60};
};

struct reconciliation_args {
  reconciliation_options options;
  name_table symbols;  // By symbol_id.
  std::uint64_t log_id = 0;
  broker_gateway* gateway = nullptr;
  const clock* time = nullptr;
  metrics_registry* metrics = nullptr;
  node_recovery past;
  /// "2026-03-12": the day in New York.
  std::function<std::string(utc_ns)> day_of;
  fatal_handler on_fatal;
};

/// Compares the broker's books with ours: whole at the start and after each reconnect of the order
/// stream, then each part with its own period, and to the cent when a session has ended. Executions
/// that are missing go to the ORDER ROUTER as evidence; what is not ours is adopted as EXTERNAL. A
/// difference is said, narrows trading, and is never traded away. A question that fails is no
/// answer, least of all a flat position. Scheduled.
struct reconciliation_state {
  static constexpr const char* name = "reconcile";
  static constexpr nanoseconds beat_every = std::chrono::milliseconds{50};
  /// Executions between two comparisons to the cent; beyond it the day does not match.
  static constexpr std::size_t fills_max = 65'536;
  /// Fees that are remembered; older ones lie behind what is asked for.
  static constexpr std::size_t fees_known_max = 4'096;

  explicit reconciliation_state(reconciliation_actor::pointer owner) : self(owner) {}
  void init(reconciliation_args args);

  // Answers of the broker.
  void on_account(const account_report& x);
  void on_positions(const positions_report& x);
  void on_orders(const orders_report& x);
  void on_activities(const activities_report& x);
  void on_lookup(const lookup_report& x);
  void on_position(const position_answer& x);
  void on_failure(const broker_failure& x);
  // News of the node.
  void on_stream(const order_stream_status& x);
  void on_report(const order_report& x);
  void on_foreign_update(const order_update& x);
  void on_session(const session_state& x);
  void take(const directory& x);
  void beat();
  reconcile_view view() const;
  component_status status() const;

  void ask_broker(const reconcile_schedule::question& asked, mono_ns now);
  void ask_activities(const reconcile_schedule::question& asked, mono_ns now);
  void ask_single(const single_query& query, mono_ns now);
  bool accept(book_question what, std::uint64_t round);
  mono_ns asked_at(book_question what) const { return asked[static_cast<std::size_t>(what) - 1]; }
  utc_ns look_from() const;

  /// Compares what has been answered, once the router has taken in the evidence before it.
  void compare_soon();
  void compare(const open_orders_view& ours);
  void follow(const reconcile_report& found, mono_ns now);
  void end_full(const reconcile_report& found, mono_ns now);
  void judge(mono_ns now);
  void narrow(trading_mode floor, std::string_view text);
  void record(const reconcile_report& found);
  void take_sightings(const account_mirror::sightings& seen);
  void external_changed(std::string cause);
  /// What the broker's list of positions says of shares that are ours.
  void count_held_at_broker();
  /// Stops below EXTERNAL shares, where they are asked for.
  void guard_external(mono_ns now);
  void append(audit_event event);
  std::string missing_report(mono_ns now, trading_mode& floor) const;

  // actors/reconciliation_flows.cpp
  bool is_explained(const account_report& x) const;
  void tell_account(const account_report& x);
  void forward_account(account_report x);
  void tell_movements(const std::vector<account_activity>& found);
  void take_fees(const std::vector<account_activity>& found);
  void release_account(mono_ns now);
  void count_cash(const order_report& x);

  void end_day(const reconcile_report& found);
  void write_mark();

  reconciliation_actor::pointer self;
  reconciliation_args args;
  directory members;
  std::optional<account_mirror> mirror;
  std::optional<reconcile_schedule> schedule;
  std::optional<difference_tracker> tracker;
  std::optional<query_queue> queries;
  std::optional<external_guard> guard;

  std::array<mono_ns, book_question_count> asked{};
  std::uint64_t account_round = 0;
  std::optional<account_report> account;
  std::optional<std::vector<position_report>> broker_positions;
  std::optional<std::vector<open_order_report>> broker_orders;
  /// The last ones, for prices and for the end of the day.
  std::vector<position_report> last_positions;
  std::vector<open_order_report> last_opens;
  std::vector<account_activity> activities;
  std::map<symbol_name, price> marks;
  std::size_t unresolved = 0;
  bool comparing = false;
  bool stream_ready = false;
  bool cleared_once = false;
  mono_ns nudged_at{};
  mono_ns full_again_at{};
  trading_mode narrowed = trading_mode::active;
  std::vector<difference> last_differences;
  std::uint64_t success_records = 0;
  utc_ns activities_from;

  /// The account that the gate was told of last, and the cash of our executions since then.
  std::optional<account_report> told_account;
  money own_cash;
  /// One that waits for the answer about movements, and since when.
  std::optional<account_report> held_account;
  mono_ns held_since{};
  bool movements_known = false;
  /// Ids of the fees that are in the log of this run.
  std::set<std::string> fees_known;

  session_state session;
  std::optional<account_report> mark;
  std::vector<day_fill> fills_since_mark;
  day_conduct conduct;
  /// The session that has ended and waits for its comparison.
  std::optional<session_state> ended;
  mono_ns end_day_at{};
  std::map<client_order_id, order_purpose> purposes;

  reconcile_view figures;
  gauge* differences_gauge = nullptr;
  gauge* age_gauge = nullptr;
  gauge* success_gauge = nullptr;
  gauge* external_gauge = nullptr;
};

reconciliation_actor::behavior_type reconciliation(
    reconciliation_actor::stateful_pointer<reconciliation_state> self, reconciliation_args args);

}  // namespace bw
