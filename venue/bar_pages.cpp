#include "venue/bar_pages.hpp"

#include <algorithm>
#include <charconv>

#include "venue/bar_timeframe.hpp"
#include "venue/base64.hpp"

namespace bw::venue {
namespace {

constexpr std::size_t limit_default = 1000;
constexpr std::size_t limit_max = 10'000;
/// The venue serves no history older than this.
constexpr nanoseconds history_max = std::chrono::hours{24} * 400;

/// Where a page begins: at this bar of this symbol.
struct page_start {
  std::string symbol;
  utc_ns at;
};

struct bar_request {
  std::optional<bar_timeframe> timeframe;
  utc_ns start;
  utc_ns end;
  std::size_t limit = limit_default;
  bool descending = false;
  std::optional<page_start> from;
};

std::string token_of(const page_start& start) {
  return encode_base64(start.symbol + "|M|" + format_rfc3339(start.at));
}

std::optional<page_start> read_token(std::string_view token) {
  const auto text = decode_base64(token);
  const auto separator = text ? text->find("|M|") : std::string::npos;
  if (separator == std::string::npos) return std::nullopt;
  const auto at = parse_rfc3339(std::string_view{*text}.substr(separator + 3));
  if (!at) return std::nullopt;
  return page_start{text->substr(0, separator), *at};
}

using complaint = std::optional<std::string>;

/// An instant, or a day of New York: its beginning for a start, its end for an end.
complaint read_bound(const api_request& request, std::string_view name, const new_york_time& zone,
                     utc_ns& out) {
  const auto text = request.parameter(name);
  if (text.empty()) return std::nullopt;
  if (const auto instant = parse_rfc3339(text)) {
    out = *instant;
    return std::nullopt;
  }
  const auto date = parse_date(text);
  if (!date) {
    return "Invalid format for parameter " + std::string{name} + ": error parsing '" +
           std::string{text.substr(0, 40)} + "' as RFC3339 or 2006-01-02 time";
  }
  if (name == "start") {
    out = zone.midnight(*date);
  } else {
    const auto tomorrow = civil_from_days(days_from_civil(*date) + 1);
    out = zone.midnight(tomorrow) - nanoseconds{1};
  }
  return std::nullopt;
}

complaint read_request(const api_request& request, const new_york_time& zone, utc_ns now,
                       bar_request& out) {
  const auto timeframe = request.parameter("timeframe");
  if (timeframe.empty()) return "timeframe is required";
  out.timeframe = bar_timeframe::parse(timeframe);
  if (!out.timeframe) return "invalid timeframe: " + std::string{timeframe.substr(0, 40)};
  out.start = zone.midnight(now);
  out.end = now;
  if (auto bad = read_bound(request, "start", zone, out.start)) return bad;
  if (auto bad = read_bound(request, "end", zone, out.end)) return bad;
  if (out.end < out.start) return "end should not be before start";
  if (const auto text = request.parameter("limit"); !text.empty()) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), out.limit);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || out.limit == 0 ||
        out.limit > limit_max)
      return "invalid limit, limit must be between 1 and 10000";
  }
  const auto sort = request.parameter("sort");
  if (!sort.empty() && sort != "asc" && sort != "desc") return "invalid sort";
  out.descending = sort == "desc";
  if (const auto token = request.parameter("page_token"); !token.empty()) {
    out.from = read_token(token);
    if (!out.from) return "invalid page token";
  }
  out.start = std::max(out.start, now - history_max);
  out.end = std::min(out.end, now);
  return std::nullopt;
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
  if (asked.descending) std::reverse(bars.begin(), bars.end());
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
  auto room = asked.limit;
  for (const auto& symbol : symbols) {
    if (asked.from && symbol < asked.from->symbol) continue;
    const auto id = world.market.find_symbol(symbol);
    if (!id) continue;
    auto start = asked.start;
    auto end = asked.end;
    if (asked.from && symbol == asked.from->symbol) {
      if (asked.descending)
        end = std::min(end, asked.from->at);
      else
        start = std::max(start, asked.from->at);
    }
    auto bars = bars_between(asked, start, end, *id, world, now);
    if (bars.empty()) continue;
    if (room == 0) {
      out.next_token = token_of({symbol, bars.front().start});
      return out;
    }
    if (bars.size() > room) {
      out.next_token = token_of({symbol, bars[room].start});
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
