#pragma once

#include <cstdint>
#include <vector>

#include "venue/exchange.hpp"
#include "venue/market_source.hpp"
#include "venue/trading_days.hpp"

namespace bw::venue {

/// Carries market and exchange forward together: market events, delayed steps of the exchange,
/// opens and closes, all in the order of their times. Pure; single-threaded; time never goes back.
class market_pump {
 public:
  enum class progress : std::uint8_t { caught_up = 1, behind };

  /// What the pump is given must outlive it.
  market_pump(market_source& source, exchange& market, const trading_days& days, utc_ns start);

  /// Tells the exchange which session holds at the start. Call once, before `advance`.
  void begin(std::vector<venue_event>& out);
  /// Goes on to `now`, but takes at most `limit` market events; `behind` asks for another call.
  /// Market events go to `market_out`, what the exchange makes of them to `out`.
  progress advance(utc_ns now, std::size_t limit, std::vector<market_event>& market_out,
                   std::vector<venue_event>& out);

  /// How far the market has been carried.
  utc_ns now() const { return now_; }
  /// When something happens next by itself.
  utc_ns next_time() const;
  /// The same without the source: a session's border, or what the exchange has to do by itself.
  utc_ns next_own_time() const;

 private:
  void carry_exchange_to(utc_ns to, std::vector<venue_event>& out);
  void tell_session(std::vector<venue_event>& out);

  market_source& source_;
  exchange& market_;
  const trading_days& days_;
  utc_ns now_;
  /// The next open or close.
  utc_ns next_change_;
};

}  // namespace bw::venue
