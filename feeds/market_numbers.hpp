#pragma once

#include <cstdint>
#include <string_view>

#include "core/decimal.hpp"
#include "core/time.hpp"

namespace bw {

/// The decimals of a market-data stream: short, plain, without sign or exponent. Reads at most nine
/// digits before and nine behind the point; everything else goes to parse_decimal, which decides
/// what is an error. Both give the same number wherever both give one.
inline result<std::int64_t> parse_market_decimal(std::string_view text) {
  static constexpr std::uint64_t powers[] = {
      1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto digit = [&] { return at != end && *at >= '0' && *at <= '9'; };
  std::uint64_t number = 0;
  const char* const whole = at;
  for (; digit(); ++at) number = number * 10 + static_cast<std::uint64_t>(*at - '0');
  const auto whole_digits = at - whole;
  if (whole_digits == 0 || whole_digits > decimal_places) return parse_decimal(text);
  std::ptrdiff_t fraction_digits = 0;
  if (at != end && *at == '.') {
    const char* const fraction = ++at;
    for (; digit() && at - fraction < decimal_places; ++at)
      number = number * 10 + static_cast<std::uint64_t>(*at - '0');
    fraction_digits = at - fraction;
    if (fraction_digits == 0) return parse_decimal(text);
  }
  if (at != end) return parse_decimal(text);
  return static_cast<std::int64_t>(number * powers[fraction_digits]);
}

/// Reads the stream's instants, "2026-11-02T14:31:05.123456789Z". The day of the last one is kept,
/// because ten thousands of them follow each other on one day. Any other form goes to
/// parse_rfc3339. For one thread.
class market_time_reader {
 public:
  result<utc_ns> read(std::string_view text);

 private:
  char day_[10] = {};
  std::int64_t midnight_ns_ = 0;
  bool known_ = false;
};

}  // namespace bw
