#include "venue/bar_pages.hpp"

#include <algorithm>

#include "venue/bar_timeframe.hpp"
#include "venue/page_range.hpp"

namespace bw::venue {
namespace {

constexpr char token_mark = 'M';

struct bar_request {
  std::optional<bar_timeframe> timeframe;
  page_range range;
  /// The bar at which the page begins, of the symbol that the token names.
  utc_ns from_bar;
};

std::optional<std::string> read_request(const api_request& request, const new_york_time& zone,
                                        utc_ns now, bar_request& out) {
  const auto timeframe = request.parameter("timeframe");
  if (timeframe.empty()) return "timeframe is required";
  out.timeframe = bar_timeframe::parse(timeframe);
  if (!out.timeframe) return "invalid timeframe: " + std::string{timeframe.substr(0, 40)};
  if (auto bad = read_page_range(request, zone, now, token_mark, out.range)) return bad;
  if (!out.range.from) return std::nullopt;
  const auto at = parse_rfc3339(out.range.from->at);
  if (!at) return "invalid page token";
  out.from_bar = *at;
  return std::nullopt;
}

std::string token_of(const std::string& symbol, utc_ns at) {
  return page_token({symbol, format_rfc3339(at)}, token_mark);
}

/// All bars of one symbol whose stamp lies in [start, end], in the order asked for.
std::vector<bar> bars_between(const bar_request& asked, utc_ns start, utc_ns end, symbol_id symbol,
                              const venue_world& world, utc_ns now) {
  if (end < start) return {};
  const auto& frame = *asked.timeframe;
  const auto last = frame.end_of(end, world.new_york) - nanoseconds{1};
  const auto minutes = world.source.minute_bars(symbol, start, last, now);
  auto bars = frame.aggregate(minutes, world.new_york);
  std::erase_if(bars, [&](const bar& x) { return x.start < start || x.start > end; });
  if (asked.range.descending) std::reverse(bars.begin(), bars.end());
  return bars;
}

}  // namespace

std::variant<bar_page, std::string> read_bar_page(const api_request& request,
                                                  std::vector<std::string> symbols,
                                                  const venue_world& world, utc_ns now) {
  bar_request asked;
  if (auto bad = read_request(request, world.new_york, now, asked)) return *bad;
  std::sort(symbols.begin(), symbols.end());
  symbols.erase(std::unique(symbols.begin(), symbols.end()), symbols.end());

  bar_page out;
  auto room = asked.range.limit;
  for (const auto& symbol : symbols) {
    if (asked.range.from && symbol < asked.range.from->symbol) continue;
    const auto id = world.market.find_symbol(symbol);
    if (!id) continue;
    auto start = asked.range.start;
    auto end = asked.range.end;
    if (asked.range.from && symbol == asked.range.from->symbol) {
      if (asked.range.descending)
        end = std::min(end, asked.from_bar);
      else
        start = std::max(start, asked.from_bar);
    }
    auto bars = bars_between(asked, start, end, *id, world, now);
    if (bars.empty()) continue;
    if (room == 0) {
      out.next_token = token_of(symbol, bars.front().start);
      return out;
    }
    if (bars.size() > room) {
      out.next_token = token_of(symbol, bars[room].start);
      bars.resize(room);
      out.symbols.push_back({symbol, std::move(bars)});
      return out;
    }
    room -= bars.size();
    out.symbols.push_back({symbol, std::move(bars)});
  }
  return out;
}

}  // namespace bw::venue
