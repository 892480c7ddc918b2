#pragma once

#include <deque>
#include <vector>

#include "actors/ingress.hpp"
#include "core/clock.hpp"
#include "messages/actor_interfaces.hpp"

namespace bw {

struct market_data_args {
  ingress* source = nullptr;
  std::uint32_t symbols = 0;
  /// For the stamp on what is passed on; without it there is none.
  const clock* time = nullptr;
};

/// Takes ticks from the ingress queue and hands each to the actor of its symbol. Keeps the latest
/// quote of each symbol for those who want prices but not ticks, and the minute bars that a
/// restarted STRATEGY actor needs to warm up again. Scheduled, hot.
struct market_data_state {
  static constexpr const char* name = "market_data";
  /// Ticks taken in one go, so that gate and router get their turn (performance 4.3).
  static constexpr std::size_t batch_max = 64;
  static constexpr nanoseconds beat_every = std::chrono::milliseconds{20};
  /// Minute bars kept a symbol: the warm-up of 100 bars of five minutes and a session to spare.
  static constexpr std::size_t bars_kept = 1000;

  explicit market_data_state(market_data_actor::pointer owner) : self(owner) {}
  void init(market_data_args args);

  void drain();
  void beat();
  void take(const directory& who);
  market_data_view view() const;
  component_status status() const;

  void on(const quote& x);
  void on(const trade& x);
  void on(const bar& x);
  void on(const trading_status& x);
  void on(const feed_status& x);
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
    bool quote_changed = false;
    bool trade_changed = false;
    std::deque<bar> bars;
  };
  std::vector<per_symbol> by_symbol;
  std::vector<symbol_id> changed;
  mono_ns draining_at{};
};

market_data_actor::behavior_type market_data(
    market_data_actor::stateful_pointer<market_data_state> self, market_data_args args);

}  // namespace bw
