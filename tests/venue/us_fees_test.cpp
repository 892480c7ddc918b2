// Fees on sales by date, commissions by the share, and the slippage models, against figures that
// were worked out by hand.

#include "venue/us_fees.hpp"

#include <gtest/gtest.h>

#include "venue/fees.hpp"
#include "venue/slippage.hpp"

namespace bw::venue {
namespace {

utc_ns noon(calendar_date day) {
  return utc_ns{} + std::chrono::hours{24} * days_from_civil(day) + std::chrono::hours{17};
}

TEST(us_fees, are_those_of_the_day_each_rounded_up_to_the_cent) {
  // 1,000 shares at 50 dollars: 50,000 dollars of proceeds.
  const struct {
    calendar_date day;
    const char* fee;
  } rows[] = {
      {{2013, 10, 7}, "0.99"},  // 17.40 a million: 0.87; 0.000119 a share: 0.119, up to 0.12.
      {{2024, 5, 21}, "0.57"},  // 8.00: 0.40; 0.000166: 0.166, up to 0.17.
      {{2024, 5, 22}, "1.56"},  // 27.80: 1.39.
      {{2025, 5, 13}, "1.56"}, {{2025, 5, 14}, "0.17"},  // The SEC collects nothing.
      {{2026, 1, 2}, "0.2"},                             // 0.000195: 0.195.
  };
  fee_schedule fees;
  fees.sales = us_sale_fees();
  for (const auto& row : rows) {
    const auto fee = execution_fee(fees, side::sell, quantity::from_int(1'000), price::from_int(50),
                                   noon(row.day));
    EXPECT_EQ(fee.text(), row.fee) << format_date(row.day);
    EXPECT_TRUE(execution_fee(fees, side::buy, quantity::from_int(1'000), price::from_int(50),
                              noon(row.day))
                    .is_zero());
  }
}

TEST(us_fees, the_activity_fee_has_a_cap) {
  fee_schedule fees;
  fees.sales = us_sale_fees();
  // In June 2025 the SEC's rate is zero, so that the cap stands alone.
  EXPECT_EQ(execution_fee(fees, side::sell, quantity::from_int(1'000'000), price::from_int(1),
                          noon({2025, 6, 2}))
                .text(),
            "8.3");
}

TEST(us_fees, rates_rise_in_time) {
  const auto fees = us_sale_fees();
  for (std::size_t k = 1; k < fees.size(); ++k) EXPECT_LT(fees[k - 1].from, fees[k].from);
}

TEST(share_commission, keeps_to_its_bounds) {
  fee_schedule fees;
  fees.by_share = {*price::parse("0.005"), money::from_int(1), 50};
  const auto fee = [&](std::int64_t shares, const char* at) {
    return execution_fee(fees, side::buy, quantity::from_int(shares), *price::parse(at), {}).text();
  };
  EXPECT_EQ(fee(688, "144.7817"), "3.44");
  EXPECT_EQ(fee(10, "144"), "1") << "the least";
  EXPECT_EQ(fee(1'000, "0.5"), "2.5") << "at most half a percent of 500 dollars";
}

TEST(slippage, follows_its_model) {
  quote market{.bid = price::from_int(100), .ask = *price::parse("100.1")};
  const auto distance = [&](slippage_model model, std::int64_t bp, std::int64_t shares) {
    return slippage_of({model, bp, 50}, market, side::buy, quantity::from_int(shares),
                       quantity::from_int(10'000))
        .text();
  };
  EXPECT_EQ(distance(slippage_model::none, 5, 100), "0");
  EXPECT_EQ(distance(slippage_model::fixed, 5, 100), "0.05005");
  EXPECT_EQ(distance(slippage_model::spread_share, 5, 100), "0.05") << "half of ten cents";
  // A tenth of the volume: its square is a hundredth, its root 0.316227.
  EXPECT_EQ(distance(slippage_model::volume_share, 1'000, 1'000), "0.1001");
  EXPECT_EQ(distance(slippage_model::impact, 10, 1'000), "0.031654322");
  EXPECT_EQ(distance(slippage_model::fixed, -5, 100), "0") << "never in our favour";
}

}  // namespace
}  // namespace bw::venue
