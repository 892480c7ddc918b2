#pragma once

#include "venue/exchange.hpp"
#include "venue/market_source.hpp"

namespace bw::venue {

/// Tells the exchange, before its first event, where each symbol stood before `session_open`, from
/// the source's history. Symbols without any history are left alone.
void load_last_closes(const market_source& source, utc_ns session_open, exchange& venue);

}  // namespace bw::venue
