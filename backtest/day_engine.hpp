#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "backtest/corporate_actions.hpp"
#include "backtest/latency.hpp"
#include "backtest/order_desk.hpp"
#include "config/node_config.hpp"
#include "domain/position_book.hpp"
#include "domain/session_calendar.hpp"
#include "messages/audit.hpp"
#include "messages/views.hpp"
#include "strategies/strategy_registry.hpp"
#include "venue/exchange.hpp"
#include "venue/market_source.hpp"

namespace bw {

/// An order that no strategy wants but the setup: for benchmarks and tests of the order simulation.
/// It takes the way of every order, through the risk rules and to the exchange.
struct scripted_order {
  utc_ns at;
  order_request request;
  order_shape shape = {};
};

/// A split or a dividend at the beginning of its ex-date.
struct dated_action {
  utc_ns at;
  symbol_id symbol = no_symbol;
  std::variant<split_ratio, cash_dividend> what;
};

/// Who comes first at one instant.
enum class arrival_rule : std::uint8_t {
  after_market = 1,  // An order meets what happened when it arrives.
  before_market,     // It meets what was known when it was decided.
};

/// An execution with what it cost and why it was wanted.
struct priced_fill {
  fill_record fill;
  signal_reason reason = signal_reason::momentum_breakout;
  money fees;
};

/// What a run tells while it goes on; each may be empty. They must not change what it decides.
struct day_observers {
  /// Hears every record in the order in which it is made: signals, verdicts, fills.
  std::function<void(const audit_event&)> record;
  std::function<void(const priced_fill&)> fill;
  /// Every order report.
  std::function<void(const order_report&)> report;
  /// Every minute bar, and whether shares of its symbol are held.
  std::function<void(const bar&, bool held)> minute;
  std::function<void(const dated_action&)> action;
};

struct day_setup {
  /// Strategies, limits and guards, read as the node reads them.
  node_config config;
  session_calendar calendar;
  std::unique_ptr<venue::market_source> market;
  venue::exchange_options exchange;
  /// From a decision to the exchange.
  latency_options latency;
  arrival_rule arrivals = arrival_rule::after_market;
  /// Of the orders, those that the exchange refuses for no reason.
  std::uint32_t reject_percent = 0;
  /// In order of time.
  std::vector<dated_action> actions;
  std::vector<scripted_order> script;
  /// Calendar days from the start on whose sessions the exchange is told; behind them it takes
  /// every weekday for one.
  std::int64_t days_ahead = 400;
  /// Yearly fee for the value of borrowed shares, charged at each close.
  std::int64_t borrow_bp = 0;
  /// Fills kept in the outcome; those beyond it are only counted.
  std::size_t fills_max = 100'000;
  day_observers observers;
  /// Looks at the clock every second, as the node does, instead of only when something can come of
  /// it. Slower, and the outcome is the same: tests compare the two.
  bool every_second = false;
};

/// How far a run has come and what it has done.
struct day_outcome {
  utc_ns reached;
  std::uint64_t market_events = 0;
  std::uint64_t signals = 0;
  std::uint64_t approved = 0;
  /// By the value of risk_rule.
  std::array<std::uint64_t, risk_rule_count + 1> denied{};
  /// Approved, and refused by the exchange.
  std::uint64_t rejected = 0;
  std::uint64_t fill_count = 0;
  /// The first fills_max of them.
  std::vector<fill_record> fills;
  std::vector<held_position> positions;
  std::size_t open_orders = 0;
  /// Orders of which nobody can say how they stand: never any, or the composition is wrong.
  std::size_t unknown_orders = 0;
  money realized;
  /// Commissions and regulatory fees.
  money fees;
  money dividends;
  money cash;
  money equity;
  /// Over every record of the run, in order: same input, same number.
  std::uint64_t trace = 0;
};

/// The node's logic a second time: one thread, no actors, virtual time that leaps from event to
/// event. Same setup, same outcome to the last record. A decision reaches the exchange only
/// `latency` after what it was made on, so nothing is known before its time.
///
/// Made for one run; used by one thread.
class day_engine {
 public:
  /// Makes exchange and engines, and warms the engines up with `config.feed.history_days` days.
  /// ec::invalid_argument for a latency that is not positive although orders arrive after the
  /// market; ec::not_found for a symbol that the
  /// market does not have; otherwise what a strategy said.
  static result<std::unique_ptr<day_engine>> make(day_setup setup, const strategy_registry& known);
  ~day_engine();

  /// Goes on to `until`, included; it may be called again for what comes after. Answers why the
  /// market ended before its time, if it did.
  result<void> run(utc_ns until);

  /// Nothing of the market is left.
  bool market_ended() const;
  utc_ns now() const;

  /// The counts alone, without copying anything: no fills, no positions, no account.
  const day_outcome& figures() const;
  day_outcome outcome() const;
  const position_book& positions() const;
  const venue::exchange& exchange() const;

 private:
  struct state;
  explicit day_engine(std::unique_ptr<state> made);

  std::unique_ptr<state> state_;
};

}  // namespace bw
