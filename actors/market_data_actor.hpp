#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "actors/data_meter.hpp"
#include "actors/ingress.hpp"
#include "actors/poison_shelf.hpp"
#include "core/clock.hpp"
#include "domain/sequence_tracker.hpp"
#include "messages/actor_interfaces.hpp"

namespace bw {

struct market_data_args {
  ingress* source = nullptr;
  /// That there are, or may be.
  std::uint32_t symbols = 0;
  /// For the stamp on what is passed on; without it there is none.
  const clock* time = nullptr;
  /// Keeps away what ended a predecessor; null in tests.
  poison_shelf* poison = nullptr;
  /// Shows how good the data is; null: nobody does.
  std::shared_ptr<data_meter> quality;
};

/// Takes ticks from the ingress queue and hands each to the actor of its symbol. Drops what comes
/// twice and quotes that are older than what is known; a late trade counts in volume alone. Keeps
/// the latest quote of each symbol for those who want prices but not ticks, and the minute bars and
/// the bar of the day that a restarted STRATEGY actor needs to warm up again. Scheduled, hot.
struct market_data_state {
  static constexpr const char* name = "market_data";
  /// Ticks taken in one go, so that gate and router get their turn (performance 4.3).
  static constexpr std::size_t batch_max = 64;
  static constexpr nanoseconds beat_every = std::chrono::milliseconds{20};
  /// The data of one symbol is judged so often, one after the other.
  static constexpr std::uint32_t beats_a_look = 5;
  /// Minute bars kept a symbol: the warm-up of 100 bars of five minutes and a session to spare.
  static constexpr std::size_t bars_kept = 1000;
  /// Minute bars that wait for the next marks at most: a fetched past is passed on in parts.
  static constexpr std::size_t minutes_at_once = 256;

  explicit market_data_state(market_data_actor::pointer owner) : self(owner) {}
  void init(market_data_args args);

  void drain();
  void beat();
  void look_at_quality();
  void pace_strategies();
  void tell_marks();
  void take(const directory& who);
  market_data_view view() const;
  component_status status() const;

  template <class Event>
  void take_in(const Event& x);
  void on(const quote& x);
  void on(const trade& x);
  void on(const bar& x);
  void on(const trading_status& x);
  void on(const feed_status& x);
  void set_last(const trade& x);
  void set_latest(const trade& snapshot);
  /// A correction or cancellation of a trade: matters while that trade sets the last price.
  void mend_last(const trade& x);
  void mark_changed(symbol_id symbol, bool& which);
  /// To the actor of its symbol.
  template <class Event>
  void pass_on(const Event& x);

  market_data_actor::pointer self;
  market_data_args args;
  directory members;
  market_data_view figures;
  struct per_symbol {
    quote latest;
    trade last;
    /// The price before the last trade; what holds if that one is cancelled.
    price last_before{};
    bool quote_changed = false;
    bool trade_changed = false;
    std::deque<bar> bars;
    /// The bar of the day that is under way, as far as it has grown; none before the first.
    std::optional<bar> today;
  };
  std::vector<per_symbol> by_symbol;
  std::vector<symbol_id> changed;
  /// Minute bars since the last marks.
  std::vector<bar> minutes;
  sequence_tracker sequence{0};
  std::uint64_t corrections = 0;
  mono_ns draining_at{};
  std::uint32_t beats = 0;
  std::uint32_t looked_at = 0;
  std::size_t paced = 0;
};

market_data_actor::behavior_type market_data(
    market_data_actor::stateful_pointer<market_data_state> self, market_data_args args);

}  // namespace bw
