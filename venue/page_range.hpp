#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "venue/api_request.hpp"
#include "venue/new_york_time.hpp"

namespace bw::venue {

/// Where a page begins: within this symbol, at a place that the list itself understands.
struct page_start {
  std::string symbol;
  std::string at;
};

/// What lists of past market data have in common.
struct page_range {
  static constexpr std::size_t limit_default = 1000;
  static constexpr std::size_t limit_max = 10'000;

  utc_ns start;
  utc_ns end;
  /// Of the points of all symbols together.
  std::size_t limit = limit_default;
  bool descending = false;
  std::optional<page_start> from;
};

/// Reads start, end, limit, sort and page_token. `mark` is the letter that stands in the tokens of
/// this kind of list. The sentence that Alpaca says when a parameter makes no sense.
std::optional<std::string> read_page_range(const api_request& request, const new_york_time& zone,
                                           utc_ns now, char mark, page_range& out);
std::string page_token(const page_start& start, char mark);

}  // namespace bw::venue
