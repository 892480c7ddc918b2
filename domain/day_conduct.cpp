#include "domain/day_conduct.hpp"

#include <algorithm>

namespace bw {
namespace {

bool has_left(order_state state) {
  return state != order_state::intent && state != order_state::denied &&
         state != order_state::not_sent && state != order_state::sending;
}

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

/// With one digit after the point, rounded down.
std::string tenths(std::uint64_t a, std::uint64_t b) {
  return std::to_string(a / b) + '.' + std::to_string(a % b * 10 / b);
}

}  // namespace

void day_conduct::on_report(const order_report& x, const symbol_name& symbol) {
  if (has_left(x.state)) count_order(x);
  if (x.state == order_state::canceled) count_cancel(x.at);
  if (x.last_qty.is_positive()) count_execution(x, symbol);
}

void day_conduct::count_order(const order_report& x) {
  if (seen_.size() >= orders_max) return;
  if (seen_.insert(x.client_id).second) ++orders_;
}

void day_conduct::count_cancel(utc_ns at) {
  ++cancels_;
  last_cancels_.push_back(at);
  if (last_cancels_.size() < burst_cancels) return;
  if (at - last_cancels_.front() <= burst_window) {
    ++bursts_;
    last_cancels_.clear();  // The next burst is another one.
    return;
  }
  last_cancels_.pop_front();
}

void day_conduct::count_execution(const order_report& x, const symbol_name& symbol) {
  ++executions_;
  auto& both = last_[symbol];
  const auto own = x.request.side == side::buy ? 0u : 1u;
  const auto& other = both[1 - own];
  const auto apart = std::max(x.at, other.at) - std::min(x.at, other.at);
  if (other.at_price == x.last_price && apart <= cross_window) ++crosses_;
  both[own] = {x.last_price, x.at};
}

std::vector<std::string> day_conduct::notes() const {
  std::vector<std::string> out;
  if (orders_ == 0) return out;
  auto text = counted(orders_, "order", "orders") + ", " +
              counted(executions_, "execution", "executions") + ", " +
              counted(cancels_, "cancel", "cancels");
  if (executions_ > 0) text += ": " + tenths(orders_, executions_) + " orders to an execution";
  out.push_back(std::move(text));
  if (bursts_ > 0)
    out.push_back("cancels came in " + counted(bursts_, "burst", "bursts") + " of " +
                  std::to_string(burst_cancels) + " within a second");
  if (crosses_ > 0)
    out.push_back(counted(crosses_, "execution", "executions") +
                  " within a second of one on the other side at the same price: orders of ours may "
                  "have met each other");
  return out;
}

}  // namespace bw
