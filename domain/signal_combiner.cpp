#include "domain/signal_combiner.hpp"

#include <algorithm>
#include <tuple>

namespace bw {

namespace {

bool is_open(const signal_candidate& x) { return x.fate == signal_fate::ordered; }
bool is_entry(const signal_candidate& x) { return x.what.purpose == order_purpose::entry; }

bool goes_before(const signal_candidate& a, const signal_candidate& b) {
  const auto key = [](const signal& x) {
    return std::tuple{x.symbol, x.strategy, x.purpose, x.side, x.reason};
  };
  const auto rank = [](const signal_candidate& x) {
    return std::uint64_t{x.what.confidence_ppm} * x.weight_ppm;
  };
  if (rank(a) != rank(b)) return rank(a) > rank(b);
  return key(a.what) < key(b.what);
}

/// An entry that was marked a moment ago still counts: the outcome does not depend on the order.
bool meets_opposite(std::span<const signal_candidate> all, const signal_candidate& x) {
  return std::any_of(all.begin(), all.end(), [&](const signal_candidate& other) {
    return (is_open(other) || other.fate == signal_fate::conflict) &&
           other.what.symbol == x.what.symbol && other.what.side == opposite(x.what.side);
  });
}

bool has_slot(std::span<const signal_candidate> earlier, const position_slots& slots,
              symbol_id symbol) {
  if (std::find(slots.taken.begin(), slots.taken.end(), symbol) != slots.taken.end()) return true;
  return std::any_of(earlier.begin(), earlier.end(), [&](const signal_candidate& x) {
    return is_open(x) && is_entry(x) && x.what.symbol == symbol;
  });
}

}  // namespace

void combine_signals(std::span<signal_candidate> candidates, const position_slots& slots) {
  std::sort(candidates.begin(), candidates.end(), goes_before);
  for (auto& x : candidates)
    if (is_open(x) && is_entry(x) && meets_opposite(candidates, x)) x.fate = signal_fate::conflict;

  auto free = slots.free;
  for (std::size_t k = 0; k < candidates.size(); ++k) {
    auto& x = candidates[k];
    if (!is_open(x) || !is_entry(x)) continue;
    if (has_slot(candidates.first(k), slots, x.what.symbol)) continue;
    if (free == 0)
      x.fate = signal_fate::not_free;
    else
      --free;
  }
}

}  // namespace bw
