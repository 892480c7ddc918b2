#include "strategies/symbol_engine.hpp"

#include <algorithm>
#include <string>

namespace bw {

namespace {

constexpr std::int64_t one_in_bp = 10'000;

/// Long only: entries buy and exits sell.
bool is_possible(const wish& x) {
  if (x.purpose == order_purpose::entry) return x.side == side::buy;
  return x.purpose == order_purpose::exit && x.side == side::sell;
}

}  // namespace

symbol_engine::symbol_engine(symbol_engine_options options, std::vector<strategy_seat> seats,
                             indicator_board board)
    : options_(std::move(options)),
      seats_(std::move(seats)),
      board_(std::move(board)),
      builder_(options_.bars) {
  for (const auto& day : options_.sessions) builder_.add_session(day.open, day.close);
  for (auto& seat : seats_)
    if (seat.instance.bars) seat.maker = make_maker(*seat.instance.bars);
  candidates_.reserve(strategies_max * wishes::capacity);
  note_interest();
}

result<symbol_engine> symbol_engine::make(symbol_engine_options options,
                                          std::vector<strategy_instance> strategies) {
  const auto where = "symbol " + options.symbol_text.str();
  if (strategies.empty()) return {ec::invalid_argument, where + " has no strategy"};
  if (strategies.size() > strategies_max)
    return {ec::out_of_range, where + " has " + std::to_string(strategies.size()) +
                                  " strategies; at most " + std::to_string(strategies_max)};

  indicator_board board{options.history_bars};
  std::vector<strategy_seat> seats;
  for (auto& instance : strategies) {
    const auto same = [&](const strategy_seat& x) {
      return x.instance.id == instance.id || x.instance.name == instance.name;
    };
    if (!instance.logic || std::any_of(seats.begin(), seats.end(), same))
      return {ec::invalid_argument, where + ": strategy '" + instance.name.str() +
                                        "' has no logic, or its id or name comes twice"};
    instance.logic->take_place(options.symbol_text, instance.name);
    std::unique_ptr<indicator_board> apart;
    if (instance.bars) apart = std::make_unique<indicator_board>(options.history_bars);
    if (auto ready = instance.logic->prepare(apart ? *apart : board); !ready)
      return std::move(ready).failure().within(where);
    const auto own = instance.logic->rules().over(options.holding);
    const bool enabled = instance.enabled && !instance.latched;
    const bool closing = !enabled && !instance.latched && instance.positions == on_disable::close;
    seats.push_back(strategy_seat{std::move(instance), holding{own}, enabled, closing});
    seats.back().board = std::move(apart);
  }
  return symbol_engine{std::move(options), std::move(seats), std::move(board)};
}

symbol_engine::strategy_seat* symbol_engine::find(strategy_id id) {
  const auto at = std::find_if(seats_.begin(), seats_.end(),
                               [&](const strategy_seat& x) { return x.instance.id == id; });
  return at == seats_.end() ? nullptr : &*at;
}

symbol_engine symbol_engine::make_empty(symbol_engine_options options) {
  indicator_board board{options.history_bars};
  return symbol_engine{std::move(options), {}, std::move(board)};
}

const symbol_engine::strategy_seat* symbol_engine::find(strategy_id id) const {
  return const_cast<symbol_engine*>(this)->find(id);
}

bool symbol_engine::is_warm(const strategy_seat& x) const {
  return board_of(x).bars() >= x.instance.logic->warm_up_bars();
}

bool symbol_engine::can_watch(const quote& x) const {
  if (!x.bid.is_positive() || x.ask < x.bid) return false;
  return static_cast<int128>((x.ask - x.bid).units()) * one_in_bp <=
         static_cast<int128>(x.bid.units()) * options_.watch_spread_max_bp;
}

symbol_engine::cause symbol_engine::cause_of_time(engine_time now) const {
  cause out{now, {}};
  if (quote_) out.header = {quote_->trace, quote_->ts_event, {}, quote_->received};
  out.header.ts_init = now.utc;
  return out;
}

// Market data.

void symbol_engine::on_quote(const quote& x, engine_time now, engine_outputs& out) {
  if (x.symbol != options_.symbol) {
    ++counts_.foreign;
    return;
  }
  if (quote_ && x.ts_event < quote_->ts_event) {
    ++counts_.late_quotes;
    return;
  }
  ++counts_.quotes;
  quote_ = x;
  // Prices outside the session are too thin to give a position up.
  if (is_watching() && can_watch(x)) {
    for (auto& seat : seats_) seat.own.watch_bid(x.bid, now.mono);
    if (shadow_)
      for (auto& seat : seats_)
        if (seat.simulated) seat.simulated->own.watch_bid(x.bid, now.mono);
  }
  show_shadow(x, now, out);
  const cause why{now, {x.trace, x.ts_event, now.utc, x.received}, x.passed_on};
  if (interest_.quotes)
    tell_interested(&strategy_interest::quotes, why, out,
                    [&](strategy& logic, const strategy_context& context) {
                      return logic.on_quote(context, x);
                    });
  act(why, out);
}

void symbol_engine::on_trade(const trade& x, engine_time now, engine_outputs& out) {
  if (x.symbol != options_.symbol) {
    ++counts_.foreign;
    return;
  }
  ++counts_.trades;
  if (x.eligible == price_eligible::yes) {
    last_price_ = x.last;
    last_price_at_ = x.ts_event;
  }
  if (is_watching() && x.eligible == price_eligible::yes)
    for (auto& seat : seats_) {
      seat.own.watch_trade(x.last, now.mono);
      if (seat.simulated) seat.simulated->own.watch_trade(x.last, now.mono);
    }
  show_shadow(x, now, out);
  const cause why{now, {x.trace, x.ts_event, now.utc, x.received}, x.passed_on};
  if (interest_.trades)
    tell_interested(&strategy_interest::trades, why, out,
                    [&](strategy& logic, const strategy_context& context) {
                      return logic.on_trade(context, x);
                    });
  if (makes_bars_) make_trade_bars(why, out, x);
  act(why, out);
}

void symbol_engine::on_bar(const bar& x, engine_time now, engine_outputs& out) {
  if (x.symbol != options_.symbol) {
    ++counts_.foreign;
    return;
  }
  if (x.span == bar_span::day)
    return x.origin == bar_origin::live ? daily_volume_.grow_day(x) : daily_volume_.add_day(x);
  session_bars finished;
  builder_.add(x, finished);
  take_finished(finished, now, x.passed_on, out);
}

void symbol_engine::on_timer(engine_time now, engine_outputs& out) {
  session_bars finished;
  builder_.flush(now.utc, finished);
  take_finished(finished, now, {}, out);
  show_shadow(now, now, out);
  const auto why = cause_of_time(now);
  const auto minute = now.utc.value / nanoseconds{std::chrono::minutes{1}}.count();
  if (interest_.timer && std::exchange(timer_minute_, minute) != minute)
    tell_interested(&strategy_interest::timer, why, out,
                    [&](strategy& logic, const strategy_context& context) {
                      return logic.on_timer(context, now.utc);
                    });
  if (makes_bars_) make_trade_bars(why, out, now.utc);
  act(why, out);
}

std::optional<utc_ns> symbol_engine::timer_due(engine_time now) const {
  if (makes_bars_ || shadow_) return utc_ns{INT64_MIN};
  auto next = builder_.flush_due().value_or(utc_ns{INT64_MAX});
  if (interest_.timer) {
    constexpr auto minute = nanoseconds{std::chrono::minutes{1}};
    next = std::min(next, utc_ns{(std::max<std::int64_t>(timer_minute_, -1) + 1) * minute.count()});
  }
  for (const auto& seat : seats_) {
    if (const auto due = seat.own.next_time(now.mono); due != mono_ns{INT64_MAX})
      next = std::min(next, now.utc + (due - now.mono));
    // From then on its open entries are refused, in the middle of a phase.
    if (seat.instance.overnight && session_.overnight_entries_end > now.utc)
      next = std::min(next, session_.overnight_entries_end);
  }
  return next == utc_ns{INT64_MAX} ? std::nullopt : std::optional{next};
}

void symbol_engine::take_finished(const session_bars& bars, engine_time now, mono_ns passed_on,
                                  engine_outputs& out) {
  for (const auto& [x, session_open, end] : bars) {
    if (x.origin == bar_origin::correction) {
      for_each_board([&](indicator_board& board) { board.replace(x); });
      continue;
    }
    for_each_board([&](indicator_board& board) { board.add(x, session_open); });
    daily_volume_.add_part(x, session_open);
    last_bar_ = x;
    if (x.origin != bar_origin::live) continue;
    const cause why{now, {x.trace, end, now.utc, x.received}, passed_on, end};
    evaluate(x, why, out);
    act(why, out);
  }
}

// From a bar to orders.

void symbol_engine::evaluate(const bar& finished, const cause& why, engine_outputs& out) {
  candidates_.clear();
  for (auto& seat : seats_) {
    if (seat.maker) continue;
    const auto wanted =
        seat.enabled ? seat.instance.logic->on_bar(context_of(seat, why.header.ts_event), finished)
                     : wishes{};
    put_down(seat, finished, wanted, why, out);
    collect(seat, wanted, why);
    check_fault(seat, out);
  }
  decide_all(why, out);
}

void symbol_engine::decide_all(const cause& why, engine_outputs& out) {
  // The number of symbols is the risk gate's to count; within one symbol there is always room.
  combine_signals(candidates_, {.free = 1});
  for (auto& x : candidates_) decide(x, why, out);
}

template <class Tell>
void symbol_engine::tell_interested(bool strategy_interest::*what, const cause& why,
                                    engine_outputs& out, Tell tell) {
  candidates_.clear();
  for (auto& seat : seats_) {
    if (!seat.enabled || !(seat.interest.*what)) continue;
    collect(seat, tell(*seat.instance.logic, context_of(seat, why.header.ts_event)), why);
    check_fault(seat, out);
  }
  decide_all(why, out);
}

void symbol_engine::collect(strategy_seat& from, const wishes& wanted, const cause& why) {
  from.qty_max = {};
  for (const auto& x : wanted) {
    if (!is_possible(x)) {
      ++counts_.refused_wishes;
      continue;
    }
    if (x.purpose == order_purpose::entry) from.qty_max = x.qty_max;
    signal_candidate candidate;
    candidate.what = {.header = why.header,
                      .strategy = from.instance.id,
                      .symbol = options_.symbol,
                      .side = x.side,
                      .purpose = x.purpose,
                      .reason = x.reason,
                      .confidence_ppm = std::min<std::uint32_t>(x.confidence_ppm, whole_ppm),
                      .reference = x.reference,
                      .stop = x.stop,
                      .target = x.target,
                      .inputs = x.inputs};
    candidate.weight_ppm = from.instance.weight_ppm;
    candidate.note = x.note;
    // It meets nobody: what others want must not depend on it.
    if (from.instance.shadow) candidate.fate = signal_fate::shadow;
    if (!is_warm(from)) candidate.fate = signal_fate::not_warm;
    candidates_.push_back(candidate);
  }
}

void symbol_engine::put_down(strategy_seat& from, const bar& finished, const wishes& wanted,
                             const cause& why, engine_outputs& out) const {
  if (options_.evidence == evidence_wanted::no) return;
  const auto minute = why.now.utc.value / nanoseconds{std::chrono::minutes{1}}.count();
  if (std::exchange(from.evaluated_minute, minute) == minute) return;
  const auto context = context_of(from, why.header.ts_event);
  const auto& logic = *from.instance.logic;
  evaluation_record x;
  x.symbol = options_.symbol_text;
  x.strategy = from.instance.name;
  x.held = context.position.qty;
  x.looked_for = x.held.is_positive() ? order_purpose::exit : order_purpose::entry;
  x.bars_seen =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(board_of(from).bars(), UINT32_MAX));
  x.bars_needed = logic.warm_up_bars();
  x.finished = finished;
  x.conditions = logic.explain(context, finished);
  x.outcome = !from.enabled     ? evaluation_outcome::disabled
              : !is_warm(from)  ? evaluation_outcome::not_warm
              : !wanted.empty() ? evaluation_outcome::wished
                                : evaluation_outcome::conditions_not_met;
  out.emplace_back(x);
}

