#include "domain/exposure_book.hpp"

#include <algorithm>

#include "core/assert.hpp"
#include "domain/external_guard.hpp"
#include "domain/worst_price.hpp"

namespace bw {
namespace {

money money_ceil(int128 exact) {
  const auto units = divide_ceil(exact, decimal_scale);
  return units > INT64_MAX ? money::max() : money::from_units(static_cast<std::int64_t>(units));
}

/// The router numbers an order after the gate reserved for it: everything else stays the same.
bool same_but_number(const order_request& a, const order_request& b) {
  return a.strategy == b.strategy && a.symbol == b.symbol && a.side == b.side && a.type == b.type &&
         a.purpose == b.purpose && a.qty == b.qty && a.limit == b.limit && a.stop == b.stop &&
         a.header.trace == b.header.trace;
}

quantity above_zero(quantity x) { return x.is_negative() ? quantity{} : x; }

}  // namespace

quantity symbol_exposure::longest() const {
  // Orders that close a short add to the long side only with what exceeds it.
  const auto excess = above_zero(reducing_buys - above_zero(-position));
  const auto held = std::max(above_zero(position), above_zero(position + external));
  return held + entry_buys + excess + external_buys;
}

quantity symbol_exposure::shortest() const {
  const auto excess = above_zero(reducing_sells - above_zero(position)) +
                      above_zero(guard_sells - above_zero(external));
  const auto held = std::max(above_zero(-position), above_zero(-position - external));
  return held + entry_sells + excess + external_sells;
}

int128 symbol_exposure::long_value() const {
  const auto held = longest() - entry_buys - external_buys;
  return notional_exact(mark, held) + entry_buy_value + external_buy_value;
}

int128 symbol_exposure::short_value() const {
  const auto held = shortest() - entry_sells - external_sells;
  return notional_exact(mark, held) + entry_sell_value + external_sell_value;
}

int128 symbol_exposure::worst_value() const { return std::max(long_value(), short_value()); }

int128 symbol_exposure::net_long_value() const {
  const auto sold = std::min(-position, -(position + external));
  const auto stays_short = above_zero(sold - entry_buys - reducing_buys - external_buys);
  return long_value() - notional_exact(mark, stays_short);
}

int128 symbol_exposure::net_short_value() const {
  const auto held = std::min(position, position + external);
  const auto stays_long =
      above_zero(held - entry_sells - reducing_sells - guard_sells - external_sells);
  return short_value() - notional_exact(mark, stays_long);
}

quantity symbol_exposure::reducing() const {
  return position.is_negative() ? reducing_buys : reducing_sells;
}

quantity symbol_exposure::closable() const {
  const auto there = position + external;
  const bool same_side = there.is_negative() == position.is_negative();
  const auto held = same_side ? std::min(abs(position), abs(there)) : quantity{};
  return above_zero(held - reducing());
}

quantity symbol_exposure::guardable() const {
  return above_zero(above_zero(external) - external_sells - guard_sells);
}

bool symbol_exposure::is_held_or_pending() const {
  return !position.is_zero() || entry_buys.is_positive() || entry_sells.is_positive() ||
         !external.is_zero() || external_buys.is_positive() || external_sells.is_positive();
}

void exposure_book::on_intent(const order_request& request, price worst) {
  if (request.order.value != 0 && find(request) != reservations_.size()) return;
  insert({request, worst, request.qty});
}

void exposure_book::on_withdrawn(const order_request& request) {
  const auto at = find(request);
  if (at != reservations_.size()) remove(at);
}

void exposure_book::on_report(const order_report& report) {
  const auto& request = report.request;
  BW_ASSERT(has(request.symbol), "an order is of a configured symbol");
  // Whoever keeps the EXTERNAL book tells how many are left after one of its stops was executed.
  if (report.last_qty.is_positive() && !is_guard(request)) {
    auto& symbol = symbols_[request.symbol.value];
    symbol.position += request.side == side::buy ? report.last_qty : -report.last_qty;
    if (symbol.mark.is_zero()) symbol.mark = report.last_price;
  }
  const auto at = find(request);
  const bool known = at != reservations_.size();
  const auto remaining = above_zero(request.qty - report.filled_total);
  if (is_terminal(report.state)) {
    if (known) remove(at);
    return;
  }
  if (!known) {
    auto worst = worst_price(request, {request.seen_bid, request.seen_ask});
    if (worst.is_zero()) worst = std::max(request.reference, symbols_[request.symbol.value].mark);
    insert({request, worst, remaining});
    return;
  }
  auto& kept = reservations_[at];
  count(kept, -1);
  kept.request.order = request.order;
  kept.remaining = std::min(kept.remaining, remaining);
  count(kept, +1);
}

void exposure_book::restore_position(symbol_id symbol, quantity held, price mark) {
  BW_ASSERT(has(symbol), "a position is of a configured symbol");
  symbols_[symbol.value].position = held;
  symbols_[symbol.value].mark = mark;
}

void exposure_book::set_external(symbol_id symbol, quantity held, quantity buys, quantity sells,
                                 price worst) {
  BW_ASSERT(has(symbol), "an EXTERNAL position is of a configured symbol");
  auto& to = symbols_[symbol.value];
  to.external = held;
  to.external_buys = buys;
  to.external_sells = sells;
  to.external_buy_value = notional_exact(worst, buys);
  to.external_sell_value = notional_exact(worst, sells);
  if (to.mark.is_zero()) to.mark = worst;
}

void exposure_book::on_mark(symbol_id symbol, price mark) {
  if (has(symbol) && mark.is_positive()) symbols_[symbol.value].mark = mark;
}

const symbol_exposure& exposure_book::of(symbol_id symbol) const {
  BW_ASSERT(has(symbol), "an exposure is of a configured symbol");
  return symbols_[symbol.value];
}

money exposure_book::gross() const { return money_ceil(gross_exact()); }

int128 exposure_book::gross_exact() const {
  if (overfull_) return static_cast<int128>(money::max().units()) * decimal_scale;
  int128 sum = outside_;
  for (const auto& each : symbols_) sum += each.worst_value();
  return sum;
}

exposure_book::net_sums exposure_book::net_exact() const {
  net_sums out{outside_, outside_};
  for (const auto& each : symbols_) {
    out.longest += each.net_long_value();
    out.shortest += each.net_short_value();
  }
  return out;
}

std::uint32_t exposure_book::held_symbols() const {
  return static_cast<std::uint32_t>(
      std::count_if(symbols_.begin(), symbols_.end(),
                    [](const symbol_exposure& each) { return !each.position.is_zero(); }));
}

money exposure_book::reserved_cash() const {
  if (overfull_) return money::max();
  int128 sum = 0;
  for (const auto& each : symbols_) sum += each.entry_buy_value + each.entry_sell_value;
  return money_ceil(sum);
}

std::uint32_t exposure_book::held_or_pending() const {
  return static_cast<std::uint32_t>(
      std::count_if(symbols_.begin(), symbols_.end(),
                    [](const symbol_exposure& each) { return each.is_held_or_pending(); }));
}

std::size_t exposure_book::find(const order_request& request) const {
  const auto by_number =
      std::find_if(reservations_.begin(), reservations_.end(), [&](const live_order& each) {
        return request.order.value != 0 && each.request.order == request.order;
      });
  const auto found =
      by_number != reservations_.end()
          ? by_number
          : std::find_if(reservations_.begin(), reservations_.end(), [&](const live_order& each) {
              return each.request.order.value == 0 && same_but_number(each.request, request);
            });
  return static_cast<std::size_t>(found - reservations_.begin());
}

void exposure_book::insert(live_order added) {
  BW_ASSERT(has(added.request.symbol), "an order is of a configured symbol");
  if (reservations_.size() >= exposure_orders_max) {
    overfull_ = true;  // What is not reserved for cannot be found again: no way back but a restart.
    return;
  }
  reservations_.push_back(added);
  count(reservations_.back(), +1);
}

void exposure_book::remove(std::size_t at) {
  count(reservations_[at], -1);
  reservations_.erase(reservations_.begin() + static_cast<std::ptrdiff_t>(at));
}

void exposure_book::count(const live_order& each, std::int64_t sign) {
  auto& symbol = symbols_[each.request.symbol.value];
  const auto shares = quantity::from_units(each.remaining.units() * sign);
  const auto value = notional_exact(each.worst, each.remaining) * sign;
  const bool buys = each.request.side == side::buy;
  symbol.open_orders = sign > 0 ? symbol.open_orders + 1 : symbol.open_orders - 1;
  if (is_guard(each.request)) {
    symbol.guard_sells += shares;
  } else if (each.request.purpose != order_purpose::entry) {
    (buys ? symbol.reducing_buys : symbol.reducing_sells) += shares;
  } else if (buys) {
    symbol.entry_buys += shares;
    symbol.entry_buy_value += value;
  } else {
    symbol.entry_sells += shares;
    symbol.entry_sell_value += value;
  }
}

}  // namespace bw
