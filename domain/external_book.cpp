#include "domain/external_book.hpp"

#include <algorithm>

#include "domain/saturating_money.hpp"

namespace bw {
namespace {

/// Quantities from outside must not overflow a sum; no account comes near this.
constexpr auto shares_max = quantity::from_int(100'000'000);

bool has_ended(order_event status) {
  return status == order_event::fill || status == order_event::canceled ||
         status == order_event::expired || status == order_event::rejected ||
         status == order_event::replaced;
}

bool is_sane(quantity x) { return abs(x) <= shares_max; }

}  // namespace

void external_book::restore(const external_record& kept) {
  orders_.clear();
  by_client_id_.clear();
  holdings_.clear();
  guards_.clear();
  for (const auto& order : kept.orders) {
    if (order.venue_id.empty()) {
      const auto sign = order.side == side::buy ? order.filled_total : -order.filled_total;
      guards_.push_back({order.client_id, order.symbol, sign, order.worst});
      continue;
    }
    orders_[order.venue_id] = order;
    by_client_id_[order.client_id] = order.venue_id;
  }
  for (const auto& holding : kept.holdings) holdings_[holding.symbol] = holding;
}

external_record external_book::record(std::string cause) const {
  external_record out;
  out.cause = std::move(cause);
  out.holdings = holdings();
  for (const auto& [id, order] : orders_) out.orders.push_back(order);
  // A row without the broker's id: an order of ours, and how much of it is counted here.
  for (const auto& guard : guards_) {
    external_order row;
    row.client_id = guard.id;
    row.symbol = guard.symbol;
    row.side = guard.counted.is_negative() ? side::sell : side::buy;
    row.qty = row.filled_total = abs(guard.counted);
    row.worst = guard.at;
    row.live = false;
    out.orders.push_back(row);
  }
  return out;
}

external_book::counted_guard* external_book::find_guard(const client_order_id& id) {
  const auto at = std::find_if(guards_.begin(), guards_.end(),
                               [&](const counted_guard& each) { return each.id == id; });
  return at == guards_.end() ? nullptr : &*at;
}

void external_book::count_guard(const client_order_id& id, symbol_name symbol, quantity by,
                                price at) {
  auto* guard = find_guard(id);
  if (guard == nullptr) {
    if (guards_.size() == guards_max) guards_.pop_front();
    guard = &guards_.emplace_back(counted_guard{id, symbol, {}, at});
  }
  guard->counted += by;
  guard->at = at;
  move(symbol, by, at);
}

void external_book::catch_up(const external_book& known) {
  for (const auto& theirs : known.guards_) {
    const auto* own = find_guard(theirs.id);
    const auto counted = own == nullptr ? quantity{} : own->counted;
    if (abs(theirs.counted) > abs(counted))
      count_guard(theirs.id, theirs.symbol, theirs.counted - counted, theirs.at);
  }
}

bool external_book::make_room() {
  if (orders_.size() < options_.orders_max) return true;
  auto oldest = orders_.end();
  for (auto it = orders_.begin(); it != orders_.end(); ++it)
    if (!it->second.live &&
        (oldest == orders_.end() || it->second.submitted_at < oldest->second.submitted_at))
      oldest = it;
  if (oldest == orders_.end()) return false;
  by_client_id_.erase(oldest->second.client_id);
  orders_.erase(oldest);
  return true;
}

result<bool> external_book::on_order(const open_order_report& seen, bool gap) {
  if (!is_sane(seen.qty) || !is_sane(seen.filled_total) || seen.filled_total.is_negative())
    return {ec::out_of_range, "order " + seen.venue_id.str() + " has impossible quantities"};
  auto at = orders_.find(seen.venue_id);
  bool changed = at == orders_.end();
  if (changed) {
    if (!make_room())
      return {ec::queue_full, "more than " + std::to_string(options_.orders_max) +
                                  " orders of others are live in this account"};
    external_order order;
    order.client_id = seen.client_id;
    order.venue_id = seen.venue_id;
    order.symbol = seen.symbol;
    order.side = seen.side;
    order.qty = seen.qty;
    order.gap = gap;
    order.submitted_at = seen.submitted_at;
    at = orders_.emplace(seen.venue_id, order).first;
    by_client_id_[seen.client_id] = seen.venue_id;
  }
  auto& order = at->second;
  order.worst = std::max({seen.limit, seen.stop, seen.filled_average});
  if (seen.filled_total > order.filled_total) {
    const auto more = seen.filled_total - order.filled_total;
    order.filled_total = seen.filled_total;
    move(order.symbol, order.side == side::buy ? more : -more, seen.filled_average);
    changed = true;
  }
  // An order comes to its end once: an older list may still show it.
  if (order.live && (has_ended(seen.status) || order.filled_total >= order.qty)) {
    order.live = false;
    changed = true;
  }
  return changed;
}

bool external_book::on_fill(const account_activity& fill) {
  const auto at = orders_.find(fill.order);
  if (at == orders_.end() || !is_sane(fill.filled_total)) return false;
  auto& order = at->second;
  if (fill.filled_total <= order.filled_total) return false;
  const auto more = fill.filled_total - order.filled_total;
  order.filled_total = fill.filled_total;
  if (order.filled_total >= order.qty) order.live = false;
  move(order.symbol, order.side == side::buy ? more : -more, fill.at_price);
  return true;
}

bool external_book::end(const venue_order_id& id) {
  const auto at = orders_.find(id);
  if (at == orders_.end() || !at->second.live) return false;
  at->second.live = false;
  return true;
}

void external_book::move(symbol_name symbol, quantity by, price at) {
  auto& holding = holdings_[symbol];
  const bool grows = holding.qty.is_zero() || holding.qty.is_negative() == by.is_negative();
  holding.symbol = symbol;
  if (grows && at.is_positive()) {
    const auto value =
        notional_exact(holding.average, abs(holding.qty)) + notional_exact(at, abs(by));
    holding.average = average_price_half_even(value, abs(holding.qty) + abs(by));
  }
  holding.qty += by;
  if (holding.note.empty()) holding.note = "traded by somebody else";
  if (holding.qty.is_zero() && !holding.stopped) holdings_.erase(symbol);
}

void external_book::adopt(symbol_name symbol, quantity more, price average, std::string note,
                          bool stopped) {
  auto& holding = holdings_[symbol];
  holding.symbol = symbol;
  holding.qty += more;
  if (average.is_positive()) holding.average = average;
  holding.note = std::move(note);
  holding.stopped = holding.stopped || stopped;
  if (holding.qty.is_zero() && !holding.stopped) holdings_.erase(symbol);
}

bool external_book::set_holding(symbol_name symbol, quantity qty, price average) {
  if (this->qty(symbol) == qty) return false;
  auto& holding = holdings_[symbol];
  holding.symbol = symbol;
  holding.qty = qty;
  holding.average = average;
  if (holding.note.empty()) holding.note = "not a symbol of the configuration";
  if (qty.is_zero()) holdings_.erase(symbol);
  return true;
}

bool external_book::release(symbol_name symbol) {
  const auto at = holdings_.find(symbol);
  if (at == holdings_.end() || !at->second.stopped) return false;
  at->second.stopped = false;
  if (at->second.qty.is_zero()) holdings_.erase(at);
  return true;
}

const external_order* external_book::find(const venue_order_id& id) const {
  const auto at = orders_.find(id);
  return at == orders_.end() ? nullptr : &at->second;
}

quantity external_book::qty(symbol_name symbol) const {
  const auto at = holdings_.find(symbol);
  return at == holdings_.end() ? quantity{} : at->second.qty;
}

price external_book::average(symbol_name symbol) const {
  const auto at = holdings_.find(symbol);
  return at == holdings_.end() ? price{} : at->second.average;
}

quantity external_book::open_sells(symbol_name symbol) const {
  quantity sum;
  for (const auto& [id, order] : orders_)
    if (order.live && order.symbol == symbol && order.side == side::sell) sum += order.remaining();
  return sum;
}

bool external_book::stopped(symbol_name symbol) const {
  const auto at = holdings_.find(symbol);
  return at != holdings_.end() && at->second.stopped;
}

std::vector<const external_order*> external_book::live_orders() const {
  std::vector<const external_order*> out;
  for (const auto& [id, order] : orders_)
    if (order.live) out.push_back(&order);
  return out;
}

std::vector<external_holding> external_book::holdings() const {
  std::vector<external_holding> out;
  for (const auto& [symbol, holding] : holdings_) out.push_back(holding);
  return out;
}

std::vector<external_status> external_book::status() const {
  std::map<symbol_name, external_status> rows;
  for (const auto& [symbol, holding] : holdings_)
    rows[symbol] = {symbol.str(), holding.qty, 0, holding.stopped, holding.note};
  for (const auto* order : live_orders()) {
    auto& row = rows[order->symbol];
    row.symbol = order->symbol.str();
    ++row.open_orders;
    if (row.note.empty())
      row.note =
          order->gap ? "an order of ours that the log has lost" : "an order of somebody else";
  }
  std::vector<external_status> out;
  for (auto& [symbol, row] : rows) out.push_back(std::move(row));
  return out;
}

external_report external_book::exposure(const std::vector<std::string>& symbols,
                                        const std::map<symbol_name, price>& marks) const {
  std::map<symbol_name, external_exposure> rows;
  const auto row_of = [&](symbol_name symbol) -> external_exposure& {
    auto& row = rows[symbol];
    const auto mark = marks.find(symbol);
    if (mark != marks.end()) row.mark = mark->second;
    return row;
  };
  for (const auto& [symbol, holding] : holdings_) {
    auto& row = row_of(symbol);
    row.qty = holding.qty;
    row.mark = std::max(row.mark, holding.average);
    row.stopped = holding.stopped;
  }
  for (const auto* order : live_orders()) {
    auto& row = row_of(order->symbol);
    (order->side == side::buy ? row.open_buys : row.open_sells) += order->remaining();
    row.worst = std::max(row.worst, order->worst);
  }
  external_report out;
  int128 outside = 0;
  for (auto& [symbol, row] : rows) {
    const auto at = std::find(symbols.begin(), symbols.end(), symbol.view());
    if (at != symbols.end()) {
      row.symbol = symbol_id{static_cast<std::uint32_t>(at - symbols.begin())};
      out.symbols.push_back(row);
      continue;
    }
    const auto each = std::max(row.mark, row.worst);
    outside += notional_exact(each, abs(row.qty) + std::max(row.open_buys, row.open_sells));
  }
  out.outside = money_ceil(outside);
  return out;
}

}  // namespace bw
