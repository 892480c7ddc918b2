#include "actors/strategy_figures.hpp"

#include "analytics/performance_tracker.hpp"

namespace bw {

namespace {

/// Sum and number: the mean is asked for twice a second, fills come seldom.
struct confidence_mean {
  std::uint64_t sum = 0;
  std::uint64_t count = 0;
  void add(std::uint32_t ppm) {
    sum += ppm;
    ++count;
  }
  std::uint32_t value() const { return count == 0 ? 0 : static_cast<std::uint32_t>(sum / count); }
};

struct confidence_means {
  confidence_mean won;
  confidence_mean lost;
};

}  // namespace

struct strategy_figures::parts {
  trade_type type;
  performance_tracker tracker;
  /// Of the entry that opened what is held.
  std::map<std::pair<short_name, symbol_name>, std::uint32_t> open;
  std::map<short_name, confidence_means> confidence;
};

strategy_figures::strategy_figures(trade_type type, session_calendar calendar, utc_ns start)
    : parts_(new parts{
          type, performance_tracker{type, std::move(calendar), start, money{}}, {}, {}}) {}
strategy_figures::~strategy_figures() = default;
strategy_figures::strategy_figures(strategy_figures&&) noexcept = default;

bool strategy_figures::on_fill(const fill_record& fill, std::uint32_t confidence_ppm,
                               std::string_view reason) {
  run_fill x;
  x.at = fill.ts_event;
  x.strategy = fill.strategy;
  x.symbol = fill.symbol;
  x.side = fill.side;
  x.purpose = fill.purpose;
  x.qty = fill.qty;
  x.at_price = fill.at_price;
  x.decision_price = fill.decision_price;
  x.reason = cut<short_name>(reason);
  auto& p = *parts_;
  const auto figures_of = [&] {
    const auto& all = p.tracker.trades().by_strategy;
    const auto at = all.find(fill.strategy.str());
    return at == all.end() ? std::pair<std::uint64_t, std::uint64_t>{}
                           : std::pair{at->second.wins(), at->second.losses()};
  };
  const auto before = figures_of();
  if (!p.tracker.on_trade_event({p.type, x})) return false;
  const std::pair key{fill.strategy, fill.symbol};
  if (fill.purpose == order_purpose::entry) {
    p.open.try_emplace(key, confidence_ppm);
    return true;
  }
  const auto after = figures_of();
  const auto entry = p.open.find(key);
  if (entry == p.open.end()) return true;
  auto& means = p.confidence[fill.strategy];
  if (after.first > before.first) means.won.add(entry->second);
  if (after.second > before.second) means.lost.add(entry->second);
  if (fill.position.is_zero() || after != before) p.open.erase(entry);
  return true;
}

void strategy_figures::on_price(const symbol_name& symbol, price at) {
  parts_->tracker.on_price(symbol, at);
}

strategy_performance strategy_figures::of(const short_name& strategy) const {
  strategy_performance out;
  const auto& all = parts_->tracker.trades().by_strategy;
  if (const auto at = all.find(strategy.str()); at != all.end()) {
    out.trades = at->second.trades();
    out.wins = at->second.wins();
    out.losses = at->second.losses();
    out.realized = at->second.net();
  }
  if (const auto at = parts_->confidence.find(strategy); at != parts_->confidence.end()) {
    out.confidence_won_ppm = at->second.won.value();
    out.confidence_lost_ppm = at->second.lost.value();
  }
  return out;
}

}  // namespace bw
