// Minutes in which nothing but prices happens are not played. What they would leave behind, the
// last quote and trade of each symbol, peaks of equity, trailing stops, counts, is written down;
// all else is left out. A minute of which that cannot be said is played.

#include <algorithm>
#include <utility>

#include "backtest/day_engine_state.hpp"
#include "venue/accounts.hpp"
#include "venue/market_board.hpp"
#include "venue/minute_aggregate.hpp"

namespace bw {
namespace {

constexpr utc_ns never{INT64_MAX};
constexpr nanoseconds second = std::chrono::seconds{1};
constexpr auto last_point = venue::path_points - 1;

bool is_traded_early(const bar& row) { return venue::path_size(row.volume, 0).is_positive(); }
bool is_traded_late(const bar& row) {
  return venue::path_size(row.volume, last_point).is_positive();
}

trade trade_at(const bar& row, price last, std::size_t point) {
  return {.symbol = row.symbol,
          .last = last,
          .size = venue::path_size(row.volume, point),
          .ts_event = row.start + venue::path_offsets[point] + venue::path_trade_delay};
}

row_path path_of(const bar& row, venue::bar_path path) {
  row_path out;
  out.symbol = row.symbol;
  out.trades = venue::path_of(row.open, row.high, row.low, row.close, path);
  out.is_traded = is_traded_early(row);
  auto& span = out.span;
  span.lowest = span.lowest_bid = price::max();
  for (std::size_t k = 0; k < venue::path_points; ++k) {
    const auto sides = out.quotes[k] = venue::sides_around(out.trades[k]);
    span.lowest_bid = std::min(span.lowest_bid, sides.bid);
    span.highest_bid = std::max(span.highest_bid, sides.bid);
    span.widest = std::max(span.widest, sides.ask - sides.bid);
    span.lowest = std::min({span.lowest, sides.bid, out.trades[k]});
  }
  return out;
}

venue::price_range range_of(const row_path& x) {
  venue::price_range out;
  out.lowest_bid = x.span.lowest_bid;
  out.highest_bid = x.span.highest_bid;
  for (std::size_t k = 0; k < venue::path_points; ++k) {
    out.lowest_ask = std::min(out.lowest_ask, x.quotes[k].ask);
    out.highest_ask = std::max(out.highest_ask, x.quotes[k].ask);
    out.lowest_trade = std::min(out.lowest_trade, x.trades[k]);
    out.highest_trade = std::max(out.highest_trade, x.trades[k]);
  }
  return out;
}

}  // namespace

/// False where the next minute has to be played, or where it is no market of minutes.
bool day_engine::state::pass_quiet_minutes(utc_ns until) {
  auto [rows, is_begun] = setup.market->whole_minute();
  if (rows.empty() || !can_pass_from(rows.front().start, is_begun)) return false;
  bool passed = false;
  while (!rows.empty()) {
    const auto start = rows.front().start;
    quiet.is_begun = is_begun;
    const auto traded = start + venue::path_offsets.back() + venue::path_trade_delay;
    const auto ended = start + venue::one_minute;
    if (traded > until || !is_quiet_until(traded)) break;
    if (quiet.is_looking && !looks_find_nothing(rows)) break;
    if (is_any_twice(rows)) break;
    if (quiet.is_looking && is_any_silent()) catch_up();
    pass_inside(rows);
    passed = true;
    const bool bars_come = ended <= until && is_quiet_until(ended);
    if (!bars_come || !pass_bars(rows)) {
      setup.market->skip_inside();
      catch_up();
      if (bars_come) play_bars(ended, rows.size());
      return true;
    }
    setup.market->skip_minute();
    is_begun = false;
    rows = setup.market->whole_minute().rows;
    // What follows a price is a look, in the same second where no other price comes before it.
    if (quiet.is_looking && !rows.empty() && rows.front().start != ended) break;
  }
  if (passed) catch_up();
  return passed;
}

/// Whether, whatever the prices are, there is nothing to be done but by them.
bool day_engine::state::can_pass_from(utc_ns start, bool is_begun) {
  const auto first = is_begun ? start + venue::path_trade_delay : start;
  if (setup.every_second || first < now || start.value % second.count() != 0) return false;
  quiet.is_looking = symbols_held > 0 || orders.ledger().open_count() > 0;
  if (quiet.is_looking) {
    if (!is_watching() || has_open_entry || !round.is_empty()) return false;
    if (risk.trading().mode != mode_ticked) return false;
    // The look behind the first quotes comes in their own second.
    if (is_begun ? ticked != start || stirred : ticked >= start || next_tick() < start)
      return false;
    if (!risk.waits_for_equity_alone({start, mono_of(start)}) || !risk.peaks().marks())
      return false;
    if (!account.last_equity.is_positive() || account.last_equity != market.last_equity())
      return false;
  } else if (is_stirred()) {
    return false;
  }
  for (const auto& engine : engines.by_symbol)
    if (engine && !engine->is_calm()) return false;
  quiet.ends = std::min({phase_ends, pump.next_own_time(), orders.next_arrival().value_or(never)});
  if (next_action < setup.actions.size())
    quiet.ends = std::min(quiet.ends, setup.actions[next_action].at);
  if (next_script < setup.script.size())
    quiet.ends = std::min(quiet.ends, setup.script[next_script].at);
  const auto count = setup.market->symbols().size();
  quiet.by_symbol.resize(count);
  if (!quiet.is_looking) return true;

  // Since the last look somebody may have been told something that time moves on.
  if (engines_due > now) look_for_due();
  quiet.concerns.assign(count, {});
  quiet.held.clear();
  for (std::uint32_t k = 0; k < count; ++k) {
    const symbol_id symbol{k};
    const auto qty = market.book().position(symbol);
    if (qty != risk.positions().of(symbol).qty() || qty.is_negative()) return false;
    auto& concern = quiet.concerns[k];
    const auto* engine = engine_of(symbol);
    concern.is_there = market.has_open_orders(symbol) || (engine && !engine->is_idle());
    if (qty.is_zero()) continue;
    // Before its first price a symbol is worth the middle of its quotes.
    const auto& seen = market.board()[symbol];
    const auto mark = market.board().marks()[k];
    if (!seen.latest_trade && !seen.latest_bar && seen.last_close.is_zero()) return false;
    if (!mark.is_positive()) return false;
    concern = {true, quiet.held.size()};
    quiet.held.push_back({symbol, qty, mark, risk.marks()[k], {}});
  }
  return true;
}

/// Whether nothing but prices can happen up to `last`.
bool day_engine::state::is_quiet_until(utc_ns last) {
  if (quiet.ends <= last) return false;
  // What is due at this very instant has not been done yet.
  if (engines_due > now && engines_due <= last) look_for_due();
  return engines_due > last;
}

void day_engine::state::look_for_due() {
  engines_due = never;
  for (const auto& engine : engines.by_symbol)
    if (engine) heard(*engine);
}

/// Whether the minute reaches no stop, target or order, and no look at the account in it finds
/// anything but a new peak of equity.
bool day_engine::state::looks_find_nothing(std::span<const bar> rows) {
  auto& paths = quiet.paths;
  paths.clear();
  for (auto& each : quiet.held) each.path.reset();
  quiet.is_traded_early = false;
  for (const auto& row : rows) {
    quiet.is_traded_early = quiet.is_traded_early || is_traded_early(row);
    const auto& concern = quiet.concerns[row.symbol.value];
    if (!concern.is_there) continue;
    if (concern.held) quiet.held[*concern.held].path = paths.size();
    const auto& path = paths.emplace_back(path_of(row, setup.market->path()));
    if (!path.span.lowest.is_positive()) return false;
    const auto* engine = engine_of(row.symbol);
    if (engine != nullptr && !engine->is_calm_between(path.span)) return false;
    if (!market.is_beyond_orders(row.symbol, range_of(path))) return false;
  }
  quiet.peaks = risk.peaks();
  return looks_find_no_level() || look_at_each();
}

/// The day as a look sees it that finds those prices.
template <class Mark, class Bid>
day_result day_engine::state::day_of(Mark mark_of, Bid bid_of) const {
  auto exact = market.book().cash_exact();
  auto own = risk.realized_today();
  for (const auto& each : quiet.held) {
    const auto* path = each.path ? &quiet.paths[*each.path] : nullptr;
    exact += notional_exact(mark_of(each, path), each.qty);
    if (const auto bid = bid_of(each, path); bid.is_positive())
      own += risk.positions().of(each.symbol).unrealized(bid);
  }
  return risk.day_by(own, venue::to_money_half_even(exact));
}

/// By the best and the worst that could be found: no peak, and nothing that was not known.
bool day_engine::state::looks_find_no_level() {
  const auto mark_by = [](auto better) {
    return [better](const held_shares& x, const row_path* path) {
      auto out = x.mark;
      if (path != nullptr && path->is_traded)
        for (std::size_t k = 0; k < last_point; ++k) out = better(out, path->trades[k]);
      return out;
    };
  };
  const auto bid_by = [](auto better) {
    return [better](const held_shares& x, const row_path* path) {
      if (path == nullptr) return x.bid;
      auto out = path->quotes[0].bid;
      for (std::size_t k = 1; k < last_point; ++k) out = better(out, path->quotes[k].bid);
      return out;
    };
  };
  const auto lower = [](price a, price b) { return std::min(a, b); };
  const auto higher = [](price a, price b) { return std::max(a, b); };
  const auto& known = *quiet.peaks.marks();
  const auto best = day_of(mark_by(higher), bid_by(higher));
  if (best.start_equity + best.pnl > std::min(known.session_peak, known.high_water)) return false;
  const auto worst = day_of(mark_by(lower), bid_by(lower));
  return risk.is_known(worst,
                       {worst.start_equity + worst.pnl, known.session_peak, known.high_water});
}

/// One look after another: behind the quotes of each point but the last, and behind its trades.
bool day_engine::state::look_at_each() {
  for (std::size_t point = 0; point < last_point; ++point)
    for (const bool behind_trades : {false, true}) {
      if (behind_trades && !quiet.is_traded_early) continue;
      if (quiet.is_begun && point == 0 && !behind_trades) continue;
      const auto day = day_of(
          [&](const held_shares& x, const row_path* path) {
            if (path == nullptr || !path->is_traded) return x.mark;
            if (behind_trades) return path->trades[point];
            return point == 0 ? x.mark : path->trades[point - 1];
          },
          [&](const held_shares& x, const row_path* path) {
            return path == nullptr ? x.bid : path->quotes[point].bid;
          });
      quiet.peaks.on_equity(day.start_equity + day.pnl);
      if (!risk.is_known(day, *quiet.peaks.marks())) return false;
    }
  return true;
}

/// A symbol with two rows in one minute: what is not played would be told of one of them alone.
bool day_engine::state::is_any_twice(std::span<const bar> rows) {
  if (rows.size() == 1) return false;
  for (const auto& row : rows)
    if (std::exchange(quiet.by_symbol[row.symbol.value].seen, row.start) == row.start) return true;
  return false;
}

/// A position that is worth, in this minute, what the bar before it says.
bool day_engine::state::is_any_silent() const {
  return std::any_of(quiet.paths.begin(), quiet.paths.end(),
                     [](const row_path& x) { return !x.is_traded; });
}

/// All of the minute but its bars.
void day_engine::state::pass_inside(std::span<const bar> rows) {
  const auto count = rows.size();
  std::uint64_t early = 0;
  std::uint64_t late = 0;
  for (const auto& row : rows) {
    early += is_traded_early(row) ? 1 : 0;
    late += is_traded_late(row) ? 1 : 0;
  }
  const auto before_last = traces + last_point * (count + early) - (quiet.is_begun ? count : 0);
  auto quoted = before_last;
  auto traded = before_last + count;
  for (const auto& row : rows) {
    auto& untold = quiet.by_symbol[row.symbol.value];
    if (untold.row == nullptr) quiet.late.push_back(row.symbol);
    untold.row = &row;
    untold.quoted = trace_id{++quoted};
    if (!is_traded_late(row)) continue;
    untold.traded_row = &row;
    untold.traded = trace_id{++traded};
    // The motion of prices goes by the last trade of each minute.
    risk.keep_trade(trade_at(row, row.close, last_point));
  }
  figures.market_events += before_last + count + late - traces;
  traces = before_last + count + late;
  quiet.start = rows.front().start;
  now = quiet.start + venue::path_offsets.back() + venue::path_trade_delay;
  if (!quiet.is_looking) return;

  stirred = true;
  quiet.look = quiet.start + venue::path_offsets[last_point - 1];
  if (quiet.is_traded_early) quiet.look = quiet.look + second;
  risk.take_peaks(quiet.peaks);
  for (const auto& path : quiet.paths)
    if (auto* engine = engine_of(path.symbol)) engine->pass(path.span, time());
  for (auto& each : quiet.held) {
    if (!each.path) continue;
    const auto& path = quiet.paths[*each.path];
    // The bar's close is the last trade, and comes where there is none.
    each.mark = path.trades[last_point];
    each.bid = path.quotes[last_point].bid;
  }
}

/// The bars of the minute where they are only kept: false, and nothing is done, where one ends a
/// bar of an engine.
bool day_engine::state::pass_bars(std::span<const bar> rows) {
  for (const auto& row : rows)
    if (const auto* engine = engine_of(row.symbol); engine && !engine->only_keeps(row.start))
      return false;
  now = rows.front().start + venue::one_minute;
  figures.market_events += rows.size();
  for (const auto& row : rows) {
    auto x = row;
    x.trace = trace_id{++traces};
    x.received = mono_of(now);
    quiet.by_symbol[row.symbol.value].bar_row = &row;
    risk.keep_bar(x);
    if (setup.observers.minute)
      setup.observers.minute(x, !risk.positions().of(x.symbol).qty().is_zero());
    auto* engine = engine_of(row.symbol);
    if (engine == nullptr) continue;
    engine->on_bar(x, time(), outputs);
    if (const auto due = engine->bar_due()) engines_due = std::min(engines_due, *due);
  }
  return true;
}

/// The bars that end together, where nothing else comes before them, without asking each time what
/// comes next. What an engine decides on one of them is done before the next one is looked at.
void day_engine::state::play_bars(utc_ns at, std::size_t count) {
  now = at;
  bool is_wanted = false;
  for (std::size_t k = 0; k < count && !is_wanted; ++k) {
    setup.market->advance(now, 1, market_events);
    for (auto& event : market_events) {
      market.on_market(event, now, venue_events);
      on_market(event);
    }
    market_events.clear();
    is_wanted = !outputs.empty();
    carry_out();
  }
}

/// Tells everybody what was left to be told of the minutes that were passed.
void day_engine::state::catch_up() {
  if (quiet.late.empty()) return;
  const auto reached = now;
  if (quiet.is_looking) {
    for (const auto symbol : quiet.late) {
      const auto& row = *quiet.by_symbol[symbol.value].row;
      if (row.start == quiet.start)
        tell_before_last(row);
      else
        tell_end(symbol);
    }
    now = quiet.look;
    on_tick();
    stirred = true;
  }
  for (const auto symbol : quiet.late) tell_end(symbol);
  quiet.late.clear();
  now = reached;
  BW_ASSERT(outputs.empty() && venue_events.empty(), "minutes that were passed lead to nothing");
}

/// What a row shows before its last point, as far as it is not shown again.
void day_engine::state::tell_before_last(const bar& row) {
  constexpr auto point = last_point - 1;
  const auto last =
      venue::path_of(row.open, row.high, row.low, row.close, setup.market->path())[point];
  now = row.start + venue::path_offsets[point];
  market_event seen = venue::quote_around(row.symbol, last, now);
  market.on_market(seen, now, venue_events);
  auto& told = std::get<quote>(seen);
  told.received = mono_of(now);
  risk.on_quote(told);
  if (!is_traded_early(row)) return;
  seen = trade_at(row, last, point);
  now = now + venue::path_trade_delay;
  market.on_market(seen, now, venue_events);
}

/// The last quote, trade and bar of a symbol; once.
void day_engine::state::tell_end(symbol_id symbol) {
  auto& untold = quiet.by_symbol[symbol.value];
  if (untold.row == nullptr) return;
  const auto tell = [this](auto x, trace_id trace) {
    now = x.ts_event;
    market.on_market(x, now, venue_events);
    x.trace = trace;
    x.received = mono_of(now);
    on_market_event(x);
  };
  const auto tell_trade = [&](const bar* row) {
    if (row != nullptr) tell(trade_at(*row, row->close, last_point), untold.traded);
  };
  const auto tell_bar = [&](const bar* row) {
    if (row == nullptr) return;
    now = row->start + venue::one_minute;
    market.on_market(*row, now, venue_events);
    trends.on_bar(*row);
  };
  const auto* last = std::exchange(untold.row, nullptr);
  const auto* traded = std::exchange(untold.traded_row, nullptr);
  const auto* ended = std::exchange(untold.bar_row, nullptr);
  if (traded != last) tell_trade(traded);
  if (ended != last) tell_bar(ended);
  tell(venue::quote_around(symbol, last->close, last->start + venue::path_offsets.back()),
       untold.quoted);
  if (traded == last) tell_trade(traded);
  if (ended == last) tell_bar(ended);
}

}  // namespace bw
