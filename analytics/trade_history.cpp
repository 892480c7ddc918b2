#include "analytics/trade_history.hpp"

#include <algorithm>

namespace bw {
namespace {

/// Neither one trip nor the sum of all is worth more.
constexpr auto money_max = money::from_int(9'000'000'000);

/// A trip's shares and value stay within their types; its profit then does so, too.
bool fits(const quantity& shares, const quantity& more, int128 value, int128 added) {
  std::int64_t sum = 0;
  return !__builtin_add_overflow(shares.units(), more.units(), &sum) &&
         (value + added) / decimal_scale <= money_max.units();
}

}  // namespace

result<std::optional<round_trip>> trade_history::apply(const fill_record& fill) {
  if (!fill.qty.is_positive() || fill.at_price.is_negative())
    return {ec::invalid_argument, "the fill " + fill.execution.str() + " of " + fill.symbol.str() +
                                      " has no shares or a negative price"};
  const key name{fill.strategy, fill.symbol};
  const auto found = open_.find(name);
  auto trip = found == open_.end() ? open_trip{.entry_side = fill.side, .opened_at = fill.ts_event}
                                   : found->second;
  const bool enters = fill.side == trip.entry_side;
  const auto taken = enters ? fill.qty : std::min(fill.qty, trip.held());
  const auto rest = fill.qty - taken;
  const auto value = notional_exact(fill.at_price, taken);
  const auto rest_value = notional_exact(fill.at_price, rest);
  const auto before = enters ? trip.entry_value : trip.exit_value;
  if (!fits(enters ? trip.entered : trip.exited, taken, before, value) ||
      !fits({}, rest, 0, rest_value))
    return {ec::out_of_range, "the trade of " + fill.strategy.str() + " in " + fill.symbol.str() +
                                  " is worth more than 9e9"};
  (enters ? trip.entered : trip.exited) += taken;
  (enters ? trip.entry_value : trip.exit_value) += value;
  if (!trip.held().is_zero()) {
    open_[name] = trip;
    return std::optional<round_trip>{};
  }

  const auto done = close(name, trip, fill.ts_event);
  std::int64_t sum = 0;
  if (__builtin_add_overflow(summary_.realized.units(), done.pnl.units(), &sum))
    return {ec::out_of_range, "the trades together are worth more than money can say"};
  open_.erase(name);
  if (rest.is_positive())
    open_[name] = open_trip{.entry_side = fill.side,
                            .entered = rest,
                            .entry_value = rest_value,
                            .opened_at = fill.ts_event};
  count(done);
  return std::optional{done};
}

round_trip trade_history::close(const key& name, const open_trip& trip, utc_ns at) {
  const auto earned = trip.entry_side == side::buy ? trip.exit_value - trip.entry_value
                                                   : trip.entry_value - trip.exit_value;
  round_trip out;
  out.strategy = name.first;
  out.symbol = name.second;
  out.entry_side = trip.entry_side;
  out.qty = trip.entered;
  out.entry_average = average_price_half_even(trip.entry_value, trip.entered);
  out.exit_average = average_price_half_even(trip.exit_value, trip.exited);
  out.pnl = money::from_units(static_cast<std::int64_t>(divide_half_even(earned, decimal_scale)));
  out.opened_at = trip.opened_at;
  out.closed_at = at;
  return out;
}

void trade_history::count(const round_trip& trip) {
  ++summary_.trades;
  if (trip.pnl.is_positive()) ++summary_.wins;
  if (trip.pnl.is_negative()) ++summary_.losses;
  summary_.realized += trip.pnl;
}

result<std::vector<round_trip>> round_trips(std::span<const fill_record> fills) {
  trade_history history;
  std::vector<round_trip> out;
  for (const auto& fill : fills) {
    auto ended = history.apply(fill);
    if (!ended) return std::move(ended).failure();
    if (*ended) out.push_back(**ended);
  }
  return out;
}

}  // namespace bw
