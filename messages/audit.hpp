#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "messages/account.hpp"
#include "messages/control.hpp"
#include "messages/evidence.hpp"
#include "messages/operations.hpp"
#include "messages/reconciliation.hpp"

namespace bw {

// Records name symbols and strategies by text, so that they can be read without the configuration
// of their day. Each struct lists its fields once; the codec writes them in that order. A field is
// never removed or moved: a new meaning is a new record type at the end of audit_event.

struct boot_record {
  std::uint64_t boot_no = 0;
  std::uint64_t log_id = 0;
  std::string version;
  std::string mode;
  std::string config_hash;
  bool previous_run_ended_cleanly = false;
  BW_FIELDS(boot_no, log_id, version, mode, config_hash, previous_run_ended_cleanly)
};

struct config_record {
  std::string toml;
  BW_FIELDS(toml)
};

struct state_record {
  trading_state state;
  halt_reason changed = halt_reason::boot;
  bool added = false;
  std::string text;
  BW_FIELDS(state, changed, added, text)
};

struct session_record {
  session_state session;
  BW_FIELDS(session)
};

/// What became of a signal.
enum class signal_fate : std::uint8_t {
  ordered = 1,
  conflict,
  too_small,
  not_warm,
  not_free,
  no_quote,
  shadow,  // The strategy only shows what it would do.
};
std::string_view to_string(signal_fate x) noexcept;

struct signal_record {
  symbol_name symbol;
  short_name strategy;
  signal what;
  signal_fate fate = signal_fate::ordered;
  /// The strategy's own reason, where it is none of the known ones.
  short_name note;
  BW_FIELDS(symbol, strategy, what, fate, note)
};

struct intent_record {
  client_order_id client_id;
  symbol_name symbol;
  short_name strategy;
  order_request request;
  BW_FIELDS(client_id, symbol, strategy, request)
};

/// Verdict of the gate. For a denied order `client_id` is empty: it never got one.
struct verdict_record {
  client_order_id client_id;
  symbol_name symbol;
  short_name strategy;
  order_request request;
  risk_verdict verdict;
  BW_FIELDS(client_id, symbol, strategy, request, verdict)
};

/// From here on the order may be at the broker.
struct sending_record {
  client_order_id client_id;
  order_id order;
  BW_FIELDS(client_id, order)
};

/// Held back between the log and the wire: no byte left.
struct withdrawn_record {
  client_order_id client_id;
  order_id order;
  std::string text;
  BW_FIELDS(client_id, order, text)
};

struct submit_record {
  submit_result result;
  BW_FIELDS(result)
};

struct update_record {
  order_update update;
  order_state before = order_state::intent;
  order_state after = order_state::intent;
  BW_FIELDS(update, before, after)
};

/// One execution, counted once.
struct fill_record {
  client_order_id client_id;
  symbol_name symbol;
  short_name strategy;
  bw::side side = side::buy;
  order_purpose purpose = order_purpose::entry;
  quantity qty;
  price at_price;
  price decision_price;
  execution_id execution;
  /// Position of the symbol after it.
  quantity position;
  money realized;
  utc_ns ts_event;
  BW_FIELDS(client_id, symbol, strategy, side, purpose, qty, at_price, decision_price, execution,
            position, realized, ts_event)
};

struct cancel_record {
  client_order_id client_id;
  order_id order;
  std::string cause;
  BW_FIELDS(client_id, order, cause)
};

struct cancel_result_record {
  cancel_result result;
  BW_FIELDS(result)
};

struct account_record {
  account_report account;
  BW_FIELDS(account)
};

struct reconcile_record {
  bool clean = false;
  std::uint32_t orders_compared = 0;
  std::uint32_t positions_compared = 0;
  std::vector<std::string> differences;
  BW_FIELDS(clean, orders_compared, positions_compared, differences)
};

struct supervisor_record {
  short_name child;
  std::string reason;
  std::uint32_t epoch = 0;
  bool gave_up = false;
  BW_FIELDS(child, reason, epoch, gave_up)
};

struct feed_record {
  short_name stream;
  feed_state state = feed_state::down;
  std::string reason;
  BW_FIELDS(stream, state, reason)
};

/// A closed round trip (trade event "close").
struct trade_record {
  symbol_name symbol;
  short_name strategy;
  quantity qty;
  price entry;
  price exit;
  money pnl;
  utc_ns opened_at;
  utc_ns closed_at;
  signal_reason exit_reason = signal_reason::stop_hit;
  BW_FIELDS(symbol, strategy, qty, entry, exit, pnl, opened_at, closed_at, exit_reason)
};

/// State of the books, so that a reader can start here.
struct snapshot_record {
  std::string cause;
  trading_state state;
  money equity;
  money cash;
  money day_start_equity;
  std::vector<position_report> positions;
  std::uint32_t open_orders = 0;
  std::uint32_t unknown_orders = 0;
  BW_FIELDS(cause, state, equity, cash, day_start_equity, positions, open_orders, unknown_orders)
};

struct shutdown_record {
  std::string cause;
  bool clean = false;
  BW_FIELDS(cause, clean)
};

/// A file with recorded inputs of the decision makers, no longer written to.
struct segment_record {
  /// Below the folder of recordings: "2026-11-02/000003-0001.zst".
  std::string file;
  /// The run whose inputs it holds.
  std::uint64_t boot_no = 0;
  /// Counts the files of that run from 1.
  std::uint32_t number = 0;
  utc_ns first_at;
  utc_ns last_at;
  std::uint64_t inputs = 0;
  /// Inputs that found no room in the queue to the writer.
  std::uint64_t lost = 0;
  std::uint64_t bytes = 0;
  /// False: a crash ended it; the next start found it and vouches for what is left.
  bool sealed = false;
  digest sha256{};
  BW_FIELDS(file, boot_no, number, first_at, last_at, inputs, lost, bytes, sealed, sha256)
};

/// What was done, and learnt, about an order of which nobody knows whether it exists.
enum class unknown_step : std::uint8_t {
  opened = 1,
  asked,            // Looked up by its id.
  missing,          // The look-up said 404.
  unanswered,       // The look-up said nothing of worth.
  stream_lost,      // The order stream did not stand throughout: absence cannot be proven any more.
  list_asked,       // All orders since before the send, every page.
  list_lacks,       // They lack it.
  list_unanswered,  // Not all pages came.
  resolved,         // Evidence shows it, or somebody decided.
  refused,          // Throttled by the broker, and missing when it was looked up.
  not_found,        // All of the proof is there. From here on the id is watched.
  late_appearance,  // It was watched, and exists after all.
  watch_ended,
};
std::string_view to_string(unknown_step x) noexcept;

struct unknown_record {
  client_order_id client_id;
  order_id order;
  unknown_step step = unknown_step::opened;
  /// Look-ups so far, and how many of the last ones said 404 without another answer between them.
  std::uint32_t look_ups = 0;
  std::uint32_t missing_in_row = 0;
  std::string text;
  BW_FIELDS(client_id, order, step, look_ups, missing_in_row, text)
};

/// The entries of a symbol were stopped, or a reason for that ended.
struct symbol_stop_record {
  symbol_name symbol;
  symbol_stop_reason reason = symbol_stop_reason::unknown_order;
  bool stopped = true;
  std::string text;
  BW_FIELDS(symbol, reason, stopped, text)
};

/// A signed anchor of everything up to `upto` was written outside of the log.
struct anchor_record {
  sequence_number upto;
  digest chain{};
  /// Of the Merkle tree over the records up to `upto`.
  digest root{};
  BW_FIELDS(upto, chain, root)
};

/// A number of 128 bits in two halves.
struct wide_number {
  std::int64_t high = 0;
  std::uint64_t low = 0;
  BW_FIELDS(high, low)
};

struct books_position {
  symbol_name symbol;
  /// Empty where the strategies are counted together.
  short_name strategy;
  quantity qty;
  price average;
  /// In units of 1e-18.
  wide_number cost;
  wide_number realized;
  BW_FIELDS(symbol, strategy, qty, average, cost, realized)
};

/// An order that may be at the broker.
struct books_order {
  client_order_id client_id;
  venue_order_id venue_id;
  symbol_name symbol;
  short_name strategy;
  order_request request;
  order_state state = order_state::intent;
  /// A change that was asked for: 1 none, 2 cancel, 3 replace.
  std::uint8_t pending = 1;
  quantity filled_total;
  price filled_average;
  std::vector<execution_id> executions;
  BW_FIELDS(client_id, venue_id, symbol, strategy, request, state, pending, filled_total,
            filled_average, executions)
};

struct books_latch {
  halt_reason reason = halt_reason::operator_halt;
  std::uint64_t boot_no = 0;
  utc_ns since;
  std::string text;
  BW_FIELDS(reason, boot_no, since, text)
};

struct books_entries {
  symbol_name symbol;
  std::uint32_t count = 0;
  utc_ns last_at;
  BW_FIELDS(symbol, count, last_at)
};

struct books_day {
  utc_ns open;
  utc_ns close;
  money start_equity;
  money realized;
  std::uint64_t fill_count = 0;
  std::uint64_t trades = 0;
  std::uint32_t losses_in_row = 0;
  std::vector<books_entries> entries;
  BW_FIELDS(open, close, start_equity, realized, fill_count, trades, losses_in_row, entries)
};

struct books_stop {
  symbol_name symbol;
  symbol_stop_reason reason = symbol_stop_reason::unknown_status;
  std::string text;
  BW_FIELDS(symbol, reason, text)
};

/// A strategy that only a person puts back.
struct books_switch {
  short_name strategy;
  std::string cause;
  BW_FIELDS(strategy, cause)
};

/// A trade that is open, named by the order that opened it.
struct books_trade {
  symbol_name symbol;
  short_name strategy;
  client_order_id trade;
  utc_ns opened_at;
  BW_FIELDS(symbol, strategy, trade, opened_at)
};

/// Losing trades of a strategy in a row on this day.
struct books_streak {
  short_name strategy;
  std::uint32_t losses = 0;
  BW_FIELDS(strategy, losses)
};

/// Everything that a start must know of the records before this one, folded from them: it may begin
/// here.
struct books_record {
  std::string cause;
  std::string version;
  std::string config_hash;
  std::uint64_t boot_no = 0;
  order_id highest_order;
  std::vector<books_latch> latches;
  std::vector<books_order> orders;
  std::vector<books_position> by_strategy;
  std::vector<books_position> by_symbol;
  books_day day;
  /// Content of the emergency file that was merged last.
  digest emergency{};
  /// Orders that were proven absent and are watched, and those that ended last.
  std::vector<books_order> watched;
  std::vector<books_order> ended;
  std::vector<books_stop> stops;
  std::vector<books_trade> open_trades;
  external_record external;
  /// The account when it was last compared to the cent, none or one, and the executions since then.
  std::vector<account_record> mark;
  std::vector<fill_record> fills_since_mark;
  std::string reconciled_day;
  /// Strategies that only a person puts back, the highest equity that was seen, and what was sent
  /// this day.
  std::vector<books_switch> strategies_off;
  money high_water;
  money sent_today;
  std::vector<books_streak> streaks;
  /// Newest last.
  std::vector<cash_flow_record> cash_flows;
  /// Everything is to be closed, and was not yet.
  bool flatten = false;
  /// The newest of each symbol.
  std::vector<trend_record> trends;
  BW_FIELDS(cause, version, config_hash, boot_no, highest_order, latches, orders, by_strategy,
            by_symbol, day, emergency, watched, ended, stops, open_trades, external, mark,
            fills_since_mark, reconciled_day, strategies_off, high_water, sent_today, streaks,
            cash_flows, flatten, trends)
};

/// What was kept in the emergency file while the log was dead follows on this record.
struct emergency_record {
  /// SHA-256 of the content: the same one is merged once.
  digest content{};
  std::uint32_t events = 0;
  /// Run that left them.
  std::uint64_t boot_no = 0;
  BW_FIELDS(content, events, boot_no)
};

/// The log that this one took the place of, by a person's command.
struct previous_log_record {
  std::uint64_t log_id = 0;
  /// The last record that proved right, with its chain value.
  sequence_number sequence;
  digest chain{};
  std::string folder;
  std::string reason;
  BW_FIELDS(log_id, sequence, chain, folder, reason)
};

/// Everything that changes state. The index is the record's type on disk, plus one: append only.
using audit_event =
    std::variant<boot_record, config_record, state_record, session_record, signal_record,
                 intent_record, verdict_record, sending_record, withdrawn_record, submit_record,
                 update_record, fill_record, cancel_record, cancel_result_record, account_record,
                 reconcile_record, supervisor_record, feed_record, trade_record, snapshot_record,
                 shutdown_record, strategy_record, evaluation_record, decision_record, hops_record,
                 exchange_record, trade_event_record, segment_record, unknown_record,
                 symbol_stop_record, external_record, adoption_record, day_record, anchor_record,
                 books_record, emergency_record, previous_log_record, operator_record, alert_record,
                 limits_record, plugin_record, reload_record, breaker_record, drill_record,
                 arming_record, coverage_record, strategy_switch_record, split_record,
                 cash_flow_record, deploy_record, preflight_record, flatten_record, proof_record,
                 fee_record, proposal_record, performance_record, trend_record>;

/// "boot", "intent", … by the variant's index.
std::string_view audit_type_name(std::size_t index) noexcept;
inline constexpr std::size_t audit_type_count = std::variant_size_v<audit_event>;

/// Which records must be durable before the requester is answered (docs/audit-log.md).
enum class durability : std::uint8_t {
  before_answer = 1,  // Intent, verdict, sending, latches: synced under `gate`.
  soon,               // Within 100 ms.
};

/// A group of records that belong together, in order, with one answer.
struct audit_append {
  std::vector<audit_event> events;
  trace_id trace;
  durability needs = durability::soon;
  /// Chosen by the sender; the answer names it. Zero: no answer wanted.
  std::uint64_t ticket = 0;
  /// Name of the actor that speaks.
  short_name from;
};

/// The requester's records up to and including `ticket` are in the log as promised.
struct audit_synced {
  std::uint64_t ticket = 0;
  sequence_number sequence;
};

}  // namespace bw
