#include "domain/position_book.hpp"

#include "core/assert.hpp"

namespace bw {
namespace {

/// Profits are sums of products of bounded numbers; one beyond the range of money is shown as its
/// end and stays exact inside.
money as_money(int128 exact) {
  const auto units = divide_half_even(exact, decimal_scale);
  if (units > INT64_MAX) return money::from_units(INT64_MAX);
  if (units < INT64_MIN) return money::from_units(INT64_MIN);
  return money::from_units(static_cast<std::int64_t>(units));
}

}  // namespace

money position::realized() const { return as_money(realized_); }

money position::unrealized(price mark) const {
  const auto value = notional_exact(mark, abs(qty_));
  return as_money(qty_.is_negative() ? cost_ - value : value - cost_);
}

int128 position::apply(side which, quantity filled, price at) {
  BW_ASSERT(filled.is_positive() && !at.is_negative(), "a fill has shares and no negative price");
  const auto signed_qty = which == side::buy ? filled : -filled;
  const bool grows = qty_.is_zero() || qty_.is_positive() == signed_qty.is_positive();
  if (grows) {
    open(signed_qty, at);
    return 0;
  }
  const auto held = abs(qty_);
  if (filled <= held) return close(filled, at);
  const auto earned = close(held, at);
  const auto rest = filled - held;
  open(which == side::buy ? rest : -rest, at);
  return earned;
}

void position::restore(quantity held, price average) {
  qty_ = held;
  average_ = held.is_zero() ? price{} : average;
  cost_ = notional_exact(average_, abs(held));
}

void position::split(split_ratio by, quantity after) {
  const auto whole = after_split(qty_, by);
  if (after != whole) {
    const auto each = whole.is_zero() ? price{} : average_price_half_even(cost_, abs(whole));
    cost_ = notional_exact(each, abs(after));
  }
  qty_ = after;
  average_ = qty_.is_zero() ? price{} : average_price_half_even(cost_, abs(qty_));
}

void position::restore(const figures& x) {
  qty_ = x.qty;
  average_ = x.average;
  cost_ = x.cost;
  realized_ = x.realized;
}

int128 position::close(quantity shares, price at) {
  const bool was_long = qty_.is_positive();
  const bool all = shares == abs(qty_);
  const auto taken = all ? cost_ : notional_exact(average_, shares);
  const auto value = notional_exact(at, shares);
  const auto earned = was_long ? value - taken : taken - value;
  realized_ += earned;
  cost_ -= taken;
  qty_ += was_long ? -shares : shares;
  if (all) average_ = {};
  return earned;
}

void position::open(quantity shares, price at) {
  qty_ += shares;
  cost_ += notional_exact(at, abs(shares));
  average_ = average_price_half_even(cost_, abs(qty_));
}

position_book::position_book(sizes counts)
    : counts_(counts),
      by_symbol_(counts.symbols),
      by_strategy_(counts.symbols * (counts.strategies + 1)) {}

std::size_t position_book::index(strategy_id strategy, symbol_id symbol) const {
  BW_ASSERT(symbol.value < counts_.symbols, "a position is of a configured symbol");
  const auto within = strategy == no_strategy ? counts_.strategies : strategy.value;
  BW_ASSERT(within <= counts_.strategies, "a position is of a configured strategy");
  return symbol.value * (counts_.strategies + 1) + within;
}

position_book::change position_book::apply(const book_fill& fill) {
  auto& own = by_strategy_[index(fill.strategy, fill.symbol)];
  auto& all = by_symbol_[fill.symbol.value];
  change out;
  out.before = all.qty();
  all.apply(fill.side, fill.qty, fill.at);
  out.after = all.qty();
  out.realized = as_money(own.apply(fill.side, fill.qty, fill.at));
  return out;
}

void position_book::restore(strategy_id strategy, symbol_id symbol, quantity held, price average) {
  auto& own = by_strategy_[index(strategy, symbol)];
  auto& all = by_symbol_[symbol.value];
  const auto total = all.qty() - own.qty() + held;
  own.restore(held, average);
  // Nobody else holds any: the average is the one given. Otherwise it comes from all of them.
  int128 value = 0;
  for (std::size_t k = 0; k <= counts_.strategies; ++k) {
    const auto& each = by_strategy_[symbol.value * (counts_.strategies + 1) + k];
    value += notional_exact(each.average(), each.qty());
  }
  if (total.is_zero()) {
    all.restore({}, {});
    return;
  }
  const auto size = abs(total);
  const auto signed_value = total.is_negative() ? -value : value;
  all.restore(total, signed_value > 0 ? average_price_half_even(signed_value, size) : average);
}

const position& position_book::of(symbol_id symbol) const {
  BW_ASSERT(symbol.value < counts_.symbols, "a position is of a configured symbol");
  return by_symbol_[symbol.value];
}

const position& position_book::of(strategy_id strategy, symbol_id symbol) const {
  return by_strategy_[index(strategy, symbol)];
}

money position_book::realized() const {
  int128 sum = 0;
  for (const auto& each : by_symbol_) sum += each.realized_exact();
  return as_money(sum);
}

}  // namespace bw
