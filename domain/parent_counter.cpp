#include "domain/parent_counter.hpp"

#include <algorithm>

namespace bw {

parent_counter::key parent_counter::key_of(const order_request& request) {
  return {request.header.trace, request.header.received, request.strategy, request.symbol,
          request.side,         request.purpose};
}

bool parent_counter::make_room() {
  for (std::size_t looked = order_of_arrival_.size();
       parents_.size() >= options_.parents_max && looked > 0; --looked) {
    const auto oldest = order_of_arrival_.front();
    order_of_arrival_.pop_front();
    const auto at = parents_.find(oldest);
    if (at->second.live > 0)
      order_of_arrival_.push_back(oldest);
    else
      parents_.erase(at);
  }
  return parents_.size() < options_.parents_max;
}

bool parent_counter::admit(const order_request& request) {
  const auto id = key_of(request);
  auto at = parents_.find(id);
  if (at == parents_.end()) {
    if (!make_room()) return false;
    at = parents_.emplace(id, parent{.allowed = request.qty}).first;
    order_of_arrival_.push_back(id);
  }
  auto& decision = at->second;
  if (request.qty > decision.allowed - decision.worst) return false;
  if (!children_.try_emplace(request.order, child{id, request.qty}).second) return false;
  decision.worst += request.qty;
  ++decision.live;
  return true;
}

bool parent_counter::on_report(const order_report& report) {
  const auto at = children_.find(report.request.order);
  if (at == children_.end()) return true;
  auto& [id, worst] = at->second;
  auto& decision = parents_.at(id);
  const bool over = is_terminal(report.state);
  const auto now = over ? report.filled_total : std::max(report.request.qty, report.filled_total);
  decision.worst += now - worst;
  worst = now;
  const bool fits = decision.worst <= decision.allowed;
  if (over) {
    --decision.live;
    children_.erase(at);
  }
  return fits;
}

}  // namespace bw
