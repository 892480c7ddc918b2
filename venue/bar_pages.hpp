#pragma once

#include <string>
#include <variant>
#include <vector>

#include "venue/api_request.hpp"
#include "venue/venue_world.hpp"

namespace bw::venue {

/// The bars of one symbol on a page.
struct symbol_bars {
  std::string symbol;
  std::vector<bar> bars;
};

/// One page of bars: symbols in order, each in the order of time the request asked for.
struct bar_page {
  std::vector<symbol_bars> symbols;
  /// Where the next page begins; empty on the last one.
  std::string next_token;
};

/// Reads timeframe, start, end, limit, sort and page_token and collects one page for `symbols`.
/// The limit counts the bars of all symbols together. A parameter that makes no sense is answered
/// with the sentence that Alpaca says.
std::variant<bar_page, std::string> read_bar_page(const api_request& request,
                                                  std::vector<std::string> symbols,
                                                  const venue_world& world, utc_ns now);

}  // namespace bw::venue
