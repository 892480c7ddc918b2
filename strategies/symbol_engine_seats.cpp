#include <algorithm>

#include "strategies/bar_choice.hpp"
#include "strategies/symbol_engine.hpp"

namespace bw {

// The strategies of a symbol: who is here, who works, what they are set to.

strategy_change symbol_engine::settings_of(strategy_id id) const {
  strategy_change out;
  out.strategy = id;
  const auto* seat = find(id);
  if (seat == nullptr) return out;
  out.enabled = seat->instance.enabled;
  out.latched = seat->instance.latched;
  out.positions = seat->instance.positions;
  out.cause = seat->instance.cause;
  out.weight_ppm = seat->instance.weight_ppm;
  out.symbol_budget = seat->instance.symbol_budget;
  out.name = seat->instance.name;
  out.shadow = seat->instance.shadow;
  out.overnight = seat->instance.overnight;
  out.budget = seat->instance.budget;
  out.regimes = seat->instance.regimes;
  return out;
}

result<symbol_engine::furniture> symbol_engine::settle_in(
    strategy& fresh, const short_name& name, const std::optional<trade_bar_options>& bars) {
  fresh.take_place(options_.symbol_text, name);
  furniture out;
  // Everything that it asks for is there already: nothing is lost. Otherwise a board of its own is
  // warmed up from the bars that the symbol's board remembers; bars of trades have no past.
  if (!bars && fresh.prepare(board_)) return out;
  out.board = std::make_unique<indicator_board>(options_.history_bars);
  if (auto ready = fresh.prepare(*out.board); !ready) return std::move(ready).failure();
  if (bars)
    out.maker = make_maker(*bars);
  else
    out.board->begin_with(board_);
  return out;
}

result<void> symbol_engine::add(const strategy_change& x, std::unique_ptr<strategy> fresh) {
  if (seats_.size() == strategies_max)
    return {ec::out_of_range, "symbol " + options_.symbol_text.str() + " has " +
                                  std::to_string(strategies_max) + " strategies already"};
  const auto bars = parse_bar_choice(x.bars);
  if (!bars) return bars.failure();
  auto place = settle_in(*fresh, x.name, *bars);
  if (!place) return std::move(place).failure();
  const holding own{fresh->rules().over(options_.holding)};
  strategy_instance instance;
  instance.id = x.strategy;
  instance.name = x.name;
  instance.logic = std::move(fresh);
  instance.bars = *bars;
  seats_.push_back(strategy_seat{std::move(instance), own});
  seats_.back().board = std::move(place->board);
  seats_.back().maker = std::move(place->maker);
  set(seats_.back(), x);
  note_interest();
  return {};
}

void symbol_engine::set(strategy_seat& seat, const strategy_change& x) {
  auto& is = seat.instance;
  if (x.scope == change_scope::settings) {
    is.weight_ppm = x.weight_ppm;
    is.symbol_budget = x.symbol_budget;
    is.shadow = x.shadow;
    is.overnight = x.overnight;
    is.budget = x.budget;
    is.regimes = x.regimes;
    settle_shadow(seat);
  }
  // What a person has to put back, no file puts back; how it was set waits for them.
  const bool latched = x.scope == change_scope::take_out ||
                       (x.scope == change_scope::settings && (is.latched || x.latched));
  if (x.scope == change_scope::settings) {
    is.enabled = x.enabled;
    is.positions = x.positions;
  }
  if (!is.latched || !latched) is.cause = x.cause;
  is.latched = latched;
  if (latched) {
    seat.enabled = false;
    // Its positions stay, watched by their stops: what to do with them is a person's decision.
    seat.closing = false;
  } else {
    seat.enabled = is.enabled;
    seat.closing = !is.enabled && is.positions == on_disable::close;
  }
}

result<void> symbol_engine::change(const strategy_change& x, std::unique_ptr<strategy> fresh) {
  auto* seat = find(x.strategy);
  if (seat == nullptr) {
    if (fresh && !x.name.empty()) return add(x, std::move(fresh));
    return {ec::not_found,
            "symbol " + options_.symbol_text.str() + " has no strategy with the id of the change"};
  }
  if (fresh) {
    auto& instance = seat->instance;
    const auto bars = parse_bar_choice(x.bars);
    if (!bars) return bars.failure();
    auto place = settle_in(*fresh, instance.name, *bars);
    if (!place) return std::move(place).failure();
    if (const auto saved = instance.logic->save(); !saved.empty()) fresh->restore(saved);
    instance.logic = std::move(fresh);
    instance.bars = *bars;
    seat->board = std::move(place->board);
    seat->maker = std::move(place->maker);
    const auto rules = instance.logic->rules().over(options_.holding);
    seat->own.follow(rules);
    if (seat->simulated) seat->simulated->own.follow(rules);
    note_interest();
  }
  set(*seat, x);
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

std::vector<kept_strategy> symbol_engine::save() const {
  std::vector<kept_strategy> out;
  for (const auto& seat : seats_) {
    // What has failed is not called any more.
    if (seat.instance.latched) continue;
    if (auto bytes = seat.instance.logic->save(); !bytes.empty())
      out.push_back({seat.instance.name, std::move(bytes)});
  }
  return out;
}

bool symbol_engine::restore(const kept_strategy& x) {
  const auto at = std::find_if(seats_.begin(), seats_.end(), [&](const strategy_seat& seat) {
    return seat.instance.name == x.strategy;
  });
  return at != seats_.end() && at->instance.logic->restore(x.bytes);
}

bool symbol_engine::disable(strategy_id id, on_disable what) {
  auto* seat = find(id);
  if (seat == nullptr) return false;
  seat->instance.enabled = seat->enabled = false;
  seat->instance.positions = what;
  seat->closing = what == on_disable::close;
  return true;
}

bool symbol_engine::enable(strategy_id id) {
  auto* seat = find(id);
  if (seat == nullptr) return false;
  seat->instance.enabled = seat->enabled = true;
  seat->closing = false;
  return true;
}

void symbol_engine::check_fault(strategy_seat& x, engine_outputs& out) const {
  const auto* fault = x.instance.logic->fault();
  if (fault == nullptr || x.instance.latched) return;
  // Its positions stay, watched by their stops: what to do with them is a person's decision.
  x.enabled = false;
  x.closing = false;
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
  makes_bars_ = false;
  for (auto& seat : seats_) {
    makes_bars_ = makes_bars_ || seat.maker;
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
  out.regime = trend_.regime;
  for (const auto& seat : seats_) {
    const auto& is = seat.instance;
    out.seats.push_back({is.id, seat.enabled, is.latched, cut<short_text>(is.cause), seat.taken,
                         seat.refused, is.shadow,
                         seat.simulated ? figures_of(*seat.simulated) : shadow_figures{}});
    if (seat.enabled) out.warm = out.warm && is_warm(seat);
    const auto position = seat.own.position();
    if (position.qty.is_zero()) continue;
    out.positions.push_back(
        {options_.symbol, seat.instance.id, position.qty, position.average, seat.own.stop()});
  }
  return out;
}

}  // namespace bw
