#include "venue/tick_pages.hpp"

#include <algorithm>
#include <charconv>

namespace bw::venue {
namespace {

constexpr char token_mark = 'T';

/// Walks ticks in the order asked for; the token names the number of the first one of a page.
template <class T, class ListOf>
std::variant<tick_page<T>, std::string> read_page(const api_request& request,
                                                  std::vector<std::string> symbols,
                                                  const venue_world& world, utc_ns now,
                                                  ListOf list_of) {
  page_range asked;
  if (auto bad = read_page_range(request, world.new_york, now, token_mark, asked)) return *bad;
  std::uint64_t first = 0;
  if (asked.from) {
    const auto& at = asked.from->at;
    const auto read = std::from_chars(at.data(), at.data() + at.size(), first);
    if (read.ec != std::errc{} || read.ptr != at.data() + at.size())
      return std::string{"invalid page token"};
  }
  std::sort(symbols.begin(), symbols.end());
  symbols.erase(std::unique(symbols.begin(), symbols.end()), symbols.end());

  tick_page<T> out;
  auto room = asked.limit;
  for (const auto& symbol : symbols) {
    if (asked.from && symbol < asked.from->symbol) continue;
    const auto id = world.market.find_symbol(symbol);
    if (!id || world.ticks == nullptr) continue;
    const bool resumes = asked.from && symbol == asked.from->symbol;
    symbol_ticks<T> part{symbol, *id, {}};
    const auto take = [&](const tick_history::numbered<T>& x) {
      if (x.tick.ts_event < asked.start || x.tick.ts_event > asked.end) return true;
      if (resumes && (asked.descending ? x.number > first : x.number < first)) return true;
      if (room == 0) {
        out.next_token = page_token({symbol, std::to_string(x.number)}, token_mark);
        return false;
      }
      --room;
      part.ticks.push_back(x.tick);
      return true;
    };
    const auto& all = list_of(*world.ticks, *id);
    const bool whole = asked.descending ? std::all_of(all.rbegin(), all.rend(), take)
                                        : std::all_of(all.begin(), all.end(), take);
    if (!part.ticks.empty()) out.symbols.push_back(std::move(part));
    if (!whole) return out;
  }
  return out;
}

}  // namespace

std::variant<tick_page<quote>, std::string> read_quote_page(const api_request& request,
                                                            std::vector<std::string> symbols,
                                                            const venue_world& world, utc_ns now) {
  return read_page<quote>(
      request, std::move(symbols), world, now,
      [](const tick_history& x, symbol_id id) -> const auto& { return x.quotes(id); });
}

std::variant<tick_page<trade>, std::string> read_trade_page(const api_request& request,
                                                            std::vector<std::string> symbols,
                                                            const venue_world& world, utc_ns now) {
  return read_page<trade>(
      request, std::move(symbols), world, now,
      [](const tick_history& x, symbol_id id) -> const auto& { return x.trades(id); });
}

}  // namespace bw::venue
