#include "venue/accounts.hpp"

#include <algorithm>

namespace bw::venue {
namespace {

money saturated(int128 units) {
  if (units > INT64_MAX) return money::from_units(INT64_MAX);
  if (units < -INT64_MAX) return money::from_units(-INT64_MAX);
  return money::from_units(static_cast<std::int64_t>(units));
}

/// Maintenance of one position at Alpaca's rates: see the parameters in the margin documentation.
int128 maintenance_of(price last, quantity qty) {
  const auto value = notional_exact(last, abs(qty));
  if (!qty.is_negative())
    return last >= price::from_units(2'500'000'000) ? value * 30 / 100 : value;
  const bool low_priced = last < price::from_int(5);
  const auto per_share = low_priced ? price::from_units(2'500'000'000) : price::from_int(5);
  return std::max(notional_exact(per_share, abs(qty)), low_priced ? value : value * 30 / 100);
}

}  // namespace

money to_money_half_even(int128 exact) { return saturated(divide_half_even(exact, decimal_scale)); }
money to_money_floor(int128 exact) { return saturated(divide_floor(exact, decimal_scale)); }
money to_money_ceil(int128 exact) { return saturated(divide_ceil(exact, decimal_scale)); }

account_book::account_book(money start_cash, std::uint32_t multiplier, std::size_t symbols)
    : cash_(static_cast<int128>(start_cash.units()) * decimal_scale),
      multiplier_(std::max(multiplier, std::uint32_t{1})),
      holdings_(symbols) {}

const account_book::holding_of_symbol& account_book::entry(symbol_id symbol) const {
  BW_ASSERT(symbol.value < holdings_.size(), "a holding belongs to a listed symbol");
  return holdings_[symbol.value];
}

void account_book::apply_fill(symbol_id symbol, side side, quantity qty, price at) {
  BW_ASSERT(qty.is_positive(), "a fill has a quantity");
  BW_ASSERT(symbol.value < holdings_.size(), "a fill belongs to a listed symbol");
  auto& holding = holdings_[symbol.value];
  const auto signed_qty = side == side::buy ? qty : -qty;
  cash_ -= notional_exact(at, signed_qty);
  const auto before = holding.qty;
  const auto after = before + signed_qty;
  const bool grows = before.is_zero() || before.is_negative() == signed_qty.is_negative();
  if (grows) {
    const auto cost = notional_exact(holding.average, abs(before)) + notional_exact(at, qty);
    holding.average = average_price_half_even(cost, abs(after));
  } else if (after.is_zero()) {
    holding.average = price{};
  } else if (after.is_negative() != before.is_negative()) {
    holding.average = at;
  }
  holding.qty = after;
}

void account_book::reserve(symbol_id symbol, const reservation& amount) {
  reserved_ += amount.cash;
  holdings_[symbol.value].held += amount.shares;
}

void account_book::release(symbol_id symbol, const reservation& amount) {
  reserved_ -= amount.cash;
  holdings_[symbol.value].held -= amount.shares;
  BW_ASSERT(reserved_ >= 0, "released cash was reserved before");
  BW_ASSERT(!entry(symbol).held.is_negative(), "released shares were held before");
}

quantity account_book::available(symbol_id symbol) const {
  const auto& holding = entry(symbol);
  return std::max(abs(holding.qty) - holding.held, quantity{});
}

account_book::exact_values account_book::mark(const std::vector<price>& prices) const {
  exact_values out;
  for (std::size_t k = 0; k < holdings_.size(); ++k) {
    const auto& holding = holdings_[k];
    if (holding.qty.is_zero()) continue;
    const auto last = prices[k].is_zero() ? holding.average : prices[k];
    const auto value = notional_exact(last, holding.qty);
    (value < 0 ? out.shorts : out.longs) += value;
    out.maintenance += maintenance_of(last, holding.qty);
  }
  return out;
}

int128 account_book::buying_power_of(const exact_values& marked) const {
  if (multiplier_ == 1) return std::max<int128>(cash_ - reserved_, 0);
  const auto equity = cash_ + marked.longs + marked.shorts;
  const auto margin = multiplier_ == 2 ? (marked.longs - marked.shorts) / 2 : marked.maintenance;
  return std::max<int128>(std::max<int128>(equity - margin, 0) * multiplier_ - reserved_, 0);
}

int128 account_book::buying_power_exact(const std::vector<price>& prices) const {
  return buying_power_of(mark(prices));
}

account_values account_book::values(const std::vector<price>& prices) const {
  const auto marked = mark(prices);
  account_values out;
  out.cash = to_money_half_even(cash_);
  out.long_market_value = to_money_half_even(marked.longs);
  out.short_market_value = to_money_half_even(marked.shorts);
  out.equity = to_money_half_even(cash_ + marked.longs + marked.shorts);
  const auto exposure = marked.longs - marked.shorts;
  out.initial_margin = to_money_half_even(multiplier_ == 1 ? marked.longs : exposure / 2);
  out.maintenance_margin = to_money_half_even(marked.maintenance);
  out.buying_power = to_money_floor(buying_power_of(marked));
  return out;
}

void account_book::split(symbol_id symbol, split_ratio by) {
  auto& held = holdings_.at(symbol.value);
  held.qty = after_split(held.qty, by);
  held.average = after_split(held.average, by);
}

}  // namespace bw::venue
