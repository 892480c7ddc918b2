#include "domain/order_keeping.hpp"

#include <algorithm>
#include <map>

namespace bw {
namespace {

quantity remaining_of(const open_order_report& x) {
  return x.filled_total < x.qty ? x.qty - x.filled_total : quantity{};
}

bool is_stop(order_type type) {
  return type == order_type::stop || type == order_type::stop_limit ||
         type == order_type::trailing_stop;
}

/// Orders of which one can execute.
struct order_group {
  symbol_name symbol;
  quantity remaining;
  bool opposes = true;
  bool has_stop = false;
  utc_ns since{INT64_MAX};
  bool stays = false;
};

}  // namespace

std::vector<open_order_report> not_risk_reducing(const std::vector<position_report>& positions,
                                                 const std::vector<open_order_report>& open) {
  std::map<symbol_name, quantity> held;
  for (const auto& x : positions) held[x.symbol] += x.qty;
  const auto position_in = [&](const symbol_name& symbol) {
    const auto at = held.find(symbol);
    return at == held.end() ? quantity{} : at->second;
  };

  std::map<client_order_id, order_group> groups;
  const auto group_of = [&open](const open_order_report& x) {
    if (!x.parent.empty()) return x.parent;
    // One that is about to take another one's place: both are open for a moment.
    for (const auto& old : open)
      if (!x.replaces.empty() && old.venue_id == x.replaces) return old.client_id;
    return x.client_id;
  };
  for (const auto& x : open) {
    auto& group = groups[group_of(x)];
    const auto position = position_in(x.symbol);
    group.symbol = x.symbol;
    group.remaining = std::max(group.remaining, remaining_of(x));
    group.opposes =
        group.opposes && (x.side == side::sell ? position.is_positive() : position.is_negative());
    group.has_stop = group.has_stop || is_stop(x.type);
    group.since = std::min(group.since, x.submitted_at);
  }

  std::vector<order_group*> in_turn;
  for (auto& [id, group] : groups)
    if (group.opposes) in_turn.push_back(&group);
  std::stable_sort(in_turn.begin(), in_turn.end(), [](const auto* a, const auto* b) {
    return a->has_stop != b->has_stop ? a->has_stop : a->since < b->since;
  });
  std::map<symbol_name, quantity> taken;
  for (auto* group : in_turn) {
    auto& sum = taken[group->symbol];
    if (sum + group->remaining > abs(position_in(group->symbol))) continue;
    sum += group->remaining;
    group->stays = true;
  }

  std::vector<open_order_report> out;
  for (const auto& x : open)
    if (!groups[group_of(x)].stays) out.push_back(x);
  return out;
}

}  // namespace bw
