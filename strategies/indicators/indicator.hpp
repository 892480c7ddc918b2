#pragma once

#include <concepts>
#include <cstddef>
#include <optional>

namespace bw {

/// What every indicator is: a value type that takes one number, or one bar, after another in
/// constant time, and says what it makes of them. Nothing is allocated after construction, and a
/// copy goes on from where the original stood, so that saving an indicator is copying it.
///
/// `value` is empty until `warm_up` inputs were added; `ready` says which. An input that says
/// nothing, such as a bar without volume for a price that is weighted by it, can leave the value
/// empty for longer; the indicator's own comment says so.
template <class T, class... Input>
concept indicator = std::copyable<T> && requires(T x, const T& seen, Input... input) {
  x.add(input...);
  { seen.value().has_value() } -> std::same_as<bool>;
  { seen.ready() } -> std::same_as<bool>;
  { seen.warm_up() } -> std::same_as<std::size_t>;
};

/// A bar as most indicators look at it.
struct price_reach {
  double high = 0;
  double low = 0;
  double close = 0;

  /// The price that stands for the whole bar.
  double typical() const { return (high + low + close) / 3.0; }
};

/// Three lines around a price.
struct value_band {
  double upper = 0;
  double middle = 0;
  double lower = 0;

  double width() const { return upper - lower; }
  /// Where a price `x` stands between the lower line, 0, and the upper one, 1; beyond them it lies
  /// outside. Empty when the lines fall together.
  std::optional<double> place_of(double x) const {
    if (!(width() > 0)) return std::nullopt;
    return (x - lower) / width();
  }
};

}  // namespace bw
