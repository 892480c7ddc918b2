#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/order_ledger.hpp"
#include "domain/position_book.hpp"
#include "storage/audit_log.hpp"

namespace bw {

/// A halt reason that only a person may clear and that nobody has cleared.
struct recovered_latch {
  halt_reason reason = halt_reason::operator_halt;
  /// Process that set it: a kill may be cleared only by a later one.
  std::uint64_t boot_no = 0;
  utc_ns since;
  std::string text;
};

/// A symbol that may not be entered until a person says so.
struct recovered_stop {
  symbol_name symbol;
  symbol_stop_reason reason = symbol_stop_reason::unknown_status;
  std::string text;
};

/// Entries that one symbol was given on a day. One that was held back at the last moment counts:
/// the limit must not come out lower than it was before the restart.
struct recovered_entries {
  std::uint32_t count = 0;
  utc_ns last_at;
};

/// A trade that is open: the order that opened it names it.
struct recovered_trade {
  client_order_id trade;
  utc_ns opened_at;
};

/// What counts by the day. A day begins with the first phase of a session that is not closed, and
/// lasts until that of the next session: the caller compares `open` with the session it is in.
struct recovered_day {
  utc_ns open;
  utc_ns close;
  /// Zero when no snapshot of this day told it.
  money start_equity;
  money realized;
  std::uint64_t fill_count = 0;
  std::map<symbol_name, recovered_entries> entries;
  std::uint64_t trades = 0;
  /// Trades in a row, up to the last one, that lost money.
  std::uint32_t losses_in_row = 0;
  /// The same by strategy.
  std::map<short_name, std::uint32_t> streaks;
  /// Value of all orders that were to leave, at most day_profit_max.
  money sent;
};

/// Where a record stands, beside what it says.
struct record_place {
  sequence_number sequence;
  /// Variant index of its event.
  std::uint16_t type = 0;
  std::uint64_t boot_no = 0;
  utc_ns wall;
};

/// What the node has to know of its earlier runs, folded from the records in their order. The same
/// records give the same state, whatever process folds them. One thread.
class recovered_state {
 public:
  static constexpr std::size_t executions_per_order_max = 1'024;
  /// Beyond these the records are not those of one account's log: ec::out_of_range.
  static constexpr std::size_t orders_max = 20'000;
  static constexpr std::size_t positions_max = 10'000;
  /// No account comes near these, and sums of what is below them stay far from the types' ranges.
  static constexpr auto held_max = quantity::from_int(100'000'000);
  static constexpr auto fill_price_max = price::from_int(10'000'000);
  static constexpr auto day_profit_max = money::from_int(1'000'000'000);

  /// The next record. ec::integrity_broken for one that contradicts what a node writes.
  result<void> apply(const audit_record& record);
  /// The same without a chain value, for the one who writes the records.
  result<void> apply(const record_place& record, const audit_event& event);

  /// All of it as a record. The state of the record's sequence folded from there on is the same as
  /// that of a fold from the first record.
  books_record snapshot(std::string_view cause) const;
  /// The state that `record`, whose event is a books_record, tells of.
  static result<recovered_state> from_snapshot(const audit_record& record);

  /// The intent that comes next takes this number.
  order_id next_order() const { return order_id{highest_order_.value + 1}; }
  std::uint64_t boot_no() const { return boot_no_; }
  sequence_number last() const { return last_; }
  digest last_chain() const { return last_chain_; }
  /// True for a log without records too: there is no run that could have ended otherwise.
  bool ended_cleanly() const { return ended_cleanly_; }

  using strategy_key = std::pair<symbol_name, short_name>;
  /// By symbol and strategy, then by symbol alone; flat ones are there for what they realised.
  const std::map<strategy_key, position>& by_strategy() const { return by_strategy_; }
  const std::map<symbol_name, position>& by_symbol() const { return by_symbol_; }

  /// Of every strategy and symbol that holds shares.
  const std::map<strategy_key, recovered_trade>& open_trades() const { return open_trades_; }

  const recovered_day& day() const { return day_; }

  /// Orders that may be at the broker, by number: what order_ledger::add_recovered takes. One that
  /// was being sent when the run ended is unknown; one that was never handed over is not there.
  std::vector<ledger_entry> open_orders() const;
  /// Orders that were proven absent and whose ids are still watched, by number.
  std::vector<ledger_entry> watched_orders() const;
  /// Latched stops of symbols, by symbol and reason.
  std::vector<recovered_stop> stops() const;
  /// Strategies that only a person puts back, and why.
  const std::map<short_name, std::string>& strategies_off() const { return strategies_off_; }
  /// Names of an open or watched order: the ids in its request are those of the configuration of
  /// its day.
  strategy_key names_of(const client_order_id& client_id) const;

  /// Orders that ended last, at most ended_max, oldest first: late news of them still counts.
  const std::deque<ledger_entry>& ended_orders() const { return ended_; }
  static constexpr std::size_t ended_max = 5'000;
  /// Executions that are kept for the next comparison to the cent; later ones are not in it.
  static constexpr std::size_t fills_since_mark_max = 10'000;
  /// Highest equity that a record told of; zero when none did.
  money high_water() const { return high_water_; }
  /// Cash that came or went without a trade, newest last; at most cash_flows_max.
  const std::vector<cash_flow_record>& cash_flows() const { return cash_flows_; }
  /// Everything is to be closed, and was not yet.
  bool flatten() const { return flatten_; }
  static constexpr std::size_t cash_flows_max = 256;
  /// The newest of each symbol.
  const std::map<symbol_name, trend_record>& trends() const { return trends_; }
  /// What was EXTERNAL at the end.
  const external_record& external() const { return external_; }
  /// The account when it was last compared to the cent, and our executions since then.
  const std::optional<account_record>& mark() const { return mark_; }
  const std::vector<fill_record>& fills_since_mark() const { return fills_since_mark_; }
  /// The last session whose end was compared: "2026-03-12".
  const std::string& reconciled_day() const { return reconciled_day_; }
  /// When the last record was written.
  utc_ns last_at() const { return last_at_; }

  /// By reason.
  std::vector<recovered_latch> latches() const;
  /// The same as trading_state_machine::restore takes them.
  trading_state latched() const;
  /// Content of the emergency file that was merged last.
  const digest& merged_emergency() const { return emergency_; }

 private:
  result<void> on(const record_place& record, const boot_record& x);
  result<void> on(const record_place& record, const state_record& x);
  result<void> on(const record_place& record, const session_record& x);
  result<void> on(const record_place& record, const intent_record& x);
  result<void> on(const record_place& record, const sending_record& x);
  result<void> on(const record_place& record, const withdrawn_record& x);
  result<void> on(const record_place& record, const submit_record& x);
  result<void> on(const record_place& record, const update_record& x);
  result<void> on(const record_place& record, const fill_record& x);
  result<void> on(const record_place& record, const cancel_record& x);
  result<void> on(const record_place& record, const cancel_result_record& x);
  result<void> on(const record_place& record, const trade_record& x);
  result<void> on(const record_place& record, const snapshot_record& x);
  result<void> on(const record_place& record, const shutdown_record& x);
  result<void> on(const record_place& record, const emergency_record& x);
  result<void> on(const record_place& record, const previous_log_record& x);
  result<void> on(const record_place& record, const unknown_record& x);
  result<void> on(const record_place& record, const symbol_stop_record& x);
  result<void> on(const record_place& record, const account_record& x);
  result<void> on(const record_place& record, const external_record& x);
  result<void> on(const record_place& record, const adoption_record& x);
  result<void> on(const record_place& record, const day_record& x);
  result<void> on(const record_place& record, const strategy_switch_record& x);
  result<void> on(const record_place& record, const split_record& x);
  result<void> on(const record_place& record, const cash_flow_record& x);
  result<void> on(const record_place& record, const flatten_record& x);
  result<void> on(const record_place& record, const trend_record& x);

  result<void> take_over(const record_place& record, const books_record& x);
  result<void> book(const record_place& record, const fill_record& x);
  ledger_entry* find(const client_order_id& client_id);
  void settle(ledger_entry& entry, order_state state);
  void latch(const record_place& record, const state_record& x, halt_reason reason);
  void end_run();

  sequence_number last_;
  digest last_chain_{};
  std::uint64_t boot_no_ = 0;
  bool ended_cleanly_ = true;
  order_id highest_order_;
  /// Orders that are live as far as the records go.
  std::map<client_order_id, ledger_entry> live_;
  std::map<client_order_id, ledger_entry> watched_;
  std::map<client_order_id, strategy_key> names_;
  std::map<std::pair<symbol_name, symbol_stop_reason>, std::string> stops_;
  std::map<short_name, std::string> strategies_off_;
  std::map<strategy_key, position> by_strategy_;
  std::map<symbol_name, position> by_symbol_;
  std::map<strategy_key, recovered_trade> open_trades_;
  std::map<halt_reason, recovered_latch> latches_;
  recovered_day day_;
  money high_water_;
  std::vector<cash_flow_record> cash_flows_;
  bool flatten_ = false;
  std::map<symbol_name, trend_record> trends_;
  std::deque<ledger_entry> ended_;
  external_record external_;
  std::optional<account_record> mark_;
  std::vector<fill_record> fills_since_mark_;
  std::string reconciled_day_;
  utc_ns last_at_;
  std::string version_;
  std::string config_hash_;
  digest emergency_{};
  /// The next snapshot is what another log left behind.
  bool carried_over_ = false;
};

}  // namespace bw
