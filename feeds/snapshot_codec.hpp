#pragma once

#include <cstdint>
#include <string>

#include "core/result.hpp"
#include "feeds/alpaca_data_codec.hpp"
#include "feeds/feed.hpp"

namespace bw {

/// Reads GET /v2/stocks/snapshots: an object with a member a symbol, in it the latest trade and the
/// latest quote. Each comes out as an event with tick_origin::snapshot, a symbol's trade before its
/// quote; bars in it are left to the history. A symbol without a latest trade or quote (null, or no
/// such member), or with one that is bad, gives none. Answers how many events were handed out;
/// ec::parse_failed when the text breaks, and what stands before the break has been handed out.
result<std::uint32_t> decode_snapshots(std::string body, const symbol_list& symbols,
                                       mono_ns received, market_frame_handler& handler);

}  // namespace bw
