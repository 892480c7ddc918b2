#pragma once

#include <optional>

#include "messages/market_data.hpp"

namespace bw::venue {

/// The minute bar of the trades added to it. Only trades that may set a price make open, high, low
/// and close; all of them make volume, number and volume-weighted average. A minute without any
/// price has no bar. One symbol, one minute; single-threaded.
class minute_aggregate {
 public:
  void add(const trade& x);
  bool empty() const { return trades_ == 0; }
  /// The bar, if there is one; empty afterwards.
  std::optional<bar> take(symbol_id symbol, utc_ns start);

 private:
  price open_;
  price high_;
  price low_;
  price close_;
  quantity volume_;
  int128 notional_ = 0;
  std::uint32_t trades_ = 0;
};

constexpr nanoseconds one_minute = std::chrono::minutes{1};

/// Start of the minute that holds `t`.
constexpr utc_ns minute_of(utc_ns t) {
  const auto rest = t.value % one_minute.count();
  return utc_ns{t.value - (rest < 0 ? rest + one_minute.count() : rest)};
}

/// When a source emits the event: bars at their end, everything else at its own time.
utc_ns emission_time(const market_event& event);

}  // namespace bw::venue
