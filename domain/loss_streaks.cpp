#include "domain/loss_streaks.hpp"

#include <utility>

namespace bw {

loss_streaks::loss_streaks(std::size_t symbols, std::size_t strategies, streak_limits limits)
    : limits_(limits), strategies_(strategies + 1), locked_until_(symbols) {
  for (auto& each : strategies_) each.open_trades.resize(symbols);
}

std::size_t loss_streaks::place_of(strategy_id strategy) const {
  if (strategy == no_strategy) return strategies_.size() - 1;
  return strategy.value + std::size_t{1} < strategies_.size() ? strategy.value : strategies_.size();
}

bool loss_streaks::on_fill(const fill& x, mono_ns now) {
  if (!has(x.strategy) || x.symbol.value >= locked_until_.size()) return false;
  auto& own = strategies_[place_of(x.strategy)];
  auto& so_far = own.open_trades[x.symbol.value];
  so_far += x.realized;
  if (!x.held_after.is_zero()) return false;
  const auto result = std::exchange(so_far, money{});
  own.losses = result.is_negative() ? own.losses + 1 : 0;
  if (!result.is_negative()) return false;
  exits_.push_back({x.symbol, now});
  while (exits_.size() > limits_.exits) exits_.pop_front();
  if (exits_.size() < limits_.exits || now - exits_.front().at > limits_.within) return false;
  for (const auto& each : exits_) locked_until_[each.symbol.value] = now + limits_.lock;
  return true;
}

void loss_streaks::restore(strategy_id strategy, std::uint32_t losses) {
  if (has(strategy)) strategies_[place_of(strategy)].losses = losses;
}

void loss_streaks::start_session() {
  for (auto& each : strategies_) each.losses = 0;
}

std::uint32_t loss_streaks::losses_in_row(strategy_id strategy) const {
  return has(strategy) ? strategies_[place_of(strategy)].losses : UINT32_MAX;
}

nanoseconds loss_streaks::locked_for(symbol_id symbol, mono_ns now) const {
  if (symbol.value >= locked_until_.size()) return nanoseconds::max();
  const auto& until = locked_until_[symbol.value];
  return until && *until > now ? *until - now : nanoseconds{0};
}

}  // namespace bw
