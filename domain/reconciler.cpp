#include "domain/reconciler.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "domain/client_order_ids.hpp"

namespace bw {
namespace {

bool is_ours(const client_order_id& id, std::uint64_t log_id) {
  const auto parts = parse_client_order_id(id.view());
  return parts && parts->log_id == client_id_log(log_id);
}

/// Orders that the broker need not know yet.
bool may_be_on_its_way(order_state x) {
  return x == order_state::intent || x == order_state::sending;
}

class comparison {
 public:
  comparison(const reconcile_input& input, const reconcile_options& options)
      : input_(input), options_(options) {}

  reconcile_report run() && {
    compare_orders();
    compare_positions();
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
  bool is_settled(mono_ns changed_at) const {
    return input_.requested - changed_at >= options_.ignore_younger;
  }

  void found(const difference& what, mono_ns changed_at) {
    if (is_settled(changed_at))
      out_.differences.push_back(what);
    else
      ++out_.left_out;
  }

  void compare_orders() {
    std::map<client_order_id, const book_order*> ours;
    for (const auto& each : input_.orders) ours.emplace(each.client_id, &each);
    std::map<client_order_id, const open_order_report*> theirs;
    for (const auto& each : input_.broker_orders) {
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
    const bool own_id = is_ours(theirs.client_id, input_.log_id);
    const auto kind =
        own_id ? difference_kind::order_missing_here : difference_kind::external_order;
    out_.differences.push_back({kind, theirs.symbol, theirs.client_id, {}, theirs.filled_total});
    if (own_id) out_.look_ups.push_back(theirs.client_id);
  }

  void add_ended_here(const book_order& ours, const open_order_report& theirs) {
    if (is_settled(ours.changed_at)) out_.look_ups.push_back(ours.client_id);
    found({difference_kind::order_missing_here, ours.symbol, ours.client_id, ours.filled_total,
           theirs.filled_total},
          ours.changed_at);
  }

  void add_missing_there(const book_order& ours) {
    if (may_be_on_its_way(ours.state)) {
      ++out_.left_out;
      return;
    }
    if (is_settled(ours.changed_at)) out_.look_ups.push_back(ours.client_id);
    found(
        {difference_kind::order_missing_there, ours.symbol, ours.client_id, ours.filled_total, {}},
        ours.changed_at);
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
    for (const auto& each : input_.broker_positions) theirs[each.symbol] = each.qty;
    for (const auto& ours : input_.positions) {
      ++out_.positions_compared;
      const auto there = theirs.find(ours.symbol);
      const auto qty = there == theirs.end() ? quantity{} : there->second;
      if (there != theirs.end()) theirs.erase(there);
      if (qty != ours.qty)
        found({difference_kind::position_differs, ours.symbol, {}, ours.qty, qty}, ours.changed_at);
    }
    for (const auto& [symbol, qty] : theirs)
      if (!qty.is_zero())
        out_.differences.push_back(
            {difference_kind::external_position, symbol, {}, quantity{}, qty});
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
    case difference_kind::external_order: return "external_order";
    case difference_kind::external_position: return "external_position";
  }
  return "invalid";
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
