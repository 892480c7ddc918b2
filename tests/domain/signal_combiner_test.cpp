// Order, conflicts and slots of the signals of one evaluation.

#include "domain/signal_combiner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

signal_candidate entry(std::uint32_t symbol, std::uint16_t strategy, std::uint32_t confidence_ppm,
                       side side = side::buy) {
  signal_candidate x;
  x.what.symbol = symbol_id{symbol};
  x.what.strategy = strategy_id{strategy};
  x.what.confidence_ppm = confidence_ppm;
  x.what.side = side;
  x.what.purpose = order_purpose::entry;
  return x;
}

signal_candidate exit_of(std::uint32_t symbol, std::uint16_t strategy, std::uint32_t confidence) {
  auto x = entry(symbol, strategy, confidence, side::sell);
  x.what.purpose = order_purpose::exit;
  return x;
}

std::vector<signal_fate> fates(const std::vector<signal_candidate>& all) {
  std::vector<signal_fate> out;
  for (const auto& x : all) out.push_back(x.fate);
  return out;
}

TEST(signal_combiner, orders_by_confidence_then_symbol_then_strategy) {
  std::vector<signal_candidate> all = {entry(2, 1, 500), entry(1, 2, 500), entry(1, 1, 500),
                                       entry(3, 0, 900)};
  combine_signals(all, {.free = 9});
  EXPECT_EQ(all[0].what.symbol, symbol_id{3});
  EXPECT_EQ(all[1].what.strategy, strategy_id{1});
  EXPECT_EQ(all[1].what.symbol, symbol_id{1});
  EXPECT_EQ(all[2].what.strategy, strategy_id{2});
  EXPECT_EQ(all[3].what.symbol, symbol_id{2});
  EXPECT_EQ(fates(all), std::vector(4, signal_fate::ordered));
}

TEST(signal_combiner, opposite_signals_of_a_symbol_make_no_entry_and_keep_the_exit) {
  std::vector<signal_candidate> all = {entry(1, 1, 900), exit_of(1, 2, 100), entry(2, 1, 50)};
  combine_signals(all, {.free = 9});
  EXPECT_EQ(fates(all),
            (std::vector{signal_fate::conflict, signal_fate::ordered, signal_fate::ordered}));
  std::vector<signal_candidate> entries = {entry(1, 1, 9), entry(1, 2, 8, side::sell),
                                           entry(1, 3, 7)};
  combine_signals(entries, {.free = 9});
  EXPECT_EQ(fates(entries), std::vector(3, signal_fate::conflict));
}

TEST(signal_combiner, the_most_confident_take_the_slots) {
  const std::vector taken = {symbol_id{7}};
  std::vector<signal_candidate> all = {entry(1, 1, 10), entry(2, 1, 30), entry(3, 1, 20),
                                       entry(2, 2, 5), entry(7, 1, 1)};
  combine_signals(all, {.free = 2, .taken = taken});
  // 2 and 3 take the slots; the second strategy in 2 shares one, and 7 holds one already.
  EXPECT_EQ(fates(all),
            (std::vector{signal_fate::ordered, signal_fate::ordered, signal_fate::not_free,
                         signal_fate::ordered, signal_fate::ordered}));
}

TEST(signal_combiner, a_signal_that_is_out_already_takes_part_in_nothing) {
  auto cold = exit_of(1, 1, 900);
  cold.fate = signal_fate::not_warm;
  std::vector<signal_candidate> all = {cold, entry(1, 2, 100)};
  combine_signals(all, {.free = 1});
  EXPECT_EQ(fates(all), (std::vector{signal_fate::not_warm, signal_fate::ordered}));
}

TEST(signal_combiner, exits_need_no_slot) {
  std::vector<signal_candidate> all = {exit_of(1, 1, 1)};
  combine_signals(all, {.free = 0});
  EXPECT_EQ(all[0].fate, signal_fate::ordered);
  combine_signals({}, {});
}

TEST(signal_combiner, the_order_of_arrival_does_not_matter) {
  const auto seed = tests::test_seed(31);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng chance{seed};
  for (int round = 0; round < 500; ++round) {
    std::vector<signal_candidate> all;
    for (std::uint16_t k = 0; k < 8; ++k) {
      const auto symbol = static_cast<std::uint32_t>(chance.below(4));
      const auto confidence = static_cast<std::uint32_t>(chance.below(3));
      all.push_back(chance.chance(1, 4) ? exit_of(symbol, k, confidence)
                                        : entry(symbol, k, confidence));
    }
    auto shuffled = all;
    for (std::size_t k = shuffled.size(); k > 1; --k)
      std::swap(shuffled[k - 1], shuffled[chance.below(k)]);
    combine_signals(all, {.free = 2});
    combine_signals(shuffled, {.free = 2});
    for (std::size_t k = 0; k < all.size(); ++k) {
      ASSERT_EQ(all[k].what.strategy, shuffled[k].what.strategy);
      ASSERT_EQ(all[k].fate, shuffled[k].fate);
    }
  }
}

}  // namespace
}  // namespace bw
