#pragma once

#include <string_view>

#include "core/decimal.hpp"

namespace bw {

/// Reads a number that the broker has divided, such as an average price or a market value: more
/// than nine decimals are allowed and rounded half to even. For reports only; limits and quantities
/// are exact and go through parse_decimal.
result<std::int64_t> parse_decimal_half_even(std::string_view text);

}  // namespace bw
