#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "messages/audit.hpp"

namespace bw {

/// One position from flat to flat: everything that was bought and sold in between.
struct round_trip {
  short_name strategy;
  symbol_name symbol;
  /// Side of the entry: buy for a long position.
  side entry_side = side::buy;
  /// Shares entered in total, which is also what was exited.
  quantity qty;
  /// Averages of all entries and all exits, half even.
  price entry_average;
  price exit_average;
  /// Exact to the last unit of 1e-18, then rounded once, half even.
  money pnl;
  utc_ns opened_at;
  utc_ns closed_at;
};

struct trade_summary {
  std::uint64_t trades = 0;
  std::uint64_t wins = 0;
  std::uint64_t losses = 0;
  money realized;
};

/// Makes round trips of fills, by strategy and symbol. A fill that is larger than what is held ends
/// one trip and opens the next. It holds the trips that are open and no others, so it is as large
/// as the number of positions. Each execution must come once. One thread.
class trade_history {
 public:
  /// The next fill of its strategy and symbol, in the order of time. Answers the trip that it
  /// ended. ec::invalid_argument for a fill without shares or with a negative price,
  /// ec::out_of_range when the trip is worth more than money can say; the fill is then not taken.
  result<std::optional<round_trip>> apply(const fill_record& fill);

  /// Of the trips that ended.
  const trade_summary& summary() const { return summary_; }
  std::size_t open_trips() const { return open_.size(); }

 private:
  struct open_trip {
    side entry_side = side::buy;
    quantity entered;
    quantity exited;
    /// Exact, in units of 1e-18.
    int128 entry_value = 0;
    int128 exit_value = 0;
    utc_ns opened_at;

    quantity held() const { return entered - exited; }
  };
  using key = std::pair<short_name, symbol_name>;

  static round_trip close(const key& name, const open_trip& trip, utc_ns at);
  void count(const round_trip& trip);

  std::map<key, open_trip> open_;
  trade_summary summary_;
};

/// All round trips that ended, in the order of their ends.
result<std::vector<round_trip>> round_trips(std::span<const fill_record> fills);

}  // namespace bw
