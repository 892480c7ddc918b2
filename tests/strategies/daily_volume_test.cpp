// The mean volume of past days, from daily bars or from whole sessions that were seen.

#include "strategies/daily_volume.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const utc_ns first_open = parse_rfc3339("2026-03-02T14:30:00Z").value();

utc_ns open_of(int day) { return first_open + hours{24 * day}; }
quantity shares(std::int64_t x) { return quantity::from_int(x); }

bar day_bar(int day, std::int64_t volume) {
  // A daily bar starts at midnight in New York.
  return {.span = bar_span::day,
          .volume = shares(volume),
          .start = open_of(day) - hours{9} - minutes{30}};
}
bar part(int day, int number, std::int64_t volume) {
  return {.span = bar_span::five_minutes,
          .volume = shares(volume),
          .start = open_of(day) + minutes{5 * number}};
}

TEST(daily_volume, is_the_mean_of_the_days_before_the_session) {
  daily_volume volume;
  EXPECT_EQ(volume.average(), std::nullopt);
  volume.add_day(day_bar(0, 100));
  volume.add_day(day_bar(1, 300));
  EXPECT_EQ(volume.average(), shares(200));
  volume.add_part(part(2, 0, 9'000), open_of(2));
  volume.add_day(day_bar(2, 9'000));
  EXPECT_EQ(volume.average(), shares(200));
}

TEST(daily_volume, a_day_that_still_grows_counts_when_it_is_over) {
  daily_volume volume;
  volume.add_day(day_bar(0, 100));
  volume.grow_day(day_bar(1, 10));
  volume.grow_day(day_bar(1, 300));
  EXPECT_EQ(volume.average(), shares(100)) << "nothing else tells that the day is under way";
  volume.grow_day(day_bar(2, 1));
  EXPECT_EQ(volume.average(), shares(200));
}

TEST(daily_volume, a_whole_session_stands_in_for_a_missing_daily_bar) {
  daily_volume volume;
  volume.add_part(part(0, 7, 50), open_of(0));  // Joined in the middle of the day.
  volume.add_part(part(1, 0, 60), open_of(1));
  volume.add_part(part(1, 1, 60), open_of(1));
  EXPECT_EQ(volume.average(), std::nullopt);
  volume.add_part(part(2, 0, 1), open_of(2));
  EXPECT_EQ(volume.average(), shares(120));
  volume.add_day(day_bar(1, 500));
  EXPECT_EQ(volume.average(), shares(500));
}

TEST(daily_volume, covers_twenty_days) {
  daily_volume volume;
  for (int day = 0; day < 40; ++day) volume.add_day(day_bar(day, day < 20 ? 1'000'000 : 7));
  EXPECT_EQ(volume.average(), shares(7));
}

TEST(daily_volume, enormous_and_impossible_volumes_do_no_harm) {
  daily_volume volume;
  auto bad = day_bar(0, 1);
  bad.volume = shares(-1);
  volume.add_day(bad);
  EXPECT_EQ(volume.average(), std::nullopt);
  for (int day = 0; day < 20; ++day) {
    auto big = day_bar(day, 1);
    big.volume = quantity::max();
    volume.add_day(big);
  }
  EXPECT_EQ(volume.average(), quantity::max());
}

}  // namespace
}  // namespace bw
