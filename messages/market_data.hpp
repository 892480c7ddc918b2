#pragma once

#include <cstdint>
#include <variant>

#include "core/decimal.hpp"
#include "core/error.hpp"
#include "messages/header.hpp"

namespace bw {

/// How a tick came about, and with it what may follow from it.
enum class tick_origin : std::uint8_t {
  live = 1,      // It has just happened.
  snapshot,      // Asked for after a connection was made: the latest there was, perhaps old.
  correction,    // A trade's true price and size; its id names the trade that was told before.
  cancellation,  // The trade with this id did not happen.
};

/// Best bid and offer. A side without a quote has price and size zero. Sizes in shares.
struct quote {
  symbol_id symbol = no_symbol;
  price bid;
  price ask;
  quantity bid_size;
  quantity ask_size;
  utc_ns ts_event;
  mono_ns received;
  trace_id trace;
  /// When the market data actor passed it on; zero before that.
  mono_ns passed_on{};
  tick_origin origin = tick_origin::live;

  BW_FIELDS(symbol, bid, ask, bid_size, ask_size, ts_event, received, trace, passed_on, origin)
};

/// Whether a trade may set the last price and the bar's open, high, low and close. Odd lots and
/// some conditions count in volume only.
enum class price_eligible : bool { no, yes };

struct trade {
  symbol_id symbol = no_symbol;
  price last;
  quantity size;
  std::uint64_t venue_trade_id = 0;
  price_eligible eligible = price_eligible::yes;
  utc_ns ts_event;
  mono_ns received;
  trace_id trace;
  /// When the market data actor passed it on; zero before that.
  mono_ns passed_on{};
  tick_origin origin = tick_origin::live;

  BW_FIELDS(symbol, last, size, venue_trade_id, eligible, ts_event, received, trace, passed_on,
            origin)
};

enum class bar_span : std::uint8_t { minute = 1, five_minutes, day };

/// How a bar came about, and with it what may follow from it.
enum class bar_origin : std::uint8_t {
  live = 1,    // Complete and just ended: signals may follow.
  history,     // Fetched for warm-up or backfill: updates indicators, causes no signal.
  correction,  // Replaces a bar that was sent before.
};

struct bar {
  symbol_id symbol = no_symbol;
  bar_span span = bar_span::minute;
  bar_origin origin = bar_origin::live;
  price open;
  price high;
  price low;
  price close;
  quantity volume;
  /// Volume-weighted average of the bar; zero when the source gives none.
  price vwap;
  std::uint32_t trades = 0;
  /// Start of the bar: a minute bar of 14:31:00 covers [14:31, 14:32).
  utc_ns start;
  mono_ns received;
  trace_id trace;
  /// When the market data actor passed it on; zero before that.
  mono_ns passed_on{};

  BW_FIELDS(symbol, span, origin, open, high, low, close, volume, vwap, trades, start, received,
            trace, passed_on)
};

constexpr nanoseconds span_length(bar_span span) {
  switch (span) {
    case bar_span::minute: return std::chrono::minutes{1};
    case bar_span::five_minutes: return std::chrono::minutes{5};
    case bar_span::day: return std::chrono::hours{24};
  }
  return nanoseconds{0};
}

enum class halt_state : std::uint8_t {
  halted = 1,
  resumed,
  other,
  banded,  // No halt: the prices between which it may trade from now on (LULD).
};

/// The venue's word about one symbol.
struct trading_status {
  symbol_id symbol = no_symbol;
  halt_state state = halt_state::other;
  inline_string<15> code;
  utc_ns ts_event;
  mono_ns received;
  trace_id trace;
  /// Of a band, both above zero; zero otherwise.
  price band_low{};
  price band_high{};

  BW_FIELDS(symbol, state, code, ts_event, received, trace, band_low, band_high)
};

/// Life of a feed connection (docs/supervision.md).
enum class feed_state : std::uint8_t {
  down = 1,
  connecting,
  authenticating,
  subscribing,
  snapshot,
  synced,
  suspect,
  latched,  // Refused for a reason that only a person can mend.
};

std::string_view to_string(feed_state state) noexcept;

struct feed_status {
  feed_state state = feed_state::down;
  /// Why, when the state is down, suspect or latched; 0 otherwise.
  std::uint8_t reason_code = 0;
  short_text reason;
  /// Symbols of the wanted set that the venue acknowledged.
  std::uint32_t symbols_subscribed = 0;
  utc_ns at;

  BW_FIELDS(state, reason_code, reason, symbols_subscribed, at)
};

/// Everything a feed emits, in the order in which it arrived.
using market_event = std::variant<quote, trade, bar, trading_status, feed_status>;

}  // namespace bw
