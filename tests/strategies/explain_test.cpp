// What a strategy says of its conditions is what it did: over chance bars a wish comes exactly when
// all conditions of an entry, or any of an exit, are met.

#include <gtest/gtest.h>

#include <algorithm>

#include "core/prng.hpp"
#include "strategies/mean_reversion.hpp"
#include "strategies/momentum.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

struct counted {
  int entries = 0;
  int exits = 0;
};

counted compare(const strategy_type& type, std::uint64_t seed) {
  prng chance{seed};
  // Loose limits, so that both answers come often.
  parameter_texts loose;
  if (type.metadata.id == "momentum")
    loose = {{"volume_threshold", "1"}, {"rsi_floor", "40"}, {"exit_rsi", "60"}};
  else
    loose = {{"rsi_oversold", "45"}, {"rsi_overbought", "55"}, {"min_avg_daily_volume", "1000"}};
  auto parameters = resolve_parameters(type.metadata.id, type.metadata.parameters, loose);
  EXPECT_TRUE(parameters.ok()) << parameters.failure().text();
  auto logic = *type.make(*parameters);
  indicator_board board{100};
  EXPECT_TRUE(logic->prepare(board).ok());
  counted out;
  std::int64_t cents = 10'000;
  for (int k = 0; k < 2'000; ++k) {
    cents += static_cast<std::int64_t>(chance.below(201)) - 100;
    cents = std::clamp<std::int64_t>(cents, 5'000, 20'000);
    bar x;
    x.close = price::from_units(cents * 10'000'000);
    x.open = x.close;
    x.high = x.close + price::from_units(100'000'000);
    x.low = x.close - price::from_units(100'000'000);
    x.volume = quantity::from_int(1'000 + static_cast<std::int64_t>(chance.below(2'000)));
    x.start = utc_ns{1'793'629'800'000'000'000 + k * 300'000'000'000};
    board.add(x, utc_ns{1'793'629'800'000'000'000});
    const bool holds = chance.chance(1, 2);
    const strategy_context context{
        board,
        {holds ? quantity::from_int(5) : quantity{}, x.close},
        quantity::from_int(500 + static_cast<std::int64_t>(chance.below(1'000)))};
    const auto conditions = logic->explain(context, x);
    const bool wished = !logic->on_bar(context, x).empty();
    EXPECT_FALSE(conditions.empty());
    const auto met = [](const rule_condition& c) { return c.met; };
    const bool said = holds ? std::any_of(conditions.begin(), conditions.end(), met)
                            : std::all_of(conditions.begin(), conditions.end(), met);
    EXPECT_EQ(wished, said) << "bar " << k << (holds ? " held" : " flat");
    if (wished) ++(holds ? out.exits : out.entries);
  }
  return out;
}

TEST(explain, is_what_the_strategy_did) {
  const auto seed = tests::test_seed(3);
  SCOPED_TRACE(tests::repeat_with(seed));
  for (const auto* type : {&momentum_type(), &mean_reversion_type()}) {
    const auto seen = compare(*type, seed);
    EXPECT_GT(seen.entries, 10) << type->metadata.id;
    EXPECT_GT(seen.exits, 10) << type->metadata.id;
  }
}

}  // namespace
}  // namespace bw
