#include "domain/exposure_book.hpp"

#include <algorithm>

#include "core/assert.hpp"
#include "domain/external_guard.hpp"
#include "domain/saturating_money.hpp"
#include "domain/worst_price.hpp"

namespace bw {
namespace {

/// The router numbers an order after the gate reserved for it: everything else stays the same.
bool same_but_number(const order_request& a, const order_request& b) {
  return a.strategy == b.strategy && a.symbol == b.symbol && a.side == b.side && a.type == b.type &&
         a.purpose == b.purpose && a.qty == b.qty && a.limit == b.limit && a.stop == b.stop &&
         a.header.trace == b.header.trace;
}

quantity above_zero(quantity x) { return x.is_negative() ? quantity{} : x; }

/// Nothing whose value follows the price of the symbol.
bool has_no_shares(const symbol_exposure& x) {
  return x.position.is_zero() && x.external.is_zero() && x.reducing_buys.is_zero() &&
         x.reducing_sells.is_zero();
}

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

void exposure_book::totals::add(const symbol_exposure& x, std::int32_t sign) {
  worst += x.worst_value() * sign;
  net_long += x.net_long_value() * sign;
  net_short += x.net_short_value() * sign;
  entries += (x.entry_buy_value + x.entry_sell_value) * sign;
  // Unsigned and counted down only after it was counted up.
  held_or_pending += x.is_held_or_pending() ? static_cast<std::uint32_t>(sign) : 0U;
  held += x.position.is_zero() ? 0U : static_cast<std::uint32_t>(sign);
}

template <class Edit>
void exposure_book::change(symbol_id symbol, Edit edit) {
  auto& own = symbols_[symbol.value];
  totals_.add(own, -1);
  edit(own);
  totals_.add(own, +1);
}

void exposure_book::on_intent(const order_request& request, price worst) {
  if (request.order.value != 0 && find(request) != reservations_.size()) return;
  insert({request, worst, request.qty, {}});
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
    change(request.symbol, [&](symbol_exposure& own) {
      own.position += request.side == side::buy ? report.last_qty : -report.last_qty;
      if (own.mark.is_zero()) own.mark = report.last_price;
    });
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
    insert({request, worst, remaining, {}});
    return;
  }
  auto& kept = reservations_[at];
  recount_successor(request.order, -1);
  count(kept, -1);
  kept.request.order = request.order;
  kept.remaining = std::min(kept.remaining, remaining);
  count(kept, +1);
  recount_successor(request.order, +1);
}

void exposure_book::restore_position(symbol_id symbol, quantity held, price mark) {
  BW_ASSERT(has(symbol), "a position is of a configured symbol");
  change(symbol, [&](symbol_exposure& own) {
    own.position = held;
    own.mark = mark;
  });
}

void exposure_book::set_external(symbol_id symbol, quantity held, quantity buys, quantity sells,
                                 price worst) {
  BW_ASSERT(has(symbol), "an EXTERNAL position is of a configured symbol");
  change(symbol, [&](symbol_exposure& own) {
    own.external = held;
    own.external_buys = buys;
    own.external_sells = sells;
    own.external_buy_value = notional_exact(worst, buys);
    own.external_sell_value = notional_exact(worst, sells);
    if (own.mark.is_zero()) own.mark = worst;
  });
}

void exposure_book::on_mark(symbol_id symbol, price mark) {
  if (!has(symbol) || !mark.is_positive()) return;
  auto& own = symbols_[symbol.value];
  // Most symbols hold nothing, and then a price moves no sum.
  if (has_no_shares(own))
    own.mark = mark;
  else
    change(symbol, [&](symbol_exposure& x) { x.mark = mark; });
}

const symbol_exposure& exposure_book::of(symbol_id symbol) const {
  BW_ASSERT(has(symbol), "an exposure is of a configured symbol");
  return symbols_[symbol.value];
}

money exposure_book::gross() const { return money_ceil(gross_exact()); }

int128 exposure_book::gross_exact() const {
  if (overfull_) return static_cast<int128>(money::max().units()) * decimal_scale;
  return outside_ + totals_.worst;
}

exposure_book::net_sums exposure_book::net_exact() const {
  return {outside_ + totals_.net_long, outside_ + totals_.net_short};
}

std::uint32_t exposure_book::held_symbols() const { return totals_.held; }

money exposure_book::reserved_cash() const {
  return overfull_ ? money::max() : money_ceil(totals_.entries);
}

std::uint32_t exposure_book::held_or_pending() const { return totals_.held_or_pending; }

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
  const auto gone = reservations_[at].request.order;
  recount_successor(gone, -1);
  count(reservations_[at], -1);
  reservations_.erase(reservations_.begin() + static_cast<std::ptrdiff_t>(at));
  recount_successor(gone, +1);
}

quantity exposure_book::remaining_of(order_id order) const {
  if (order == order_id{}) return {};
  for (const auto& each : reservations_)
    if (each.request.order == order) return each.remaining;
  return {};
}

void exposure_book::recount_successor(order_id replaced, std::int64_t sign) {
  if (replaced == order_id{}) return;
  for (auto& each : reservations_)
    if (each.request.replaces == replaced) count(each, sign);
}

void exposure_book::count(live_order& each, std::int64_t sign) {
  if (sign > 0) each.counted = above_zero(each.remaining - remaining_of(each.request.replaces));
  add_up(each, sign);
}

void exposure_book::add_up(const live_order& each, std::int64_t sign) {
  const auto shares = quantity::from_units(each.counted.units() * sign);
  const auto value = notional_exact(each.worst, each.counted) * sign;
  const bool buys = each.request.side == side::buy;
  change(each.request.symbol, [&](symbol_exposure& own) {
    own.open_orders = sign > 0 ? own.open_orders + 1 : own.open_orders - 1;
    if (is_guard(each.request)) {
      own.guard_sells += shares;
    } else if (each.request.purpose != order_purpose::entry) {
      (buys ? own.reducing_buys : own.reducing_sells) += shares;
    } else if (buys) {
      own.entry_buys += shares;
      own.entry_buy_value += value;
    } else {
      own.entry_sells += shares;
      own.entry_sell_value += value;
    }
  });
}

}  // namespace bw
