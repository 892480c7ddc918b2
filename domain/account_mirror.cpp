#include "domain/account_mirror.hpp"

#include <algorithm>

#include "domain/external_guard.hpp"

namespace bw {

bool moves_shares(std::string_view type) {
  static constexpr std::string_view types[] = {"SPLIT", "SPIN", "MA",    "NC",    "REORG", "JNLS",
                                               "ACATS", "PTR",  "OPASN", "OPEXC", "DIVFT"};
  return std::find(std::begin(types), std::end(types), type) != std::end(types);
}

account_mirror::account_mirror(std::vector<std::string> symbols, std::uint64_t log_id,
                               account_mirror_options options)
    : symbols_(std::move(symbols)),
      log_id_(log_id),
      options_(options),
      external_(options.external) {}

bool account_mirror::is_configured(symbol_name symbol) const {
  return std::find(symbols_.begin(), symbols_.end(), symbol.view()) != symbols_.end();
}

void account_mirror::restore_order(const book_order& order) {
  traded_.insert(order.symbol);
  const bool is_new = !orders_.contains(order.client_id);
  orders_[order.client_id] = order;
  if (is_new && is_terminal(order.state)) ended_.push_back(order.client_id);
}

void account_mirror::restore_shares(symbol_name symbol, quantity qty) {
  traded_.insert(symbol);
  shares_[symbol] += qty;
}

void account_mirror::on_report(const order_report& report, symbol_name symbol, mono_ns now) {
  auto [at, is_new] = orders_.try_emplace(report.client_id);
  auto& order = at->second;
  const bool was_over = !is_new && is_terminal(order.state);
  order.client_id = report.client_id;
  order.symbol = symbol;
  order.state = report.state;
  order.qty = report.request.qty;
  order.filled_total = report.filled_total;
  order.changed_at = now;
  traded_.insert(symbol);
  if (report.last_qty.is_positive() && is_guard(report.request)) {
    const bool sells = report.request.side == side::sell;
    external_.count_guard(report.client_id, symbol, sells ? -report.last_qty : report.last_qty,
                          report.last_price);
    shares_changed_[symbol] = now;
  } else if (report.last_qty.is_positive()) {
    shares_[symbol] += report.request.side == side::buy ? report.last_qty : -report.last_qty;
    shares_changed_[symbol] = now;
  }
  if (is_terminal(order.state) && !was_over) ended_.push_back(order.client_id);
  while (ended_.size() > options_.ended_max) {
    const auto oldest = orders_.find(ended_.front());
    ended_.pop_front();
    if (oldest != orders_.end() && is_terminal(oldest->second.state)) orders_.erase(oldest);
  }
}

void account_mirror::remember_id(const venue_order_id& id, const client_order_id& client_id,
                                 quantity qty) {
  if (!own_ids_.try_emplace(id, own_id{client_id, qty}).second) return;
  ids_in_order_.push_back(id);
  if (ids_in_order_.size() <= options_.ids_max) return;
  own_ids_.erase(ids_in_order_.front());
  ids_in_order_.pop_front();
}

account_mirror::sightings account_mirror::on_orders(const std::vector<open_order_report>& orders) {
  sightings out;
  for (const auto& each : orders) {
    const auto owner = owner_of(each.client_id, log_id_);
    const bool own_leg =
        !each.parent.empty() && owner_of(each.parent, log_id_) == order_owner::this_log;
    if (own_leg || orders_.contains(each.client_id)) {
      remember_id(each.venue_id, each.client_id, each.qty);
      continue;
    }
    const bool is_open = each.status != order_event::fill && each.status != order_event::canceled &&
                         each.status != order_event::expired &&
                         each.status != order_event::rejected &&
                         each.status != order_event::replaced;
    const bool is_known = external_.knows(each.venue_id);
    // What ended without a share leaves no trace in the account.
    if (!is_known && !is_open && each.filled_total.is_zero()) continue;
    if (owner == order_owner::other_node && is_open) out.other_nodes.push_back(each.client_id);
    const bool gap = owner == order_owner::this_log;
    const auto taken = external_.on_order(each, gap);
    if (!taken) {
      out.news.push_back(taken.failure().context);
      continue;
    }
    out.external_changed = out.external_changed || *taken;
    if (is_known) continue;
    out.news.push_back((gap ? "GAP: order " : "EXTERNAL: order ") + each.client_id.str() + " " +
                       std::string{to_string(each.side)} + " " + each.qty.text() + " " +
                       each.symbol.str() +
                       (gap ? " has our prefix and no record in the log; it is adopted"
                            : " is not of our making; it is counted and left alone"));
  }
  return out;
}

account_mirror::executions account_mirror::on_activities(
    const std::vector<account_activity>& activities, mono_ns now) {
  executions out;
  std::set<venue_order_id> unresolved;
  for (const auto& each : activities) {
    if (!each.is_fill()) {
      if (!movement_ids_.insert(each.id).second) continue;
      movements_.push_back(each);
      if (movements_.size() <= movements_max) continue;
      movement_ids_.erase(movements_.front().id);
      movements_.pop_front();
      continue;
    }
    if (external_.knows(each.order)) {
      out.external_changed = external_.on_fill(each) || out.external_changed;
      continue;
    }
    const auto own = own_ids_.find(each.order);
    if (own == own_ids_.end()) {
      unresolved.insert(each.order);
      continue;
    }
    const auto known = orders_.find(own->second.client_id);
    if (known != orders_.end() && each.filled_total <= known->second.filled_total) continue;
    order_update news;
    news.client_id = own->second.client_id;
    news.venue_id = each.order;
    news.event =
        each.filled_total >= own->second.qty ? order_event::fill : order_event::partial_fill;
    news.source = evidence::reconciliation;
    news.filled_total = each.filled_total;
    news.last_qty = each.qty;
    news.last_price = each.at_price;
    news.text = cut<short_text>("activity " + each.id);
    news.ts_event = each.at;
    news.received = now;
    out.own.push_back(news);
  }
  std::stable_sort(out.own.begin(), out.own.end(), [](const auto& a, const auto& b) {
    return std::tie(a.client_id, a.filled_total) < std::tie(b.client_id, b.filled_total);
  });
  out.unresolved.assign(unresolved.begin(), unresolved.end());
  return out;
}

/// The newest movement of shares in the symbol that has not explained anything yet.
const account_activity* account_mirror::explanation(symbol_name symbol) const {
  const auto holdings = external_.holdings();
  const auto held = std::find_if(holdings.begin(), holdings.end(),
                                 [&](const auto& each) { return each.symbol == symbol; });
  for (auto at = movements_.rbegin(); at != movements_.rend(); ++at) {
    if (at->symbol != symbol || !moves_shares(at->type.view())) continue;
    const bool used = held != holdings.end() && held->note.find(at->id) != std::string::npos;
    return used ? nullptr : &*at;
  }
  return nullptr;
}

std::vector<std::string> account_mirror::adopt(reconcile_report& found, std::string_view why) {
  std::vector<std::string> news;
  for (const auto& each : found.adoptable) {
    external_.adopt(each.symbol, each.qty, each.average, std::string{why}, false);
    news.push_back("EXTERNAL: " + each.qty.text() + " shares of " + each.symbol.str() +
                   " are not of our making; " + std::string{why});
  }
  found.adoptable.clear();
  std::set<symbol_name> there;
  for (const auto& each : found.outside) {
    there.insert(each.symbol);
    if (external_.set_holding(each.symbol, each.qty, each.average))
      news.push_back("EXTERNAL: " + each.qty.text() + " shares of " + each.symbol.str() +
                     ", which is not configured");
  }
  if (found.looked_at_positions)
    for (const auto& holding : external_.holdings())
      if (!is_configured(holding.symbol) && !there.contains(holding.symbol) &&
          external_.set_holding(holding.symbol, {}, {}))
        news.push_back("EXTERNAL: the shares of " + holding.symbol.str() + " are gone");
  std::erase_if(found.differences, [&](const difference& each) {
    if (each.kind != difference_kind::position_differs) return false;
    const auto* cause = explanation(each.symbol);
    if (cause == nullptr) return false;
    const auto note = cause->type.str() + " " + cause->id + ": " + cause->description;
    external_.adopt(each.symbol, each.theirs - each.ours, {}, note, true);
    news.push_back(each.text() + " is explained by " + note + "; " + each.symbol.str() +
                   " is stopped until a person has looked at it");
    return true;
  });
  return news;
}

reconcile_input account_mirror::input() const {
  reconcile_input out;
  out.log_id = log_id_;
  for (const auto& [id, order] : orders_) out.orders.push_back(order);
  for (const auto& name : symbols_) {
    const auto symbol = cut<symbol_name>(name);
    const auto changed = shares_changed_.find(symbol);
    out.positions.push_back(
        {symbol, own_shares(symbol),
         changed == shares_changed_.end() ? mono_ns{INT64_MIN / 2} : changed->second,
         external_.qty(symbol), traded_.contains(symbol)});
  }
  return out;
}

quantity account_mirror::own_shares(symbol_name symbol) const {
  const auto at = shares_.find(symbol);
  return at == shares_.end() ? quantity{} : at->second;
}

std::vector<client_order_id> account_mirror::live_orders(symbol_name symbol) const {
  std::vector<client_order_id> out;
  for (const auto& [id, order] : orders_)
    if (order.symbol == symbol && !is_terminal(order.state)) out.push_back(id);
  return out;
}

std::size_t account_mirror::live_count() const {
  return static_cast<std::size_t>(std::count_if(
      orders_.begin(), orders_.end(), [](const auto& x) { return !is_terminal(x.second.state); }));
}

}  // namespace bw
