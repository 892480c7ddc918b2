#include "analytics/trade_figures.hpp"

#include <algorithm>

namespace bw {
namespace {

money as_money(int128 units) {
  return money::from_units(static_cast<std::int64_t>(
      std::clamp<int128>(units, -static_cast<int128>(INT64_MAX), INT64_MAX)));
}

std::optional<money> mean(int128 sum, std::uint64_t count) {
  if (count == 0) return std::nullopt;
  return as_money(divide_half_even(sum, static_cast<int128>(count)));
}

trade_figures& group(grouped_figures& groups, std::string name) {
  if (groups.size() >= trade_groups::groups_max && !groups.contains(name)) name = "(other)";
  return groups[std::move(name)];
}

std::string or_none(std::string_view name) { return std::string{name.empty() ? "(none)" : name}; }

}  // namespace

money exit_value(const closed_trade& trade) {
  return trade.entry_side == side::buy ? trade.entry_value + trade.gross
                                       : trade.entry_value - trade.gross;
}

void trade_figures::add(const closed_trade& trade) {
  const auto net = trade.net();
  wins_ += net.is_positive();
  losses_ += net.is_negative();
  even_ += net.is_zero();
  (net.is_negative() ? loss_ : profit_) += net.units();
  gross_ += trade.gross.units();
  fees_ += trade.fees.units();
  slippage_ += trade.slippage.units();
  entry_value_ += trade.entry_value.units();
  exit_value_ += exit_value(trade).units();
  holding_ns_ += (trade.closed_at - trade.opened_at).count();
  if (trade.entry_value.is_positive()) {
    return_sum_ +=
        static_cast<double>(net.units()) / static_cast<double>(trade.entry_value.units());
    ++returns_;
  }
  best_ = best_ ? std::max(*best_, net) : net;
  worst_ = worst_ ? std::min(*worst_, net) : net;
}

void trade_figures::add(const trade_figures& other) {
  wins_ += other.wins_;
  losses_ += other.losses_;
  even_ += other.even_;
  profit_ += other.profit_;
  loss_ += other.loss_;
  gross_ += other.gross_;
  fees_ += other.fees_;
  slippage_ += other.slippage_;
  entry_value_ += other.entry_value_;
  exit_value_ += other.exit_value_;
  holding_ns_ += other.holding_ns_;
  return_sum_ += other.return_sum_;
  returns_ += other.returns_;
  if (other.best_) best_ = best_ ? std::max(*best_, *other.best_) : other.best_;
  if (other.worst_) worst_ = worst_ ? std::min(*worst_, *other.worst_) : other.worst_;
}

money trade_figures::net() const { return as_money(profit_ + loss_); }
money trade_figures::gross() const { return as_money(gross_); }
money trade_figures::fees() const { return as_money(fees_); }
money trade_figures::slippage() const { return as_money(slippage_); }
money trade_figures::traded_value() const { return as_money(entry_value_ + exit_value_); }

std::optional<double> trade_figures::win_rate() const {
  if (wins_ + losses_ == 0) return std::nullopt;
  return static_cast<double>(wins_) / static_cast<double>(wins_ + losses_);
}

std::optional<double> trade_figures::profit_factor() const {
  if (loss_ == 0) return std::nullopt;
  return static_cast<double>(profit_) / static_cast<double>(-loss_);
}

std::optional<money> trade_figures::expectancy() const { return mean(profit_ + loss_, trades()); }
std::optional<money> trade_figures::average_win() const { return mean(profit_, wins_); }
std::optional<money> trade_figures::average_loss() const { return mean(loss_, losses_); }
std::optional<money> trade_figures::average_entry_value() const {
  return mean(entry_value_, trades());
}

std::optional<double> trade_figures::payoff() const {
  if (wins_ == 0 || losses_ == 0) return std::nullopt;
  return (static_cast<double>(profit_) / static_cast<double>(wins_)) /
         (static_cast<double>(-loss_) / static_cast<double>(losses_));
}

std::optional<double> trade_figures::average_return() const {
  if (returns_ == 0) return std::nullopt;
  return return_sum_ / static_cast<double>(returns_);
}

std::optional<nanoseconds> trade_figures::average_holding() const {
  if (trades() == 0) return std::nullopt;
  return nanoseconds{static_cast<std::int64_t>(holding_ns_ / static_cast<int128>(trades()))};
}

money trade_figures::net_after(std::int64_t basis_points) const {
  const auto commission = divide_ceil((entry_value_ + exit_value_) * basis_points, 10'000);
  return as_money(profit_ + loss_ - commission);
}

void trade_groups::add(const closed_trade& trade, const session_calendar& calendar) {
  static constexpr const char* weekdays[] = {"7 Sunday",   "1 Monday", "2 Tuesday", "3 Wednesday",
                                             "4 Thursday", "5 Friday", "6 Saturday"};
  constexpr std::int64_t ns_a_second = 1'000'000'000;
  const auto local =
      utc_ns{trade.opened_at.value + calendar.offset_at(trade.opened_at).count() * ns_a_second};
  constexpr std::int64_t ns_an_hour = 3'600 * ns_a_second;
  const auto hour = static_cast<int>(((local.value / ns_an_hour) % 24 + 24) % 24);
  const std::string hour_name{static_cast<char>('0' + hour / 10),
                              static_cast<char>('0' + hour % 10)};
  all.add(trade);
  group(by_strategy, or_none(trade.strategy.view())).add(trade);
  group(by_symbol, or_none(trade.symbol.view())).add(trade);
  group(by_side, trade.entry_side == side::buy ? "long" : "short").add(trade);
  group(by_hour, hour_name).add(trade);
  group(by_weekday, weekdays[weekday(utc_date(local))]).add(trade);
  group(by_regime, std::string{to_string(trade.regime)}).add(trade);
  group(by_entry_reason, or_none(trade.entry_reason.view())).add(trade);
  group(by_exit_reason, or_none(trade.exit_reason.view())).add(trade);
  by_close_date[calendar.new_york_date(trade.closed_at)].add(trade);
  losses_in_a_row = trade.net().is_negative() ? losses_in_a_row + 1 : 0;
  longest_losing_streak = std::max(longest_losing_streak, losses_in_a_row);
}

}  // namespace bw
