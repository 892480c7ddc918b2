#include "domain/difference_tracker.hpp"

#include <algorithm>
#include <set>

namespace bw {

void difference_tracker::update(const reconcile_report& found, mono_ns now) {
  std::set<key> seen;
  for (const auto& each : found.differences) {
    const key at{each.kind, each.symbol, each.client_id};
    seen.insert(at);
    auto& entry = standing_[at];
    if (entry.looks++ == 0) entry.since = now;
    entry.what = each;
  }
  for (const auto& each : found.left_out) seen.insert({each.kind, each.symbol, each.client_id});
  std::erase_if(standing_, [&](const auto& each) {
    const bool looked_at =
        is_about_positions(each.first.kind) ? found.looked_at_positions : found.looked_at_orders;
    return looked_at && !seen.contains(each.first);
  });
}

difference_tracker::verdict difference_tracker::judge(mono_ns now) const {
  verdict out;
  out.count = standing_.size();
  for (const auto& [at, each] : standing_) {
    const auto age = now - each.since;
    if (out.text.empty() || age > out.oldest) {
      out.oldest = age;
      out.text = each.what.text();
    }
    if (age < limits_.ignore || each.looks < limits_.looks_to_reduce) continue;
    out.floor = std::max(out.floor,
                         age >= limits_.halt_after ? trading_mode::halted : trading_mode::reducing);
  }
  return out;
}

std::vector<difference> difference_tracker::differences() const {
  std::vector<difference> out;
  for (const auto& [at, each] : standing_) out.push_back(each.what);
  return out;
}

}  // namespace bw
