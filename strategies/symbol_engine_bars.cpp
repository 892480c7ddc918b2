#include "strategies/symbol_engine.hpp"

namespace bw {

// Strategies whose bars are made of trades: by time, or by how much was traded.

namespace {

trade_print print_of(const trade& x) {
  trade_print out;
  out.at = x.ts_event;
  out.last = x.last;
  out.size = x.size;
  // What may not set a price still counts as volume.
  const bool sets_price = x.eligible == price_eligible::yes;
  out.effect = {.last = sets_price, .high_low = sets_price, .volume = true};
  return out;
}

void feed(trade_bars& maker, const trade& x, trade_bars::bars& out) { maker.add(print_of(x), out); }
void feed(trade_bars& maker, utc_ns now, trade_bars::bars& out) { maker.flush(now, out); }

}  // namespace

std::unique_ptr<trade_bars> symbol_engine::make_maker(const trade_bar_options& bars) const {
  auto out = std::make_unique<trade_bars>(bars);
  for (const auto& day : options_.sessions) out->add_session({day.open, day.close});
  if (session_.close > session_.open) out->add_session({session_.open, session_.close});
  return out;
}

strategy_context symbol_engine::context_of(const strategy_seat& x, utc_ns now) const {
  strategy_context out{board_of(x), acting(x).position(), daily_volume_.average()};
  out.now = now;
  out.trend = trend_;
  if (!x.maker) return out;
  const auto& bars = *x.instance.bars;
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(bars.length).count();
  out.bar_minutes = bars.rule == bar_rule::time ? static_cast<std::uint32_t>(minutes) : 0;
  return out;
}

template <class Feed>
void symbol_engine::make_trade_bars(const cause& why, engine_outputs& out, Feed what) {
  for (auto& seat : seats_) {
    if (!seat.maker) continue;
    trade_bars::bars made;
    feed(*seat.maker, what, made);
    for (const auto& x : made) take_trade_bar(seat, x, why, out);
  }
}
template void symbol_engine::make_trade_bars(const cause&, engine_outputs&, trade);
template void symbol_engine::make_trade_bars(const cause&, engine_outputs&, utc_ns);

void symbol_engine::take_trade_bar(strategy_seat& seat, const trade_bar& x, const cause& why,
                                   engine_outputs& out) {
  bar finished;
  finished.symbol = options_.symbol;
  finished.span = bar_span::minute;
  finished.origin = x.amended ? bar_origin::correction : bar_origin::live;
  finished.start = x.start;
  finished.open = x.open;
  finished.high = x.high;
  finished.low = x.low;
  finished.close = x.close;
  finished.volume = x.volume;
  finished.trace = why.header.trace;
  finished.received = why.header.received;
  if (x.amended) {
    // A bar that was left out and has trades now is too late to be decided on.
    (void)seat.board->replace(finished);
    return;
  }
  seat.board->add(finished, x.session_open);
  candidates_.clear();
  wishes wanted;
  if (seat.enabled)
    wanted = seat.instance.logic->on_bar(context_of(seat, why.header.ts_event), finished);
  put_down(seat, finished, wanted, why, out);
  collect(seat, wanted, why);
  check_fault(seat, out);
  decide_all(why, out);
}

}  // namespace bw
