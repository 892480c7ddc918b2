#include "core/decimal.hpp"

#include <cmath>

namespace bw {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Largest magnitude an exponent may have: beyond it every non-zero number is out of range anyway.
constexpr int exponent_max = 400;

error bad(std::string_view text, const char* why) {
  constexpr std::size_t shown_max = 40;
  return {ec::parse_failed,
          "'" + std::string{text.substr(0, shown_max)} + "' is not a decimal number: " + why};
}

struct split_number {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  int exponent = 0;
};

result<split_number> split(std::string_view text) {
  split_number out;
  std::size_t at = 0;
  if (at < text.size() && text[at] == '-') {
    out.negative = true;
    ++at;
  }
  const auto whole_begin = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  out.whole = text.substr(whole_begin, at - whole_begin);
  if (out.whole.empty()) return bad(text, "it needs a digit before the point");
  if (at < text.size() && text[at] == '.') {
    const auto fraction_begin = ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
    out.fraction = text.substr(fraction_begin, at - fraction_begin);
    if (out.fraction.empty()) return bad(text, "it needs a digit after the point");
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    const bool minus = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const auto digits_begin = at;
    while (at < text.size() && is_digit(text[at])) {
      if (out.exponent < exponent_max) out.exponent = out.exponent * 10 + (text[at] - '0');
      ++at;
    }
    if (at == digits_begin) return bad(text, "the exponent has no digits");
    if (minus) out.exponent = -out.exponent;
  }
  if (at != text.size()) return bad(text, "a character does not belong to it");
  return out;
}

}  // namespace

result<std::int64_t> parse_decimal(std::string_view text) {
  const auto parts = split(text);
  if (!parts) return parts.failure();

  // Digit k of whole+fraction has the weight 10^(point - 1 - k); 1e-9 is the last one kept.
  const auto digits_total = parts->whole.size() + parts->fraction.size();
  const auto digit_at = [&](std::size_t k) {
    return k < parts->whole.size() ? parts->whole[k] : parts->fraction[k - parts->whole.size()];
  };
  const auto point = static_cast<std::int64_t>(parts->whole.size()) + parts->exponent;
  std::int64_t units = 0;  // Kept negative: the range of int64 reaches one further down than up.
  bool overflow = false;
  const auto take = [&](int digit) {
    overflow = overflow || __builtin_mul_overflow(units, std::int64_t{10}, &units) ||
               __builtin_sub_overflow(units, std::int64_t{digit}, &units);
  };
  for (std::size_t k = 0; k < digits_total; ++k) {
    const int digit = digit_at(k) - '0';
    const auto weight = point - 1 - static_cast<std::int64_t>(k);
    if (weight < -decimal_places) {
      if (digit != 0) return bad(text, "more than nine decimals");
    } else {
      take(digit);
    }
    if (overflow) break;
  }
  // Digits that the text left out behind its last one: 1e3 has three of them before the point.
  const auto last_weight = point - static_cast<std::int64_t>(digits_total);
  for (auto weight = last_weight - 1; weight >= -decimal_places && !overflow && units != 0;
       --weight)
    take(0);
  if (!overflow && !parts->negative)
    overflow = __builtin_sub_overflow(std::int64_t{0}, units, &units);
  if (overflow)
    return {ec::out_of_range, "'" + std::string{text.substr(0, 40)} + "' is beyond ±9.2e9"};
  return units;
}

