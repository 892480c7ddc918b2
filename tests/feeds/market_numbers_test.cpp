#include "feeds/market_numbers.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/prng.hpp"

namespace bw {
namespace {

// The general parsers of core are the oracle: same value where both succeed, same failure
// elsewhere.

template <class T>
void expect_same(const result<T>& fast, const result<T>& slow, const std::string& text) {
  ASSERT_EQ(fast.ok(), slow.ok()) << text;
  if (fast.ok()) {
    EXPECT_EQ(*fast, *slow) << text;
  } else {
    EXPECT_EQ(fast.code(), slow.code()) << text;
  }
}

TEST(market_numbers, decimal_agrees_with_the_general_parser_on_edges) {
  for (const char* text : {"0",
                           "1",
                           "187.351",
                           "0.0001",
                           "999999999.999999999",
                           "1000000000",
                           "9223372036",
                           "9223372037",
                           "1.1234567890",
                           "1.12345678901",
                           "00012",
                           ".5",
                           "5.",
                           "-1",
                           "+1",
                           "",
                           "-",
                           "1e3",
                           "1.5E-2",
                           "1e308",
                           "NaN",
                           "inf",
                           "0x10",
                           "1 ",
                           " 1",
                           "1.2.3",
                           "1,5",
                           "123456789012345678901234567890",
                           "0.0000000001",
                           "0.000000000"})
    expect_same(parse_market_decimal(text), parse_decimal(text), text);
}

TEST(market_numbers, decimal_agrees_with_the_general_parser_on_random_text) {
  const std::uint64_t seed = 20261102;
  SCOPED_TRACE("seed " + std::to_string(seed));
  prng random{seed};
  constexpr std::string_view letters = "0123456789.-e";
  for (int k = 0; k < 200'000; ++k) {
    std::string text;
    for (auto n = random.below(14); n > 0; --n) {
      // Digits far more often than the rest, so that many texts are numbers.
      const auto pick = random.chance(1, 8) ? random.below(letters.size()) : random.below(10);
      text += letters[pick];
    }
    expect_same(parse_market_decimal(text), parse_decimal(text), text);
  }
}

TEST(market_numbers, time_agrees_with_the_general_parser_on_edges) {
  market_time_reader reader;
  for (const char* text : {"2026-11-02T14:31:05.123456789Z",
                           "2026-11-02T14:31:05Z",
                           "2026-11-02T14:31:05.1Z",
                           "2026-11-02T23:59:60Z",
                           "2026-11-02T24:00:00Z",
                           "2026-11-02T14:60:00Z",
                           "2026-11-02T14:31:05.Z",
                           "2026-11-02T14:31:05.1234567891Z",
                           "2026-11-02T14:31:05",
                           "2026-11-02t14:31:05Z",
                           "2026-11-02 14:31:05Z",
                           "2026-11-02T09:31:05.5-05:00",
                           "2026-02-29T00:00:00Z",
                           "2024-02-29T00:00:00Z",
                           "2026-11-03T00:00:00.000000001Z",
                           "9999-12-31T00:00:00Z",
                           "",
                           "x",
                           "2026-11-02T1a:31:05Z",
                           "2026-11-02T14:31:05.12a4Z",
                           "2026-11-02T14:31:05.123456789z"})
    for (int twice = 0; twice < 2; ++twice)
      expect_same(reader.read(text), parse_rfc3339(text), text);
}

TEST(market_numbers, time_agrees_with_the_general_parser_on_mutated_text) {
  const std::uint64_t seed = 7;
  SCOPED_TRACE("seed " + std::to_string(seed));
  prng random{seed};
  market_time_reader reader;
  for (int k = 0; k < 100'000; ++k) {
    const utc_ns when{static_cast<std::int64_t>(random.below(4'000'000'000)) * 1'000'000'000 +
                      static_cast<std::int64_t>(random.below(1'000'000'000))};
    auto text = format_rfc3339(when);
    if (random.chance(1, 3))
      text[random.below(text.size())] = static_cast<char>(random.between(32, 126));
    expect_same(reader.read(text), parse_rfc3339(text), text);
  }
}

}  // namespace
}  // namespace bw
