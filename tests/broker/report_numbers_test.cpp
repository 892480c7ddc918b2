#include "broker/report_numbers.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/prng.hpp"

namespace bw {
namespace {

TEST(report_numbers, rounds_half_to_even_behind_the_ninth_decimal) {
  const struct {
    const char* text;
    const char* rounded;
  } rows[] = {
      {"187.333333333333", "187.333333333"},
      {"187.6666666666", "187.666666667"},
      {"0.0000000005", "0"},
      {"0.0000000015", "0.000000002"},
      {"0.0000000025", "0.000000002"},
      {"0.00000000250001", "0.000000003"},
      {"-0.0000000015", "-0.000000002"},
      {"-187.6666666666", "-187.666666667"},
      {"0.9999999995", "1"},
      {"1.5", "1.5"},
      {"12", "12"},
      {"1e2", "100"},
  };
  for (const auto& row : rows) {
    const auto units = parse_decimal_half_even(row.text);
    ASSERT_TRUE(units.ok()) << row.text;
    EXPECT_EQ(format_decimal(*units), row.rounded) << row.text;
  }
}

TEST(report_numbers, refuses_what_is_no_number) {
  for (const char* text : {"", "abc", "1.23456789012x", "1.", "NaN", "1.0000000000-"})
    EXPECT_FALSE(parse_decimal_half_even(text).ok()) << text;
  EXPECT_EQ(parse_decimal_half_even("9223372036.8547758079").code(), ec::out_of_range);
}

// Against 128-bit arithmetic on the digits themselves.
TEST(report_numbers, agrees_with_exact_division) {
  const std::uint64_t seed = 11;
  SCOPED_TRACE("seed " + std::to_string(seed));
  prng random{seed};
  for (int k = 0; k < 50'000; ++k) {
    const auto whole = static_cast<std::int64_t>(random.below(1'000'000));
    const auto digits = static_cast<int>(random.between(1, 14));
    std::string fraction;
    int128 scaled = whole;
    int128 scale = 1;
    for (int d = 0; d < digits; ++d) {
      const auto digit = random.chance(1, 2) ? random.below(10) : 5 * random.below(2);
      fraction += static_cast<char>('0' + digit);
      scaled = scaled * 10 + static_cast<std::int64_t>(digit);
      scale *= 10;
    }
    const auto text = std::to_string(whole) + "." + fraction;
    const auto units = parse_decimal_half_even(text);
    ASSERT_TRUE(units.ok()) << text;
    EXPECT_EQ(*units, static_cast<std::int64_t>(divide_half_even(scaled * decimal_scale, scale)))
        << text;
  }
}

}  // namespace
}  // namespace bw
