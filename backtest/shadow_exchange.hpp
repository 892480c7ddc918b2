#pragma once

#include <vector>

#include "backtest/order_desk.hpp"
#include "config/backtest_options.hpp"
#include "strategies/shadow_market.hpp"
#include "venue/exchange.hpp"

namespace bw {

/// The market of strategies in shadow: the exchange and the order desk of a backtest, fed with what
/// a node sees. Slippage, fills and the way to the exchange are those of [backtest]; a measured
/// latency is replaced by the least one. An account that is always large enough: sizes are the
/// engine's, from the real account. Made for one symbol; used by the thread of its engine.
class shadow_exchange final : public shadow_market {
 public:
  /// Orders that are remembered, and orders that it ever takes: what is beyond is refused.
  static constexpr std::size_t orders_max = 1'000;
  static constexpr std::size_t orders_ever_max = 100'000;

  shadow_exchange(const symbol_name& symbol, const backtest_options& options);

  void on_session(const session_state& x, utc_ns now) override;
  void on_quote(const quote& x, utc_ns now) override { on_market(x, now); }
  void on_trade(const trade& x, utc_ns now) override { on_market(x, now); }
  void submit(const order_request& x, utc_ns now) override;
  void cancel(order_id order, utc_ns now) override;
  void advance(utc_ns now) override;
  std::vector<order_report> take_reports() override;

 private:
  template <class Event>
  void on_market(Event x, utc_ns now);
  void take_events(utc_ns now);

  venue::exchange market_;
  order_desk desk_;
  /// As the engine calls the symbol.
  symbol_id symbol_ = no_symbol;
  std::vector<venue::venue_event> events_;
  order_desk::reports reports_;
};

/// Makes one for each symbol.
shadow_market_factory shadow_markets_of(const backtest_options& options);

}  // namespace bw
