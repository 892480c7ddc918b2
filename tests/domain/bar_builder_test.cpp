// Minutes go in, complete five-minute bars come out, once each, inside the session only.

#include "domain/bar_builder.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const utc_ns open_at = parse_rfc3339("2026-03-02T14:30:00Z").value();
const utc_ns close_at = parse_rfc3339("2026-03-02T21:00:00Z").value();

bar minute(int number, std::int64_t dollars = 100, bar_origin origin = bar_origin::live) {
  const auto at = price::from_int(dollars);
  const auto step = price::from_int(1);
  return {.symbol = symbol_id{4},
          .span = bar_span::minute,
          .origin = origin,
          .open = at,
          .high = at + step,
          .low = at - step,
          .close = at,
          .volume = quantity::from_int(10),
          .vwap = at,
          .trades = 2,
          .start = open_at + minutes{number},
          .received = mono_ns{1000 + number},
          .trace = trace_id{static_cast<std::uint64_t>(number)}};
}

class bar_builder_test : public testing::Test {
 protected:
  bar_builder_test() { builder.add_session(open_at, close_at); }

  std::vector<bar> add(const bar& x) {
    return take([&](auto& out) { builder.add(x, out); });
  }
  std::vector<bar> flush(utc_ns now) {
    return take([&](auto& out) { builder.flush(now, out); });
  }

  template <class Call>
  static std::vector<bar> take(Call call) {
    session_bars out;
    call(out);
    std::vector<bar> bars;
    for (const auto& x : out) bars.push_back(x.value);
    return bars;
  }

  bar_builder builder{{}};
};

TEST_F(bar_builder_test, says_beforehand_which_minute_is_only_kept) {
  const auto seed = tests::test_seed(31);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng random{seed};
  for (const std::uint32_t length : {1U, 5U, 7U, whole_session}) {
    builder = bar_builder{{.minutes = length}};
    builder.add_session(open_at, close_at);
    std::size_t ended = 0;
    for (int number = -3; number < 395; number += static_cast<int>(random.between(0, 3))) {
      if (random.chance(1, 20)) (void)flush(open_at + minutes{number} + seconds{30});
      const bool is_kept = builder.only_keeps(open_at + minutes{number});
      const auto bars = add(minute(number));
      // One that is late is refused, which nobody has to know.
      EXPECT_FALSE(is_kept && !bars.empty()) << number;
      ended += bars.size();
    }
    ended += flush(close_at + minutes{1}).size();
    EXPECT_GT(ended, 0u) << length;
  }
}

TEST_F(bar_builder_test, five_minutes_make_one_bar_with_the_last_one) {
  for (int k = 0; k < 4; ++k) EXPECT_TRUE(add(minute(k, 100 + k)).empty());
  const auto bars = add(minute(4, 99));
  ASSERT_EQ(bars.size(), 1u);
  const auto& x = bars[0];
  EXPECT_EQ(x.span, bar_span::five_minutes);
  EXPECT_EQ(x.origin, bar_origin::live);
  EXPECT_EQ(x.symbol, symbol_id{4});
  EXPECT_EQ(x.start, open_at);
  EXPECT_EQ(x.open, price::from_int(100));
  EXPECT_EQ(x.high, price::from_int(104));
  EXPECT_EQ(x.low, price::from_int(98));
  EXPECT_EQ(x.close, price::from_int(99));
  EXPECT_EQ(x.volume, quantity::from_int(50));
  EXPECT_EQ(x.vwap, price::from_int(101));
  EXPECT_EQ(x.trades, 10u);
  EXPECT_EQ(x.trace, trace_id{4});
  EXPECT_EQ(x.received, mono_ns{1004});
  EXPECT_TRUE(flush(close_at + hours{1}).empty());
}

TEST_F(bar_builder_test, a_missing_last_minute_is_shown_by_the_next_one) {
  for (int k = 0; k < 4; ++k) add(minute(k));
  const auto bars = add(minute(6));
  ASSERT_EQ(bars.size(), 1u);
  EXPECT_EQ(bars[0].volume, quantity::from_int(40));
  EXPECT_EQ(bars[0].trace, trace_id{6});
  EXPECT_EQ(bars[0].origin, bar_origin::live);
}

