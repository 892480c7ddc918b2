#include "venue/market_routes.hpp"

#include <algorithm>

#include "venue/alpaca_market_wire.hpp"
#include "venue/bar_pages.hpp"
#include "venue/bar_timeframe.hpp"
#include "venue/reference_routes.hpp"
#include "venue/tick_pages.hpp"

namespace bw::venue {
namespace {

constexpr std::size_t symbol_bytes_max = 15;

bool is_symbol(std::string_view text) {
  const auto good = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '/' || c == '-';
  };
  return !text.empty() && text.size() <= symbol_bytes_max &&
         std::all_of(text.begin(), text.end(), good);
}

/// One request on its way through the market-data routes. Paths are
/// /v2/stocks/WHAT[/latest] and /v2/stocks/SYMBOL/WHAT[/latest].
class market_call {
 public:
  market_call(const api_request& request, const venue_world& world, utc_ns now)
      : request_(request), world_(world), now_(now) {}

  net::http_response answer() {
    if (request_.method != "GET") return method_not_allowed();
    const std::vector<std::string> path(request_.path.begin() + 2, request_.path.end());
    if (path.empty()) return no_such_endpoint();
    if (path[0] == "meta") return answer_letters(request_);
    const bool is_list = is_kind(path[0]) || path[0] == "snapshots";
    const std::size_t at = is_list ? 0 : 1;
    if (path.size() <= at) return no_such_endpoint();
    if (!is_list) one_ = path[0];
    symbols_ = is_list ? split_list(request_.parameter("symbols")) : std::vector{path[0]};
    if (symbols_.empty()) return data_error(400, "symbols is required");
    for (const auto& symbol : symbols_)
      if (!is_symbol(symbol)) return data_error(400, "invalid symbol: " + symbol.substr(0, 40));

    const auto& what = path[at];
    const bool latest = path.size() == at + 2 && path[at + 1] == "latest";
    if (path.size() > at + 1 && !latest) return no_such_endpoint();
    if (latest && is_kind(what)) return latest_of(what);
    if (latest) return no_such_endpoint();
    if (what == "bars") return bars();
    if (what == "quotes") return ticks("quotes", read_quote_page(request_, symbols_, world_, now_));
    if (what == "trades") return ticks("trades", read_trade_page(request_, symbols_, world_, now_));
    if (what == (is_list ? "snapshots" : "snapshot")) return snapshots();
    return no_such_endpoint();
  }

 private:
  static bool is_kind(std::string_view x) { return x == "bars" || x == "quotes" || x == "trades"; }

  net::http_response bars() {
    const auto read = read_bar_page(request_, symbols_, world_, now_);
    if (const auto* bad = std::get_if<std::string>(&read)) return data_error(400, *bad);
    const auto& page = std::get<bar_page>(read);
    json_.begin_object().key("bars");
    if (one_.empty()) json_.begin_object();
    for (const auto& part : page.symbols) {
      if (one_.empty()) json_.key(part.symbol);
      json_.begin_array();
      for (const auto& x : part.bars) write_bar(json_, x);
      json_.end_array();
    }
    if (one_.empty()) json_.end_object();
    if (!one_.empty() && page.symbols.empty()) json_.begin_array().end_array();
    if (!one_.empty()) json_.member("symbol", one_);
    json_.key("next_page_token");
    page.next_token.empty() ? json_.null() : json_.value(page.next_token);
    json_.end_object();
    return json_answer(200, json_.take());
  }

  void write(const quote& x, const listed_symbol& listed) { write_quote(json_, x, listed); }
  void write(const trade& x, const listed_symbol& listed) { write_trade(json_, x, listed); }

  template <class T>
  net::http_response ticks(std::string_view key,
                           const std::variant<tick_page<T>, std::string>& read) {
    if (const auto* bad = std::get_if<std::string>(&read)) return data_error(400, *bad);
    const auto& page = std::get<tick_page<T>>(read);
    json_.begin_object().key(key);
    if (one_.empty()) json_.begin_object();
    for (const auto& part : page.symbols) {
      if (one_.empty()) json_.key(part.symbol);
      json_.begin_array();
      for (const auto& x : part.ticks) write(x, world_.market.symbols()[part.id.value]);
      json_.end_array();
    }
    if (one_.empty()) json_.end_object();
    if (!one_.empty() && page.symbols.empty()) json_.begin_array().end_array();
    if (!one_.empty()) json_.member("symbol", one_);
    json_.key("next_page_token");
    page.next_token.empty() ? json_.null() : json_.value(page.next_token);
    json_.end_object();
    return json_answer(200, json_.take());
  }

