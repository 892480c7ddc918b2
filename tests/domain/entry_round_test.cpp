// Who comes first when the bars of several symbols end at the same instant.

#include "domain/entry_round.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

namespace bw {
namespace {

order_request entry(std::uint32_t rank_ppm, std::uint32_t symbol, std::uint16_t strategy,
                    utc_ns ended = utc_ns{300}) {
  order_request out;
  out.rank_ppm = rank_ppm;
  out.symbol = symbol_id{symbol};
  out.strategy = strategy_id{strategy};
  out.evaluated_at = ended;
  return out;
}

/// Names in another order than the numbers.
std::string_view name_of(symbol_id x) {
  constexpr std::string_view names[] = {"MSFT", "SPY", "AAPL", "QQQ"};
  return names[x.value];
}

TEST(EntryRound, OnlyEntriesOnBarsWait) {
  EXPECT_TRUE(entry_round::waits(entry(1, 0, 0)));
  EXPECT_FALSE(entry_round::waits(entry(1, 0, 0, utc_ns{}))) << "decided on a quote or a trade";
  for (const auto purpose :
       {order_purpose::exit, order_purpose::protective, order_purpose::flatten}) {
    auto x = entry(1, 0, 0);
    x.purpose = purpose;
    EXPECT_FALSE(entry_round::waits(x)) << to_string(purpose);
  }
}

TEST(EntryRound, TheOrderIsTheSameHoweverTheyCame) {
  // By rank, then the symbol's name, then strategy.
  const std::tuple<std::uint32_t, std::uint32_t, std::uint16_t> wanted[] = {
      {900'000, 3, 1}, {500'000, 2, 1}, {500'000, 1, 0}, {500'000, 1, 2}, {100'000, 2, 0}};
  std::vector<std::size_t> came{0, 1, 2, 3, 4};
  do {
    entry_round round;
    for (const auto k : came) {
      const auto& [rank, symbol, strategy] = wanted[k];
      round.add(entry(rank, symbol, strategy));
    }
    const auto taken = round.take(name_of);
    ASSERT_EQ(taken.size(), came.size());
    for (std::size_t k = 0; k < taken.size(); ++k)
      EXPECT_EQ((std::tuple{taken[k].rank_ppm, taken[k].symbol.value, taken[k].strategy.value}),
                wanted[k]);
    EXPECT_TRUE(round.is_empty());
  } while (std::next_permutation(came.begin(), came.end()));
}

TEST(EntryRound, OneInstantAndABoundedNumberAreOneRound) {
  entry_round round;
  EXPECT_TRUE(round.has_place_for(entry(1, 0, 0)));
  round.add(entry(1, 0, 0));
  EXPECT_TRUE(round.has_place_for(entry(1, 1, 0)));
  EXPECT_FALSE(round.has_place_for(entry(1, 1, 0, utc_ns{600})));
  while (round.has_place_for(entry(1, 1, 0))) round.add(entry(1, 1, 0));
  EXPECT_EQ(round.take(name_of).size(), entry_round::entries_max);
  EXPECT_TRUE(round.has_place_for(entry(1, 1, 0, utc_ns{600})));
}

}  // namespace
}  // namespace bw
