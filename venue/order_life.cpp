#include "venue/order_life.hpp"

#include <algorithm>

namespace bw::venue {

std::string_view to_string(venue_status x) noexcept {
  switch (x) {
    case venue_status::accepted: return "accepted";
    case venue_status::pending_new: return "pending_new";
    case venue_status::new_order: return "new";
    case venue_status::partially_filled: return "partially_filled";
    case venue_status::filled: return "filled";
    case venue_status::canceled: return "canceled";
    case venue_status::expired: return "expired";
    case venue_status::rejected: return "rejected";
    case venue_status::pending_cancel: return "pending_cancel";
  }
  return "unknown";
}

bool is_terminal(venue_status x) noexcept {
  return x == venue_status::filled || x == venue_status::canceled || x == venue_status::expired ||
         x == venue_status::rejected;
}

std::string_view to_string(venue_event::kind x) noexcept {
  switch (x) {
    case venue_event::kind::pending_new: return "pending_new";
    case venue_event::kind::accepted: return "accepted";
    case venue_event::kind::new_order: return "new";
    case venue_event::kind::partial_fill: return "partial_fill";
    case venue_event::kind::fill: return "fill";
    case venue_event::kind::canceled: return "canceled";
    case venue_event::kind::expired: return "expired";
    case venue_event::kind::rejected: return "rejected";
    case venue_event::kind::pending_cancel: return "pending_cancel";
    case venue_event::kind::order_cancel_rejected: return "order_cancel_rejected";
  }
  return "unknown";
}

std::optional<price> venue_order::filled_average() const {
  if (!filled_qty.is_positive()) return std::nullopt;
  return average_price_half_even(filled_notional, filled_qty);
}

std::optional<venue_status> next_status(venue_status from, venue_event::kind what) {
  using kind = venue_event::kind;
  using status = venue_status;
  if (is_terminal(from)) return std::nullopt;
  const bool at_venue = from != status::accepted && from != status::pending_new;
  switch (what) {
    case kind::accepted: return std::nullopt;  // A starting state; nothing leads to it.
    case kind::pending_new:
      return from == status::accepted ? std::optional{status::pending_new} : std::nullopt;
    case kind::new_order:
      return from == status::pending_new ? std::optional{status::new_order} : std::nullopt;
    case kind::partial_fill:
      if (!at_venue) return std::nullopt;
      return from == status::pending_cancel ? from : status::partially_filled;
    case kind::fill: return at_venue ? std::optional{status::filled} : std::nullopt;
    case kind::canceled: return status::canceled;
    case kind::expired: return status::expired;
    // A market order from before the open that the account cannot pay at the first quote.
    case kind::rejected: return status::rejected;
    case kind::pending_cancel:
      return from != status::pending_cancel ? std::optional{status::pending_cancel} : std::nullopt;
    case kind::order_cancel_rejected: return from;
  }
  return std::nullopt;
}

order_store::order_store(std::size_t orders_max, std::size_t client_ids_max, std::size_t symbols)
    : orders_max_(std::max<std::size_t>(orders_max, 1)),
      client_ids_max_(client_ids_max),
      open_(symbols) {}

bool order_store::full() const {
  return (orders_.size() >= orders_max_ && terminal_.empty()) ||
         by_client_id_.size() >= client_ids_max_;
}

live_order& order_store::add(live_order order) {
  BW_ASSERT(!full(), "an order is added only where there is room");
  BW_ASSERT(!client_id_spent(order.order.client_order_id), "a client order id is used once");
  if (orders_.size() >= orders_max_) drop_oldest();
  const auto serial = ++last_serial_;
  order.order.serial = serial;
  by_id_.emplace(order.order.id, serial);
  by_client_id_.emplace(order.order.client_order_id, serial);
  open_[order.order.symbol.value].push_back(serial);
  if (order.order.expires_at) expiries_.emplace(*order.order.expires_at, serial);
  return orders_.emplace(serial, std::move(order)).first->second;
}

void order_store::close(live_order& order) {
  const auto serial = order.order.serial;
  wake(order, std::nullopt);
  if (order.order.expires_at) expiries_.erase({*order.order.expires_at, serial});
  auto& open = open_[order.order.symbol.value];
  const auto at = std::lower_bound(open.begin(), open.end(), serial);
  BW_ASSERT(at != open.end() && *at == serial, "an order is closed once");
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
  const auto at = orders_.find(serial);
  return at == orders_.end() ? nullptr : &at->second;
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
  if (at == by_client_id_.end()) return nullptr;
  const auto order = orders_.find(at->second);
  return order == orders_.end() ? nullptr : &order->second;
}

bool order_store::client_id_spent(std::string_view client_order_id) const {
  return by_client_id_.contains(std::string{client_order_id});
}

std::vector<std::uint64_t> order_store::open() const {
  std::vector<std::uint64_t> out;
  for (const auto& serials : open_) out.insert(out.end(), serials.begin(), serials.end());
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<const venue_order*> order_store::all() const {
  std::vector<const venue_order*> out;
  out.reserve(orders_.size());
  for (const auto& [serial, live] : orders_) out.push_back(&live.order);
  return out;
}

void order_store::wake(live_order& order, std::optional<utc_ns> at) {
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
