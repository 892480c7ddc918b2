#include <algorithm>

#include "strategies/symbol_engine.hpp"

namespace bw {

// The strategies of a symbol: who is here, who works, what they are set to.

strategy_change symbol_engine::settings_of(strategy_id id) const {
  strategy_change out;
  out.strategy = id;
  const auto* seat = find(id);
  if (seat == nullptr) return out;
  out.enabled = seat->enabled;
  out.latched = seat->instance.latched;
  out.positions = seat->closing ? on_disable::close : on_disable::keep;
  out.cause = seat->instance.cause;
  out.weight_ppm = seat->instance.weight_ppm;
  out.symbol_budget = seat->instance.symbol_budget;
  return out;
}

result<void> symbol_engine::change(const strategy_change& x, std::unique_ptr<strategy> fresh) {
  auto* seat = find(x.strategy);
  if (seat == nullptr)
    return {ec::not_found,
            "symbol " + options_.symbol_text.str() + " has no strategy with the id of the change"};
  if (fresh) {
    auto& instance = seat->instance;
    fresh->take_place(options_.symbol_text, instance.name);
    std::unique_ptr<indicator_board> own;
    // Everything that it asks for is there already: nothing is lost. Otherwise a board of its own
    // is warmed up from the bars that the symbol's board remembers.
    if (!fresh->prepare(board_)) {
      own = std::make_unique<indicator_board>(options_.history_bars);
      if (auto ready = fresh->prepare(*own); !ready) return ready;
      own->begin_with(board_);
    }
    if (const auto saved = instance.logic->save(); !saved.empty()) fresh->restore(saved);
    instance.logic = std::move(fresh);
    seat->board = std::move(own);
    note_interest();
  }
  seat->instance.weight_ppm = x.weight_ppm;
  seat->instance.symbol_budget = x.symbol_budget;
  // What a person has to put back, no file puts back.
  auto& is = seat->instance;
  if (is.latched && !x.latched) return {};
  is.latched = x.latched;
  is.cause = x.cause;
  if (x.enabled && !x.latched)
    enable(x.strategy);
  else
    disable(x.strategy, x.positions);
  return {};
}

result<void> symbol_engine::restore(const held_position& x) {
  auto* seat = x.symbol == options_.symbol ? find(x.strategy) : nullptr;
  if (seat == nullptr)
    return {ec::not_found, "symbol " + options_.symbol_text.str() +
                               " has no strategy with the id of the position to restore"};
  if (!seat->own.restore(x.qty, x.average, x.stop))
    return {ec::invalid_argument, "strategy " + seat->instance.name.str() + " cannot take up " +
                                      x.qty.text() + " shares at " + x.average.text()};
  return {};
}

bool symbol_engine::disable(strategy_id id, on_disable what) {
  auto* seat = find(id);
  if (seat == nullptr) return false;
  seat->enabled = false;
  seat->closing = what == on_disable::close;
  return true;
}

bool symbol_engine::enable(strategy_id id) {
  auto* seat = find(id);
  if (seat == nullptr) return false;
  seat->enabled = true;
  seat->closing = false;
  return true;
}

void symbol_engine::check_fault(strategy_seat& x, engine_outputs& out) const {
  const auto* fault = x.instance.logic->fault();
  if (fault == nullptr || x.instance.latched) return;
  // Its positions stay, watched by their stops: what to do with them is a person's decision.
  x.enabled = false;
  x.instance.latched = true;
  x.instance.cause = fault->why;
  strategy_switch_record off;
  off.strategy = x.instance.name;
  off.symbol = options_.symbol_text;
  off.latched = true;
  off.cause = fault->why;
  out.emplace_back(std::move(off));
}

void symbol_engine::note_interest() {
  interest_ = {};
  for (auto& seat : seats_) {
    seat.interest = seat.instance.logic->interest();
    interest_.quotes = interest_.quotes || seat.interest.quotes;
    interest_.trades = interest_.trades || seat.interest.trades;
    interest_.timer = interest_.timer || seat.interest.timer;
  }
}

strategy_view symbol_engine::view() const {
  strategy_view out;
  out.symbol = options_.symbol;
  out.signals = counts_.signals;
  out.bars = board_.bars();
  out.warm = true;
  for (const auto& seat : seats_) {
    const auto& is = seat.instance;
    out.seats.push_back(
        {is.id, seat.enabled, is.latched, cut<short_text>(is.cause), seat.taken, seat.refused});
    if (seat.enabled) out.warm = out.warm && is_warm(seat);
    const auto position = seat.own.position();
    if (position.qty.is_zero()) continue;
    out.positions.push_back(
        {options_.symbol, seat.instance.id, position.qty, position.average, seat.own.stop()});
  }
  return out;
}

}  // namespace bw