TEST_F(bar_builder_test, one_minute_can_end_two_bars) {
  add(minute(0));
  const auto bars = add(minute(9));
  ASSERT_EQ(bars.size(), 2u);
  EXPECT_EQ(bars[0].start, open_at);
  EXPECT_EQ(bars[1].start, open_at + minutes{5});
}

TEST_F(bar_builder_test, flush_ends_a_bar_after_its_grace_and_not_before) {
  add(minute(0));
  const auto end = open_at + minutes{5};
  EXPECT_TRUE(flush(end + seconds{5} - nanoseconds{1}).empty());
  const auto bars = flush(end + seconds{5});
  ASSERT_EQ(bars.size(), 1u);
  EXPECT_EQ(bars[0].origin, bar_origin::live);
  EXPECT_EQ(bars[0].trace, trace_id{0});
  EXPECT_TRUE(flush(end + seconds{6}).empty());
  // The minute that was waited for comes after all: the bar stays as it was given out.
  EXPECT_TRUE(add(minute(4)).empty());
  EXPECT_EQ(builder.counts().out_of_order, 1u);
}

TEST_F(bar_builder_test, a_bar_known_too_late_is_history) {
  add(minute(0));
  EXPECT_EQ(add(minute(10))[0].origin, bar_origin::live);
  EXPECT_EQ(add(minute(21))[0].origin, bar_origin::history);
  EXPECT_EQ(flush(open_at + minutes{31})[0].origin, bar_origin::history);
}

TEST_F(bar_builder_test, the_newest_minute_decides_whether_a_bar_is_live) {
  for (int k = 0; k < 4; ++k) add(minute(k, 100, bar_origin::history));
  EXPECT_EQ(add(minute(4))[0].origin, bar_origin::live);
  for (int k = 5; k < 9; ++k) add(minute(k));
  EXPECT_EQ(add(minute(9, 100, bar_origin::history))[0].origin, bar_origin::history);
}

TEST_F(bar_builder_test, duplicates_and_late_minutes_change_nothing) {
  add(minute(0));
  add(minute(2));
  add(minute(2, 500));
  add(minute(1, 500));
  add(minute(3));
  const auto bars = add(minute(4));
  EXPECT_EQ(bars[0].high, price::from_int(101));
  EXPECT_EQ(bars[0].volume, quantity::from_int(40));
  EXPECT_EQ(builder.counts().duplicates, 1u);
  EXPECT_EQ(builder.counts().out_of_order, 1u);
}

TEST_F(bar_builder_test, a_correction_before_the_end_is_part_of_the_bar) {
  add(minute(0));
  add(minute(0, 300, bar_origin::correction));
  for (int k = 1; k < 4; ++k) add(minute(k));
  const auto bars = add(minute(4));
  EXPECT_EQ(bars[0].open, price::from_int(300));
  EXPECT_EQ(bars[0].origin, bar_origin::live);
}

TEST_F(bar_builder_test, a_correction_after_the_end_gives_the_bar_out_again) {
  for (int k = 0; k < 12; ++k) add(minute(k));
  const auto bars = add(minute(3, 300, bar_origin::correction));
  ASSERT_EQ(bars.size(), 1u);
  EXPECT_EQ(bars[0].origin, bar_origin::correction);
  EXPECT_EQ(bars[0].start, open_at);
  EXPECT_EQ(bars[0].high, price::from_int(301));
  EXPECT_EQ(bars[0].volume, quantity::from_int(50));
}

TEST_F(bar_builder_test, a_correction_can_bring_a_minute_that_was_missing) {
  add(minute(0));
  flush(open_at + minutes{6});
  const auto bars = add(minute(4, 100, bar_origin::correction));
  ASSERT_EQ(bars.size(), 1u);
  EXPECT_EQ(bars[0].volume, quantity::from_int(20));
}

TEST_F(bar_builder_test, corrections_reach_back_as_far_as_bars_are_kept) {
  bar_builder small{{.finished_max = 2}};
  small.add_session(open_at, close_at);
  session_bars out;
  for (int k = 0; k < 15; ++k) {
    out.clear();
    small.add(minute(k), out);
  }
  out.clear();
  small.add(minute(4, 300, bar_origin::correction), out);
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(small.counts().lost_corrections, 1u);
  small.add(minute(5, 300, bar_origin::correction), out);
  EXPECT_EQ(out.size(), 1u);
}