  /// Writes the latest bar, quote or trade; false when the symbol has none.
  bool write_latest(std::string_view kind, std::string_view key, symbol_id id) {
    const auto& listed = world_.market.symbols()[id.value];
    if (kind == "bars") {
      auto x = world_.market.latest_bar(id);
      // Nothing traded since the venue began: the last one of the days before.
      if (const auto past = x ? std::vector<bar>{} : recent_minutes(id); !past.empty())
        x = past.back();
      if (x) write_bar(json_.key(key), *x);
      return x.has_value();
    }
    if (kind == "quotes") {
      const auto x = world_.market.latest_quote(id);
      if (x) write_quote(json_.key(key), *x, listed);
      return x.has_value();
    }
    const auto x = world_.market.latest_trade(id);
    if (x) write_trade(json_.key(key), *x, listed);
    return x.has_value();
  }

  net::http_response latest_of(const std::string& kind) {
    json_.begin_object();
    if (!one_.empty()) {
      const auto id = world_.market.find_symbol(one_);
      const auto singular = std::string_view{kind}.substr(0, kind.size() - 1);
      if (!id || !write_latest(kind, singular, *id))
        return data_error(404, "no " + std::string{singular} + " found for " + one_);
      json_.member("symbol", one_).end_object();
      return json_answer(200, json_.take());
    }
    json_.key(kind).begin_object();
    for (const auto& symbol : symbols_)
      if (const auto id = world_.market.find_symbol(symbol)) write_latest(kind, symbol, *id);
    json_.end_object().end_object();
    return json_answer(200, json_.take());
  }

  net::http_response snapshots() {
    if (!one_.empty()) {
      const auto id = world_.market.find_symbol(one_);
      if (!id) return data_error(404, "no snapshot found for " + one_);
      json_.begin_object().member("symbol", one_);
      snapshot_members(*id);
      json_.end_object();
      return json_answer(200, json_.take());
    }
    json_.begin_object();
    for (const auto& symbol : symbols_) {
      const auto id = world_.market.find_symbol(symbol);
      if (!id) continue;
      json_.key(symbol).begin_object();
      snapshot_members(*id);
      json_.end_object();
    }
    json_.end_object();
    return json_answer(200, json_.take());
  }

  void snapshot_members(symbol_id id) {
    for (const auto& [kind, key] :
         {std::pair{"trades", "latestTrade"}, {"quotes", "latestQuote"}, {"bars", "minuteBar"}})
      if (!write_latest(kind, key, id)) json_.key(key).null();
    const auto today = world_.new_york.midnight(now_);
    const auto days = daily_bars(id);
    const bar* current = !days.empty() && days.back().start == today ? &days.back() : nullptr;
    const auto before = days.size() - (current != nullptr ? 1 : 0);
    write_or_null("dailyBar", current);
    write_or_null("prevDailyBar", before > 0 ? &days[before - 1] : nullptr);
  }

  void write_or_null(std::string_view key, const bar* x) {
    json_.key(key);
    if (x != nullptr)
      write_bar(json_, *x);
    else
      json_.null();
  }

  /// Of the days that may hold yesterday's session, weekends and holidays between included.
  std::vector<bar> recent_minutes(symbol_id id) const {
    constexpr auto reach = std::chrono::hours{24} * 5;
    const auto from = world_.new_york.midnight(now_ - reach);
    return world_.source.minute_bars(id, from, now_, now_);
  }
  std::vector<bar> daily_bars(symbol_id id) const {
    return bar_timeframe::parse("1Day")->aggregate(recent_minutes(id), world_.new_york);
  }

  const api_request& request_;
  const venue_world& world_;
  utc_ns now_;
  /// The symbol of a path that names one; empty for lists.
  std::string one_;
  std::vector<std::string> symbols_;
  json_writer json_;
};

}  // namespace

net::http_response answer_market_data(const api_request& request, const venue_world& world,
                                      utc_ns now) {
  return market_call{request, world, now}.answer();
}

}  // namespace bw::venue
