#include "actors/performance_actor.hpp"

#include "actors/harden.hpp"
#include "domain/order_quality.hpp"

namespace bw {

performance_actor::behavior_type performance(
    performance_actor::stateful_pointer<performance_state> self, performance_args args) {
  harden(self, performance_state::name);
  state_of(self).init(std::move(args));
  return {
      [self](const order_report&) { state_of(self).follow(); },
      [self](const market_marks& x) { state_of(self).on_marks(x); },
      [self](const session_state& x) {
        if (state_of(self).is_new_day(x)) state_of(self).add(x);
      },
      [self](const fee_record& x) { state_of(self).add(x); },
      [self](const day_report& x) { state_of(self).add(x); },
      [self](atom::view) { return state_of(self).view(); },
      [self](const directory& x) {
        state_of(self).members = x;
        state_of(self).follow();
      },
      [self](atom::status) { return state_of(self).status(); },
      [](atom::ready) { return std::uint32_t{0}; },
  };
}

void performance_state::init(performance_args given) {
  args = std::move(given);
  book.emplace(position_book::sizes{args.symbols.capacity(), args.strategies.capacity()});
  marks.resize(args.symbols.capacity());
  day_open = args.day_open;
  realized_today = args.realized_today;
  trades_today = args.trades_today;
  for (const auto& open : args.trades)
    trades[{open.strategy, open.symbol}] = {open.trade, open.opened_at, money{}};
  if (args.calendar) figures.emplace(args.type, *args.calendar, args.began);
  for (const auto& held : args.positions) {
    book->restore(held.strategy, held.symbol, held.qty, held.average);
    // The trip that an earlier run opened goes on here with what it had cost.
    fill_record before;
    before.symbol = cut<symbol_name>(args.symbols[held.symbol.value]);
    if (held.strategy.value < args.strategies.size())
      before.strategy = cut<short_name>(args.strategies[held.strategy.value]);
    before.side = held.qty.is_negative() ? side::sell : side::buy;
    before.qty = abs(held.qty);
    before.at_price = held.average;
    before.position = held.qty;
    before.ts_event = args.began;
    if (figures) figures->on_fill(before, 0, "earlier run");
    if (const auto taken = history.apply(before); !taken)
      log_line(log_level::warning, name, "exception", taken.failure().text());
  }
  take_up_day();
  count_again();
  realized_gauge = &args.metrics->add_gauge("bellwether_pnl_day_usd", "Profit of the day.",
                                            {{"kind", "realized"}});
  unrealized_gauge = &args.metrics->add_gauge("bellwether_pnl_day_usd", "Profit of the day.",
                                              {{"kind", "unrealized"}});
}

void performance_state::on_report(const order_report& x) {
  if (!x.last_qty.is_positive()) return;
  const auto& request = x.request;
  const auto before = book->of(request.strategy, request.symbol).qty();
  const auto booked =
      book->apply({request.strategy, request.symbol, request.side, x.last_qty, x.last_price});
  realized_today += booked.realized;
  fill_record fill;
  fill.symbol = cut<symbol_name>(args.symbols[request.symbol.value]);
  fill.strategy = cut<short_name>(args.strategies[request.strategy.value]);
  fill.side = request.side;
  fill.qty = x.last_qty;
  fill.at_price = x.last_price;
  fill.execution = x.execution;
  fill.ts_event = x.at;
  fill.purpose = request.purpose;
  fill.decision_price = request.reference;
  fill.position = book->of(request.strategy, request.symbol).qty();
  if (figures) figures->on_fill(fill, request.confidence_ppm, to_string(request.reason));
  day.on_execution({fill.strategy, fill.symbol, fill.side, fill.qty, fill.at_price, booked.realized,
                    fill.position, fill.ts_event});
  const auto trip = history.apply(fill);
  if (!trip)
    say(log_level::error, "exception", trip.failure().text(), {});
  else if (*trip)
    close_trade(x, **trip);
  follow_trade(x, before, booked.realized);
}

void performance_state::follow_trade(const order_report& report, quantity before, money realized) {
  const auto& request = report.request;
  const std::pair key{request.strategy, request.symbol};
  const auto after = book->of(request.strategy, request.symbol).qty();
  const bool turned = before.is_negative() != after.is_negative();
  const auto open = [&] { trades[key] = {report.client_id, report.at, money{}}; };
  if (before.is_zero()) {
    open();
    return put_down(trade_event_kind::open, report);
  }
  trades[key].realized += realized;
  if (!after.is_zero() && !turned) return put_down(trade_event_kind::update, report);
  put_down(trade_event_kind::close, report);
  trades.erase(key);
  if (after.is_zero()) return;
  open();  // More was traded than was held: the rest is the next trade.
  put_down(trade_event_kind::open, report);
}

void performance_state::put_down(trade_event_kind what, const order_report& report) {
  const auto& request = report.request;
  const auto& trade = trades[{request.strategy, request.symbol}];
  trade_event_record x;
  x.event = what;
  x.trade = trade.trade;
  x.order = request.order;
  x.client_id = report.client_id;
  x.execution = report.execution;
  x.strategy = cut<short_name>(args.strategies[request.strategy.value]);
  x.symbol = cut<symbol_name>(args.symbols[request.symbol.value]);
  x.side = request.side;
  x.qty = report.last_qty;
  x.decision_price = request.reference;
  x.fill_price = report.last_price;
  x.slippage = cost_beyond(request.side, report.last_qty, report.last_price, request.reference);
  x.pnl = trade.realized;
  x.type = args.type;
  x.ts = report.at;
  x.reason = request.reason;
  x.seen_bid = request.seen_bid;
  x.seen_ask = request.seen_ask;
  x.seen_at = request.seen_at;
  x.trace = request.header.trace;
  record(std::move(x), request.header.trace);
}

void performance_state::on_marks(const market_marks& x) {
  // What was told to the one before this one, between its end and the new directory.
  follow();
  for (const auto& latest : x.quotes)
    if (latest.bid.is_positive() && latest.symbol.value < marks.size()) {
      marks[latest.symbol.value] = latest.bid;
      if (figures)
        figures->on_price(cut<symbol_name>(args.symbols[latest.symbol.value]), latest.bid);
    }
  follow_worth();
  realized_gauge->set_units(realized_today.units());
  unrealized_gauge->set_units(unrealized().units());
}

money performance_state::unrealized() const {
  money sum;
  for (std::uint32_t k = 0; k < marks.size(); ++k) {
    const auto& held = book->of(symbol_id{k});
    if (!held.qty().is_zero() && marks[k].is_positive()) sum += held.unrealized(marks[k]);
  }
  return sum;
}

performance_view performance_state::view() const {
  performance_view out;
  out.realized = realized_today;
  out.unrealized = unrealized();
  out.trades_today = trades_today;
  out.trades = history.summary().trades;
  out.wins = history.summary().wins;
  for (std::uint16_t k = 0; k < args.strategies.size(); ++k) {
    strategy_performance row;
    if (figures) row = figures->of(cut<short_name>(args.strategies[k]));
    row.strategy = strategy_id{k};
    add_open(row.strategy, row);
    out.strategies.push_back(row);
  }
  return out;
}

void performance_state::add_open(strategy_id strategy, strategy_performance& out) const {
  for (std::uint32_t k = 0; k < marks.size(); ++k) {
    const auto& held = book->of(strategy, symbol_id{k});
    if (held.qty().is_zero() || !marks[k].is_positive()) continue;
    out.unrealized += held.unrealized(marks[k]);
    out.exposure += notional_half_even(marks[k], abs(held.qty())).value_or(money{});
  }
}

component_status performance_state::status() const {
  component_status out;
  out.name = name;
  out.counts["trades"] = history.summary().trades;
  out.counts["open_trips"] = history.open_trips();
  return out;
}

}  // namespace bw
