#pragma once

#include <string>
#include <vector>

#include "core/clock.hpp"
#include "domain/split_ratio.hpp"
#include "venue/activity_book.hpp"
#include "venue/alpaca_wire.hpp"
#include "venue/equity_history.hpp"
#include "venue/exchange.hpp"
#include "venue/market_source.hpp"
#include "venue/new_york_time.hpp"
#include "venue/news_maker.hpp"
#include "venue/tick_history.hpp"
#include "venue/trading_days.hpp"

namespace bw::venue {

/// A split that the venue has made.
struct market_split {
  std::string symbol;
  split_ratio by;
  utc_ns at;
};

/// What the routes and streams look at, owned by the service. Everything on its loop's thread.
struct venue_world {
  exchange& market;
  const market_source& source;
  const trading_days& days;
  const new_york_time& new_york;
  const scaled_clock& time;
  /// When the account began.
  utc_ns opened_at;
  /// What happened to the account.
  const activity_book* activities = nullptr;
  /// What the account was worth since then.
  equity_history equity = {};
  /// How wrong the clock is that GET /v2/clock tells, for fault scripts.
  nanoseconds told_clock_error{};
  /// The ticks that were told; null: nobody keeps them.
  const tick_history* ticks = nullptr;
  /// What is written about the symbols; null: nothing.
  const news_maker* news = nullptr;
  /// In their order, at most splits_max.
  std::vector<market_split> splits = {};
  static constexpr std::size_t splits_max = 1'000;

  order_face face_of(const venue_order& order) const { return {market.asset_id(order.symbol)}; }
  /// The orders beneath this one that still exist, in their order.
  std::vector<const venue_order*> legs_of(const venue_order& order) const {
    std::vector<const venue_order*> out;
    for (const auto serial : order.legs)
      if (const auto* leg = serial != 0 ? market.order(serial) : nullptr) out.push_back(leg);
    return out;
  }
};

}  // namespace bw::venue
