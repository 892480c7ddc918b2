// Trades go in, bars come out. Against a slow version that has all trades of a day before it, with
// trades arriving out of order; then every rule at its limit.

#include "domain/trade_bars.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "core/prng.hpp"
#include "core/time.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const utc_ns open_at = parse_rfc3339("2026-03-02T14:30:00Z").value();
const utc_ns close_at = parse_rfc3339("2026-03-02T21:00:00Z").value();
const session_span day{open_at, close_at};

trade_print print_at(nanoseconds since_open, std::int64_t cents, std::int64_t size = 100,
                     std::string_view codes = " ") {
  return {open_at + since_open, price::from_units(cents * 10'000'000), quantity::from_int(size),
          effect_of_conditions(codes, 'A')};
}

struct trade_bars_test : testing::Test {
  void make(const trade_bar_options& options) {
    subject.emplace(options);
    subject->add_session(day);
  }
  std::vector<trade_bar> add(const trade_print& x) {
    trade_bars::bars out;
    subject->add(x, out);
    return {out.begin(), out.end()};
  }
  std::vector<trade_bar> flush(nanoseconds since_open) {
    trade_bars::bars out;
    subject->flush(open_at + since_open, out);
    return {out.begin(), out.end()};
  }
  std::optional<trade_bars> subject;
};

TEST(trade_conditions, take_away_and_never_give_back) {
  const trade_effect all;
  const trade_effect volume_only{false, false, true};
  EXPECT_EQ(effect_of_conditions(" ", 'A'), all);
  EXPECT_EQ(effect_of_conditions("@", 'C'), all);
  EXPECT_EQ(effect_of_conditions(" F", 'A'), all);
  EXPECT_EQ(effect_of_conditions(" FI", 'A'), volume_only);
  EXPECT_EQ(effect_of_conditions(" 4", 'A'), (trade_effect{false, true, true}));
  EXPECT_EQ(effect_of_conditions(" 4B", 'A'), volume_only);
  EXPECT_EQ(effect_of_conditions("B", 'C'), all);
  EXPECT_EQ(effect_of_conditions(" Q", 'A'), (trade_effect{false, false, false}));
  EXPECT_EQ(effect_of_conditions("9", 'C'), (trade_effect{true, true, false}));
  EXPECT_EQ(effect_of_conditions("9I", 'C'), (trade_effect{false, false, false}));
  EXPECT_EQ(effect_of_conditions("", 'C'), all);
}

/// Every minute's bar from all of its trades at once.
std::map<std::int64_t, trade_bar> minutes_of(std::vector<trade_print> all) {
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  std::map<std::int64_t, std::vector<trade_print>> by_minute;
  for (const auto& x : all) by_minute[(x.at - open_at) / minutes{1}].push_back(x);
  std::map<std::int64_t, trade_bar> out;
  for (const auto& [number, trades] : by_minute) {
    trade_bar bar;
    bool has_last = false;
    std::vector<price> reach;
    int128 value = 0;
    for (const auto& x : trades) {
      if (x.effect.last) {
        if (!has_last) bar.open = x.last;
        bar.close = x.last;
        has_last = true;
      }
      if (x.effect.high_low || x.effect.last) reach.push_back(x.last);
      if (!x.effect.volume) continue;
      bar.volume += x.size;
      value += notional_exact(x.last, x.size);
      ++bar.trades;
    }
    if (!has_last) continue;
    bar.start = open_at + number * minutes{1};
    bar.end = bar.start + minutes{1};
    bar.session_open = open_at;
    bar.high = *std::max_element(reach.begin(), reach.end());
    bar.low = *std::min_element(reach.begin(), reach.end());
    if (bar.volume.is_positive())
      bar.vwap =
          price::from_units(static_cast<std::int64_t>(divide_half_even(value, bar.volume.units())));
    out[number] = bar;
  }
  return out;
}

