#include "analytics/thinning.hpp"

#include <algorithm>

namespace bw {

std::vector<chart_point> thin(const std::vector<chart_point>& line, std::size_t columns) {
  if (line.size() <= 4 * columns || columns == 0) return line;
  const double begin = line.front().x;
  const double width = (line.back().x - begin) / static_cast<double>(columns);
  const auto column_of = [&](const chart_point& point) {
    if (!(width > 0)) return std::size_t{0};
    return std::min(static_cast<std::size_t>((point.x - begin) / width), columns - 1);
  };
  std::vector<chart_point> out;
  for (std::size_t first = 0; first < line.size();) {
    const auto column = column_of(line[first]);
    std::size_t last = first;
    std::size_t lowest = first;
    std::size_t highest = first;
    for (; last + 1 < line.size() && column_of(line[last + 1]) == column; ++last) {
      if (line[last + 1].y < line[lowest].y) lowest = last + 1;
      if (line[last + 1].y > line[highest].y) highest = last + 1;
    }
    std::size_t kept[] = {first, std::min(lowest, highest), std::max(lowest, highest), last};
    for (std::size_t k = 0; k < 4; ++k)
      if (k == 0 || kept[k] != kept[k - 1]) out.push_back(line[kept[k]]);
    first = last + 1;
  }
  return out;
}

}  // namespace bw
