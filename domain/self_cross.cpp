#include "domain/self_cross.hpp"

namespace bw {
namespace {

bool is_limit(order_type type) {
  return type == order_type::limit || type == order_type::stop_limit;
}

}  // namespace

bool crosses(const order_request& wanted, const order_request& open, self_cross_policy policy) {
  if (wanted.symbol != open.symbol || wanted.side == open.side) return false;
  const bool trails =
      wanted.type == order_type::trailing_stop || open.type == order_type::trailing_stop;
  if (trails && policy == self_cross_policy::broker) return false;
  if (!is_limit(wanted.type) || !is_limit(open.type)) return true;
  const auto& buy = wanted.side == side::buy ? wanted : open;
  const auto& sell = wanted.side == side::buy ? open : wanted;
  return buy.limit >= sell.limit;
}

}  // namespace bw
