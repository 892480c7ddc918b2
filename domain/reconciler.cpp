#include "domain/reconciler.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "domain/client_order_ids.hpp"

namespace bw {
namespace {

/// Orders that the broker need not know yet.
bool may_be_on_its_way(order_state x) {
  return x == order_state::intent || x == order_state::sending;
}

class comparison {
 public:
  comparison(const reconcile_input& input, const reconcile_options& options)
      : input_(input), options_(options) {}

  reconcile_report run() && {
    out_.looked_at_orders = input_.broker_orders.has_value();
    out_.looked_at_positions = input_.broker_positions.has_value();
    if (input_.broker_orders) compare_orders();
    if (input_.broker_positions) compare_positions();
    auto& list = out_.differences;
    std::sort(list.begin(), list.end(), [](const difference& a, const difference& b) {
      return std::tie(a.kind, a.symbol, a.client_id) < std::tie(b.kind, b.symbol, b.client_id);
    });
    std::sort(out_.look_ups.begin(), out_.look_ups.end());
    const auto last = std::unique(out_.look_ups.begin(), out_.look_ups.end());
    out_.look_ups.erase(last, out_.look_ups.end());
    return std::move(out_);
  }

 private:
  bool is_settled(mono_ns changed_at, mono_ns requested) const {
    return requested >= changed_at && requested - changed_at >= options_.ignore_younger;
  }
  bool is_settled(mono_ns changed_at) const {
    return is_settled(changed_at, input_.orders_requested);
  }

  void found(const difference& what, mono_ns changed_at) {
    const auto requested =
        is_about_positions(what.kind) ? input_.positions_requested : input_.orders_requested;
    if (is_settled(changed_at, requested))
      out_.differences.push_back(what);
    else
      out_.left_out.push_back(what);
  }

  void compare_orders() {
    std::map<client_order_id, const book_order*> ours;
    for (const auto& each : input_.orders) ours.emplace(each.client_id, &each);
    std::map<client_order_id, const open_order_report*> theirs;
    for (const auto& each : *input_.broker_orders) {
      theirs.emplace(each.client_id, &each);
      if (!ours.contains(each.client_id)) add_unlisted(each);
    }
    for (const auto& [id, order] : ours) {
      const auto there = theirs.find(id);
      if (is_terminal(order->state)) {
        if (there != theirs.end()) add_ended_here(*order, *there->second);
        continue;
      }
      ++out_.orders_compared;
      if (there == theirs.end())
        add_missing_there(*order);
      else
        compare_order(*order, *there->second);
    }
  }

  void add_unlisted(const open_order_report& theirs) {
    // A leg has an id that the broker made; it belongs to whoever sent its parent.
    const auto owner = owner_of(theirs.client_id, input_.log_id);
    if (!theirs.parent.empty() && owner_of(theirs.parent, input_.log_id) == order_owner::this_log)
      return;
    out_.foreign.push_back({theirs, owner});
  }

  void add_ended_here(const book_order& ours, const open_order_report& theirs) {
    if (is_settled(ours.changed_at)) out_.look_ups.push_back(ours.client_id);
    found({difference_kind::order_missing_here, ours.symbol, ours.client_id, ours.filled_total,
           theirs.filled_total},
          ours.changed_at);
  }

  void add_missing_there(const book_order& ours) {
    const difference missing{
        difference_kind::order_missing_there, ours.symbol, ours.client_id, ours.filled_total, {}};
    if (may_be_on_its_way(ours.state)) return out_.left_out.push_back(missing);
    if (is_settled(ours.changed_at)) out_.look_ups.push_back(ours.client_id);
    // Nobody knows whether it is there: its reservation stands for it, and its look-ups go on.
    if (ours.state == order_state::unknown) return;
    found(missing, ours.changed_at);
  }

  void compare_order(const book_order& ours, const open_order_report& theirs) {
    const bool same = ours.qty == theirs.qty && ours.filled_total == theirs.filled_total;
    const bool waiting =
        ours.state == order_state::unknown || ours.state == order_state::needs_review;
    if (same && !waiting) return;
    if (waiting || is_settled(ours.changed_at)) out_.look_ups.push_back(ours.client_id);
    if (!same)
      found({difference_kind::order_differs, ours.symbol, ours.client_id, ours.filled_total,
             theirs.filled_total},
            ours.changed_at);
  }

  void compare_positions() {
    std::map<symbol_name, quantity> theirs;
    std::map<symbol_name, position_report> all;
    for (const auto& each : *input_.broker_positions) {
      theirs[each.symbol] = each.qty;
      all[each.symbol] = each;
    }
    for (const auto& ours : input_.positions) {
      ++out_.positions_compared;
      const auto there = theirs.find(ours.symbol);
      const auto qty = there == theirs.end() ? quantity{} : there->second;
      if (there != theirs.end()) theirs.erase(there);
      const auto known = ours.qty + ours.external;
      if (qty == known) continue;
      if (ours.traded_before) {
        found({difference_kind::position_differs, ours.symbol, {}, known, qty}, ours.changed_at);
        continue;
      }
      auto more = all[ours.symbol];
      more.symbol = ours.symbol;
      more.qty = qty - known;
      out_.adoptable.push_back(more);
    }
    for (const auto& [symbol, qty] : theirs) out_.outside.push_back(all[symbol]);
  }

  const reconcile_input& input_;
  const reconcile_options& options_;
  reconcile_report out_;
};

}  // namespace

std::string_view to_string(difference_kind x) noexcept {
  switch (x) {
    case difference_kind::order_missing_here: return "order_missing_here";
    case difference_kind::order_missing_there: return "order_missing_there";
    case difference_kind::order_differs: return "order_differs";
    case difference_kind::position_differs: return "position_differs";
  }
  return "invalid";
}

order_owner owner_of(const client_order_id& id, std::uint64_t log_id) {
  const auto parts = parse_client_order_id(id.view());
  if (!parts) return order_owner::somebody;
  return parts->log_id == client_id_log(log_id) ? order_owner::this_log : order_owner::other_node;
}

std::string difference::text() const {
  auto out = std::string{to_string(kind)} + " " + symbol.str();
  if (!client_id.empty()) out += " " + client_id.str();
  return out + ": ours " + ours.text() + ", broker " + theirs.text();
}

reconcile_report reconcile(const reconcile_input& input, const reconcile_options& options) {
  return comparison{input, options}.run();
}

}  // namespace bw
