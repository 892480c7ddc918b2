#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "analytics/run_result.hpp"
#include "analytics/trade_recorder.hpp"
#include "core/prng.hpp"
#include "domain/session_calendar.hpp"

namespace bw::tests {

struct sample_size {
  int sessions = 60;
  /// Minutes between two equity points.
  int step_minutes = 15;
  int trades_a_day = 4;
};

/// A run as an engine would hand it over: two strategies in three symbols, day trades, fees,
/// slippage, marks, equity every few minutes, a benchmark and candles. The same seed gives the same
/// run.
class sample_run {
 public:
  sample_run(std::uint64_t seed, sample_size size) : chance_(seed), size_(size) {}

  run_result make() {
    run_.name = "sample";
    run_.strategies = {"momentum", "mean_reversion"};
    run_.seed = 7;
    run_.version = "test";
    run_.data_hash = "d0d0d0d0";
    run_.config_hash = "c0c0c0c0";
    run_.models = {{"fills", "next trade"}, {"slippage", "5 bp"}};
    run_.assumptions = {{"liquidity", "Orders are small against the market."}};
    run_.starting_equity = cash_ = money::from_int(100'000);
    run_.benchmark = "SPY";
    const auto days = calendar_.sessions({2024, 1, 2}, {2027, 12, 31});
    run_.start = days.front().open;
    for (int k = 0; k < 3; ++k) run_.candles.push_back({symbols[k], std::chrono::hours{24}, {}});
    for (int day = 0; day < size_.sessions; ++day) trade_day(days[static_cast<std::size_t>(day)]);
    run_.end = run_.equity.back().at;
    run_.open_trades = recorder_.open_trades();
    run_.orders = {run_.fills.size(), run_.fills.size(), 3, 0, 1, 12, run_.fills.size()};
    return std::move(run_);
  }

 private:
  static inline const symbol_name symbols[3] = {symbol_name{"AAPL"}, symbol_name{"MSFT"},
                                                symbol_name{"SPY"}};

  void trade_day(const session_day& day) {
    const auto minutes = (day.close - day.open) / std::chrono::minutes{1};
    for (auto& series : run_.candles) {
      const auto at = prices_[index(series.symbol)];
      series.candles.push_back({day.open, at, at, at, at});
    }
    for (std::int64_t minute = 0; minute <= minutes; minute += size_.step_minutes) {
      const auto now = day.open + std::chrono::minutes{minute};
      move_prices();
      const bool last = minute + size_.step_minutes > minutes;
      for (int k = 0; k < 2; ++k) trade(k, now, last);
      mark(now);
    }
  }

  void move_prices() {
    for (std::size_t k = 0; k < 3; ++k) {
      const auto minutes = size_.step_minutes;
      // What is held rises a little faster, so that the strategies seem to know something.
      const bool held = k < 2 && !held_[k].is_zero();
      const auto step =
          chance_.bell(static_cast<std::int64_t>(6e7 * std::sqrt(static_cast<double>(minutes)))) +
          (held ? 5'200'000 : 200'000) * minutes;
      prices_[k] =
          price::from_units(std::max<std::int64_t>(prices_[k].units() + step, 1'000'000'000));
      auto& bar = run_.candles[k].candles.back();
      bar.high = std::max(bar.high, prices_[k]);
      bar.low = std::min(bar.low, prices_[k]);
      bar.close = prices_[k];
      recorder_.mark(symbols[k], prices_[k]);
    }
  }

  void trade(int which, utc_ns now, bool last) {
    auto& held = held_[which];
    const auto symbol = static_cast<std::size_t>(which);
    const bool wanted = chance_.chance(
        static_cast<std::uint64_t>(2 * size_.trades_a_day * size_.step_minutes), 390);
    if (held.is_zero() ? (!wanted || last) : (!wanted && !last)) return;
    const bool buys = held.is_zero();
    run_fill fill;
    fill.at = now;
    fill.strategy = short_name{run_.strategies[static_cast<std::size_t>(which)]};
    fill.symbol = symbols[symbol];
    fill.side = buys ? side::buy : side::sell;
    fill.purpose = buys ? order_purpose::entry : order_purpose::exit;
    fill.qty = buys ? quantity::from_int(chance_.between(10, 90)) : held;
    fill.decision_price = prices_[symbol];
    fill.at_price = shift_basis_points(prices_[symbol], buys ? 5 : -5);
    fill.fees = buys ? money{} : *money::parse("0.03");
    const char* exits[] = {"stop_hit", "target_hit", "close_of_day"};
    fill.reason = short_name{buys ? (which == 0 ? "momentum_breakout" : "rsi_turned_up")
                                  : exits[last ? 2 : chance_.below(2)]};
    const auto worth = *notional_half_even(fill.at_price, fill.qty);
    cash_ = (buys ? cash_ - worth : cash_ + worth) - fill.fees;
    held = buys ? fill.qty : quantity{};
    run_.fills.push_back(fill);
    if (const auto ended = *recorder_.apply(fill)) run_.trades.push_back(*ended);
  }

  void mark(utc_ns now) {
    money exposure;
    for (std::size_t k = 0; k < 2; ++k) exposure += *notional_half_even(prices_[k], held_[k]);
    run_.equity.push_back({now, cash_ + exposure, cash_, exposure});
    run_.benchmark_curve.push_back({now, prices_[2]});
  }

  static std::size_t index(const symbol_name& name) {
    return static_cast<std::size_t>(std::find(symbols, symbols + 3, name) - symbols);
  }

  prng chance_;
  sample_size size_;
  session_calendar calendar_ = *session_calendar::make();
  run_result run_;
  trade_recorder recorder_;
  money cash_;
  quantity held_[2];
  price prices_[3] = {price::from_int(180), price::from_int(400), price::from_int(470)};
};

inline run_result make_sample_run(std::uint64_t seed = 1, sample_size size = {}) {
  return sample_run{seed, size}.make();
}

}  // namespace bw::tests
