#pragma once

#include <string_view>

namespace bw::fuzz {

// Each takes any bytes and must neither crash nor hang. What it decodes it throws away, apart from
// properties that hold for whatever came in.

/// One frame of the market data stream, and the same bytes as a page of bars.
void market_frame(std::string_view bytes);
/// One frame of the market data stream in MessagePack.
void packed_market_frame(std::string_view bytes);
/// One frame of the order stream.
void trade_update(std::string_view bytes);
/// Bodies of the trading API: the first byte says which decoder reads the rest.
void rest_body(std::string_view bytes);
/// Bodies that people and tools read whole, of both APIs: the first byte says which decoder. What
/// was read is written again as JSON.
void record_body(std::string_view bytes);

}  // namespace bw::fuzz
