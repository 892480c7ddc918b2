#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "messages/account.hpp"
#include "venue/market_source.hpp"

namespace bw::venue::tests {

inline utc_ns utc(std::string_view text) { return *parse_rfc3339(text); }

/// Friday, Monday and the shortened Friday after Thanksgiving of November 2026.
inline std::vector<session_day> november_sessions() {
  return {{{2026, 10, 30}, utc("2026-10-30T13:30:00Z"), utc("2026-10-30T20:00:00Z")},
          {{2026, 11, 2}, utc("2026-11-02T14:30:00Z"), utc("2026-11-02T21:00:00Z")},
          {{2026, 11, 27}, utc("2026-11-27T14:30:00Z"), utc("2026-11-27T18:00:00Z")}};
}

/// Daylight saving ended on 2026-11-01 at 06:00 UTC.
inline int november_offset(utc_ns t) { return t < utc("2026-11-01T06:00:00Z") ? -240 : -300; }

/// A market without surprises: every 20 ms each symbol gets a quote of 100 x 100 shares around its
/// price, and a trade with every fifth; a bar for each whole minute of a session. Symbol k trades
/// at 100 × (k + 1) dollars, one cent apart.
class steady_source final : public market_source {
 public:
  static constexpr nanoseconds step = std::chrono::milliseconds{20};
  static constexpr nanoseconds minute = std::chrono::minutes{1};

  explicit steady_source(utc_ns start, std::vector<listed_symbol> symbols = usual_symbols())
      : symbols_(std::move(symbols)), start_(start), next_(start) {}

  static std::vector<listed_symbol> usual_symbols() {
    return {{.symbol = "AAPL", .name = "Apple Inc. Common Stock"},
            {.symbol = "F", .name = "Ford Motor Company", .exchange = "NYSE"},
            {.symbol = "SPY", .name = "SPDR S&P 500", .exchange = "ARCA"}};
  }

  const std::vector<listed_symbol>& symbols() const override { return symbols_; }
  utc_ns start_time() const override { return start_; }
  std::optional<utc_ns> next_time() const override { return next_; }

  void advance(utc_ns now, std::size_t limit, std::vector<market_event>& out) override {
    while (limit > 0 && next_ <= now) {
      emit(out);
      --limit;
    }
  }

  std::vector<bar> minute_bars(symbol_id symbol, utc_ns from, utc_ns to,
                               utc_ns now) const override {
    std::vector<bar> out;
    for (const auto& day : november_sessions())
      for (auto at = day.open; at < day.close; at = at + minute)
        if (at >= from && at <= to && at + minute <= now) out.push_back(bar_at(symbol, at));
    return out;
  }

  static price ask_of(symbol_id symbol) { return price::from_int(100 * (symbol.value + 1)); }
  static price bid_of(symbol_id symbol) { return ask_of(symbol) - price::from_units(10'000'000); }

 private:
  bar bar_at(symbol_id symbol, utc_ns start) const {
    const auto number = start.value / minute.count() % 10;
    const auto cents = price::from_units(number * 10'000'000);
    bar out;
    out.symbol = symbol;
    out.open = out.close = out.vwap = ask_of(symbol) + cents;
    out.high = out.open + price::from_int(1);
    out.low = out.open - price::from_int(1);
    out.volume = quantity::from_int(100);
    out.trades = 10;
    out.start = start;
    return out;
  }

  /// One event: the symbols take turns within a step.
  void emit(std::vector<market_event>& out) {
    const symbol_id symbol{turn_ % static_cast<std::uint32_t>(symbols_.size())};
    const auto round = turn_ / symbols_.size();
    const auto ends_minute = next_.value % minute.count() == 0 && next_ > start_;
    if (ends_minute && !bar_sent_) {
      bar_sent_ = true;
      out.push_back(bar_at(symbol, next_ - minute));
      return;
    }
    bar_sent_ = false;
    if (round % 5 == 4) {
      trade x;
      x.symbol = symbol;
      x.last = ask_of(symbol);
      x.size = quantity::from_int(10);
      x.venue_trade_id = turn_;
      x.ts_event = next_;
      out.push_back(x);
    } else {
      quote x;
      x.symbol = symbol;
      x.bid = bid_of(symbol);
      x.ask = ask_of(symbol);
      x.bid_size = x.ask_size = quantity::from_int(100);
      x.ts_event = next_;
      out.push_back(x);
    }
    if (++turn_ % symbols_.size() == 0) next_ = next_ + step;
  }

  std::vector<listed_symbol> symbols_;
  utc_ns start_;
  utc_ns next_;
  std::uint32_t turn_ = 0;
  bool bar_sent_ = false;
};

}  // namespace bw::venue::tests
