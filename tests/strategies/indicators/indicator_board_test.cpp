// One board serves all strategies of a symbol, and a corrected bar is as if it had always been so.

#include "strategies/indicators/indicator_board.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

constexpr indicator_kind kinds[] = {
    indicator_kind::close_simple,   indicator_kind::close_exponential,
    indicator_kind::close_strength, indicator_kind::volume_average,
    indicator_kind::highest_high,   indicator_kind::lowest_low,
    indicator_kind::session_vwap,   indicator_kind::window_vwap,
    indicator_kind::average_range};

constexpr nanoseconds step = std::chrono::minutes{5};

bar bar_at(int number, std::int64_t dollars, std::int64_t volume = 100) {
  const auto at = price::from_int(dollars);
  return {.span = bar_span::five_minutes,
          .open = at,
          .high = at + price::from_int(2),
          .low = at - price::from_int(1),
          .close = at,
          .volume = quantity::from_int(volume),
          .start = utc_ns{} + step * number};
}

utc_ns session_of(int number) { return utc_ns{} + step * (number / 10 * 10); }

TEST(indicator_board, answers_with_the_newest_bar_and_the_one_before) {
  indicator_board board{10};
  const auto mean = board.request({indicator_kind::close_simple, 2}).value();
  const auto high = board.request({indicator_kind::highest_high, 2}).value();
  board.add(bar_at(0, 10), {});
  EXPECT_EQ(board.value(mean), std::nullopt);
  EXPECT_EQ(board.value(high), 12.0);
  board.add(bar_at(1, 20), {});
  EXPECT_EQ(board.value(mean), 15.0);
  EXPECT_EQ(board.previous(mean), std::nullopt);
  EXPECT_EQ(board.previous(high), 12.0);
  EXPECT_EQ(board.bars(), 2u);
}

TEST(indicator_board, equal_requests_share_one_indicator) {
  indicator_board board{10};
  const auto first = board.request({indicator_kind::close_strength, 14});
  EXPECT_EQ(first.value(), board.request({indicator_kind::close_strength, 14}).value());
  EXPECT_NE(first.value(), board.request({indicator_kind::close_strength, 15}).value());
}

TEST(indicator_board, refuses_what_it_cannot_keep) {
  indicator_board board{10};
  EXPECT_EQ(board.request({indicator_kind::close_simple, 0}).code(), ec::out_of_range);
  EXPECT_EQ(board.request({indicator_kind::close_simple, indicator_board::period_max + 1}).code(),
            ec::out_of_range);
  for (std::uint32_t k = 1; k <= indicator_board::indicators_max; ++k)
    EXPECT_TRUE(board.request({indicator_kind::close_simple, k}).ok());
  EXPECT_EQ(board.request({indicator_kind::lowest_low, 1}).code(), ec::out_of_range);
  board.add(bar_at(0, 10), {});
  EXPECT_EQ(board.request({indicator_kind::lowest_low, 1}).code(), ec::invalid_argument);
  EXPECT_EQ(board.request({indicator_kind::close_simple, 2})->value, 1)
      << "what is there already serves whoever comes later";
  EXPECT_EQ(board.value(indicator_id{200}), std::nullopt);
}

TEST(indicator_board, only_bars_that_are_kept_can_be_corrected) {
  indicator_board board{3};
  const auto mean = board.request({indicator_kind::close_simple, 2}).value();
  for (int k = 0; k < 5; ++k) board.add(bar_at(k, 10), {});
  EXPECT_FALSE(board.replace(bar_at(1, 50)));
  EXPECT_FALSE(board.replace(bar_at(9, 50)));
  EXPECT_EQ(board.value(mean), 10.0);
  EXPECT_TRUE(board.replace(bar_at(3, 50)));
  EXPECT_EQ(board.value(mean), 30.0);
  EXPECT_EQ(board.bars(), 5u);
}

// The oracle is a board that got the corrected bars in the first place; equal to the last bit.
TEST(indicator_board, a_correction_equals_a_history_that_was_right_at_once) {
  const auto first = tests::test_seed(1);
  for (auto seed = first; seed < first + tests::test_size(30); ++seed) {
    SCOPED_TRACE(tests::repeat_with(seed));
    prng chance{seed};
    constexpr int count = 80;
    std::vector<bar> truth;
    for (int k = 0; k < count; ++k)
      truth.push_back(bar_at(k, chance.between(50, 150), chance.between(0, 1000)));

    indicator_board mended{25};
    indicator_board right{25};
    std::vector<indicator_id> ids;
    for (const auto kind : kinds)
      for (const std::uint32_t period : {3u, 14u}) {
        ids.push_back(mended.request({kind, period}).value());
        right.request({kind, period}).value();
      }
    for (int k = 0; k < count; ++k) {
      const bool wrong = chance.chance(1, 4);
      mended.add(wrong ? bar_at(k, 77, 5) : truth[static_cast<std::size_t>(k)], session_of(k));
      right.add(truth[static_cast<std::size_t>(k)], session_of(k));
      ASSERT_EQ(wrong, wrong && mended.replace(truth[static_cast<std::size_t>(k)]));
      for (const auto id : ids) {
        ASSERT_EQ(mended.value(id), right.value(id));
        ASSERT_EQ(mended.previous(id), right.previous(id));
      }
    }
  }
}

}  // namespace
}  // namespace bw