std::optional<decision_record> symbol_engine::decision(const strategy_seat& from,
                                                       order_purpose purpose, signal_reason reason,
                                                       const cause& why) const {
  if (options_.evidence == evidence_wanted::no) return std::nullopt;
  decision_record x;
  x.symbol = options_.symbol_text;
  x.strategy = from.instance.name;
  x.purpose = purpose;
  x.reason = reason;
  if (quote_) x.seen = *quote_;
  x.last = last_price_;
  x.last_at = last_price_at_;
  x.finished = last_bar_;
  const auto held = from.own.position();
  x.held = held.qty;
  x.average = held.average;
  x.stop = from.own.stop();
  x.target = from.own.target();
  x.received = why.header.received;
  x.passed_on = why.passed_on;
  x.decided = why.now.mono;
  x.trace = why.header.trace;
  return x;
}

symbol_engine::coverage symbol_engine::covered() const {
  coverage out;
  out.wanted = options_.holding.protection.kind == protective_stop::resting;
  for (const auto& seat : seats_) {
    out.position += seat.own.position().qty;
    out.covered += seat.own.covered();
  }
  return out;
}

bool symbol_engine::must_flatten(const strategy_seat& x) const {
  if (session_.phase != session_phase::flatten) return false;
  return session_.closes_overnight || !x.instance.overnight;
}

