#pragma once

#include "messages/orders.hpp"

namespace bw {

/// Best bid and offer as far as they are known; zero is unknown.
struct market_prices {
  price bid;
  price ask;
};

/// The price at which an order is counted against limits: never better for us than what it can
/// trade at. Buys: a limit is its limit or the ask, whichever is higher; a market order the ask and
/// the broker's collar; a stop its stop and the collar. Sells (short sales): the limit, the stop or
/// 1.03 × ask, whichever is highest. Zero when nothing is known that bounds it.
price worst_price(const order_request& request, const market_prices& market);

/// Broker's collar on market and stop buys: 4 % below 50 USD, 2.5 % from there on for stops; market
/// buys are counted with 4 % always.
inline constexpr std::int64_t collar_bp = 400;
inline constexpr std::int64_t collar_stop_high_bp = 250;
inline constexpr price collar_stop_high_from = price::from_int(50);
inline constexpr std::int64_t short_sale_bp = 300;

}  // namespace bw
