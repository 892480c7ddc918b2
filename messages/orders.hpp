#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/decimal.hpp"
#include "core/inline_vector.hpp"
#include "messages/market_data.hpp"
#include "messages/market_trend.hpp"

namespace bw {

enum class side : std::uint8_t { buy = 1, sell };
enum class order_type : std::uint8_t { market = 1, limit, stop, stop_limit, trailing_stop };
enum class time_in_force : std::uint8_t { day = 1, gtc, ioc, fok, opg, cls };
/// Why the order exists. Entries can grow a position; everything else can only shrink it.
enum class order_purpose : std::uint8_t { entry = 1, exit, protective, flatten };

std::string_view to_string(side x) noexcept;
std::string_view to_string(order_type x) noexcept;
std::string_view to_string(time_in_force x) noexcept;
std::string_view to_string(order_purpose x) noexcept;

constexpr side opposite(side x) { return x == side::buy ? side::sell : side::buy; }

/// One named number a strategy looked at, in units of 1e-9.
struct indicator_value {
  inline_string<15> name;
  std::int64_t units = 0;

  BW_FIELDS(name, units)
  friend bool operator==(const indicator_value&, const indicator_value&) = default;
};
using indicator_values = inline_vector<indicator_value, 8>;

/// Why an order was wanted, as a reason code that a table can group by.
enum class signal_reason : std::uint8_t {
  momentum_breakout = 1,
  rsi_turned_up,
  below_vwap,
  overbought,
  stop_hit,
  target_hit,
  trailing_stop_hit,
  close_of_day,
  operator_request,
  strategy_rule,  // A strategy's own; the record of its signal says which.
};

std::string_view to_string(signal_reason x) noexcept;

/// A strategy's wish. Confidence in parts per million, 0..1'000'000.
struct signal {
  msg_header header;
  strategy_id strategy = no_strategy;
  symbol_id symbol = no_symbol;
  bw::side side = side::buy;
  order_purpose purpose = order_purpose::entry;
  signal_reason reason = signal_reason::momentum_breakout;
  std::uint32_t confidence_ppm = 0;
  price reference;
  /// Zero: no own wish.
  price stop;
  price target;
  indicator_values inputs;

  BW_FIELDS(header, strategy, symbol, side, purpose, reason, confidence_ppm, reference, stop,
            target, inputs)
};

/// A strategy's order on its way to the risk gate. `order` is zero until the router counts it.
struct order_request {
  msg_header header;
  order_id order;
  strategy_id strategy = no_strategy;
  symbol_id symbol = no_symbol;
  bw::side side = side::buy;
  order_type type = order_type::limit;
  time_in_force tif = time_in_force::day;
  order_purpose purpose = order_purpose::entry;
  signal_reason reason = signal_reason::momentum_breakout;
  quantity qty;
  /// Zero where the type has none.
  price limit;
  price stop;
  /// Price the decision was made at, for slippage.
  price reference;
  /// Where the position is given up, and where it is taken: zero for exits.
  price planned_stop;
  price planned_target;
  std::uint32_t confidence_ppm = 0;
  /// The market as the decision saw it.
  price seen_bid;
  price seen_ask;
  utc_ns seen_at;
  /// Of an order that is to take the place of another one at the broker in one step: that order.
  /// Until one of them is over either may be filled, and never both. Zero for all others.
  order_id replaces;
  /// Its strategy keeps positions over night.
  bool overnight = false;
  /// End of the bars that it was decided on; zero: it was decided on something else.
  utc_ns evaluated_at{};
  /// Confidence times the weight of its strategy: who comes first where there is not room for all.
  std::uint32_t rank_ppm = 0;
  /// Most that its strategy may hold over all symbols; zero: no limit of its own.
  money strategy_budget{};
  /// Regimes of the symbol that its strategy is for; none: all.
  regime_set regimes = 0;

  BW_FIELDS(header, order, strategy, symbol, side, type, tif, purpose, reason, qty, limit, stop,
            reference, planned_stop, planned_target, confidence_ppm, seen_bid, seen_ask, seen_at,
            replaces, overnight, evaluated_at, rank_ppm, strategy_budget, regimes)
};

/// Take an order back. Passes in every trading state.
struct cancel_request {
  msg_header header;
  order_id order;
  /// Why, where it is not its strategy that asks.
  short_text cause;

