// Each step of the size can be the one that binds; the rest are rounding, floors and hostile input.

#include "domain/position_sizer.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

price p(const char* text) { return price::parse(text).value(); }
money usd(std::int64_t whole) { return money::from_int(whole); }
quantity shares(std::int64_t whole) { return quantity::from_int(whole); }

sizing_input example() {
  return {.worst_price = p("200"),
          .stop = p("197"),
          .equity = usd(100'000),
          .cash = usd(100'000),
          .gross_room = usd(50'000)};
}

TEST(position_sizer, the_worked_example_gives_fifty_shares) {
  const auto size = size_position({}, example());
  EXPECT_EQ(size.qty, shares(50));
  EXPECT_EQ(size.bound, size_step::position);
  EXPECT_EQ(size.amounts[0], usd(10'000));
  EXPECT_EQ(size.amounts[1].units() / decimal_scale, 66'666);  // 1,000 × 200 / 3
}

struct row {
  const char* what;
  size_step bound;
  std::int64_t qty;
  void (*change)(position_sizer_options&, sizing_input&);
};

TEST(position_sizer, each_step_can_bind) {
  const std::vector<row> rows = {
      {"held value", size_step::position, 10, [](auto&, auto& in) { in.held_value = usd(8'000); }},
      {"held beyond", size_step::position, 0, [](auto&, auto& in) { in.held_value = usd(99'000); }},
      {"half size", size_step::position, 25, [](auto&, auto& in) { in.factor_ppm = 500'000; }},
      // 1 % of 100,000 over a distance of 100.
      {"wide stop", size_step::trade_risk, 10, [](auto&, auto& in) { in.stop = p("100"); }},
      {"no stop", size_step::trade_risk, 0, [](auto&, auto& in) { in.stop = price{}; }},
      {"stop at price", size_step::trade_risk, 0, [](auto&, auto& in) { in.stop = p("200"); }},
      {"order value", size_step::order_max, 5, [](auto& o, auto&) { o.order_max = usd(1'199); }},
      {"cash", size_step::cash, 1, [](auto&, auto& in) { in.cash = usd(399); }},
      {"no cash", size_step::cash, 0, [](auto&, auto& in) { in.cash = usd(-1); }},
      {"exposure", size_step::gross_room, 2, [](auto&, auto& in) { in.gross_room = usd(400); }},
      {"shares", size_step::qty_max, 7, [](auto& o, auto&) { o.qty_max = shares(7); }},
      {"volume", size_step::daily_volume, 3,
       [](auto&, auto& in) { in.average_daily_volume = shares(399); }},
      {"wish", size_step::wish, 4,
       [](auto&, auto& in) { in.wish = quantity::parse("4.9").value(); }},
      {"wish above", size_step::position, 50, [](auto&, auto& in) { in.wish = shares(51); }},
      {"no equity", size_step::position, 0, [](auto&, auto& in) { in.equity = money{}; }},
  };
  for (const auto& row : rows) {
    position_sizer_options options;
    auto in = example();
    row.change(options, in);
    const auto size = size_position(options, in);
    EXPECT_EQ(size.qty, shares(row.qty)) << row.what;
    EXPECT_EQ(size.bound, row.bound) << row.what << ": " << to_string(size.bound);
  }
}

TEST(position_sizer, a_value_below_the_minimum_is_no_order) {
  auto in = example();
  in.worst_price = p("9.99");
  in.stop = p("9.80");
  in.wish = shares(1);
  EXPECT_EQ(size_position({}, in).qty, quantity{});
  in.worst_price = p("10");
  EXPECT_EQ(size_position({}, in).qty, shares(1));
}

TEST(position_sizer, a_factor_above_one_does_not_enlarge) {
  auto in = example();
  in.factor_ppm = 5 * whole_ppm;
  EXPECT_EQ(size_position({}, in).qty, shares(50));
  in.factor_ppm = -1;
  EXPECT_EQ(size_position({}, in).qty, quantity{});
}

TEST(position_sizer, keeps_every_limit_for_any_input) {
  const auto seed = tests::test_seed(21);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng chance{seed};
  const auto any = [&] { return static_cast<std::int64_t>(chance.next() >> chance.below(63)); };
  for (int k = 0; k < 50'000; ++k) {
    const sizing_input in = {.worst_price = price::from_units(any()),
                             .stop = price::from_units(any()),
                             .equity = money::from_units(any()),
                             .cash = money::from_units(any()),
                             .gross_room = money::from_units(any()),
                             .held_value = money::from_units(any()),
                             .factor_ppm = any(),
                             .average_daily_volume = quantity::from_units(any()),
                             .wish = quantity::from_units(any())};
    const position_sizer_options options;
    const auto size = size_position(options, in);
    ASSERT_FALSE(size.qty.is_negative());
    ASSERT_EQ(size.qty.units() % decimal_scale, 0);
    ASSERT_LE(size.qty, options.qty_max);
    const auto value = notional_exact(in.worst_price, size.qty);
    for (const auto amount : size.amounts)
      ASSERT_LE(value, static_cast<int128>(amount.units()) * decimal_scale);
    if (size.qty.is_zero()) continue;
    ASSERT_GE(value, static_cast<int128>(options.order_min.units()) * decimal_scale);
    // The loss down to the stop stays within its share of the equity.
    const auto loss = notional_exact(in.worst_price - in.stop, size.qty);
    ASSERT_LE(loss * 10'000,
              static_cast<int128>(in.equity.units()) * options.trade_risk_bp * decimal_scale);
  }
}

}  // namespace
}  // namespace bw
