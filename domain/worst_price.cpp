#include "domain/worst_price.hpp"

#include <algorithm>

namespace bw {
namespace {

price of_stop(price stop) {
  return shift_basis_points(stop, stop < collar_stop_high_from ? collar_bp : collar_stop_high_bp);
}

}  // namespace

price worst_price(const order_request& request, const market_prices& market) {
  if (request.side == side::sell) {
    const auto over_ask = shift_basis_points(market.ask, short_sale_bp);
    return std::max({request.limit, request.stop, over_ask});
  }
  switch (request.type) {
    case order_type::limit:
    case order_type::stop_limit: return std::max(request.limit, market.ask);
    case order_type::market:
      return market.ask.is_positive() ? shift_basis_points(market.ask, collar_bp) : price{};
    case order_type::stop:
    case order_type::trailing_stop:
      return request.stop.is_positive() ? of_stop(request.stop) : price{};
  }
  return {};
}

}  // namespace bw
