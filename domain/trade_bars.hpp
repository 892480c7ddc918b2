#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "core/decimal.hpp"
#include "core/inline_vector.hpp"
#include "domain/session_spans.hpp"
#include "domain/trade_conditions.hpp"

namespace bw {

/// One report of the tape. `at` is when it was executed.
struct trade_print {
  utc_ns at;
  price last;
  quantity size;
  trade_effect effect;
};

/// What ends a bar.
enum class bar_rule : std::uint8_t {
  time = 1,  // So much time, counted from the session's open.
  ticks,     // So many trades.
  volume,    // So many shares, or more by the last trade of the bar.
  value,     // So many dollars, or more by the last trade of the bar.
};

struct trade_bar_options {
  bar_rule rule = bar_rule::time;
  /// The one that the rule names counts; each is positive.
  nanoseconds length = std::chrono::minutes{1};
  std::uint32_t ticks = 100;
  quantity volume = quantity::from_int(10'000);
  money value = money::from_int(1'000'000);
  /// How long after a bar's end what late trades changed is said, once for each bar; trades that
  /// come later still are counted and left out. Of time bars only: others have no minute that a
  /// late trade could belong to.
  nanoseconds amend_after = std::chrono::seconds{30};
};

/// A bar of trades. [start, end) of a time bar; from the first trade to the last of any other.
struct trade_bar {
  utc_ns start;
  utc_ns end;
  utc_ns session_open;
  price open;
  price high;
  price low;
  price close;
  quantity volume;
  price vwap;
  std::uint32_t trades = 0;
  /// It was given out before, or left out, and late trades changed it.
  bool amended = false;

  friend bool operator==(const trade_bar&, const trade_bar&) = default;
};

struct trade_bar_counts {
  std::uint64_t trades = 0;
  std::uint64_t bars = 0;
  std::uint64_t amendments = 0;
  /// Trades that came after their bar was given out, and were still in time.
  std::uint64_t late = 0;
  /// Trades that came too late for their bar.
  std::uint64_t too_late = 0;
  std::uint64_t outside_session = 0;
  /// A price or a size that cannot be.
  std::uint64_t malformed = 0;
};

/// Makes bars of one symbol from its trades, inside regular sessions only; no bar reaches over a
/// session's end. Which trades set which price follows their conditions. Open and close are the
/// first and the last by time of execution, whatever the order of arrival. A stretch without a
/// trade that may set a price makes no bar, as Alpaca has it.
///
/// Pure: a bar is given out by the first trade after it, or by flush.
class trade_bars {
 public:
  /// Finished bars that late trades can still change.
  static constexpr std::size_t amendable_max = 8;
  static constexpr price price_max = price::from_int(10'000'000);
  static constexpr quantity size_max = quantity::from_int(1'000'000'000);
  using bars = inline_vector<trade_bar, amendable_max + 1>;

  explicit trade_bars(const trade_bar_options& options) : options_(options) {}

  void add_session(const session_span& session) { sessions_.add(session); }
  void add(const trade_print& print, bars& out);
  /// Gives out what time alone ends: to be called with the time now and then, and after a session.
  void flush(utc_ns now, bars& out);

  const trade_bar_counts& counts() const { return counts_; }

 private:
  /// A bar as it grows.
  struct growing {
    utc_ns start;
    utc_ns end;
    session_span session;
    utc_ns first_at;
    utc_ns last_at;
    price open;
    price high;
    price low;
    price close;
    bool has_last = false;
    bool has_reach = false;
    quantity volume;
    /// Price times shares, in units of 1e-18.
    int128 value = 0;
    std::uint32_t trades = 0;
    /// Late trades changed it since it was last given out.
    bool changed = false;

    void take(const trade_print& print);
    std::optional<trade_bar> finished() const;
  };

  growing bar_for(const trade_print& print, const session_span& session) const;
  bool is_full(const growing& x) const;
  void close_current(bars& out);
  void take_late(const trade_print& print, const session_span& session, bars& out);
  void say_amended(growing& x, bars& out);
  void drop_oldest(bars& out);

  trade_bar_options options_;
  session_spans sessions_;
  std::optional<growing> current_;
  /// Time bars by their start, given out or empty.
  std::deque<growing> recent_;
  utc_ns done_until_{INT64_MIN};
  /// Latest time that is known to have come.
  utc_ns seen_until_{INT64_MIN};
  trade_bar_counts counts_;
};

}  // namespace bw
