// Who bears what the broker charges, to the last unit.

#include "domain/fee_share.hpp"

#include <gtest/gtest.h>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

/// 2026-11-02, 15:00 UTC.
constexpr utc_ns noon{1'793'631'600'000'000'000};
constexpr std::int64_t second = 1'000'000'000;
constexpr utc_ns midnight{noon.value - noon.value % (86'400 * second)};

charged_execution execution(const char* symbol, side way, std::int64_t dollars,
                            std::int64_t after) {
  return {symbol_name{symbol}, way, money::from_int(dollars), utc_ns{noon.value + after * second}};
}
fee_record fee(const char* amount, utc_ns at, const char* symbol = "") {
  fee_record out;
  out.id = "1";
  out.symbol = symbol_name{symbol};
  out.amount = *money::parse(amount);
  out.at = at;
  return out;
}
std::vector<money> amounts(std::initializer_list<const char*> texts) {
  std::vector<money> out;
  for (const auto* each : texts) out.push_back(*money::parse(each));
  return out;
}

TEST(fee_share, one_of_an_instant_is_borne_by_its_executions) {
  const std::vector<charged_execution> all{
      execution("AAPL", side::buy, 1'000, 0), execution("AAPL", side::sell, 1'000, 1),
      execution("MSFT", side::sell, 3'000, 1), execution("MSFT", side::sell, 9'000, 2)};
  EXPECT_EQ(share_fee(fee("0.04", all[1].at), all), amounts({"0", "0.01", "0.03", "0"}));
  EXPECT_EQ(share_fee(fee("0.04", all[1].at, "AAPL"), all), amounts({"0", "0.04", "0", "0"}));
  EXPECT_EQ(share_fee(fee("0.02", all[0].at), all), amounts({"0.02", "0", "0", "0"}))
      << "a commission is charged on purchases too";
}

TEST(fee_share, one_of_a_day_is_borne_by_its_sales) {
  auto next_day = execution("AAPL", side::sell, 5'000, 86'400);
  const std::vector<charged_execution> all{execution("AAPL", side::buy, 1'000, 0),
                                           execution("AAPL", side::sell, 1'000, 1),
                                           execution("MSFT", side::sell, 2'000, 2), next_day};
  EXPECT_EQ(share_fee(fee("0.03", midnight), all), amounts({"0", "0.01", "0.02", "0"}));
  EXPECT_EQ(share_fee(fee("0.01", midnight), all),
            amounts({"0", "0.003333333", "0.006666667", "0"}))
      << "rounded down, the last one bears the rest";
  EXPECT_EQ(share_fee(fee("0.03", midnight, "MSFT"), all), amounts({"0", "0", "0.03", "0"}));
  EXPECT_EQ(share_fee(fee("0.03", midnight, "NVDA"), all), amounts({"0", "0", "0", "0"}));
  EXPECT_TRUE(share_fee(fee("0.03", midnight), {}).empty());
}

TEST(fee_share, no_unit_is_lost) {
  const auto seed = tests::test_seed(7);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng chance{seed};
  for (int round = 0; round < 500; ++round) {
    std::vector<charged_execution> all;
    for (auto count = 1 + chance.below(20); count > 0; --count)
      all.push_back(execution("AAPL", side::sell, static_cast<std::int64_t>(chance.below(1'000)),
                              static_cast<std::int64_t>(count)));
    auto charged = fee("0", midnight);
    charged.amount = money::from_units(static_cast<std::int64_t>(chance.below(1'000'000'000)));
    money sum;
    for (const auto& each : share_fee(charged, all)) {
      EXPECT_FALSE(each.is_negative());
      sum += each;
    }
    ASSERT_EQ(sum, charged.amount);
  }
}

TEST(fee_share, knows_what_is_a_fee) {
  for (const char* type : {"FEE", "CFEE"}) EXPECT_TRUE(is_fee(type)) << type;
  for (const char* type : {"FILL", "DIV", "CSD", "INT", ""}) EXPECT_FALSE(is_fee(type)) << type;
}

}  // namespace
}  // namespace bw
