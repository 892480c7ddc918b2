#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "messages/market_data.hpp"
#include "venue/bar_path.hpp"

namespace bw::venue {

/// What one symbol is, for the assets and the session's first prices.
struct listed_symbol {
  std::string symbol;
  std::string name;
  std::string exchange = "NASDAQ";
  bool tradable = true;
  bool shortable = true;
  bool fractionable = true;
};

/// A day on which the market is open, in UTC.
struct market_session {
  utc_ns open;
  utc_ns close;
};

/// Where the venue's market comes from: generated or recorded. Pure: time is an argument and only
/// goes forward. Symbol ids are positions in `symbols()`. Quotes, trades, minute bars
/// (bar_origin::live, stamped with their start and emitted at their end) and statuses come in
/// order of time.
class market_source {
 public:
  virtual ~market_source() = default;

  virtual const std::vector<listed_symbol>& symbols() const = 0;
  /// When the venue's clock shall start unless the user says otherwise.
  virtual utc_ns start_time() const = 0;

  /// Time of the next event, if any.
  virtual std::optional<utc_ns> next_time() const = 0;
  /// Appends all events up to and including `now`, at most `limit` of them; ask again for the rest.
  virtual void advance(utc_ns now, std::size_t limit, std::vector<market_event>& out) = 0;

  /// Minute bars of the symbol with start in [from, to], only complete ones before `now`: the
  /// history that market-data REST serves. Oldest first.
  virtual std::vector<bar> minute_bars(symbol_id symbol, utc_ns from, utc_ns to,
                                       utc_ns now) const = 0;

  /// Minute bars of one minute whose inside (bar_path.hpp, with made-up quotes) is what comes next
  /// and of which nothing was taken yet, or the quotes of the first point alone; empty for every
  /// other market. Whoever knows that the
  /// inside changes nothing may leave it out: the bars themselves then come next; or the bars as
  /// well. The rows stay where they are as long as the source does.
  struct minute_ahead {
    std::span<const bar> rows;
    bool is_begun = false;
  };
  virtual minute_ahead whole_minute() const { return {}; }
  virtual bar_path path() const { return bar_path::nearest_first; }
  virtual void skip_inside() {}
  virtual void skip_minute() {}

  /// Why the market ended before its time; a source that cannot fail never has one. Once set,
  /// `next_time` stays empty.
  virtual std::optional<error> failure() const { return std::nullopt; }
};

}  // namespace bw::venue
