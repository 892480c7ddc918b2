#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "messages/market_data.hpp"
#include "venue/exchange.hpp"

namespace bw::venue {

/// How much the market gives an order at a price, and when an order that waits in the book has its
/// turn. Pure and single-threaded; lives with its exchange. Holds one entry for each order that
/// was joined and not yet forgotten.
///
/// `endless` gives everything, as a broker's paper engine does. `displayed` gives what the far side
/// of the latest quote shows, less what our own orders have taken of it. `volume_share` lets an
/// order have at most a percentage of what trades while it is at the venue.
///
/// The queue estimate follows an order that waits at its limit: ahead of it stands what the quote
/// showed when it came (nothing, when it improved the price); trades at its price shorten the
/// queue, and what they leave over fills it. A trade beyond its price fills it as a whole.
class liquidity {
 public:
  liquidity(const liquidity_options& options, std::size_t symbols)
      : options_(options), symbols_(symbols) {}

  void on_quote(const quote& x);
  void on_trade(const trade& x);

  /// The order is at the venue and looked at for the first time.
  void join(const venue_order& order, const quote& market);
  /// Most of the order that can be executed now; whole shares unless it is asked for less than one.
  quantity available(const venue_order& order) const;
  /// What a trade gives to an order that waits at its limit; zero without the queue estimate.
  quantity turn_of(const venue_order& order, const trade& print);
  void took(const venue_order& order, quantity qty);
  void forget(const venue_order& order) { standing_.erase(order.serial); }

  /// Whether trades that no order asks for by its price matter to orders all the same.
  bool counts_trades() const { return follows_orders(); }

  std::size_t joined() const { return standing_.size(); }

 private:
  struct symbol_state {
    quantity bid_left;
    quantity ask_left;
    quantity volume;
  };
  struct standing {
    quantity volume_at_start;
    quantity ahead;
  };

  bool follows_orders() const {
    return options_.rule == fill_rule::volume_share || options_.queue == queue_rule::estimate;
  }

  liquidity_options options_;
  std::vector<symbol_state> symbols_;
  /// By serial.
  std::map<std::uint64_t, standing> standing_;
};

}  // namespace bw::venue
