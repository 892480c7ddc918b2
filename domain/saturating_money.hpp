#pragma once

#include "core/decimal.hpp"

namespace bw {

/// A sum of notionals, in units of 1e-18, as money: rounded up, against us. What is beyond the
/// range of money becomes its largest value, which no limit lets pass.
inline money money_ceil(int128 exact) {
  const auto units = divide_ceil(exact, decimal_scale);
  return units > INT64_MAX ? money::max() : money::from_units(static_cast<std::int64_t>(units));
}

}  // namespace bw
