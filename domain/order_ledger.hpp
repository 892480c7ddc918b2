#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "domain/order_state_machine.hpp"
#include "messages/account.hpp"
#include "messages/orders.hpp"

namespace bw {

struct order_ledger_options {
  /// Orders in memory. Beyond it the one that ended first is forgotten; live orders never are.
  std::size_t orders_max = 20'000;
  /// After so many cancels in a row that came to nothing the order needs review.
  std::uint32_t cancels_failed_max = 3;
  /// Execution ids kept with an order. Beyond it the totals alone keep fills from counting twice.
  std::size_t executions_per_order_max = 1'024;
};

/// One of our orders, as the evidence has it so far.
struct ledger_entry {
  order_request request;
  client_order_id client_id;
  venue_order_id venue_id;
  /// The order that took its place at the broker, and whether that one was seen.
  venue_order_id replaced_by;
  bool successor_seen = false;
  /// The broker has said that it is replaced.
  bool replaced_told = false;
  /// An order of ours that was sent to take its place; zero for none.
  order_id successor;
  order_state state = order_state::intent;
  pending_change pending = pending_change::none;
  quantity filled_total;
  price filled_average;
  /// Cancels in a row that were refused or not answered.
  std::uint32_t cancels_failed = 0;
  /// When it was added, when its state or pending change last changed, when evidence last came.
  mono_ns added_at;
  mono_ns changed_at;
  mono_ns evidence_at;
  std::vector<execution_id> executions;

  quantity remaining() const {
    return filled_total < request.qty ? request.qty - filled_total : quantity{};
  }
};

/// Where a snapshot of an order comes from. `requested` is when its request started: one that is
/// older than the newest evidence of the order counts fills and changes nothing else.
struct snapshot_origin {
  evidence source = evidence::poll;
  mono_ns requested;
  /// When it was read.
  utc_ns at;
  mono_ns now;
};

/// What one piece of evidence did to the ledger.
struct ledger_change {
  /// False: the evidence names no order of the ledger; reconciliation has to look at it.
  bool known = false;
  /// State, pending change, total or broker's id is another one than before: worth a record.
  bool changed = false;
  /// Ask the broker about this order (docs/ORDER_LIFE.md).
  bool look_up = false;
  /// The order that the evidence is about.
  order_id order{};
  order_state before = order_state::intent;
  order_state after = order_state::intent;
  /// For gate, strategy and performance: present when the state changed or a fill was counted.
  /// Its last_qty is what counts as one fill: positive exactly when something was counted.
  std::optional<order_report> report;
};

/// All orders of the node by order id and by client id. Fills count once: an execution id is taken
/// once, and the broker's totals decide how much of an update is new, so that duplicates, lost
/// frames and polls between them lead to the same position. Lives in the router; the backtest has
/// its own. Single-threaded.
class order_ledger {
 public:
  explicit order_ledger(order_ledger_options options = {}) : options_(options) {}

  /// A new intent. The request carries its order id, higher than all before.
  /// ec::already_exists for an id that is there, ec::queue_full when every order is live.
  result<void> add(const order_request& request, const client_order_id& client_id, mono_ns now);
  /// An order of an earlier run, in the state its records left it in.
  result<void> add_recovered(ledger_entry entry);

  ledger_change on_local(order_id order, local_event event, utc_ns at, mono_ns now);
  ledger_change on_submit(const submit_result& answer, utc_ns at, mono_ns now);
  ledger_change on_update(const order_update& update, mono_ns now);
  /// A look-up, list or reconciliation.
  ledger_change on_snapshot(const open_order_report& report, const snapshot_origin& origin);
  /// An order exists that took the place of one of ours: ours has ended, and what may still be
  /// bought or sold is the other's. Until then a replaced order keeps its reservation.
  ledger_change on_successor(const venue_order_id& replaced, const venue_order_id& successor,
                             utc_ns at, mono_ns now);
  /// The order that was to take the place of one of ours has ended, or never left: what is not over
  /// stands again, and is asked about.
  ledger_change on_successor_ended(order_id successor, utc_ns at, mono_ns now);
  /// Whether an order of ours may be replaced at the broker now: it is known there and at the
  /// venue, nothing of it is filled, and nobody has asked for another change.
  bool can_be_replaced(order_id order) const;
  /// A cancel was handed to the broker: accepted (or unknown) marks the order, rejected unmarks it
  /// and asks for a look-up.
  ledger_change on_cancel_sent(order_id order, mono_ns now);
  ledger_change on_cancel(const cancel_result& answer, utc_ns at, mono_ns now);

  /// A cancel had no answer and no effect for too long: it may be asked again.
  ledger_change on_cancel_lost(order_id order, utc_ns at, mono_ns now);

  /// Valid until the next call that is not const.
  const ledger_entry* find(order_id order) const;
  const ledger_entry* find(const client_order_id& client_id) const;

  /// Live orders in order of their ids; unknown ones and those that need review included.
  std::vector<const ledger_entry*> open_orders() const;
  /// Orders whose outcome nobody knows, or that need review.
  std::vector<const ledger_entry*> unknown_orders() const;
  /// Commands without an answer for longer than `age`: sending, unknown, a cancel without its end.
  std::vector<const ledger_entry*> in_flight_longer_than(nanoseconds age, mono_ns now) const;

  /// Orders that should have ended at once, being at the market's price or at any, and are living
  /// for longer than `age`.
  std::vector<const ledger_entry*> marketable_longer_than(nanoseconds age, mono_ns now) const;

  std::size_t size() const { return entries_.size(); }
  std::size_t open_count() const { return open_.size(); }
  /// Highest order id so far; the next intent takes the one after it.
  order_id highest() const { return highest_; }

 private:
  struct fill;
  enum class freshness : bool { current, outdated };

  result<void> insert(ledger_entry entry);
  bool make_room();
  ledger_entry* find_mutable(order_id order);
  ledger_entry* find_mutable(order_id order, const client_order_id& client_id);
  ledger_change apply(ledger_entry& entry, const order_update& update, freshness age, mono_ns now);
  ledger_change settle(ledger_entry& entry, const order_step& step, const fill& counted,
                       const short_text& text, utc_ns at, mono_ns now);
  static order_step await_successor(ledger_entry& entry, const order_update& update,
                                    const order_step& step);
  order_step after_failed_cancel(ledger_entry& entry) const;
  fill count_fill(ledger_entry& entry, const order_update& update);
  void file(const ledger_entry& entry, order_state before);

  order_ledger_options options_;
  std::map<order_id, ledger_entry> entries_;
  std::map<client_order_id, order_id> by_client_id_;
  /// Sorted.
  std::vector<order_id> open_;
  /// In the order in which they ended; may name an order that came back to life or was dropped.
  std::deque<order_id> ended_;
  order_id highest_;
};

}  // namespace bw
