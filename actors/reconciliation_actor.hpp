#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/fatal_handler.hpp"
#include "broker/broker_gateway.hpp"
#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "domain/position_book.hpp"
#include "domain/reconciler.hpp"
#include "messages/actor_interfaces.hpp"

namespace bw {

struct reconciliation_options {
  /// While running: a whole round, and the account alone (P02).
  nanoseconds round_every = std::chrono::seconds{10};
  /// A round without all its answers is given up and begun again.
  nanoseconds round_within = std::chrono::seconds{10};
  /// A difference must be seen so many rounds in a row before it narrows trading, and halts it.
  std::uint32_t rounds_to_reduce = 2;
  std::uint32_t rounds_to_halt = 3;
  reconcile_options compare;
};

struct reconciliation_args {
  reconciliation_options options;
  std::vector<std::string> symbols;     // By symbol_id.
  std::vector<std::string> strategies;  // By strategy_id.
  std::uint64_t log_id = 0;
  broker_gateway* gateway = nullptr;
  const clock* time = nullptr;
  metrics_registry* metrics = nullptr;
  std::vector<held_position> positions;
  fatal_handler on_fatal;
};

/// Compares the broker's books with ours: at the start, after each reconnect of the order stream,
/// and all the time. A difference is said, narrows trading, and is never traded away. A question
/// that fails is no answer, least of all a flat position. Scheduled.
struct reconciliation_state {
  static constexpr const char* name = "reconcile";
  static constexpr nanoseconds beat_every = std::chrono::milliseconds{50};

  explicit reconciliation_state(reconciliation_actor::pointer owner) : self(owner) {}
  void init(reconciliation_args args);

  void on_account(const account_report& x);
  void on_positions(const positions_report& x);
  void on_orders(const orders_report& x);
  void on_failure(const broker_failure& x);
  void on_stream(const order_stream_status& x);
  void on_report(const order_report& x);
  void beat();
  component_status status() const;

  void begin_round(mono_ns now);
  void compare_when_complete();
  void compare(const open_orders_view& ours);
  void judge(const reconcile_report& found);
  void record(const reconcile_report& found);

  reconciliation_actor::pointer self;
  reconciliation_args args;
  directory members;
  std::optional<position_book> book;
  std::vector<mono_ns> changed_at;  // By symbol_id.
  std::map<client_order_id, mono_ns> order_changed_at;

  std::uint64_t round = 0;
  bool under_way = false;
  mono_ns round_began{};
  mono_ns next_round{};
  bool account_done = false;
  std::optional<std::vector<position_report>> broker_positions;
  std::optional<std::vector<open_order_report>> broker_orders;
  bool stream_ready = false;
  std::uint32_t dirty_rounds = 0;
  std::vector<difference> last_differences;
  reconcile_view figures;
  gauge* differences_gauge = nullptr;
  gauge* success_gauge = nullptr;
};

reconciliation_actor::behavior_type reconciliation(
    reconciliation_actor::stateful_pointer<reconciliation_state> self, reconciliation_args args);

}  // namespace bw
