// A session's trades as they were filled, beside the same decisions filled by the exchange model.

#include <algorithm>
#include <map>

#include "analytics/run_against.hpp"
#include "analytics/trade_recorder.hpp"
#include "backtest/session_simulation.hpp"

namespace bw {
namespace {

/// Executions of each order as one fill, in the order of time. A sale counts up to what was bought
/// before it on the day: what is beyond it closes a position of an earlier day.
std::vector<run_fill> fills_of(const std::vector<session_order>& orders,
                               fill_total session_order::*side_of_it) {
  std::vector<run_fill> out;
  for (const auto& order : orders) {
    const auto& total = order.*side_of_it;
    if (!total.qty.is_positive()) continue;
    run_fill fill;
    fill.at = total.last_at;
    fill.strategy = cut<short_name>(order.strategy);
    fill.symbol = cut<symbol_name>(order.symbol);
    fill.side = order.request.side;
    fill.purpose = order.request.purpose;
    fill.qty = total.qty;
    fill.at_price = total.average();
    fill.decision_price = order.request.reference;
    fill.reason = cut<short_name>(to_string(order.request.reason));
    out.push_back(std::move(fill));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const run_fill& a, const run_fill& b) { return a.at < b.at; });
  std::map<std::pair<symbol_name, short_name>, quantity> held;
  for (auto& fill : out) {
    auto& here = held[{fill.symbol, fill.strategy}];
    if (fill.side == side::sell) fill.qty = std::min(fill.qty, here);
    here += fill.side == side::buy ? fill.qty : -fill.qty;
  }
  std::erase_if(out, [](const run_fill& x) { return x.qty.is_zero(); });
  return out;
}

std::vector<closed_trade> trades_of(const std::vector<session_order>& orders,
                                    fill_total session_order::*side_of_it) {
  auto out = closed_trades(fills_of(orders, side_of_it));
  return out ? std::move(*out) : std::vector<closed_trade>{};
}

std::string verdict_on(const replay_report& replay, const session_simulation& simulation) {
  const auto number = [](std::uint64_t x) { return std::to_string(x); };
  std::string out;
  if (!replay.tampered.empty())
    out = "the recording is not the one that was made: " + replay.tampered.front() + ". ";
  else if (replay.first)
    out = number(replay.differences) + " of " + number(replay.compared()) +
          " decisions came out differently; the first: " + replay.first->text() + ". ";
  else
    out = "all " + number(replay.compared()) + " decisions came out the same. ";
  if (!replay.is_complete())
    out += "Not everything was recorded: " + replay.incomplete.front() + ". ";
  fill_error all;
  for (const auto& order : simulation.orders()) all.add(order);
  out += number(all.both_filled) + " of " + number(all.orders) +
         " orders were filled by the broker and in the simulation, " + number(all.only_real) +
         " by the broker alone, " + number(all.only_simulated) +
         " in the simulation alone; the broker's fills cost " + all.cost.text() + " USD more.";
  return out;
}

}  // namespace

run_against against_simulation(const replay_report& replay, const session_simulation& simulation,
                               const session_calendar& calendar) {
  run_against out;
  out.other = "the backtest of this day";
  out.diverged = replay.differs();
  out.verdict = verdict_on(replay, simulation);
  out.strategies =
      pair_strategies(trades_of(simulation.orders(), &session_order::real),
                      trades_of(simulation.orders(), &session_order::simulated), calendar);
  // One that sent orders and closed no trade stands there as well.
  for (const auto& [strategy, errors] : simulation.errors()) {
    const auto known = std::any_of(out.strategies.begin(), out.strategies.end(),
                                   [&](const strategy_pair& x) { return x.strategy == strategy; });
    if (!known) out.strategies.push_back({strategy, {}, {}, {}});
  }
  return out;
}

}  // namespace bw
