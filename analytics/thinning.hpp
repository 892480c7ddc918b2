#pragma once

#include <cstddef>
#include <vector>

namespace bw {

struct chart_point {
  double x = 0;
  double y = 0;

  friend bool operator==(const chart_point&, const chart_point&) = default;
};

/// Fewer points for a line of so many columns of pixels: of each column the first, lowest, highest
/// and last point, in their order. What the eye sees stays, extremes above all, and the result has
/// at most four points a column. x must not decrease. Lines that are short already stay as they
/// are.
std::vector<chart_point> thin(const std::vector<chart_point>& line, std::size_t columns);

}  // namespace bw
