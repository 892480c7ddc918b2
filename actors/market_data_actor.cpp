#include "actors/market_data_actor.hpp"

#include "actors/harden.hpp"
#include "actors/strategy_actor.hpp"

namespace bw {

market_data_actor::behavior_type market_data(
    market_data_actor::stateful_pointer<market_data_state> self, market_data_args args) {
  harden(self, market_data_state::name);
  state_of(self).init(std::move(args));
  return {
      [self](atom::doorbell) { state_of(self).drain(); },
      [self](atom::beat) { state_of(self).beat(); },
      [self](atom::view) { return state_of(self).view(); },
      [self](const directory& x) { state_of(self).take(x); },
      [self](atom::status) { return state_of(self).status(); },
      [](atom::ready) { return std::uint32_t{0}; },
  };
}

void market_data_state::init(market_data_args given) {
  args = std::move(given);
  by_symbol.resize(args.symbols);
  sequence = sequence_tracker{args.symbols};
  tell_after(self, beat_every, market_data_actor{self}, atom::beat_v);
}

void market_data_state::drain() {
  // Once a burst: what it passes on is stamped with its beginning.
  draining_at = args.time != nullptr ? args.time->mono_now() : mono_ns{};
  const bool more = args.source->drain(batch_max, [this](const market_event& event) {
    std::visit([this](const auto& x) { take_in(x); }, event);
  });
  if (more) self->send(self, atom::doorbell_v);
}

template <class Event>
void market_data_state::take_in(const Event& x) {
  if constexpr (std::is_same_v<Event, feed_status>) {
    on(x);
  } else {
    if (args.poison == nullptr) return on(x);
    args.poison->guard(name, x, [&] { on(x); });
  }
}

template <class Event>
void market_data_state::pass_on(const Event& x) {
  if (x.symbol.value >= members.strategies.size()) return;
  auto stamped = x;
  stamped.passed_on = draining_at;
  tell(self, members.strategies[x.symbol.value], stamped);
}

void market_data_state::mark_changed(symbol_id symbol, bool& which) {
  const auto& own = by_symbol[symbol.value];
  if (!own.quote_changed && !own.trade_changed) changed.push_back(symbol);
  which = true;
}

void market_data_state::on(const quote& x) {
  ++figures.messages;
  ++figures.quotes;
  // A snapshot that a live quote has overtaken ends here as well.
  if (sequence.on_quote(x) != sequence_verdict::fresh) return;
  auto& symbol = by_symbol[x.symbol.value];
  symbol.latest = x;
  symbol.latest.passed_on = draining_at;
  mark_changed(x.symbol, symbol.quote_changed);
  pass_on(x);
}

void market_data_state::on(const trade& x) {
  ++figures.messages;
  if (x.origin == tick_origin::correction || x.origin == tick_origin::cancellation)
    return mend_last(x);
  if (x.origin == tick_origin::snapshot) return set_latest(x);
  ++figures.trades;
  const auto order = sequence.on_trade(x);
  if (order == sequence_verdict::duplicate || order == sequence_verdict::unknown_symbol) return;
  const bool sets_price =
      x.eligible == price_eligible::yes && order != sequence_verdict::out_of_order;
  if (sets_price) set_last(x);
  if (sets_price == (x.eligible == price_eligible::yes)) return pass_on(x);
  auto late = x;
  late.eligible = price_eligible::no;
  pass_on(late);
}

/// The bars that were fetched have counted it already, or the stream is about to tell it: it sets a
/// price and is passed to nobody.
void market_data_state::set_latest(const trade& x) {
  if (x.symbol.value >= by_symbol.size() || x.eligible != price_eligible::yes) return;
  if (x.ts_event > by_symbol[x.symbol.value].last.ts_event) set_last(x);
}

void market_data_state::set_last(const trade& x) {
  auto& symbol = by_symbol[x.symbol.value];
  symbol.last_before = symbol.last.last;
  symbol.last = x;
  mark_changed(x.symbol, symbol.trade_changed);
}

/// What it did to a bar comes as that bar's correction.
void market_data_state::mend_last(const trade& x) {
  ++corrections;
  if (x.symbol.value >= by_symbol.size()) return;
  auto& symbol = by_symbol[x.symbol.value];
  if (x.venue_trade_id == 0 || symbol.last.venue_trade_id != x.venue_trade_id) return;
  const bool stands = x.origin == tick_origin::correction && x.eligible == price_eligible::yes;
  const auto holds = stands ? x.last : symbol.last_before;
  if (!holds.is_positive()) return;
  symbol.last.last = holds;
  if (stands) symbol.last.size = x.size;
  mark_changed(x.symbol, symbol.trade_changed);
}

void market_data_state::on(const bar& x) {
  ++figures.messages;
  ++figures.bars;
  auto& symbol = by_symbol[x.symbol.value];
  if (x.span == bar_span::day) {
    // It comes anew with every minute; what a late one says is in the newer one.
    if (symbol.today && x.start < symbol.today->start) return;
    symbol.today = x;
    return pass_on(x);
  }
  symbol.bars.push_back(x);
  if (symbol.bars.size() > bars_kept) symbol.bars.pop_front();
  if (x.span == bar_span::minute) minutes.push_back(x);
  if (minutes.size() >= minutes_at_once) tell_marks();
  pass_on(x);
}

void market_data_state::on(const trading_status& x) {
  ++figures.messages;
  tell(self, members.gate, x);
  if (x.symbol.value < members.strategies.size()) tell(self, members.strategies[x.symbol.value], x);
}

void market_data_state::on(const feed_status& x) {
  figures.feed = x;
  tell(self, members.gate, x);
  audit_append note;
  note.events.emplace_back(feed_record{short_name{"market_data"}, x.state, x.reason.str()});
  note.from = short_name{name};
  tell(self, members.audit, std::move(note));
}

void market_data_state::beat() {
  tell_after(self, beat_every, market_data_actor{self}, atom::beat_v);
  // The bell of a doorbell that was rung for an actor that died in between would be lost.
  if (args.source->depth() > 0) drain();
  pace_strategies();
  if (args.quality && args.time != nullptr && ++beats % beats_a_look == 0) look_at_quality();
  if (!changed.empty() || !minutes.empty()) tell_marks();
}

/// A timer for each symbol would wake CAF's clock, and lock it, once for each of them.
void market_data_state::pace_strategies() {
  constexpr auto parts = strategy_actor_state::beat_every / beat_every;
  paced = (paced + 1) % parts;
  for (std::size_t k = paced; k < members.strategies.size(); k += parts)
    tell(self, members.strategies[k], atom::beat_v);
}

void market_data_state::tell_marks() {
  market_marks marks;
  marks.bars = std::exchange(minutes, {});
  for (const auto id : changed) {
    auto& symbol = by_symbol[id.value];
    if (std::exchange(symbol.quote_changed, false)) marks.quotes.push_back(symbol.latest);
    if (std::exchange(symbol.trade_changed, false)) marks.trades.push_back(symbol.last);
  }
  changed.clear();
  tell(self, members.gate, marks);
  tell(self, members.performance, std::move(marks));
}

void market_data_state::look_at_quality() {
  const auto there = std::min(by_symbol.size(), members.strategies.size());
  if (there == 0) return;
  looked_at = (looked_at + 1) % static_cast<std::uint32_t>(there);
  args.quality->look(symbol_id{looked_at}, by_symbol[looked_at].bars, args.time->utc_now());
}

void market_data_state::take(const directory& who) {
  const auto before = std::move(members);
  members = who;
  if (before.strategies.empty()) return;
  // A strategy that restarted warms up from the bars that its predecessor had seen.
  for (std::size_t k = 0; k < members.strategies.size(); ++k) {
    if (k < before.strategies.size() && before.strategies[k] == members.strategies[k]) continue;
    for (auto past : by_symbol[k].bars) {
      past.origin = bar_origin::history;
      tell(self, members.strategies[k], past);
    }
    if (by_symbol[k].today) tell(self, members.strategies[k], *by_symbol[k].today);
  }
}

market_data_view market_data_state::view() const {
  auto out = figures;
  out.duplicates = sequence.counts().duplicates;
  for (const auto& symbol : by_symbol) {
    if (symbol.latest.symbol != no_symbol) out.latest.push_back(symbol.latest);
    if (symbol.last.symbol != no_symbol) out.last_trades.push_back(symbol.last);
  }
  return out;
}

component_status market_data_state::status() const {
  component_status out;
  out.name = name;
  out.counts["messages"] = figures.messages;
  out.counts["queue"] = args.source->depth();
  out.counts["duplicates"] = sequence.counts().duplicates;
  out.counts["out_of_order"] = sequence.counts().out_of_order;
  out.counts["corrections"] = corrections;
  return out;
}

}  // namespace bw
