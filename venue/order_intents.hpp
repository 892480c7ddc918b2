#pragma once

#include <cstdint>
#include <map>

#include "venue/alpaca_wire.hpp"

namespace bw::venue {

/// Remembers, for each order of the exchange, whether it opened or closed a position when it was
/// accepted; later the position says nothing about that any more. Keeps the latest `orders_max`.
class order_intents {
 public:
  static constexpr std::size_t orders_max = 100'000;

  void record(std::uint64_t serial, position_intent intent) {
    intents_[serial] = intent;
    if (intents_.size() > orders_max) intents_.erase(intents_.begin());
  }
  /// For an order that is not remembered: that it opened or closed a long position.
  position_intent of(const venue_order& order) const {
    const auto found = intents_.find(order.serial);
    if (found != intents_.end()) return found->second;
    return order.side == side::buy ? position_intent::buy_to_open : position_intent::sell_to_close;
  }

 private:
  std::map<std::uint64_t, position_intent> intents_;
};

}  // namespace bw::venue
