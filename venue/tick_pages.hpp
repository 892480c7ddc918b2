#pragma once

#include <string>
#include <variant>
#include <vector>

#include "venue/page_range.hpp"
#include "venue/venue_world.hpp"

namespace bw::venue {

/// The ticks of one symbol on a page.
template <class T>
struct symbol_ticks {
  std::string symbol;
  symbol_id id;
  std::vector<T> ticks;
};

/// One page: symbols in order, each in the order of time the request asked for.
template <class T>
struct tick_page {
  std::vector<symbol_ticks<T>> symbols;
  /// Where the next page begins; empty on the last one.
  std::string next_token;
};

/// Collects one page of what the venue has told since it began; a sentence when a parameter makes
/// no sense. A venue without a memory of ticks has empty pages.
std::variant<tick_page<quote>, std::string> read_quote_page(const api_request& request,
                                                            std::vector<std::string> symbols,
                                                            const venue_world& world, utc_ns now);
std::variant<tick_page<trade>, std::string> read_trade_page(const api_request& request,
                                                            std::vector<std::string> symbols,
                                                            const venue_world& world, utc_ns now);

}  // namespace bw::venue
