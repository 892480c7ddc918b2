// What a trading state, an override and losses do to the orders that the table's rules let pass.

#include <gtest/gtest.h>

#include "tests/domain/risk_scene.hpp"

namespace bw {
namespace {

using tests::apple;
using tests::check_of;
using tests::p;
using tests::risk_scene;
using tests::shares;
using tests::usd;

// R01, every combination.

TEST(decision_states, by_purposes) {
  for (const auto mode : {trading_mode::active, trading_mode::reducing, trading_mode::halted})
    for (const auto purpose : {order_purpose::entry, order_purpose::exit, order_purpose::protective,
                               order_purpose::flatten})
      for (const auto recorded : {flatten_permission::none, flatten_permission::recorded})
        for (const std::int64_t held : {-20, 0, 20})
          for (const auto which : {side::buy, side::sell})
            for (const std::int64_t qty : {19, 20, 21}) {
              risk_scene scene;
              scene.trading.mode = mode;
              scene.flatten = recorded;
              scene.exposure.restore_position(apple, shares(held), p("100"));
              auto order = purpose == order_purpose::entry ? scene.entry() : scene.exit();
              order.purpose = purpose;
              order.side = which;
              order.qty = shares(qty);
              if (which == side::sell && purpose == order_purpose::entry) continue;  // R20.
              if (which == side::buy && purpose != order_purpose::entry) order.limit = p("100.05");
              const bool reduces =
                  (which == side::sell ? held : -held) > 0 && qty <= std::abs(held);
              const bool expected = purpose == order_purpose::entry
                                        ? mode == trading_mode::active
                                        : reduces && (mode != trading_mode::halted ||
                                                      (purpose == order_purpose::flatten &&
                                                       recorded == flatten_permission::recorded));
              const auto verdict = scene.check(order);
              EXPECT_EQ(verdict.approved, expected)
                  << static_cast<int>(mode) << " " << to_string(purpose) << " " << to_string(which)
                  << " " << qty << " of " << held << "\n"
                  << tests::text_of(verdict);
            }
}

// R27.

TEST(decision_states, an_override_lets_pass_what_bounds_amounts_and_nothing_else) {
  risk_scene scene;
  scene.options.overrides = true;
  scene.override_by_person = override_grant::granted;
  auto order = scene.entry();
  order.qty = shares(99);
  scene.options.max_qty = shares(98);
  auto verdict = scene.check(order);
  EXPECT_TRUE(verdict.approved) << tests::text_of(verdict);
  EXPECT_EQ(check_of(verdict, risk_rule::size).outcome, check_outcome::overridden);
  scene.trading.mode = trading_mode::halted;
  EXPECT_FALSE(scene.check(order).approved);
  scene.trading.mode = trading_mode::active;
  scene.options.overrides = false;
  EXPECT_FALSE(scene.check(order).approved) << "switched off, a grant is worth nothing";
}

TEST(decision_states, sizes_are_halved_after_losses) {
  const risk_options options;
  const auto factor = [&](const char* now, const risk_options& with) {
    return size_factor_ppm({usd(now), usd("100000"), usd("100000")}, with);
  };
  EXPECT_EQ(factor("95000.000000001", options), 1'000'000);
  EXPECT_EQ(factor("95000", options), 500'000);
  auto with_line = options;
  with_line.halve_below_usd = usd("99000");
  EXPECT_EQ(factor("99000", with_line), 1'000'000);
  EXPECT_EQ(factor("98999.99", with_line), 500'000);
  EXPECT_EQ(factor("94000", with_line), 250'000);
  risk_scene scene;
  scene.equity->now = usd("94000");
  EXPECT_EQ(risk_rules{options}.view(scene.inputs(), scene.now).size_factor_ppm, 500'000);
}

}  // namespace
}  // namespace bw
