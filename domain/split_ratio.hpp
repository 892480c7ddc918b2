#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/decimal.hpp"

namespace bw {

/// A split: `before` shares become `after` shares. 7:1 is {7, 1}, a reverse split 1:8 is {1, 8}.
/// Both are positive and at most ratio_max.
struct split_ratio {
  static constexpr std::int64_t ratio_max = 1'000'000;

  std::int64_t after = 1;
  std::int64_t before = 1;

  friend bool operator==(const split_ratio&, const split_ratio&) = default;
};

/// "2:1", two new shares for one old, in lowest terms; nothing for any other text.
std::optional<split_ratio> parse_split_ratio(std::string_view text);

/// Shares after the split; what cannot be expressed in 1e-9 of a share is dropped.
constexpr quantity after_split(quantity held, split_ratio by) {
  return quantity::from_units(
      static_cast<std::int64_t>(static_cast<int128>(held.units()) * by.after / by.before));
}

/// A price a share after the split, half even.
inline price after_split(price at, split_ratio by) {
  return price::from_units(static_cast<std::int64_t>(
      divide_half_even(static_cast<int128>(at.units()) * by.before, by.after)));
}

}  // namespace bw