TEST_F(trade_bars_test, time_bars_and_their_amendments_are_what_all_trades_together_make) {
  const auto seed = tests::test_seed(31);
  for (std::uint64_t round = 0; round < tests::test_size(20); ++round) {
    prng chance{seed + round};
    struct arrival {
      nanoseconds when;
      trade_print what;
    };
    std::vector<arrival> arrivals;
    std::vector<trade_print> all;
    nanoseconds at{0};
    while (at < minutes{40}) {
      at += std::chrono::milliseconds{chance.between(1, chance.chance(1, 30) ? 150'000 : 9'000)};
      // Odd lots, out of sequence, official prints and ordinary trades.
      static constexpr const char* kinds[] = {" ", " ", " F", " I", " Z", " Q", "9"};
      const auto x = print_at(at, 10'000 + chance.between(-200, 200), chance.between(1, 900),
                              kinds[chance.below(7)]);
      all.push_back(x);
      const auto delay = std::chrono::milliseconds{chance.chance(1, 4) ? chance.below(10'000) : 0};
      arrivals.push_back({at + delay, x});
    }
    std::stable_sort(arrivals.begin(), arrivals.end(),
                     [](const auto& a, const auto& b) { return a.when < b.when; });
    make({});
    std::map<std::int64_t, trade_bar> said;
    const auto keep = [&](const std::vector<trade_bar>& bars) {
      for (auto bar : bars) {
        const auto number = (bar.start - open_at) / minutes{1};
        EXPECT_TRUE(bar.amended || !said.contains(number)) << tests::repeat_with(seed);
        bar.amended = false;
        said[number] = bar;
      }
    };
    for (const auto& x : arrivals) {
      keep(flush(x.when));
      keep(add(x.what));
    }
    keep(flush(minutes{60}));
    // Trades of one instant keep their order of arrival on both sides: there are none here.
    const auto want = minutes_of(all);
    ASSERT_EQ(said.size(), want.size()) << tests::repeat_with(seed + round);
    for (const auto& [number, bar] : want)
      ASSERT_EQ(said[number], bar)
          << "minute " << number << ", " << tests::repeat_with(seed + round);
    EXPECT_EQ(subject->counts().too_late, 0u);
    EXPECT_GT(subject->counts().late, 0u);
  }
}

TEST_F(trade_bars_test, a_late_trade_amends_its_bar_once_half_a_minute_after_its_end) {
  make({});
  add(print_at(seconds{10}, 10'000));
  const auto first = flush(seconds{60});
  ASSERT_EQ(first.size(), 1u);
  EXPECT_FALSE(first[0].amended);
  EXPECT_TRUE(add(print_at(seconds{55}, 10'100)).empty());
  EXPECT_TRUE(add(print_at(seconds{5}, 9'900)).empty());
  EXPECT_TRUE(flush(seconds{89}).empty());
  const auto amended = flush(seconds{90});
  ASSERT_EQ(amended.size(), 1u);
  EXPECT_TRUE(amended[0].amended);
  EXPECT_EQ(amended[0].open.text(), "99");
  EXPECT_EQ(amended[0].close.text(), "101");
  EXPECT_EQ(amended[0].volume, quantity::from_int(300));
  add(print_at(seconds{50}, 5'000));
  EXPECT_TRUE(flush(seconds{500}).empty());
  EXPECT_EQ(subject->counts().too_late, 1u);
}

TEST_F(trade_bars_test, a_minute_that_was_empty_can_get_its_bar_late) {
  make({});
  add(print_at(seconds{70}, 10'000));
  EXPECT_TRUE(add(print_at(seconds{30}, 9'000)).empty());
  const auto late = flush(seconds{90});
  ASSERT_EQ(late.size(), 1u);
  EXPECT_TRUE(late[0].amended);
  EXPECT_EQ(late[0].start, open_at);
}

TEST_F(trade_bars_test, what_can_still_be_amended_is_bounded) {
  make({.length = seconds{1}, .amend_after = minutes{5}});
  for (int k = 0; k < 100; ++k) add(print_at(seconds{k}, 10'000));
  add(print_at(seconds{3}, 10'000));
  EXPECT_EQ(subject->counts().too_late, 1u);
  add(print_at(seconds{98}, 10'100));
  EXPECT_EQ(subject->counts().late, 1u);
  // Its amendment is said before it is forgotten.
  std::size_t amended = 0;
  for (int k = 100; k < 120; ++k)
    for (const auto& bar : add(print_at(seconds{k}, 10'000))) amended += bar.amended ? 1 : 0;
  EXPECT_EQ(amended, 1u);
}

TEST_F(trade_bars_test, trades_that_set_no_price_make_no_bar) {
  make({});
  add(print_at(seconds{1}, 10'000, 5, " I"));
  EXPECT_TRUE(flush(seconds{120}).empty());
  EXPECT_EQ(subject->counts().bars, 0u);
}

TEST_F(trade_bars_test, only_the_session_counts_and_its_last_bar_ends_with_it) {
  make({.length = minutes{7}});
  add(print_at(-seconds{1}, 10'000));
  add(print_at(close_at - open_at, 10'000));
  EXPECT_EQ(subject->counts().outside_session, 2u);
  add(print_at(close_at - open_at - seconds{1}, 10'000));
  const auto last = flush(close_at - open_at);
  ASSERT_EQ(last.size(), 1u);
  EXPECT_EQ(last[0].start, open_at + 55 * minutes{7});
  EXPECT_EQ(last[0].end, close_at);
}

TEST_F(trade_bars_test, bars_of_ticks_shares_and_dollars) {
  make({.rule = bar_rule::ticks, .ticks = 3});
  EXPECT_TRUE(add(print_at(seconds{1}, 10'000)).empty());
  EXPECT_TRUE(add(print_at(seconds{2}, 10'300)).empty());
  EXPECT_TRUE(add(print_at(seconds{3}, 10'300, 5, " Q")).empty()) << "repeats other trades";
  const auto third = add(print_at(seconds{4}, 10'200));
  ASSERT_EQ(third.size(), 1u);
  EXPECT_EQ(third[0].start, open_at + seconds{1});
  EXPECT_EQ(third[0].end, open_at + seconds{4});
  EXPECT_EQ(third[0].high.text(), "103");
  EXPECT_EQ(third[0].trades, 3u);

  make({.rule = bar_rule::volume, .volume = quantity::from_int(250)});
  EXPECT_TRUE(add(print_at(seconds{1}, 10'000)).empty());
  EXPECT_TRUE(add(print_at(seconds{2}, 10'000)).empty());
  const auto full = add(print_at(seconds{3}, 10'000));
  ASSERT_EQ(full.size(), 1u);
  EXPECT_EQ(full[0].volume, quantity::from_int(300)) << "a trade is never cut in two";

  make({.rule = bar_rule::value, .value = money::from_int(20'000)});
  EXPECT_TRUE(add(print_at(seconds{1}, 10'000)).empty());
  EXPECT_EQ(add(print_at(seconds{2}, 10'000)).size(), 1u);
}

TEST_F(trade_bars_test, no_bar_reaches_over_the_night) {
  make({.rule = bar_rule::ticks, .ticks = 3});
  const auto night = std::chrono::hours{24};
  subject->add_session({open_at + night, close_at + night});
  add(print_at(seconds{1}, 10'000));
  const auto closed = add(print_at(night + seconds{1}, 10'500));
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].trades, 1u);
  EXPECT_EQ(closed[0].session_open, open_at);
  EXPECT_TRUE(flush(night + seconds{5}).empty());
  EXPECT_EQ(flush(night + (close_at - open_at)).size(), 1u);
}

TEST_F(trade_bars_test, what_cannot_be_is_counted_and_left_out) {
  make({});
  add(print_at(seconds{1}, 0));
  add(print_at(seconds{1}, -5));
  add(print_at(seconds{1}, 100, 0));
  auto dear = print_at(seconds{1}, 100);
  dear.last = trade_bars::price_max + price::from_int(1);
  add(dear);
  EXPECT_EQ(subject->counts().malformed, 4u);
  EXPECT_TRUE(flush(seconds{90}).empty());
}

}  // namespace
}  // namespace bw
