// Strategies in shadow: what their signals would have come to, in a market that is simulated beside
// the real one. No order of theirs leaves the engine.

#include <utility>

#include "strategies/symbol_engine.hpp"

namespace bw {

void symbol_engine::simulate_shadows(shadow_market_factory make) {
  make_shadow_ = std::move(make);
  for (auto& seat : seats_) settle_shadow(seat);
}

/// Into shadow, or out of it; with no market to be had signals are recorded and nothing else.
void symbol_engine::settle_shadow(strategy_seat& seat) {
  if (!seat.instance.shadow || !make_shadow_) {
    seat.simulated.reset();
    return;
  }
  if (!seat.simulated)
    seat.simulated = std::make_unique<simulated_seat>(
        simulated_seat{holding{seat.instance.logic->rules().over(options_.holding)}, {}, {}, {}});
  if (shadow_) return;
  shadow_ = make_shadow_(options_.symbol_text);
  shadow_session_ = {};
}

/// After a split prices have another meaning: what was simulated up to here counts, and what was
/// open is nobody's.
void symbol_engine::restart_shadows() {
  if (!shadow_) return;
  shadow_.reset();
  for (auto& seat : seats_) {
    if (!seat.simulated) continue;
    const auto figures = seat.simulated->figures;
    seat.simulated.reset();
    settle_shadow(seat);
    seat.simulated->figures = figures;
    seat.simulated->before = seat.simulated->trade_began = figures.realized;
  }
}

template <class Event>
void symbol_engine::show_shadow(const Event& x, engine_time now, engine_outputs& out) {
  if (!shadow_) return;
  if (session_ != shadow_session_) {
    shadow_->on_session(session_, now.utc);
    shadow_session_ = session_;
  }
  if constexpr (std::is_same_v<Event, quote>) shadow_->on_quote(x, now.utc);
  if constexpr (std::is_same_v<Event, trade>) shadow_->on_trade(x, now.utc);
  if constexpr (std::is_same_v<Event, engine_time>) shadow_->advance(x.utc);
  for (const auto& report : shadow_->take_reports()) take_shadow_report(report, now, out);
}
template void symbol_engine::show_shadow(const quote&, engine_time, engine_outputs&);
template void symbol_engine::show_shadow(const trade&, engine_time, engine_outputs&);
template void symbol_engine::show_shadow(const engine_time&, engine_time, engine_outputs&);

void symbol_engine::take_shadow_report(const order_report& x, engine_time now,
                                       engine_outputs& out) {
  auto* seat = find(x.request.strategy);
  if (seat == nullptr || !seat->simulated) return;
  auto& sim = *seat->simulated;
  const auto fill = sim.own.apply(x, now.mono);
  if (!fill) return;
  sim.book.apply(fill->side, fill->qty, fill->at_price);
  // What restarts of the simulation left behind stays in the figures.
  sim.figures.realized = sim.before + sim.book.realized();
  if (sim.book.qty().is_zero()) {
    ++sim.figures.trades;
    if (sim.figures.realized > sim.trade_began) ++sim.figures.wins;
    sim.trade_began = sim.figures.realized;
  }
  shadow_fill told;
  told.strategy = seat->instance.name;
  told.side = fill->side;
  told.purpose = x.request.purpose;
  told.reason = x.request.reason;
  told.qty = fill->qty;
  told.at_price = fill->at_price;
  told.position = fill->position.qty;
  told.figures = figures_of(sim);
  out.emplace_back(std::move(told));
  seat->instance.logic->on_fill(*fill);
  check_fault(*seat, out);
}

shadow_figures symbol_engine::figures_of(const simulated_seat& x) const {
  auto out = x.figures;
  if (quote_ && quote_->bid.is_positive() && !x.book.qty().is_zero())
    out.unrealized = x.book.unrealized(quote_->bid);
  return out;
}

/// A signal of a strategy in shadow, as `decide` treats those of the others.
void symbol_engine::follow_in_shadow(const signal& what, strategy_seat& seat, const cause& why) {
  auto& own = seat.simulated->own;
  if (what.purpose != order_purpose::entry) {
    if (own.can_exit()) own.want_exit(what.reason, order_purpose::exit, why.now.mono);
    return;
  }
  if (!own.can_enter()) return;
  auto fate = signal_fate::ordered;
  const auto entry = make_entry(what, seat.qty_max, why, fate);
  if (!entry.order || is_too_late_to_enter(seat, why.now.utc)) return;
  own.sent(*entry.order, why.now.mono);
  shadow_->submit(*entry.order, why.now.utc);
}

void symbol_engine::act_in_shadow(strategy_seat& seat, const cause& why) {
  engine_outputs wanted;
  // What is simulated is counted apart.
  const auto counts = counts_;
  act(seat, seat.simulated->own, why, wanted);
  counts_ = counts;
  for (const auto& each : wanted) {
    if (const auto* order = std::get_if<order_request>(&each))
      shadow_->submit(*order, why.now.utc);
    else if (const auto* cancel = std::get_if<cancel_request>(&each))
      shadow_->cancel(cancel->order, why.now.utc);
  }
}

}  // namespace bw
