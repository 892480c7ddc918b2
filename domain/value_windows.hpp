#pragma once

#include <array>
#include <cstddef>
#include <deque>

#include "core/decimal.hpp"
#include "core/time.hpp"

namespace bw {

/// Value that was sent within the last second, the last minute and this day (R16). What was sent
/// exactly a window ago is outside of it. Sums that would leave the range stay at its end.
/// Single-threaded.
class value_windows {
 public:
  /// Orders remembered a window. Beyond it the oldest two are taken for one, of the later time, so
  /// that the sum is rather too large.
  static constexpr std::size_t orders_max = 4'096;

  void on_sent(money value, mono_ns now);
  /// An earlier run sent it on this day.
  void restore_day(money value) { day_ = value; }
  void start_day() { day_ = {}; }

  money in_second(mono_ns now) const { return second_.sum(now); }
  money in_minute(mono_ns now) const { return minute_.sum(now); }
  money in_day() const { return day_; }

 private:
  struct entry {
    mono_ns at;
    money value;
  };
  struct window {
    nanoseconds length;
    std::deque<entry> sent;
    money total;

    void add(const entry& x);
    money sum(mono_ns now) const;
  };

  window second_{std::chrono::seconds{1}, {}, {}};
  window minute_{std::chrono::seconds{60}, {}, {}};
  money day_;
};

/// a + b, at most money::max().
money saturating_sum(money a, money b);

}  // namespace bw
