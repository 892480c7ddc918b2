#include "analytics/day_figures.hpp"

#include <algorithm>
#include <utility>

#include "core/int128.hpp"
#include "core/json_writer.hpp"

namespace bw {
namespace {

constexpr std::int64_t ppm = 1'000'000;

/// Rates and factors, half even.
std::int64_t ratio_ppm(int128 part, int128 whole) {
  return static_cast<std::int64_t>(divide_half_even(part * ppm, whole));
}

performance_line finished(performance_line line) {
  if (line.wins + line.losses > 0)
    line.win_rate_ppm = ratio_ppm(line.wins, line.wins + line.losses);
  if (line.lost.is_negative())
    line.profit_factor_ppm = ratio_ppm(line.won.units(), -line.lost.units());
  return line;
}

}  // namespace

void day_figures::sums::follow(money unrealized) {
  line.unrealized = unrealized;
  const auto profit = line.realized + unrealized;
  highest = highest ? std::max(*highest, profit) : profit;
  line.max_drawdown = std::max(line.max_drawdown, *highest - profit);
}

void day_figures::sums::close_trade(money pnl) {
  ++line.trades;
  if (pnl.is_positive()) {
    ++line.wins;
    line.won += pnl;
  } else if (pnl.is_negative()) {
    ++line.losses;
    line.lost += pnl;
  }
}

void day_figures::begin(std::string day, utc_ns opened, utc_ns closes) {
  day_ = std::move(day);
  opened_ = opened;
  closes_ = closes;
  all_ = {};
  if (open_.empty()) all_.highest = money{};
  by_strategy_.clear();
  executions_.clear();
  whose_.clear();
  fees_.clear();
}

/// Where nothing was held the day's profit begins at zero; elsewhere with the first price.
void day_figures::hold(const short_name& strategy, const symbol_name& symbol, quantity held) {
  if (held.is_zero()) return;
  open_[{strategy, symbol}].held = held;
  all_.highest.reset();
}

void day_figures::on_execution(const execution& x) {
  auto& own = by_strategy_[x.strategy];
  own.line.strategy = x.strategy;
  const auto held_before = open_.lower_bound({x.strategy, symbol_name{}});
  const bool was_flat = held_before == open_.end() || held_before->first.first != x.strategy;
  if (was_flat && own.line.fills == 0) own.highest = money{};
  auto& trade = open_[{x.strategy, x.symbol}];
  const bool turned = trade.held.is_negative() != x.held.is_negative() && !trade.held.is_zero();
  trade.pnl += x.realized;
  for (auto* each : {&own, &all_}) {
    ++each->line.fills;
    each->line.realized += x.realized;
    if ((x.held.is_zero() || turned) && !trade.held.is_zero()) each->close_trade(trade.pnl);
  }
  if (x.held.is_zero() || turned) trade.pnl = {};
  trade.held = x.held;
  if (x.held.is_zero()) open_.erase({x.strategy, x.symbol});
  if (executions_.size() >= executions_max) return;
  executions_.push_back(
      {x.symbol, x.side, notional_half_even(x.at_price, x.qty).value_or(money{}), x.at});
  whose_.push_back(x.strategy);
}

void day_figures::on_fee(const fee_record& x) {
  if (fees_.contains(x.id) || utc_date(x.at) != utc_date(opened_)) return;
  all_.line.fees += x.amount;
  if (fees_.size() < fees_max) fees_.emplace(x.id, x);
}

void day_figures::on_worth(const std::vector<strategy_gain>& unrealized) {
  money sum;
  for (const auto& [strategy, gain] : unrealized) {
    by_strategy_[strategy].line.strategy = strategy;
    sum += gain;
  }
  for (auto& [strategy, each] : by_strategy_) {
    const auto at = std::find_if(unrealized.begin(), unrealized.end(),
                                 [&](const strategy_gain& x) { return x.strategy == strategy; });
    each.follow(at == unrealized.end() ? money{} : at->unrealized);
  }
  all_.follow(sum);
}

performance_record day_figures::record(trade_type type) const {
  performance_record out;
  out.day = day_;
  out.type = type;
  out.opened_at = opened_;
  out.closed_at = closes_;
  std::map<short_name, money> fees;
  for (const auto& [id, fee] : fees_) {
    const auto shares = share_fee(fee, executions_);
    for (std::size_t k = 0; k < shares.size(); ++k) fees[whose_[k]] += shares[k];
  }
  out.lines.push_back(finished(all_.line));
  for (const auto& [strategy, each] : by_strategy_) {
    auto line = each.line;
    if (const auto at = fees.find(strategy); at != fees.end()) line.fees = at->second;
    out.lines.push_back(finished(std::move(line)));
  }
  return out;
}

std::string to_json(const performance_line& x) {
  json_writer out;
  out.begin_object();
  const auto ratio = [&](const char* name, std::int64_t value) {
    out.key(name);
    if (value == performance_line::none)
      out.null();
    else
      out.value(money::from_units(value * (decimal_scale / ppm)));
  };
  out.member("fills", x.fills).member("trades", x.trades);
  out.member("wins", x.wins).member("losses", x.losses);
  ratio("win_rate", x.win_rate_ppm);
  out.member("realized", x.realized).member("unrealized", x.unrealized).member("fees", x.fees);
  ratio("profit_factor", x.profit_factor_ppm);
  out.member("max_drawdown", x.max_drawdown);
  out.end_object();
  return out.take();
}

std::string to_text(const performance_line& x) {
  return std::to_string(x.trades) + " trades (" + std::to_string(x.wins) + " won, " +
         std::to_string(x.losses) + " lost), realised " + x.realized.text() + " USD, unrealised " +
         x.unrealized.text() + ", fees " + x.fees.text() + ", deepest fall " +
         x.max_drawdown.text();
}

}  // namespace bw
