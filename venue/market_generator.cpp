#include "venue/market_generator.hpp"

#include <algorithm>

#include "venue/market_plan.hpp"
#include "venue/minute_aggregate.hpp"
#include "venue/minute_script.hpp"

namespace bw::venue {
namespace {

constexpr nanoseconds lead_before_open = std::chrono::minutes{5};

generated_symbol made_up(std::string symbol, std::string name, std::string exchange,
                         std::int64_t start_cents, std::int64_t million_shares,
                         std::uint32_t spread_cents_max) {
  return {{.symbol = std::move(symbol), .name = std::move(name), .exchange = std::move(exchange)},
          price::from_units(start_cents * (decimal_scale / 100)),
          million_shares * 1'000'000,
          spread_cents_max};
}

class market_generator final : public market_source {
 public:
  explicit market_generator(generator_options options)
      : options_(std::move(options)), plan_(options_) {
    for (const auto& symbol : options_.symbols) symbols_.push_back(symbol.listed);
    session_ = plan_.first_session();
    minute_ = first_minute();
    halted_.assign(symbols_.size(), false);
    fill();
  }

  const std::vector<listed_symbol>& symbols() const override { return symbols_; }

  utc_ns start_time() const override {
    const auto& sessions = plan_.sessions();
    if (sessions.empty()) return {};
    const auto& first = sessions[plan_.first_session()];
    if (options_.start == generator_start::before_open) return first.open - lead_before_open;
    return first.open + first_minute() * one_minute;
  }

  std::optional<utc_ns> next_time() const override {
    if (next_ == buffer_.size()) return std::nullopt;
    return emission_time(buffer_[next_]);
  }

  void advance(utc_ns now, std::size_t limit, std::vector<market_event>& out) override {
    for (std::size_t k = 0; k < limit && next_ < buffer_.size(); ++k) {
      if (emission_time(buffer_[next_]) > now) return;
      out.push_back(std::move(buffer_[next_]));
      if (++next_ == buffer_.size()) fill();
    }
  }

  std::vector<bar> minute_bars(symbol_id symbol, utc_ns from, utc_ns to,
                               utc_ns now) const override {
    std::vector<bar> out;
    if (symbol.value >= symbols_.size()) return out;
    const auto& sessions = plan_.sessions();
    for (std::size_t k = 0; k < sessions.size(); ++k) {
      if (sessions[k].close <= from || sessions[k].open > to || sessions[k].open >= now) continue;
      const auto day = plan_.day(symbol, k);
      for (std::size_t minute = 0; minute < day.size(); ++minute) {
        const auto start = start_of(k, minute);
        if (start < from || start > to || start + one_minute > now) continue;
        if (auto complete = bar_of(symbol, start, day[minute], nullptr)) {
          complete->origin = bar_origin::history;
          out.push_back(*complete);
        }
      }
    }
    return out;
  }

 private:
  std::size_t first_minute() const {
    const auto& sessions = plan_.sessions();
    if (sessions.empty() || options_.start == generator_start::before_open) return 0;
    const auto& first = sessions[plan_.first_session()];
    return static_cast<std::size_t>((first.close - first.open) / one_minute / 2);
  }

  utc_ns start_of(std::size_t session, std::size_t minute) const {
    return plan_.sessions()[session].open + static_cast<std::int64_t>(minute) * one_minute;
  }

  /// Plays one minute of one symbol; its events are appended to `events` when that is given.
  std::optional<bar> bar_of(symbol_id symbol, utc_ns start, const minute_plan& plan,
                            std::vector<market_event>* events) const {
    const auto& of = options_.symbols[symbol.value];
    script_.clear();
    play_minute(
        {symbol, start, plan, options_.seed, options_.quotes_per_second, of.spread_cents_max},
        script_);
    minute_aggregate sum;
    for (const auto& step : script_) {
      if (events) events->push_back(step.market);
      if (!step.print) continue;
      if (events) events->push_back(*step.print);
      sum.add(*step.print);
    }
    return sum.take(symbol, start);
  }

  void announce_halt(symbol_id symbol, utc_ns at, bool halted) {
    if (halted_[symbol.value] == halted) return;
    halted_[symbol.value] = halted;
    buffer_.push_back(trading_status{.symbol = symbol,
                                     .state = halted ? halt_state::halted : halt_state::resumed,
                                     .code = inline_string<15>{halted ? "H" : "T"},
                                     .ts_event = at});
  }

  /// Makes the events of the next minute that has any; leaves the buffer empty at the end of all.
  void fill() {
    buffer_.clear();
    next_ = 0;
    while (buffer_.empty() && session_ < plan_.sessions().size()) {
      if (days_.empty())
        for (std::uint32_t k = 0; k < symbols_.size(); ++k)
          days_.push_back(plan_.day(symbol_id{k}, session_));
      if (days_.empty() || minute_ >= days_.front().size()) {
        days_.clear();
        minute_ = 0;
        ++session_;
        continue;
      }
      fill_minute(start_of(session_, minute_));
      ++minute_;
    }
  }

  void fill_minute(utc_ns start) {
    std::vector<market_event> bars;
    for (std::uint32_t k = 0; k < symbols_.size(); ++k) {
      const auto& plan = days_[k][minute_];
      announce_halt(symbol_id{k}, start, plan.halted);
      if (const auto complete = bar_of(symbol_id{k}, start, plan, &buffer_))
        bars.push_back(*complete);
    }
    std::stable_sort(buffer_.begin(), buffer_.end(),
                     [](const market_event& a, const market_event& b) {
                       return emission_time(a) < emission_time(b);
                     });
    buffer_.insert(buffer_.end(), bars.begin(), bars.end());
  }

  generator_options options_;
  market_plan plan_;
  std::vector<listed_symbol> symbols_;
  /// Place of the minute that is made next.
  std::size_t session_ = 0;
  std::size_t minute_ = 0;
  /// Plans of the current session by symbol.
  std::vector<std::vector<minute_plan>> days_;
  std::vector<bool> halted_;
  std::vector<market_event> buffer_;
  std::size_t next_ = 0;
  mutable std::vector<script_step> script_;
};

}  // namespace

std::vector<generated_symbol> default_symbols() {
  return {made_up("SPY", "SPDR S&P 500 ETF Trust", "ARCA", 45'230, 60, 1),
          made_up("QQQ", "Invesco QQQ Trust", "NASDAQ", 38'840, 40, 2),
          made_up("AAPL", "Apple Inc. Common Stock", "NASDAQ", 18'950, 50, 2),
          made_up("MSFT", "Microsoft Corporation Common Stock", "NASDAQ", 41'210, 22, 4),
          made_up("NVDA", "NVIDIA Corporation Common Stock", "NASDAQ", 12'875, 90, 2),
          made_up("AMZN", "Amazon.com Inc. Common Stock", "NASDAQ", 18'240, 38, 2),
          made_up("META", "Meta Platforms Inc. Class A Common Stock", "NASDAQ", 47'435, 14, 5),
          made_up("TSLA", "Tesla Inc. Common Stock", "NASDAQ", 24'160, 80, 3),
          made_up("AMD", "Advanced Micro Devices Inc. Common Stock", "NASDAQ", 15'820, 45, 2),
          made_up("IWM", "iShares Russell 2000 ETF", "ARCA", 20'715, 30, 2)};
}

std::unique_ptr<market_source> make_generator(generator_options options) {
  return std::make_unique<market_generator>(std::move(options));
}

}  // namespace bw::venue
