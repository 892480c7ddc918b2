#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "core/inline_vector.hpp"
#include "domain/session_spans.hpp"
#include "messages/account.hpp"
#include "messages/market_data.hpp"

namespace bw {

/// Instead of a number of minutes: one bar for the whole session.
inline constexpr std::uint32_t whole_session = 0;

struct bar_builder_options {
  /// Minutes of a bar, counted from the open; the last one of a session can be shorter.
  std::uint32_t minutes = 5;
  /// How long after its end a bar waits for a minute that is missing.
  nanoseconds grace = std::chrono::seconds{5};
  /// Finished bars that can still be corrected.
  std::size_t finished_max = 100;
};

/// A finished bar and the open of its session, where anchored indicators begin anew.
struct session_bar {
  /// Its span is minute, five_minutes or day where the length is one of these, and minute for
  /// lengths that have no name: `end` is right in every case.
  bar value;
  utc_ns session_open;
  utc_ns end;
};
/// One minute can end the bar before its own and its own as well.
using session_bars = inline_vector<session_bar, 2>;

struct bar_builder_counts {
  std::uint64_t minutes = 0;
  std::uint64_t bars = 0;
  std::uint64_t corrections = 0;
  /// Minutes that were there already.
  std::uint64_t duplicates = 0;
  /// Minutes that came after a later one, or after their bar was finished.
  std::uint64_t out_of_order = 0;
  /// Minutes before the open, after the close, or of a day without a session.
  std::uint64_t outside_session = 0;
  /// Prices that cannot be, or a span other than a minute.
  std::uint64_t malformed = 0;
  /// Corrections of bars that are no longer, or never were, here.
  std::uint64_t lost_corrections = 0;
};

/// Makes bars of one symbol from its minute bars, of five minutes unless told otherwise, inside
/// regular sessions only and counted from the open. A bar is given out once, complete: when its
/// last minute arrives, when a later minute shows that no more will come, or by flush. A minute
/// without trades has no bar, so holes are normal. A correction of a finished bar gives it out
/// again with that origin.
///
/// A finished bar is live only when its newest minute was, and when it is not known too late: after
/// a gap of a whole bar it counts as history, so that no signal speaks of the past.
///
/// Lives as long as the symbol's engine, on its thread.
class bar_builder {
 public:
  /// Longest bar: no session is longer.
  static constexpr std::uint32_t minutes_max = 390;
  /// Sessions known at once; the oldest make room.
  static constexpr std::size_t sessions_max = session_spans::sessions_max;
  /// Above it a price is no price: sums of price times volume stay within 128 bits.
  static constexpr price price_max = price::from_int(10'000'000);

  /// More than minutes_max minutes are one bar for the whole session.
  explicit bar_builder(bar_builder_options options);

  /// Makes minutes of that session welcome. Sessions come in any order; one that is known by its
  /// open takes the new close.
  void add_session(utc_ns open, utc_ns close);

  void add(const bar& minute, session_bars& out);
  /// Ends a bar whose last minutes are missing; to be called with the time now and then.
  void flush(utc_ns now, session_bars& out);
  /// A live minute that begins then and is well formed would be kept, or refused, and end no bar.
  bool only_keeps(utc_ns minute_start) const;
  /// When flush would end the bar under way; empty without one.
  std::optional<utc_ns> flush_due() const;

  const bar_builder_counts& counts() const { return counts_; }

 private:
  /// What is kept of a minute: hundreds of them lie here for each symbol.
  struct part {
    price open;
    price high;
    price low;
    price close;
    quantity volume;
    price vwap;
    std::uint32_t trades = 0;
    bar_origin origin = bar_origin::history;
    /// False in a hole.
    bool traded = false;
  };
  /// The minutes of one bar by their place; a hole is a minute without trades.
  struct minutes {
    utc_ns start;
    utc_ns end;
    utc_ns session_open;
    std::vector<part> parts;
  };
  /// Whose arrival ended a bar.
  struct cause {
    mono_ns received;
    trace_id trace;
  };

  static part part_of(const bar& minute);
  static price vwap_of(const std::vector<part>& parts);
  bar merge(const minutes& whole) const;
  std::optional<session_span> day_of(utc_ns minute_start) const;
  /// From where to where the bar reaches that the minute belongs to.
  session_span span_around(const session_span& day, utc_ns minute_start) const;
  minutes bar_around(const session_span& day, utc_ns minute_start) const;
  void correct(const bar& minute, session_bars& out);
  void finish(utc_ns known_at, const cause& why, session_bars& out);
  std::deque<minutes>::iterator find_finished(utc_ns minute_start);

  bar_builder_options options_;
  session_spans sessions_;
  /// Of the newest minute that lay in one: most lie in the session of the one before.
  session_span day_;
  symbol_id symbol_ = no_symbol;
  std::optional<minutes> current_;
  std::deque<minutes> finished_;  // By start.
  utc_ns newest_minute_{INT64_MIN};
  cause newest_cause_{};
  utc_ns finished_until_{INT64_MIN};
  bar_builder_counts counts_;
};

}  // namespace bw
