#include "analytics/trade_recorder.hpp"

#include <algorithm>

namespace bw {
namespace {

/// No side of a trade is worth more, so that profits and their sums stay within money.
constexpr auto value_max = static_cast<int128>(4'000'000'000) * decimal_scale * decimal_scale;

money rounded(int128 value) {
  return money::from_units(static_cast<std::int64_t>(divide_half_even(value, decimal_scale)));
}

/// What the fill was worse than decided, for `shares` of it, in units of 1e-18.
int128 slippage_of(const run_fill& fill, quantity shares) {
  if (!fill.decision_price.is_positive()) return 0;
  const auto paid = notional_exact(fill.at_price, shares);
  const auto planned = notional_exact(fill.decision_price, shares);
  return fill.side == side::buy ? paid - planned : planned - paid;
}

result<void> check(const run_fill& fill) {
  const auto where = "the fill of " + fill.strategy.str() + " in " + fill.symbol.str();
  if (!fill.qty.is_positive()) return {ec::invalid_argument, where + " has no shares"};
  if (fill.at_price.is_negative() || fill.decision_price.is_negative())
    return {ec::invalid_argument, where + " has a negative price"};
  if (fill.fees.is_negative()) return {ec::invalid_argument, where + " has negative fees"};
  if (notional_exact(fill.at_price, fill.qty) > value_max ||
      notional_exact(fill.decision_price, fill.qty) > value_max)
    return {ec::out_of_range, where + " is worth more than 4e9"};
  return {};
}

}  // namespace

int128 trade_recorder::position::worth(price at) const {
  const auto held_value = notional_exact(at, held());
  return entry_side == side::buy ? exit_value + held_value - entry_value
                                 : entry_value - exit_value - held_value;
}

result<std::optional<closed_trade>> trade_recorder::apply(const run_fill& fill) {
  if (const auto sound = check(fill); !sound) return sound.failure();
  const key name{fill.symbol, fill.strategy};
  const auto found = open_.find(name);
  const position fresh{.entry_side = fill.side,
                       .opened_at = fill.at,
                       .entry_reason = fill.reason,
                       .regime = fill.regime,
                       .last = fill.at_price,
                       .worst = {},
                       .best = {}};
  auto trade = found == open_.end() ? fresh : found->second;
  const bool enters = fill.side == trade.entry_side;
  const auto taken = enters ? fill.qty : std::min(fill.qty, trade.held());
  const auto rest = fill.qty - taken;
  // The part that opens the next trade bears its share of the fees, rounded down.
  const auto rest_fees = money::from_units(static_cast<std::int64_t>(
      static_cast<int128>(fill.fees.units()) * rest.units() / fill.qty.units()));
  auto& shares = enters ? trade.entered : trade.exited;
  auto& value = enters ? trade.entry_value : trade.exit_value;
  std::int64_t sum = 0;
  if (__builtin_add_overflow(shares.units(), taken.units(), &sum) ||
      value + notional_exact(fill.at_price, taken) > value_max ||
      static_cast<int128>(trade.fees.units()) + fill.fees.units() > value_max / decimal_scale)
    return {ec::out_of_range, "the trade of " + fill.strategy.str() + " in " + fill.symbol.str() +
                                  " is worth more than 4e9"};
  shares += taken;
  value += notional_exact(fill.at_price, taken);
  trade.slippage += slippage_of(fill, taken);
  trade.fees += fill.fees - rest_fees;
  trade.last = fill.at_price;
  if (!trade.held().is_zero()) {
    open_[name] = trade;
    return std::optional<closed_trade>{};
  }
  auto done = close(name, trade, fill);
  open_.erase(name);
  if (rest.is_positive()) {
    auto next = fresh;
    next.entered = rest;
    next.entry_value = notional_exact(fill.at_price, rest);
    next.slippage = slippage_of(fill, rest);
    next.fees = rest_fees;
    open_[name] = next;
  }
  return std::optional{std::move(done)};
}

void trade_recorder::mark(const symbol_name& symbol, price at) {
  if (at.is_negative()) return;
  for (auto each = open_.lower_bound({symbol, short_name{}});
       each != open_.end() && each->first.first == symbol; ++each) {
    auto& trade = each->second;
    if (notional_exact(at, trade.held()) > value_max) continue;
    trade.last = at;
    const auto now = rounded(trade.worth(at));
    trade.worst = trade.worst ? std::min(*trade.worst, now) : now;
    trade.best = trade.best ? std::max(*trade.best, now) : now;
  }
}

closed_trade trade_recorder::close(const key& name, const position& trade, const run_fill& last) {
  closed_trade out;
  out.symbol = name.first;
  out.strategy = name.second;
  out.entry_side = trade.entry_side;
  out.qty = trade.entered;
  out.entry_average = average_price_half_even(trade.entry_value, trade.entered);
  out.exit_average = average_price_half_even(trade.exit_value, trade.exited);
  out.opened_at = trade.opened_at;
  out.closed_at = last.at;
  out.entry_value = rounded(trade.entry_value);
  out.gross = rounded(trade.worth(price{}));
  out.fees = trade.fees;
  out.slippage = rounded(trade.slippage);
  out.entry_reason = trade.entry_reason;
  out.exit_reason = last.reason;
  out.regime = trade.regime;
  out.worst = trade.worst;
  out.best = trade.best;
  // The exit itself is a price of the trade.
  if (out.worst) out.worst = std::min(*out.worst, out.gross);
  if (out.best) out.best = std::max(*out.best, out.gross);
  return out;
}

std::vector<open_trade> trade_recorder::open_trades() const {
  std::vector<open_trade> out;
  for (const auto& [name, trade] : open_) {
    open_trade row;
    row.symbol = name.first;
    row.strategy = name.second;
    row.qty = trade.entry_side == side::buy ? trade.held() : -trade.held();
    row.average = average_price_half_even(trade.entry_value, trade.entered);
    row.last = trade.last;
    row.unrealized = rounded(trade.worth(trade.last));
    row.fees = trade.fees;
    row.opened_at = trade.opened_at;
    out.push_back(row);
  }
  std::sort(out.begin(), out.end(), [](const open_trade& a, const open_trade& b) {
    return std::tie(a.strategy, a.symbol) < std::tie(b.strategy, b.symbol);
  });
  return out;
}

result<std::vector<closed_trade>> closed_trades(const std::vector<run_fill>& fills) {
  trade_recorder recorder;
  std::vector<closed_trade> out;
  for (const auto& fill : fills) {
    auto ended = recorder.apply(fill);
    if (!ended) return std::move(ended).failure();
    if (*ended) out.push_back(**ended);
  }
  return out;
}

}  // namespace bw
