#include "backtest/order_effect.hpp"

#include <map>
#include <string>
#include <tuple>

namespace bw {
namespace {

/// Strategy, symbol, side, purpose, instant of the decision, and which of several at once.
using order_place =
    std::tuple<std::string, std::string, side, order_purpose, std::int64_t, std::uint32_t>;
using order_book = std::map<order_place, order_request>;

result<order_book> orders_of(result<backtest_setup> setup, const strategy_registry& known) {
  if (!setup) return std::move(setup).failure();
  order_book out;
  setup->benchmark = benchmark_choice::off;
  setup->on_record = [&out](const audit_event& event) {
    const auto* passed = std::get_if<verdict_record>(&event);
    if (passed == nullptr || !passed->verdict.approved) return;
    const auto& x = passed->request;
    order_place place{std::string{passed->strategy.view()},
                      std::string{passed->symbol.view()},
                      x.side,
                      x.purpose,
                      x.header.ts_init.value,
                      0};
    while (out.contains(place)) ++std::get<5>(place);
    out.emplace(std::move(place), x);
  };
  const auto answer = backtest_run(std::move(*setup), known);
  if (!answer) return answer.failure();
  return out;
}

bool same_order(const order_request& a, const order_request& b) {
  return a.qty == b.qty && a.type == b.type && a.limit == b.limit && a.stop == b.stop &&
         a.planned_stop == b.planned_stop && a.planned_target == b.planned_target;
}

}  // namespace

result<proposal_effect> order_effect(const setup_maker& make, const strategy_registry& known,
                                     const std::vector<search_axis>& axes,
                                     const search_point& point) {
  const auto before = orders_of(make(), known);
  if (!before) return before.failure();
  auto changed_setup = make();
  if (changed_setup)
    changed_setup->config = with_point(std::move(changed_setup->config), axes, point);
  const auto after = orders_of(std::move(changed_setup), known);
  if (!after) return after.failure();
  proposal_effect out;
  out.orders = static_cast<std::int64_t>(before->size());
  for (const auto& [place, order] : *before) {
    const auto other = after->find(place);
    if (other == after->end())
      ++out.removed;
    else if (!same_order(order, other->second))
      ++out.changed;
  }
  for (const auto& [place, order] : *after)
    if (!before->contains(place)) ++out.added;
  return out;
}

}  // namespace bw