  BW_FIELDS(header, order, cause)
};

/// Life of an order on our side (docs/ORDER_LIFE.md).
enum class order_state : std::uint8_t {
  intent = 1,  // Numbered; waits for the audit log.
  sending,     // Handed to the broker connection.
  accepted,    // The broker has it (pending_new, accepted).
  working,     // At the venue.
  partial,     // Partly filled.
  filled,
  canceled,
  expired,
  rejected,  // By the broker.
  replaced,
  denied,        // By us.
  not_sent,      // No byte left.
  unknown,       // Nobody knows: reservation stays, evidence decides.
  needs_review,  // The broker said something we do not understand.
  done_for_day,  // Nothing more today; it ends with the day or goes on tomorrow.
  suspended,     // Not eligible for trading now.
};
inline constexpr std::size_t order_state_count = 16;

std::string_view to_string(order_state x) noexcept;
constexpr bool is_terminal(order_state x) {
  return x == order_state::filled || x == order_state::canceled || x == order_state::expired ||
         x == order_state::rejected || x == order_state::replaced || x == order_state::denied ||
         x == order_state::not_sent;
}

/// Where a piece of evidence about an order came from.
enum class evidence : std::uint8_t { response = 1, stream, poll, reconciliation, local };

std::string_view to_string(evidence x) noexcept;

/// The broker's words for what happened to an order (docs.alpaca.markets, trade_updates).
enum class order_event : std::uint8_t {
  pending_new = 1,
  accepted,
  new_order,
  partial_fill,
  fill,
  canceled,
  expired,
  rejected,
  replaced,
  done_for_day,
  pending_cancel,
  pending_replace,
  cancel_rejected,
  replace_rejected,
  stopped,
  suspended,
  calculated,
  held,
  other,  // A word we do not know.
  restated,
  trade_bust,
  trade_correct,
  pending_review,
};
inline constexpr std::size_t order_event_count = 23;

std::string_view to_string(order_event x) noexcept;

/// One piece of evidence about one order, from the stream, a poll or a response.
struct order_update {
  client_order_id client_id;
  venue_order_id venue_id;
  order_event event = order_event::other;
  evidence source = evidence::stream;
  /// Totals of the order after the event; they only grow.
  quantity filled_total;
  price filled_average;
  /// This execution alone; zero when the event is no fill.
  quantity last_qty;
  price last_price;
  execution_id execution;
  short_text text;
  utc_ns ts_event;
  mono_ns received;
  /// The order that took this one's place, and the one whose place it took; empty when there is
  /// none.
  venue_order_id replaced_by;
  venue_order_id replaces;

  BW_FIELDS(client_id, venue_id, event, source, filled_total, filled_average, last_qty, last_price,
            execution, text, ts_event, received, replaced_by, replaces)
};

/// What became of a request that carried an order (docs/ORDER_LIFE.md).
enum class submit_outcome : std::uint8_t { accepted = 1, rejected, duplicate, not_sent, unknown };

std::string_view to_string(submit_outcome x) noexcept;

struct submit_result {
  order_id order;
  client_order_id client_id;
  submit_outcome outcome = submit_outcome::unknown;
  venue_order_id venue_id;
  std::uint16_t http_status = 0;
  std::uint32_t broker_code = 0;
  short_text text;
  /// Handed to the socket; zero when it never was.
  mono_ns sent;
  mono_ns answered;

  BW_FIELDS(order, client_id, outcome, venue_id, http_status, broker_code, text, sent, answered)
};

struct cancel_result {
  order_id order;
  client_order_id client_id;
  /// accepted: the broker took the request; rejected: too late or unknown there.
  submit_outcome outcome = submit_outcome::unknown;
  std::uint16_t http_status = 0;
  std::uint32_t broker_code = 0;
  short_text text;

  BW_FIELDS(order, client_id, outcome, http_status, broker_code, text)
};

/// State of one of our orders after a change: what the router tells gate, strategy and performance.
struct order_report {
  order_request request;
  client_order_id client_id;
  order_state state = order_state::intent;
  quantity filled_total;
  price filled_average;
  /// Set when this report tells of an execution.
  quantity last_qty;
  price last_price;
  execution_id execution;
  short_text text;
  utc_ns at;

  BW_FIELDS(request, client_id, state, filled_total, filled_average, last_qty, last_price,
            execution, text, at)
};

/// One order, ready to leave. `intent_sequence` is the audit position of its last record: the
/// gateway asserts that the log has acknowledged it in the step before the bytes are written.
struct outgoing_order {
  order_request request;
  client_order_id client_id;
  symbol_name symbol;
  std::uint64_t intent_sequence = 0;
  /// The broker's id of the order whose place it takes; empty for an order of its own.
  venue_order_id replaces;
};

struct outgoing_cancel {
  order_id order;
  client_order_id client_id;
  /// Empty while the broker's id is not known: then it is looked up by client id first.
  venue_order_id venue_id;
};

}  // namespace bw
