#include "domain/entry_round.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace bw {

std::vector<order_request> entry_round::take(
    const std::function<std::string_view(symbol_id)>& name) {
  auto out = std::exchange(entries_, {});
  std::stable_sort(out.begin(), out.end(), [&](const order_request& a, const order_request& b) {
    if (a.rank_ppm != b.rank_ppm) return a.rank_ppm > b.rank_ppm;
    return std::tuple{name(a.symbol), a.strategy} < std::tuple{name(b.symbol), b.strategy};
  });
  return out;
}

}  // namespace bw
