#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "messages/market_data.hpp"

namespace bw {

/// How fast prices move (R25), from the last trade of each clock minute: what happened within a
/// minute does not matter, so that a source that shows fewer trades gives the same answer. A move
/// counts from one minute's last trade to the next one's, or to the latest trade. Symbols are dense
/// and known at the start. Single-threaded.
class price_motion {
 public:
  /// A move of `off_bp` between two minutes ends the symbol's session.
  price_motion(std::size_t symbols, std::int64_t off_bp) : lanes_(symbols), off_bp_(off_bp) {}

  void on_trade(const trade& x);
  /// A new session: what happened overnight is no move.
  void start_session();

  /// The larger move, in basis points rounded up, of the running minute and of the one before it;
  /// INT64_MAX when no trade was seen.
  std::int64_t move_bp(symbol_id symbol, utc_ns now) const;
  /// Whether the symbol has moved by `off_bp` in this session.
  bool is_off(symbol_id symbol, utc_ns now) const;

 private:
  struct lane {
    std::int64_t minute = 0;
    price last;
    /// Last trades of the two minutes before; zero when there is none.
    price before;
    price earlier;
    bool off = false;
  };
  /// The lane as it is at `minute`, with the minutes that ended since.
  lane at_minute(lane from, std::int64_t minute) const;

  std::vector<lane> lanes_;
  std::int64_t off_bp_;
};

}  // namespace bw
