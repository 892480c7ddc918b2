#pragma once

#include "venue/exchange.hpp"

namespace bw::venue {

/// Commission and regulatory fees of one execution. Each part is rounded up: the commission to
/// 1e-9, the fees on sales to the cent, as they are charged.
money execution_fee(const fee_schedule& fees, side side, quantity qty, price at, utc_ns now);

}  // namespace bw::venue