TEST_F(bar_builder_test, only_the_regular_session_counts) {
  EXPECT_TRUE(add(minute(-1)).empty());
  EXPECT_TRUE(add(minute(390)).empty());
  EXPECT_TRUE(add(minute(24 * 60)).empty());
  EXPECT_EQ(builder.counts().outside_session, 3u);
  add(minute(389));
  EXPECT_EQ(builder.counts().bars, 1u);
}

TEST_F(bar_builder_test, sessions_do_not_run_into_each_other) {
  // A half day whose length is no multiple of five minutes.
  builder.add_session(open_at + hours{24}, open_at + hours{24} + minutes{12});
  add(minute(388));
  const auto next_day = add(minute(24 * 60 + 10));
  ASSERT_EQ(next_day.size(), 1u);
  EXPECT_EQ(next_day[0].origin, bar_origin::history);
  const auto bars = add(minute(24 * 60 + 11));
  ASSERT_EQ(bars.size(), 1u);
  EXPECT_EQ(bars[0].start, open_at + hours{24} + minutes{10});
}

TEST_F(bar_builder_test, refuses_what_cannot_be_a_minute) {
  const auto base = minute(0);
  std::vector<bar> rows(9, base);
  rows[0].span = bar_span::day;
  rows[1].low = price{};
  rows[2].high = rows[2].close - price::from_int(1);
  rows[3].low = rows[3].open + price::from_int(1);
  rows[4].volume = quantity::from_int(-1);
  rows[5].start = base.start + seconds{1};
  rows[6].close = rows[6].low - price::from_int(1);
  rows[7].high = price::max();
  rows[8].vwap = price::max();
  for (const auto& row : rows) EXPECT_TRUE(add(row).empty());
  EXPECT_EQ(builder.counts().malformed, rows.size());
  EXPECT_EQ(builder.counts().minutes, 0u);
}

TEST_F(bar_builder_test, enormous_volumes_do_no_harm) {
  for (int k = 0; k < 4; ++k) {
    auto x = minute(k);
    x.volume = quantity::max();
    x.trades = UINT32_MAX;
    add(x);
  }
  const auto bars = add(minute(4));
  EXPECT_EQ(bars[0].volume, quantity::max());
  EXPECT_EQ(bars[0].trades, UINT32_MAX);
  EXPECT_EQ(bars[0].vwap, price::from_int(100));
}

TEST(bar_builder_sessions, are_bounded_and_take_a_new_close) {
  bar_builder builder{{}};
  for (std::size_t k = 0; k <= bar_builder::sessions_max; ++k)
    builder.add_session(open_at + hours{24 * k}, close_at + hours{24 * k});
  session_bars out;
  builder.add(minute(0), out);
  EXPECT_EQ(builder.counts().outside_session, 1u);
  builder.add_session(open_at + hours{24}, open_at + hours{25});
  builder.add(minute(24 * 60 + 60), out);
  EXPECT_EQ(builder.counts().outside_session, 2u);
  builder.add(minute(24 * 60 + 59), out);
  EXPECT_EQ(builder.counts().minutes, 1u);
}

// Against an oracle that groups by division: any subset of minutes, then the end of the day.
TEST(bar_builder_property, every_minute_is_in_exactly_one_bar) {
  const auto first = tests::test_seed(1);
  for (auto seed = first; seed < first + tests::test_size(50); ++seed) {
    SCOPED_TRACE(tests::repeat_with(seed));
    prng chance{seed};
    bar_builder builder{{}};
    builder.add_session(open_at, close_at);
    std::vector<std::int64_t> expected(78, 0);
    std::vector<std::int64_t> seen(78, 0);
    const auto collect = [&](const session_bars& out) {
      for (const auto& x : out) {
        const auto at = static_cast<std::size_t>((x.value.start - open_at) / minutes{5});
        ASSERT_EQ(seen[at], 0);
        ASSERT_EQ(x.session_open, open_at);
        seen[at] = x.value.volume.units() / decimal_scale;
      }
    };
    for (int k = 0; k < 390; ++k) {
      if (!chance.chance(1, 3)) continue;
      expected[static_cast<std::size_t>(k / 5)] += 10;
      session_bars out;
      builder.add(minute(k), out);
      if (chance.chance(1, 2)) builder.add(minute(k), out);
      collect(out);
    }
    session_bars out;
    builder.flush(close_at + minutes{1}, out);
    collect(out);
    EXPECT_EQ(seen, expected);
  }
}

}  // namespace
}  // namespace bw
