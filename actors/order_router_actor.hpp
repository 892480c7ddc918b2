#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "actors/performance_journal.hpp"
#include "actors/shared_value.hpp"
#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "core/name_table.hpp"
#include "domain/order_changes.hpp"
#include "domain/order_ledger.hpp"
#include "domain/parent_counter.hpp"
#include "domain/position_book.hpp"
#include "domain/stuck_orders.hpp"
#include "domain/symbol_stops.hpp"
#include "domain/unknown_protocol.hpp"
#include "messages/actor_interfaces.hpp"

namespace bw {

struct order_router_options {
  /// An order that waited longer for the log is not sent: the market it was meant for is gone.
  nanoseconds intent_age_max = std::chrono::seconds{2};
  /// A command without an answer for longer is asked about.
  nanoseconds answer_within = std::chrono::seconds{5};
  nanoseconds look_up_every = std::chrono::seconds{5};
  /// A cancel that had no effect for so long counts as failed and is sent again; after three that
  /// failed one a minute is sent at most, whoever asks.
  nanoseconds cancel_within = std::chrono::seconds{10};
  nanoseconds cancel_again = std::chrono::seconds{60};
  std::uint32_t cancels_failed_max = 3;
  unknown_options unknown;
};

struct order_router_args {
  order_router_options options;
  name_table symbols;     // By symbol_id.
  name_table strategies;  // By strategy_id.
  const clock* time = nullptr;
  metrics_registry* metrics = nullptr;
  /// Identity of the log and number of this run: parts of every client order id.
  std::uint64_t log_id = 0;
  std::uint64_t boot_no = 0;
  /// What the log knew at the start.
  order_id highest_order;
  std::vector<ledger_entry> recovered;
  std::vector<held_position> positions;
  /// Orders of earlier runs that were proven absent and are still watched.
  std::vector<ledger_entry> watched;
  std::vector<symbol_stop> stops;
  /// Told after each fill; null when nobody wants to know.
  shared_value<std::vector<held_position>>* held = nullptr;
  /// Takes the executions of strategies; null when nobody counts them.
  performance_journal* journal = nullptr;
};

/// Numbers orders, has intent and verdict logged, lets an order leave once the log has acknowledged
/// it, and keeps each order's life by whatever evidence comes. Scheduled, hot. Its state is the
/// node's truth about orders: it is not restarted alone; a new process rebuilds it from the log.
struct order_router_state {
  static constexpr const char* name = "router";
  static constexpr nanoseconds beat_every = std::chrono::milliseconds{50};

  explicit order_router_state(order_router_actor::pointer owner) : self(owner) {}
  void init(order_router_args args);

  void on_approved(const approved_order& x);
  void on_synced(const audit_synced& x);
  void on_submit(const submit_result& x);
  void on_update(const order_update& x);
  void on_lookup(const lookup_report& x);
  void on_orders(const orders_report& x);
  void on_cancel(const cancel_request& x);
  void on_cancel_result(const cancel_result& x);
  void on_trading(const trading_state& x);
  void on_stream(const order_stream_status& x);
  void on_history(const order_history_report& x);
  void on_session(const session_state& x);
  /// A person lifts a stop.
  void on_symbol_stop(const symbol_stop& x);
  operator_record lift(const symbol_stop& x, operator_record who);
  operator_record resolve(const client_order_id& id, order_state as, operator_record who);
  void take(const directory& who);
  void tell_open_orders();
  /// What a cancel of many orders is about.
  enum class open_kind : std::uint8_t { all, entries, intraday_entries };
  static bool is_of(open_kind which, const order_request& x) {
    if (which == open_kind::all) return true;
    if (x.purpose != order_purpose::entry) return false;
    return which == open_kind::entries || !x.overnight;
  }
  void cancel_open(open_kind which, const char* cause);
  void beat();
  open_orders_view view() const;
  component_status status() const;

  struct held_order {
    order_id order;
    mono_ns since;
  };
  const char* why_not_now(const ledger_entry& entry, mono_ns since, mono_ns now) const;
  void refuse(const order_request& request, std::string_view why);
  void on_snapshot(const open_order_report& x, const snapshot_origin& origin);
  void end_of_successor(order_id successor);
  void follow_successor(const venue_order_id& replaced, const venue_order_id& successor);
  void record_snapshot(const open_order_report& x, const snapshot_origin& origin,
                       const ledger_change& change);
  void release(const held_order& next, sequence_number acknowledged);
  void cancel(const ledger_entry& entry, std::string_view cause);
  /// Records what the evidence changed, counts its fill, tells everyone who needs to know.
  void log_modified(const ledger_entry& entry, const changed_field& what, std::string_view cause,
                    std::string_view new_order) const;
  void follow_up(const ledger_change& change, const order_update* update);
  void deliver(const order_report& report);
  void record(audit_event event, trace_id trace);
  void share_positions();
  void end_hops(const submit_result& x, trace_id trace);
  void look_up(const client_order_id& id, mono_ns now);
  /// What has waited for too long: answers, ends of cancels, ends of orders that the market should
  /// have executed at once.
  void look_for_overdue(mono_ns now);
  void look_for_stuck(utc_ns now);
  void repeat_lost_cancels(mono_ns now);
  counter& submitted_of(const order_request& request);

  // Orders of which nobody knows whether they exist (order_router_unknown.cpp).
  void begin_recovered();
  /// Opens or closes the question of one order after its state changed.
  void question(const ledger_change& change);
  void ask_what_became_of(const ledger_entry& entry, unknown_hint hint);
  void carry_out(unknown_actions actions);
  /// True when the order had been proven absent and is brought back to life.
  bool adopt(const client_order_id& id, const char* where);
  void after_adoption(const client_order_id& id);
  void stop_symbol(symbol_id symbol, symbol_stop_reason reason, const std::string& text);
  void announce(const std::optional<symbol_stop>& change);
  void breach(const order_request& request, const char* what);

  order_router_actor::pointer self;
  order_router_args args;
  directory members;
  order_ledger ledger;
  std::optional<position_book> book;
  /// Waiting for the log's acknowledgement, in order; the ticket is the order's number.
  std::deque<held_order> held;
  trading_state trading;
  bool stream_ready = false;
  std::map<client_order_id, mono_ns> asked_at;
  stuck_orders stuck;
  /// When the last cancel was sent, of orders whose cancels failed.
  std::map<order_id, mono_ns> cancelled_at;
  /// Stations of orders that wait for their answer; as many as orders are under way.
  std::map<order_id, hops_record> hops;
  unknown_protocol unknown;
  std::optional<symbol_stops> stops;
  parent_counter parents;
  /// When an order was handed to the connection; those that are not over.
  std::map<order_id, mono_ns> handed_over;
  bool began = false;
  bool breached = false;
  open_orders_view figures;
  std::uint64_t foreign_updates = 0;
  /// Series of orders that left; as many as strategies, sides and types.
  struct submitted_series {
    bw::side side;
    order_type type;
    strategy_id strategy;
    counter* count;
  };
  std::vector<submitted_series> submitted;
  histogram* tick_to_order = nullptr;
  gauge* open_gauge = nullptr;
  gauge* unknown_gauge = nullptr;
};

order_router_actor::behavior_type order_router(
    order_router_actor::stateful_pointer<order_router_state> self, order_router_args args);

}  // namespace bw
