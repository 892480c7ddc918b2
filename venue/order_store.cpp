#include "venue/order_store.hpp"

#include <algorithm>

namespace bw::venue {
namespace {

constexpr auto one_unit = price::from_units(1);

}  // namespace

bool waits_for_stop(const venue_order& order) {
  return order.type != order_type::market && order.type != order_type::limit &&
         !order.stop_triggered;
}

bool matchable(const live_order& live) {
  if (!live.working || is_terminal(live.order.status)) return false;
  return !live.wake_at || live.order.status == venue_status::pending_cancel;
}

void price_interest::add(const live_order& live) {
  const auto& order = live.order;
  const bool buy = order.side == side::buy;
  if (order.tif == time_in_force::opg) {
    always_ = true;
    return;
  }
  if (!matchable(live)) return;
  if (waits_for_stop(order)) {
    if (buy) {
      stop_rises_to_ = std::min(stop_rises_to_, order.stop);
      trade_rises_to_ = std::min(trade_rises_to_, order.stop);
    } else {
      stop_falls_to_ = std::max(stop_falls_to_, order.stop);
      trade_falls_to_ = std::max(trade_falls_to_, order.stop);
    }
    if (order.type != order_type::trailing_stop) return;
    // Beyond its best price a trailing stop moves.
    if (buy) {
      ask_falls_to_ = std::max(ask_falls_to_, order.high_water_mark - one_unit);
      trade_falls_to_ = std::max(trade_falls_to_, order.high_water_mark - one_unit);
    } else {
      bid_rises_to_ = std::min(bid_rises_to_, order.high_water_mark + one_unit);
      trade_rises_to_ = std::min(trade_rises_to_, order.high_water_mark + one_unit);
    }
    return;
  }
  // Without a limit there is no price to wait for; and who has not been looked at yet may be
  // marketable already.
  if (!has_limit(order.type) || !live.rested) {
    always_ = true;
  } else if (buy) {
    ask_falls_to_ = std::max(ask_falls_to_, order.limit);
  } else {
    bid_rises_to_ = std::min(bid_rises_to_, order.limit);
  }
}

order_store::order_store(std::size_t orders_max, std::size_t client_ids_max, std::size_t symbols)
    : orders_max_(std::max<std::size_t>(orders_max, 1)),
      client_ids_max_(client_ids_max),
      views_(symbols) {}

bool order_store::has_room(std::size_t count) const {
  return orders_.size() - terminal_.size() + count <= orders_max_ &&
         by_client_id_.size() + count <= client_ids_max_;
}

live_order& order_store::add(live_order order) {
  BW_ASSERT(has_room(1), "an order is added only where there is room");
  BW_ASSERT(!client_id_spent(order.order.client_order_id), "a client order id is used once");
  if (orders_.size() >= orders_max_) drop_oldest();
  const auto serial = ++last_serial_;
  order.order.serial = serial;
  by_id_.emplace(order.order.id, serial);
  by_client_id_.emplace(order.order.client_order_id, serial);
  if (order.order.expires_at) expiries_.emplace(*order.order.expires_at, serial);
  auto& stored = orders_.emplace(serial, std::move(order)).first->second;
  views_[stored.order.symbol.value].open.push_back(&stored);
  touch(stored);
  return stored;
}

void order_store::close(live_order& order) {
  const auto serial = order.order.serial;
  wake(order, std::nullopt);
  if (order.order.expires_at) expiries_.erase({*order.order.expires_at, serial});
  auto& open = views_[order.order.symbol.value].open;
  const auto at =
      std::lower_bound(open.begin(), open.end(), serial,
                       [](const live_order* x, std::uint64_t s) { return x->order.serial < s; });
  BW_ASSERT(at != open.end() && *at == &order, "an order is closed once");
  open.erase(at);
  terminal_.push_back(serial);
}

void order_store::drop_oldest() {
  const auto at = orders_.find(terminal_.front());
  by_id_.erase(at->second.order.id);
  orders_.erase(at);
  terminal_.pop_front();
}

live_order* order_store::find(std::uint64_t serial) {
  return const_cast<live_order*>(std::as_const(*this).find(serial));
}

const live_order* order_store::find(std::uint64_t serial) const {
  const auto at = orders_.find(serial);
  return at == orders_.end() ? nullptr : &at->second;
}

live_order* order_store::find(std::string_view id) {
  return const_cast<live_order*>(std::as_const(*this).find(id));
}

const live_order* order_store::find(std::string_view id) const {
  const auto at = by_id_.find(std::string{id});
  return at == by_id_.end() ? nullptr : &orders_.at(at->second);
}

const live_order* order_store::find_client_id(std::string_view client_order_id) const {
  const auto at = by_client_id_.find(std::string{client_order_id});
  return at == by_client_id_.end() ? nullptr : find(at->second);
}

bool order_store::client_id_spent(std::string_view client_order_id) const {
  return by_client_id_.contains(std::string{client_order_id});
}

order_store::order_list order_store::open() const {
  order_list out;
  for (const auto& view : views_) out.insert(out.end(), view.open.begin(), view.open.end());
  std::sort(out.begin(), out.end(),
            [](const auto* a, const auto* b) { return a->order.serial < b->order.serial; });
  return out;
}

const price_interest& order_store::interest(symbol_id symbol) {
  auto& view = views_[symbol.value];
  if (view.stale) {
    view.stale = false;
    view.interest = price_interest{};
    for (const auto* live : view.open) view.interest.add(*live);
  }
  return view.interest;
}

std::vector<const venue_order*> order_store::all() const {
  std::vector<const venue_order*> out;
  out.reserve(orders_.size());
  for (const auto& [serial, live] : orders_) out.push_back(&live.order);
  return out;
}

void order_store::wake(live_order& order, std::optional<utc_ns> at) {
  touch(order);
  if (order.wake_at) wakes_.erase({*order.wake_at, order.order.serial});
  order.wake_at = at;
  if (at) wakes_.emplace(*at, order.order.serial);
}

std::optional<utc_ns> order_store::next_wake() const {
  if (wakes_.empty()) return std::nullopt;
  return wakes_.begin()->first;
}

live_order* order_store::due(utc_ns now) {
  if (wakes_.empty() || wakes_.begin()->first > now) return nullptr;
  auto* order = find(wakes_.begin()->second);
  wake(*order, std::nullopt);
  return order;
}

void order_store::expire_at(live_order& order, utc_ns at) {
  if (order.order.expires_at) expiries_.erase({*order.order.expires_at, order.order.serial});
  order.order.expires_at = at;
  expiries_.emplace(at, order.order.serial);
}

std::optional<utc_ns> order_store::next_expiry() const {
  if (expiries_.empty()) return std::nullopt;
  return expiries_.begin()->first;
}

live_order* order_store::first_expired(utc_ns now) {
  if (expiries_.empty() || expiries_.begin()->first > now) return nullptr;
  return find(expiries_.begin()->second);
}

}  // namespace bw::venue
