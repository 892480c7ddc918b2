#include "domain/trading_state_machine.hpp"
#include "storage/recovery.hpp"

namespace bw {
namespace {

wide_number wide(int128 x) {
  return {static_cast<std::int64_t>(x >> 64), static_cast<std::uint64_t>(x)};
}
int128 narrow(const wide_number& x) {
  return static_cast<int128>(x.high) * (static_cast<int128>(1) << 64) + static_cast<int128>(x.low);
}

/// The last of the enumeration.
constexpr auto last_order_state = order_state::suspended;

books_position position_of(const symbol_name& symbol, const short_name& strategy,
                           const position& held) {
  const auto exact = held.exact();
  return {symbol, strategy, exact.qty, exact.average, wide(exact.cost), wide(exact.realized)};
}

position position_from(const books_position& x) {
  position out;
  out.restore({x.qty, x.average, narrow(x.cost), narrow(x.realized)});
  return out;
}

books_order order_of(const ledger_entry& entry, const symbol_name& symbol,
                     const short_name& strategy) {
  books_order out;
  out.client_id = entry.client_id;
  out.venue_id = entry.venue_id;
  out.symbol = symbol;
  out.strategy = strategy;
  out.request = entry.request;
  out.state = entry.state;
  out.pending = static_cast<std::uint8_t>(entry.pending);
  out.filled_total = entry.filled_total;
  out.filled_average = entry.filled_average;
  out.executions = entry.executions;
  return out;
}

ledger_entry entry_from(const books_order& x) {
  ledger_entry out;
  out.request = x.request;
  out.client_id = x.client_id;
  out.venue_id = x.venue_id;
  out.state = x.state;
  out.pending = static_cast<pending_change>(x.pending);
  out.filled_total = x.filled_total;
  out.filled_average = x.filled_average;
  out.executions = x.executions;
  return out;
}

books_day day_of(const recovered_day& day) {
  books_day out;
  out.open = day.open;
  out.close = day.close;
  out.start_equity = day.start_equity;
  out.realized = day.realized;
  out.fill_count = day.fill_count;
  out.trades = day.trades;
  out.losses_in_row = day.losses_in_row;
  for (const auto& [symbol, entries] : day.entries)
    out.entries.push_back({symbol, entries.count, entries.last_at});
  return out;
}

recovered_day day_from(const books_day& x) {
  recovered_day out;
  out.open = x.open;
  out.close = x.close;
  out.start_equity = x.start_equity;
  out.realized = x.realized;
  out.fill_count = x.fill_count;
  out.trades = x.trades;
  out.losses_in_row = x.losses_in_row;
  for (const auto& each : x.entries) out.entries[each.symbol] = {each.count, each.last_at};
  return out;
}

bool is_possible(quantity qty, price average) {
  return qty <= recovered_state::held_max && qty >= -recovered_state::held_max &&
         !average.is_negative() && average <= recovered_state::fill_price_max;
}

/// Amounts that a position of possible size can have, in units of 1e-18.
bool is_possible(const books_position& x) {
  const auto bound = notional_exact(recovered_state::fill_price_max, recovered_state::held_max);
  const auto cost = narrow(x.cost);
  const auto realized = narrow(x.realized);
  return is_possible(x.qty, x.average) && cost >= 0 && cost <= bound && realized >= -bound &&
         realized <= bound;
}

bool is_possible(const std::vector<books_order>& orders, std::size_t most) {
  for (const auto& order : orders)
    if (!is_possible(order.filled_total, order.filled_average) ||
        order.state < order_state::intent || order.state > last_order_state || order.pending < 1 ||
        order.pending > 3)
      return false;
  return orders.size() <= most;
}

bool is_possible(const books_record& x) {
  const auto limit = recovered_state::day_profit_max;
  for (const auto& latch : x.latches)
    if (latch.reason < halt_reason::boot || latch.reason > halt_reason{halt_reason_count} ||
        !is_latched(latch.reason))
      return false;
  if (!is_possible(x.orders, recovered_state::orders_max) ||
      !is_possible(x.watched, recovered_state::orders_max) ||
      !is_possible(x.ended, recovered_state::ended_max))
    return false;
  for (const auto& stop : x.stops)
    if (!is_latched(stop.reason)) return false;
  for (const auto* positions : {&x.by_strategy, &x.by_symbol})
    for (const auto& held : *positions)
      if (!is_possible(held)) return false;
  return x.mark.size() <= 1 && x.cash_flows.size() <= recovered_state::cash_flows_max &&
         x.strategies_off.size() <= recovered_state::positions_max &&
         x.stops.size() <= recovered_state::positions_max &&
         x.trends.size() <= recovered_state::positions_max &&
         x.fills_since_mark.size() <= recovered_state::fills_since_mark_max &&
         !x.sent_today.is_negative() && x.sent_today <= limit && x.day.realized <= limit &&
         x.day.realized >= -limit;
}

}  // namespace

books_record recovered_state::snapshot(std::string_view cause) const {
  books_record out;
  out.cause = cause;
  out.version = version_;
  out.config_hash = config_hash_;
  out.boot_no = boot_no_;
  out.highest_order = highest_order_;
  out.emergency = emergency_;
  out.day = day_of(day_);
  for (const auto& [reason, latch] : latches_)
    out.latches.push_back({reason, latch.boot_no, latch.since, latch.text});
  const auto named = [this](const ledger_entry& entry) {
    const auto names = names_of(entry.client_id);
    return order_of(entry, names.first, names.second);
  };
  for (const auto& [client_id, entry] : live_) out.orders.push_back(named(entry));
  for (const auto& [client_id, entry] : watched_) out.watched.push_back(named(entry));
  for (const auto& entry : ended_) out.ended.push_back(named(entry));
  for (const auto& [key, text] : stops_) out.stops.push_back({key.first, key.second, text});
  for (const auto& [key, open] : open_trades_)
    out.open_trades.push_back({key.first, key.second, open.trade, open.opened_at});
  for (const auto& [strategy, why] : strategies_off_) out.strategies_off.push_back({strategy, why});
  out.external = external_;
  if (mark_) out.mark.push_back(*mark_);
  out.fills_since_mark = fills_since_mark_;
  out.reconciled_day = reconciled_day_;
  out.high_water = high_water_;
  out.cash_flows = cash_flows_;
  out.flatten = flatten_;
  for (const auto& [symbol, trend] : trends_) out.trends.push_back(trend);
  out.sent_today = day_.sent;
  for (const auto& [strategy, losses] : day_.streaks) out.streaks.push_back({strategy, losses});
  for (const auto& [key, held] : by_strategy_)
    out.by_strategy.push_back(position_of(key.first, key.second, held));
  for (const auto& [symbol, held] : by_symbol_)
    out.by_symbol.push_back(position_of(symbol, {}, held));
  return out;
}

result<recovered_state> recovered_state::from_snapshot(const audit_record& record) {
  const auto* books = std::get_if<books_record>(&record.event);
  if (books == nullptr)
    return {ec::integrity_broken,
            "record " + std::to_string(record.sequence.value) + " is no snapshot"};
  recovered_state out;
  out.last_ = record.sequence;
  out.last_chain_ = record.chain;
  out.ended_cleanly_ = false;
  out.last_at_ = record.wall;
  const record_place place{record.sequence, record.type, record.boot_no, record.wall};
  if (auto taken = out.take_over(place, *books); !taken) return std::move(taken).failure();
  return out;
}

result<void> recovered_state::take_over(const record_place& record, const books_record& x) {
  if (!is_possible(x))
    return {ec::integrity_broken, "the snapshot in record " +
                                      std::to_string(record.sequence.value) +
                                      " has quantities, prices or reasons that no node has"};
  version_ = x.version;
  config_hash_ = x.config_hash;
  boot_no_ = x.boot_no;
  highest_order_ = x.highest_order;
  emergency_ = x.emergency;
  day_ = day_from(x.day);
  for (const auto& latch : x.latches)
    latches_[latch.reason] = {latch.reason, latch.boot_no, latch.since, latch.text};
  const auto restored = [this](const books_order& order) {
    names_[order.client_id] = {order.symbol, order.strategy};
    return entry_from(order);
  };
  for (const auto& order : x.orders) live_[order.client_id] = restored(order);
  for (const auto& order : x.watched) watched_[order.client_id] = restored(order);
  for (const auto& order : x.ended) ended_.push_back(restored(order));
  for (const auto& stop : x.stops) stops_[{stop.symbol, stop.reason}] = stop.text;
  for (const auto& open : x.open_trades)
    open_trades_[{open.symbol, open.strategy}] = {open.trade, open.opened_at};
  for (const auto& off : x.strategies_off) strategies_off_[off.strategy] = off.cause;
  external_ = x.external;
  if (!x.mark.empty()) mark_ = x.mark.front();
  fills_since_mark_ = x.fills_since_mark;
  reconciled_day_ = x.reconciled_day;
  high_water_ = x.high_water;
  cash_flows_ = x.cash_flows;
  flatten_ = x.flatten;
  for (const auto& trend : x.trends) trends_[trend.symbol] = trend;
  day_.sent = x.sent_today;
  for (const auto& each : x.streaks) day_.streaks[each.strategy] = each.losses;
  for (const auto& held : x.by_strategy)
    by_strategy_[{held.symbol, held.strategy}] = position_from(held);
  for (const auto& held : x.by_symbol) by_symbol_[held.symbol] = position_from(held);
  return {};
}

}  // namespace bw
