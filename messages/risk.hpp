#pragma once

#include <cstdint>
#include <string_view>

#include "messages/orders.hpp"

namespace bw {

/// Reasons for which the gate denies an order. Each names one rule; the rule's number in
/// docs/risk.md stands beside it. Values stand in records, so new ones are added at the end: the
/// order in which the rules run is that of the table in domain/risk_rules.
enum class risk_rule : std::uint8_t {
  state = 1,         // R01 trading state
  symbol,            // R03 universe
  session,           // R04 session and guards
  halted,            // R05 halted symbol
  stale,             // R06 quote too old or missing
  crossed,           // R06 quote crossed or one-sided
  wide,              // R06 spread
  malformed,         // R07
  stream,            // T03 order stream not ready
  collar,            // R08 price collar
  size,              // R09 order quantity
  value,             // R10 order value
  min_value,         // order value below the minimum
  position,          // R11 position in shares and value
  positions,         // number of symbols held or pending
  exposure,          // R12 gross exposure
  buying_power,      // R13
  open_orders,       // R14
  rate,              // R15 message rate
  duplicate,         // R17
  interval,          // time between two entries of one symbol
  entries,           // entries a day
  loss,              // R22 loss of the day
  reduce_only,       // an exit larger than the position it closes
  band,              // R05 limit inside the band that the venue announced
  price_walk,        // R08 own aggressive price moves within a minute
  net,               // R12 net exposure
  short_sale,        // R20
  window_second,     // R16 value sent within a second
  window_minute,     // R16 value sent within a minute
  window_day,        // R16 value sent this day
  repeat,            // R18 entries of one strategy in one symbol
  strategy_off,      // R15, R17, R18: the strategy is out until a person puts it back
  streak,            // R23 losing trades of the strategy in a row
  symbol_lock,       // R23 the symbol is locked after too many losing exits
  drawdown,          // R23 below the highest equity
  trade_risk,        // planned loss of the trade down to its stop
  portfolio_risk,    // planned loss of all open trades
  min_buying_power,  // too little buying power to begin with
  min_equity,        // equity below the account's line
  self_cross,        // R19 an open order of ours on the other side
  volatility,        // R25 the price moves too fast
  reserve,           // requests that getting flat would need
  identity,          // T10 the order names who wants it
  volume,            // R25 far more is traded than usual
  hop,               // a tick's way to the gate takes too long, seen over many of them
  clock,             // T09 how far our clock may be off
  books,             // both books were last seen to be the same too long ago
  account_age,       // R13 the account was last seen too long ago
  strategy_budget,   // what its strategy may hold over all symbols
  regime,            // its strategy is not for the regime that the symbol is in
};

inline constexpr std::size_t risk_rule_count = 51;

/// "STATE", "SYMBOL", … as records and texts show it.
std::string_view to_string(risk_rule x) noexcept;

/// `overridden`: it would have denied, but a person let this one order pass (R27).
enum class check_outcome : std::uint8_t { passed = 1, denied, not_applicable, overridden };

std::string_view to_string(check_outcome x) noexcept;

/// One rule's look at one order: value and limit in the rule's own unit (1e-9 of dollars or shares,
/// nanoseconds, basis points or a count).
struct risk_check {
  risk_rule rule = risk_rule::state;
  check_outcome outcome = check_outcome::not_applicable;
  std::int64_t value = 0;
  std::int64_t limit = 0;

  BW_FIELDS(rule, outcome, value, limit)
  friend bool operator==(const risk_check&, const risk_check&) = default;
};

/// All rules on one order, in the order in which they ran. Approved when none denied; `reason` is
/// the first that did.
struct risk_verdict {
  bool approved = false;
  risk_rule reason = risk_rule::state;
  inline_vector<risk_check, 56> checks;

  BW_FIELDS(approved, reason, checks)
};

/// An order that passed, on its way to the router.
struct approved_order {
  order_request request;
  risk_verdict verdict;
  /// When the gate was done with it.
  mono_ns checked{};

  BW_FIELDS(request, verdict, checked)
};

/// An order that did not pass, back to its strategy.
struct order_denied {
  order_request request;
  risk_verdict verdict;

  BW_FIELDS(request, verdict)
};

enum class trading_mode : std::uint8_t { active = 1, reducing, halted };

/// Why trading is narrowed (docs/risk.md). The set of reasons decides the state.
enum class halt_reason : std::uint8_t {
  boot = 1,
  reconciling,
  operator_halt,
  kill,
  loss,
  audit,
  position_mismatch,
  auth,
  supervisor,
  feed,
  stream,
  breaker,
  rejects,
  account,
  shutdown,
  parent_child,   // R21: more left for an intent than was approved.
  difference,     // Our books and the broker's differ, or the broker does not answer.
  day_unmatched,  // The last session ended with a difference that nobody explained.
  clock,          // T09: our clock is not known well enough.
  window,         // R16: the value sent this day.
  drawdown,       // R23
  disk,
  market_wide,  // R05: a breaker of the whole market.
  arm,          // Live trading waits for a person.
  alert_unacknowledged,
  freshness,  // What is known of the account, or our own way to the broker, is too old or too slow.
  reserve,    // The requests that are kept for cancels and reconciliation are being used up.
  not_flat,   // Everything was to be closed, and something is still held.
  brief,      // Early with real money: nobody has said yet that he read the brief of the day.
};
inline constexpr std::size_t halt_reason_count = 29;

std::string_view to_string(trading_mode x) noexcept;
std::string_view to_string(halt_reason x) noexcept;

/// One bit a reason: bit n is the reason with value n.
struct trading_state {
  trading_mode mode = trading_mode::halted;
  std::uint32_t reasons = 0;

  BW_FIELDS(mode, reasons)
  friend bool operator==(const trading_state&, const trading_state&) = default;
};

constexpr std::uint32_t reason_bit(halt_reason x) {
  return std::uint32_t{1} << static_cast<std::uint8_t>(x);
}
constexpr bool has_reason(const trading_state& s, halt_reason x) {
  return (s.reasons & reason_bit(x)) != 0;
}

}  // namespace bw
