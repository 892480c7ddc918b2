#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "config/node_config.hpp"
#include "domain/position_book.hpp"
#include "domain/session_calendar.hpp"
#include "messages/audit.hpp"
#include "messages/views.hpp"
#include "strategies/strategy_registry.hpp"
#include "venue/exchange.hpp"
#include "venue/market_source.hpp"

namespace bw {

/// Hears every record in the order in which it is made: signals, verdicts, fills.
using day_observer = std::function<void(const audit_event&)>;

struct day_setup {
  /// Strategies, limits and guards, read as the node reads them.
  node_config config;
  session_calendar calendar;
  std::unique_ptr<venue::market_source> market;
  venue::exchange_options exchange;
  /// From a decision to the exchange.
  nanoseconds latency = std::chrono::milliseconds{50};
  /// Fills kept in the outcome; those beyond it are only counted.
  std::size_t fills_max = 100'000;
  day_observer observer;
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
  /// ec::invalid_argument for a latency that is not positive; ec::not_found for a symbol that the
  /// market does not have; otherwise what a strategy said.
  static result<std::unique_ptr<day_engine>> make(day_setup setup, const strategy_registry& known);
  ~day_engine();

  /// Goes on to `until`, included; it may be called again for what comes after. Answers why the
  /// market ended before its time, if it did.
  result<void> run(utc_ns until);

  day_outcome outcome() const;
  const position_book& positions() const;
  const venue::exchange& exchange() const;

 private:
  struct state;
  explicit day_engine(std::unique_ptr<state> made);

  std::unique_ptr<state> state_;
};

}  // namespace bw
