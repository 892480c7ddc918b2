#include "core/decimal.hpp"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <limits>
#include <optional>
#include <string>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using big = boost::multiprecision::cpp_int;

big power_of_ten(int exponent) {
  big out = 1;
  for (int k = 0; k < exponent; ++k) out *= 10;
  return out;
}

/// Slow and exact: the digits as one big integer times a power of ten. Nothing when the value is
/// no whole number of 1e-9, or does not fit.
std::optional<std::int64_t> oracle(const std::string& sign, const std::string& whole,
                                   const std::string& fraction, int exponent) {
  big digits{(whole + fraction).c_str() +
             std::min((whole + fraction).find_first_not_of('0'), (whole + fraction).size() - 1)};
  const int shift = exponent + 9 - static_cast<int>(fraction.size());
  big units;
  if (shift >= 0) {
    units = digits * power_of_ten(shift);
  } else {
    if (digits % power_of_ten(-shift) != 0) return std::nullopt;
    units = digits / power_of_ten(-shift);
  }
  if (sign == "-") units = -units;
  if (units > std::numeric_limits<std::int64_t>::max() ||
      units < std::numeric_limits<std::int64_t>::min())
    return std::nullopt;
  return static_cast<std::int64_t>(units);
}

TEST(Decimal, ReadsWhatABrokerWrites) {
  EXPECT_EQ(price::parse("187.35")->units(), 187'350'000'000);
  EXPECT_EQ(price::parse("150")->units(), 150'000'000'000);
  EXPECT_EQ(money::parse("-0.000000001")->units(), -1);
  EXPECT_EQ(money::parse("1.5e3")->text(), "1500");
  EXPECT_EQ(money::parse("2E-3")->text(), "0.002");
  EXPECT_EQ(quantity::parse("0")->text(), "0");
  EXPECT_EQ(quantity::parse("-0")->text(), "0");
  EXPECT_EQ(money::parse("0.1000000000000")->text(), "0.1");
}

struct refused_text {
  const char* text;
  ec code;
};

TEST(Decimal, RefusesWhatIsNoDecimal) {
  const refused_text table[] = {
      {"", ec::parse_failed},
      {"-", ec::parse_failed},
      {".", ec::parse_failed},
      {".5", ec::parse_failed},
      {"5.", ec::parse_failed},
      {"+5", ec::parse_failed},
      {" 5", ec::parse_failed},
      {"5 ", ec::parse_failed},
      {"0x10", ec::parse_failed},
      {"NaN", ec::parse_failed},
      {"Infinity", ec::parse_failed},
      {"1e", ec::parse_failed},
      {"1e+", ec::parse_failed},
      {"1,000", ec::parse_failed},
      {"1.0000000001", ec::parse_failed},
      {"1e-10", ec::parse_failed},
      {"9223372036.854775808", ec::out_of_range},
      {"-9223372036.854775809", ec::out_of_range},
      {"1e300", ec::out_of_range},
      {"99999999999", ec::out_of_range},
      {"1e99999999999999", ec::out_of_range},
  };
  for (const auto& row : table) {
    const auto got = parse_decimal(row.text);
    ASSERT_FALSE(got.ok()) << row.text;
    EXPECT_EQ(got.code(), row.code) << row.text;
    EXPECT_FALSE(got.failure().context.empty());
  }
}

TEST(Decimal, HoldsTheWholeRangeOfItsType) {
  EXPECT_EQ(*parse_decimal("9223372036.854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(*parse_decimal("-9223372036.854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(format_decimal(std::numeric_limits<std::int64_t>::min()), "-9223372036.854775808");
  EXPECT_EQ(*parse_decimal("0e999999"), 0);
}

TEST(Decimal, AgreesWithTheExactOracleOnRandomTexts) {
  const auto seed = tests::test_seed(20261102);
  prng chance{seed};
  for (std::uint64_t n = 0; n < tests::test_size(50'000); ++n) {
    const std::string sign = chance.chance(1, 2) ? "-" : "";
    std::string whole, fraction;
    for (auto k = chance.below(12) + 1; k > 0; --k)
      whole += static_cast<char>('0' + chance.below(10));
    for (auto k = chance.below(13); k > 0; --k)
      fraction += static_cast<char>('0' + (chance.chance(1, 2) ? 0 : chance.below(10)));
    const int exponent = chance.chance(1, 3) ? static_cast<int>(chance.between(-12, 12)) : 0;
    std::string text = sign + whole;
    if (!fraction.empty()) text += "." + fraction;
    if (exponent != 0) text += (chance.chance(1, 2) ? "e" : "E") + std::to_string(exponent);
    const auto wanted = oracle(sign, whole, fraction, exponent);
    const auto got = parse_decimal(text);
    ASSERT_EQ(got.ok(), wanted.has_value()) << text << ", " << tests::repeat_with(seed);
    if (wanted) {
      ASSERT_EQ(*got, *wanted) << text << ", " << tests::repeat_with(seed);
    }
  }
}

TEST(Decimal, ReadsBackWhatItWrote) {
  const auto seed = tests::test_seed(7);
  prng chance{seed};
  for (std::uint64_t n = 0; n < tests::test_size(50'000); ++n) {
    auto units = static_cast<std::int64_t>(chance.next());
    units >>= chance.below(64);
    ASSERT_EQ(*parse_decimal(format_decimal(units)), units) << tests::repeat_with(seed);
  }
}

TEST(Decimal, RoundsProductsByTheirNames) {
  const auto third = price::from_units(333'333'333);
  const auto three = quantity::from_units(3'000'000'001);
  // 0.333333333 x 3.000000001 = 0.999999999 333333333 (1e-18).
  EXPECT_EQ(notional_floor(third, three)->units(), 999'999'999);
  EXPECT_EQ(notional_ceil(third, three)->units(), 1'000'000'000);
  EXPECT_EQ(notional_half_even(third, three)->units(), 999'999'999);
  EXPECT_EQ(notional_ceil(price::max(), quantity::max()).code(), ec::out_of_range);
}

TEST(Decimal, DividesLikeTheOracleWithEachRounding) {
  const auto seed = tests::test_seed(11);
  prng chance{seed};
  for (std::uint64_t n = 0; n < tests::test_size(20'000); ++n) {
    const auto dividend = chance.between(-1000, 1000);
    const auto divisor = chance.between(1, 12);
    const auto down = divide_floor(dividend, divisor);
    const auto up = divide_ceil(dividend, divisor);
    const auto even = divide_half_even(dividend, divisor);
    ASSERT_LE(down * divisor, dividend);
    ASSERT_LT(dividend, (down + 1) * divisor);
    ASSERT_GE(up * divisor, dividend);
    ASSERT_GT(dividend, (up - 1) * divisor);
    const auto below = dividend - down * divisor;
    const auto above = up * divisor - dividend;
    if (below < above) {
      ASSERT_TRUE(even == down) << tests::repeat_with(seed);
    } else if (below > above) {
      ASSERT_TRUE(even == up) << tests::repeat_with(seed);
    } else {
      ASSERT_TRUE(even % 2 == 0 || down == up) << tests::repeat_with(seed);
    }
  }
}

TEST(Decimal, DividesByTheScaleAsByAnyNumber) {
  const auto seed = tests::test_seed(12);
  prng chance{seed};
  const auto check = [&](int128 dividend) {
    const auto even = divide_half_even(dividend, decimal_scale);
    const auto down = divide_floor(dividend, decimal_scale);
    const int128 twice = 2 * (dividend - down * decimal_scale);
    const bool up = twice > decimal_scale || (twice == decimal_scale && down % 2 != 0);
    ASSERT_TRUE(even == down + (up ? 1 : 0)) << tests::repeat_with(seed);
  };
  // Around whole and half units of every size, the border of the quick way among them.
  for (int bits = 0; bits < 80; ++bits)
    for (const std::int64_t half : {0, 1, 2, 3})
      for (const std::int64_t off : {-1, 0, 1}) {
        const auto at =
            (static_cast<int128>(1) << bits) * decimal_scale + half * (decimal_scale / 2) + off;
        check(at);
        check(-at);
      }
  for (std::uint64_t n = 0; n < tests::test_size(20'000); ++n)
    check(static_cast<int128>(chance.between(INT64_MIN / 2, INT64_MAX / 2)) *
          chance.between(-4'000'000'000, 4'000'000'000));
}

TEST(Decimal, KnowsTheTick) {
  const auto p = [](const char* text) { return *price::parse(text); };
  EXPECT_EQ(tick_size(p("1")).text(), "0.01");
  EXPECT_EQ(tick_size(p("0.9999")).text(), "0.0001");
  EXPECT_EQ(round_to_tick_down(p("187.359")).text(), "187.35");
  EXPECT_EQ(round_to_tick_up(p("187.351")).text(), "187.36");
  EXPECT_EQ(round_to_tick_nearest(p("187.355")).text(), "187.36");
  EXPECT_EQ(round_to_tick_nearest(p("187.345")).text(), "187.34");
  EXPECT_TRUE(on_tick(p("187.35")));
  EXPECT_FALSE(on_tick(p("187.351")));
  EXPECT_TRUE(on_tick(p("0.1234")));
}

TEST(Decimal, ShiftsByBasisPoints) {
  EXPECT_EQ(shift_basis_points(*price::parse("200"), 10).text(), "200.2");
  EXPECT_EQ(shift_basis_points(*price::parse("200"), -150).text(), "197");
  EXPECT_EQ(basis_points_floor(*money::parse("100000"), 1000).text(), "10000");
}

TEST(Decimal, TakesOnlyFinitePricesFromIndicators) {
  EXPECT_EQ(price_from_indicator(101.25)->text(), "101.25");
  EXPECT_EQ(price_from_indicator(std::numeric_limits<double>::quiet_NaN()).code(),
            ec::out_of_range);
  EXPECT_EQ(price_from_indicator(std::numeric_limits<double>::infinity()).code(), ec::out_of_range);
  EXPECT_EQ(price_from_indicator(1e300).code(), ec::out_of_range);
}

TEST(DecimalDeathTest, AnOverflowingSumIsAProgrammingError) {
  EXPECT_DEATH((void)(money::max() + money::from_units(1)), "a decimal sum is in range");
}

}  // namespace
}  // namespace bw
