#include "strategies/strategy.hpp"

#include <algorithm>
#include <cmath>

namespace bw {

std::uint32_t confidence_from_fraction(double fraction) {
  if (!(fraction > 0)) return 0;
  return static_cast<std::uint32_t>(std::lround(std::min(fraction, 1.0) * 1e6));
}

indicator_value named_value(std::string_view name, double value) {
  constexpr double limit = 9.2e18;
  indicator_value out;
  out.name = cut<decltype(out.name)>(name);
  if (std::isnan(value)) return out;
  out.units = std::llround(std::clamp(value * 1e9, -limit, limit));
  return out;
}

}  // namespace bw