bool symbol_engine::is_too_late_to_enter(const strategy_seat& x, utc_ns now) const {
  const auto phase = session_.phase;
  if (phase != session_phase::exits_only && phase != session_phase::flatten) return false;
  if (must_flatten(x)) return true;
  return !x.instance.overnight || now >= session_.overnight_entries_end;
}

void symbol_engine::act(const cause& why, engine_outputs& out) {
  for (auto& seat : seats_) {
    if (!seat.own.is_idle()) act(seat, seat.own, why, out);
    if (seat.simulated) act_in_shadow(seat, why);
  }
}

void symbol_engine::act(strategy_seat& seat, holding& own, const cause& why, engine_outputs& out) {
  const auto now = why.now.mono;
  if (own.is_idle()) return;
  const bool end_of_day = must_flatten(seat);
  // Most prices find nothing under way, or a stop that rests where it should.
  if (own.any_under_way() && !own.is_well_covered())
    counts_.unanswered += own.give_up_unanswered(now);
  if (end_of_day) own.want_exit(signal_reason::close_of_day, order_purpose::flatten, now);
  if (seat.closing) own.want_exit(signal_reason::operator_request, order_purpose::exit, now);
  const bool may_enter = seat.enabled && !is_too_late_to_enter(seat, why.now.utc);
  own.judge_entries(may_enter ? open_entries::stay : open_entries::go);

  if (is_watching()) own.watch_time(now);
  const auto bid = quote_ && can_watch(*quote_) ? quote_->bid : price{};
  if (own.any_under_way() && !own.is_well_covered())
    for (const auto order : own.take_cancels_due(now, bid)) {
      ++counts_.cancels;
      out.emplace_back(cancel_request{why.header, order, {}});
    }
  // After the close an exit waits for the next open: nothing could be sold.
  if (!is_watching()) return;
  if (const auto due = own.exit_due(now)) {
    ++counts_.exits;
    const auto request = make_exit(seat, *due, why);
    if (auto record = decision(seat, due->purpose, due->reason, why)) {
      record->qty = due->qty;
      out.emplace_back(std::move(*record));
    }
    own.sent(request, now);
    out.emplace_back(request);
  }
  if (const auto due = own.stop_due(bid, now)) {
    ++counts_.stops;
    const auto request = make_stop(seat, *due, why);
    if (auto record = decision(seat, request.purpose, request.reason, why)) {
      record->qty = request.qty;
      out.emplace_back(std::move(*record));
    }
    own.sent(request, now);
    out.emplace_back(request);
  }
}

