#pragma once

#include <optional>

#include "core/prng.hpp"
#include "venue/exchange.hpp"

namespace bw::venue {

/// Whether the order has waited in the book: others of its price may then stand before it.
enum class resting : bool { no, yes };

/// Decides prices and quantities of fills as the broker's paper engine does: market orders at the
/// far side, limit orders only when marketable against the quote and then at the far side too,
/// displayed sizes ignored, a share of the fills made partial. Deterministic from its seed.
class fill_model {
 public:
  explicit fill_model(const exchange_options& options);

  /// Whether the trade or quote sets off the stop: a price at or beyond it on its side.
  static bool triggers(const venue_order& order, const quote& market);
  static bool triggers(const venue_order& order, const trade& print);

  /// The limit of a buy stop once it is triggered: 4 % above the stop below 50 dollars, else 2.5 %.
  static price buy_stop_limit(price stop);
  /// The most a market buy may pay when the ask is `reference`: the same percentages.
  static price market_ceiling(price reference);

  /// Price of an execution against `market`, or nothing when the order is not marketable.
  /// `ceiling` bounds a buy; zero for a sell.
  /// `minute_volume` is that of the last finished minute, zero when there is none.
  std::optional<price> fill_price(const venue_order& order, price ceiling, const quote& market,
                                  resting waited, quantity minute_volume = {}) const;
  /// Everything that remains, or a random part of it. fok orders are never cut.
  quantity fill_quantity(const venue_order& order);
  /// How long the rest of a partial fill waits until it is looked at again.
  nanoseconds second_look_delay();

 private:
  prng random_;
  std::uint32_t partial_fill_percent_;
  slippage_options slippage_;
  std::uint32_t queue_ahead_ticks_;
};

}  // namespace bw::venue
