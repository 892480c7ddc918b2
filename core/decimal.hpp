#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/assert.hpp"
#include "core/int128.hpp"
#include "core/result.hpp"

namespace bw {

/// Decimal places carried by price, quantity and money.
inline constexpr int decimal_places = 9;
inline constexpr std::int64_t decimal_scale = 1'000'000'000;

/// Reads a decimal number into units of 1e-9, exactly.
/// Accepts `-`, digits, a fraction and an exponent; refuses a leading `+`, blanks, hexadecimal,
/// NaN, infinity, an empty text, and a tenth decimal that is not zero (ec::parse_failed).
/// Beyond int64 the answer is ec::out_of_range.
result<std::int64_t> parse_decimal(std::string_view text);

/// Shortest text of a number of 1e-9 units: "150", "150.25", "-0.000000001", "0".
/// `out` must have room for 24 characters; answers how many were written.
std::size_t format_decimal(std::int64_t units, char* out) noexcept;
std::string format_decimal(std::int64_t units);

/// One fixed-point number with a unit. Range ±9.22e9. Addition and subtraction are checked:
/// an overflow is a programming error, because input is bounded where it enters.
template <class Tag>
class decimal {
 public:
  constexpr decimal() = default;

  /// From units of 1e-9.
  static constexpr decimal from_units(std::int64_t units) {
    decimal out;
    out.units_ = units;
    return out;
  }
  /// From a whole number; must lie within ±9.2e9.
  static constexpr decimal from_int(std::int64_t whole) {
    std::int64_t units = 0;
    BW_ASSERT(!__builtin_mul_overflow(whole, decimal_scale, &units), "a decimal is in range");
    return from_units(units);
  }
  static result<decimal> parse(std::string_view text) {
    auto units = parse_decimal(text);
    if (!units) return std::move(units).failure();
    return from_units(*units);
  }
  /// Largest value: use as "no limit".
  static constexpr decimal max() { return from_units(INT64_MAX); }

  constexpr std::int64_t units() const { return units_; }
  constexpr bool is_zero() const { return units_ == 0; }
  constexpr bool is_positive() const { return units_ > 0; }
  constexpr bool is_negative() const { return units_ < 0; }
  std::string text() const { return format_decimal(units_); }
  /// For indicators, statistics and metrics; never for a decision about money.
  constexpr double to_double() const { return static_cast<double>(units_) / 1e9; }  // tidy-ok: exit

  friend constexpr auto operator<=>(const decimal&, const decimal&) = default;

  friend constexpr decimal operator+(decimal a, decimal b) {
    std::int64_t sum = 0;
    BW_ASSERT(!__builtin_add_overflow(a.units_, b.units_, &sum), "a decimal sum is in range");
    return from_units(sum);
  }
  friend constexpr decimal operator-(decimal a, decimal b) {
    std::int64_t difference = 0;
    BW_ASSERT(!__builtin_sub_overflow(a.units_, b.units_, &difference),
              "a decimal difference is in range");
    return from_units(difference);
  }
  constexpr decimal operator-() const { return decimal{} - *this; }
  constexpr decimal& operator+=(decimal other) { return *this = *this + other; }
  constexpr decimal& operator-=(decimal other) { return *this = *this - other; }

 private:
  std::int64_t units_ = 0;
};

/// US dollars for one share.
using price = decimal<struct price_tag>;
/// Shares. Negative for a short position, never in an order.
using quantity = decimal<struct quantity_tag>;
/// US dollars.
using money = decimal<struct money_tag>;

template <class Tag>
constexpr decimal<Tag> abs(decimal<Tag> x) {
  return x.is_negative() ? -x : x;
}

/// price × quantity, exact, in units of 1e-18.
constexpr int128 notional_exact(price p, quantity q) {
  return static_cast<int128>(p.units()) * q.units();
}

/// A division of a scaled product, with its rounding in its name. The divisor is positive.
constexpr int128 divide_floor(int128 dividend, int128 divisor) {
  const int128 quotient = dividend / divisor;
  return dividend % divisor < 0 ? quotient - 1 : quotient;
}
constexpr int128 divide_ceil(int128 dividend, int128 divisor) {
  return -divide_floor(-dividend, divisor);
}
int128 divide_half_even(int128 dividend, int128 divisor);

/// True when a number of 1e-9 units fits int64.
constexpr bool fits_decimal(int128 units) { return units >= INT64_MIN && units <= INT64_MAX; }

/// price × quantity rounded up (away from our favour for a limit). ec::out_of_range beyond ±9.2e9.
result<money> notional_ceil(price p, quantity q);
/// price × quantity rounded down: what is surely there.
result<money> notional_floor(price p, quantity q);
/// price × quantity rounded half to even: for books and reports.
result<money> notional_half_even(price p, quantity q);

/// Share of an amount in basis points (1e-4), rounded down.
money basis_points_floor(money amount, std::int64_t basis_points);
/// A price moved by basis points, rounded half to even (1e-9). Saturates at the type's range.
price shift_basis_points(price p, std::int64_t basis_points);

/// amount / shares rounded half to even; shares must be positive.
price average_price_half_even(int128 notional_1e18, quantity shares);

/// Smallest price step of US equities: 0.01 from one dollar up, 0.0001 below (Reg NMS rule 612).
constexpr price tick_size(price p) {
  return p.units() >= decimal_scale ? price::from_units(10'000'000) : price::from_units(100'000);
}
price round_to_tick_down(price p);
price round_to_tick_up(price p);
price round_to_tick_nearest(price p);
/// True when the price is a whole number of ticks.
bool on_tick(price p);

/// The one way back from an indicator's floating-point number: nearest 1e-9.
/// ec::out_of_range for NaN, infinity and beyond the range.
result<price> price_from_indicator(double value);  // tidy-ok: the named way back from indicators

}  // namespace bw

template <class Tag>
struct std::hash<bw::decimal<Tag>> {
  std::size_t operator()(const bw::decimal<Tag>& x) const noexcept {
    return std::hash<std::int64_t>{}(x.units());
  }
};