std::size_t format_decimal(std::int64_t units, char* out) noexcept {
  char* at = out;
  // The magnitude of INT64_MIN fits unsigned only.
  auto magnitude =
      units < 0 ? 0 - static_cast<std::uint64_t>(units) : static_cast<std::uint64_t>(units);
  if (units < 0) *at++ = '-';
  const auto whole = magnitude / static_cast<std::uint64_t>(decimal_scale);
  auto fraction = magnitude % static_cast<std::uint64_t>(decimal_scale);
  char reversed[20];
  int count = 0;
  auto rest = whole;
  do {
    reversed[count++] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  while (count > 0) *at++ = reversed[--count];
  if (fraction != 0) {
    *at++ = '.';
    int places = decimal_places;
    while (fraction % 10 == 0) {
      fraction /= 10;
      --places;
    }
    for (int k = places - 1; k >= 0; --k) {
      at[k] = static_cast<char>('0' + fraction % 10);
      fraction /= 10;
    }
    at += places;
  }
  return static_cast<std::size_t>(at - out);
}

std::string format_decimal(std::int64_t units) {
  char buffer[24];
  return {buffer, format_decimal(units, buffer)};
}

namespace {

/// Amounts of accounts in exact units, divided by the scale: two divisions by a constant, which
/// are multiplications, in the place of one of 128 bits.
std::int64_t divide_scale_half_even(uint128 dividend) {
  constexpr auto scale = static_cast<std::uint64_t>(decimal_scale);
  constexpr unsigned half = 32;
  const auto high = static_cast<std::uint64_t>(dividend >> half);
  const auto low = (high % scale) << half | static_cast<std::uint32_t>(dividend);
  auto quotient = ((high / scale) << half) + low / scale;
  const auto twice = 2 * (low % scale);
  if (twice > scale || (twice == scale && quotient % 2 != 0)) ++quotient;
  return static_cast<std::int64_t>(quotient);
}

}  // namespace

int128 divide_half_even(int128 dividend, int128 divisor) {
  // Below it the quotient fits 63 bits, and half to even is the same on either side of zero.
  constexpr int128 small = static_cast<int128>(decimal_scale) << 62;
  if (divisor == decimal_scale && dividend > -small && dividend < small) {
    const bool negative = dividend < 0;
    const auto quotient =
        divide_scale_half_even(static_cast<uint128>(negative ? -dividend : dividend));
    return negative ? -quotient : quotient;
  }
  int128 quotient = divide_floor(dividend, divisor);
  const int128 twice = 2 * (dividend - quotient * divisor);
  if (twice > divisor || (twice == divisor && quotient % 2 != 0)) ++quotient;
  return quotient;
}

namespace {

result<money> as_money(int128 units, price p, quantity q) {
  if (!fits_decimal(units))
    return {ec::out_of_range, p.text() + " x " + q.text() + " is beyond the range of money"};
  return money::from_units(static_cast<std::int64_t>(units));
}

}  // namespace

result<money> notional_ceil(price p, quantity q) {
  return as_money(divide_ceil(notional_exact(p, q), decimal_scale), p, q);
}
result<money> notional_floor(price p, quantity q) {
  return as_money(divide_floor(notional_exact(p, q), decimal_scale), p, q);
}
result<money> notional_half_even(price p, quantity q) {
  return as_money(divide_half_even(notional_exact(p, q), decimal_scale), p, q);
}

money basis_points_floor(money amount, std::int64_t basis_points) {
  constexpr std::int64_t one = 10'000;
  // Amounts of accounts fit 64 bits, where a division by a constant is a multiplication.
  std::int64_t product = 0;
  if (!amount.is_negative() && basis_points >= 0 &&
      !__builtin_mul_overflow(amount.units(), basis_points, &product))
    return money::from_units(product / one);
  const int128 units = divide_floor(static_cast<int128>(amount.units()) * basis_points, one);
  BW_ASSERT(fits_decimal(units), "a share of an amount is in range");
  return money::from_units(static_cast<std::int64_t>(units));
}

price shift_basis_points(price p, std::int64_t basis_points) {
  const int128 units =
      divide_half_even(static_cast<int128>(p.units()) * (10'000 + basis_points), 10'000);
  if (units > INT64_MAX) return price::from_units(INT64_MAX);
  if (units < INT64_MIN) return price::from_units(INT64_MIN);
  return price::from_units(static_cast<std::int64_t>(units));
}

price average_price_half_even(int128 notional_1e18, quantity shares) {
  BW_ASSERT(shares.is_positive(), "an average needs a positive number of shares");
  const int128 units = divide_half_even(notional_1e18, shares.units());
  BW_ASSERT(fits_decimal(units), "an average price is in range");
  return price::from_units(static_cast<std::int64_t>(units));
}

namespace {

/// What a price that is not negative has beyond its last whole tick. Each divisor is a constant:
/// that makes the division a multiplication.
std::int64_t beyond_tick(price p) {
  constexpr auto whole = tick_size(price::from_units(decimal_scale)).units();
  constexpr auto fine = tick_size(price{}).units();
  return p.units() >= decimal_scale ? p.units() % whole : p.units() % fine;
}

}  // namespace

price round_to_tick_down(price p) {
  if (!p.is_negative()) return price::from_units(p.units() - beyond_tick(p));
  const auto tick = tick_size(p).units();
  return price::from_units(static_cast<std::int64_t>(divide_floor(p.units(), tick)) * tick);
}
price round_to_tick_up(price p) {
  const auto tick = tick_size(p).units();
  if (!p.is_negative() && p <= price::max() - tick_size(p)) {
    const auto beyond = beyond_tick(p);
    return price::from_units(beyond == 0 ? p.units() : p.units() - beyond + tick);
  }
  return price::from_units(static_cast<std::int64_t>(divide_ceil(p.units(), tick)) * tick);
}
price round_to_tick_nearest(price p) {
  const auto tick = tick_size(p).units();
  return price::from_units(static_cast<std::int64_t>(divide_half_even(p.units(), tick)) * tick);
}
bool on_tick(price p) { return p.units() % tick_size(p).units() == 0; }

result<price> price_from_indicator(double value) {  // tidy-ok: the named way back from indicators
  constexpr double limit = 9.2e9;                   // tidy-ok: the named way back from indicators
  if (!(value > -limit && value < limit))
    return {ec::out_of_range, "an indicator's value is no price"};
  return price::from_units(std::llround(value * 1e9));
}

}  // namespace bw