// What became of orders.

void symbol_engine::on_report(const order_report& x, engine_time now, engine_outputs& out) {
  auto* seat = x.request.symbol == options_.symbol ? find(x.request.strategy) : nullptr;
  if (seat == nullptr) {
    ++counts_.foreign;
    return;
  }
  if (const auto fill = seat->own.apply(x, now.mono)) {
    ++counts_.fills;
    seat->instance.logic->on_fill(*fill);
    check_fault(*seat, out);
  }
  act(cause_of_time(now), out);
}

void symbol_engine::on_denied(const order_denied& x, engine_time now, engine_outputs& out) {
  auto* seat = x.request.symbol == options_.symbol ? find(x.request.strategy) : nullptr;
  if (seat == nullptr || !seat->own.apply(x, now.mono)) {
    ++counts_.foreign;
    return;
  }
  ++counts_.denials;
  seat->instance.logic->on_denied({x.request.purpose, x.verdict.reason});
  check_fault(*seat, out);
  act(cause_of_time(now), out);
}

// State from outside.

void symbol_engine::on_session(const session_state& x) {
  session_ = x;
  builder_.add_session(x.open, x.close);
  for (auto& seat : seats_)
    if (seat.maker) seat.maker->add_session({x.open, x.close});
}

void symbol_engine::on_account(const account_view& x) {
  account_ = x;
  committed_ = {};
  const auto halted = x.halted ? trading_halted::yes : trading_halted::no;
  for (auto& seat : seats_) seat.own.try_stop_again(halted);
}

void symbol_engine::on_trend(const symbol_trend& x) {
  if (x.symbol == options_.symbol) trend_ = x.trend;
}

void symbol_engine::on_split(split_ratio by) {
  for (auto& seat : seats_) seat.own.split(by);
  restart_shadows();
  for_each_board([&](indicator_board& board) { board.split(by); });
  for (auto& seat : seats_)
    if (seat.maker) seat.board->split(by);
  daily_volume_.split(by);
  for (auto* at : {&last_bar_.open, &last_bar_.high, &last_bar_.low, &last_bar_.close})
    *at = after_split(*at, by);
  quote_.reset();
}

template <class Use>
void symbol_engine::for_each_board(Use use) {
  use(board_);
  for (auto& seat : seats_)
    if (seat.board && !seat.maker) use(*seat.board);
}

}  // namespace bw
