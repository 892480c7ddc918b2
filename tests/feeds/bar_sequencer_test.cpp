#include "feeds/bar_sequencer.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

constexpr std::int64_t minute_ns = 60'000'000'000;
utc_ns minute(std::int64_t n) { return utc_ns{n * minute_ns}; }

bar bar_at(std::uint32_t symbol, std::int64_t n, bar_origin origin = bar_origin::live) {
  bar out;
  out.symbol = symbol_id{symbol};
  out.start = minute(n);
  out.origin = origin;
  return out;
}

TEST(bar_sequencer, puts_history_before_the_live_bars_that_came_meanwhile) {
  bar_sequencer bars{1};
  bars.hold();
  EXPECT_EQ(bars.take_live(bar_at(0, 12)), bar_sequencer::live_bar::held);
  EXPECT_EQ(bars.take_live(bar_at(0, 13)), bar_sequencer::live_bar::held);
  for (const auto n : {10, 11, 12})
    EXPECT_TRUE(bars.take_history(bar_at(0, n, bar_origin::history), minute(14)));
  const auto rest = bars.release(minute(14));
  ASSERT_EQ(rest.size(), 1U) << "history has told minute 12 already";
  EXPECT_EQ(rest[0].start, minute(13));
  EXPECT_EQ(bars.take_live(bar_at(0, 14)), bar_sequencer::live_bar::hand_out);
  EXPECT_EQ(bars.take_live(bar_at(0, 14)), bar_sequencer::live_bar::known);
}

TEST(bar_sequencer, leaves_the_running_minute_to_the_stream) {
  bar_sequencer bars{1};
  bars.hold();
  EXPECT_TRUE(bars.take_history(bar_at(0, 9, bar_origin::history), minute(10)));
  EXPECT_FALSE(bars.take_history(bar_at(0, 10, bar_origin::history), minute(10)));
}

TEST(bar_sequencer, lets_corrections_through_in_order) {
  bar_sequencer bars{1};
  bars.hold();
  EXPECT_TRUE(bars.take_history(bar_at(0, 5, bar_origin::history), minute(9)));
  EXPECT_EQ(bars.take_live(bar_at(0, 5, bar_origin::correction)), bar_sequencer::live_bar::held);
  const auto rest = bars.release(minute(9));
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].origin, bar_origin::correction);
  EXPECT_EQ(bars.take_live(bar_at(0, 3, bar_origin::correction)),
            bar_sequencer::live_bar::hand_out);
}

TEST(bar_sequencer, fetches_from_where_the_symbol_furthest_behind_stands) {
  bar_sequencer bars{2};
  EXPECT_EQ(bars.fetch_from(minute(3)), minute(3));
  bars.hold();
  EXPECT_TRUE(bars.take_history(bar_at(0, 10, bar_origin::history), minute(20)));
  EXPECT_EQ(bars.fetch_from(minute(3)), minute(3)) << "symbol 1 has no bar yet";
  bars.release(minute(20));
  EXPECT_EQ(bars.fetch_from(minute(3)), minute(18)) << "a silent symbol is complete as well";
  EXPECT_EQ(bars.take_live(bar_at(0, 25)), bar_sequencer::live_bar::hand_out);
  EXPECT_EQ(bars.take_live(bar_at(1, 22)), bar_sequencer::live_bar::hand_out);
  EXPECT_EQ(bars.fetch_from(minute(3)), minute(23));
  EXPECT_EQ(bars.fetch_from(minute(40)), minute(40)) << "never further back than wanted";
}

TEST(bar_sequencer, holds_no_more_than_its_limit) {
  bar_sequencer bars{1, 2};
  bars.hold();
  EXPECT_EQ(bars.take_live(bar_at(0, 1)), bar_sequencer::live_bar::held);
  EXPECT_EQ(bars.take_live(bar_at(0, 2)), bar_sequencer::live_bar::held);
  EXPECT_EQ(bars.take_live(bar_at(0, 3)), bar_sequencer::live_bar::no_room);
}

TEST(bar_sequencer, ignores_a_symbol_it_does_not_have) {
  bar_sequencer bars{1};
  EXPECT_EQ(bars.take_live(bar_at(7, 1)), bar_sequencer::live_bar::known);
}

}  // namespace
}  // namespace bw
