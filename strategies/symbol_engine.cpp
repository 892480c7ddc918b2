#include "strategies/symbol_engine.hpp"

#include <algorithm>
#include <string>

#include "strategies/decision_evidence.hpp"

namespace bw {

namespace {

constexpr std::int64_t one_in_bp = 10'000;

money add_saturating(money a, money b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a.units(), b.units(), &sum)) return money::max();
  return money::from_units(sum);
}

money remaining(money whole, money taken) {
  std::int64_t left = 0;
  if (__builtin_sub_overflow(whole.units(), taken.units(), &left)) return money{};
  return std::max(money::from_units(left), money{});
}

money money_ceil(int128 notional) {
  const auto units = divide_ceil(notional, decimal_scale);
  return fits_decimal(units) ? money::from_units(static_cast<std::int64_t>(units)) : money::max();
}

position_sizer_options sizing_for(const strategy& logic, position_sizer_options configured) {
  const auto wanted = logic.rules().trade_risk_bp;
  if (wanted > 0) configured.trade_risk_bp = std::min(configured.trade_risk_bp, wanted);
  return configured;
}

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
  if (is_watching() && can_watch(x))
    for (auto& seat : seats_) seat.own.watch_bid(x.bid, now.mono);
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
    for (auto& seat : seats_) seat.own.watch_trade(x.last, now.mono);
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

std::optional<utc_ns> symbol_engine::timer_due() const {
  if (makes_bars_) return utc_ns{INT64_MIN};
  if (interest_.timer) {
    constexpr auto minute = nanoseconds{std::chrono::minutes{1}};
    const utc_ns next{(std::max<std::int64_t>(timer_minute_, -1) + 1) * minute.count()};
    const auto bars = builder_.flush_due();
    for (const auto& seat : seats_)
      if (!seat.own.rests()) return utc_ns{INT64_MIN};
    return bars ? std::min(*bars, next) : next;
  }
  for (const auto& seat : seats_)
    if (!seat.own.rests()) return utc_ns{INT64_MIN};
  return builder_.flush_due();
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
    const cause why{now, {x.trace, end, now.utc, x.received}, passed_on};
    evaluate(x, why, out);
    act(why, out);
  }
}

// From a bar to orders.

void symbol_engine::evaluate(const bar& finished, const cause& why, engine_outputs& out) {
  candidates_.clear();
  for (auto& seat : seats_) {
    if (seat.maker) continue;
    wishes wanted;
    if (seat.enabled)
      wanted = seat.instance.logic->on_bar(context_of(seat, why.header.ts_event), finished);
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

void symbol_engine::decide(signal_candidate& x, const cause& why, engine_outputs& out) {
  auto& seat = *find(x.what.strategy);
  entry_decision entry;
  if (x.fate == signal_fate::ordered && seat.instance.shadow) x.fate = signal_fate::shadow;
  if (x.fate == signal_fate::ordered) {
    if (x.what.purpose == order_purpose::entry) {
      if (!seat.own.can_enter() || !is_symbol_free_for(seat))
        x.fate = signal_fate::not_free;
      else
        entry = make_entry(x.what, seat.qty_max, why, x.fate);
    } else if (seat.own.can_exit()) {
      seat.own.want_exit(x.what.reason, order_purpose::exit, why.now.mono);
    } else {
      x.fate = signal_fate::not_free;
    }
  }
  ++counts_.signals;
  ++counts_.fates[static_cast<std::size_t>(x.fate)];
  ++(x.fate == signal_fate::ordered ? seat.taken : seat.refused);
  out.emplace_back(signal_record{options_.symbol_text, seat.instance.name, x.what, x.fate, x.note});
  if (entry.record) out.emplace_back(*entry.record);
  if (!entry.order) return;
  const auto& order = *entry.order;
  ++counts_.entries;
  seat.own.sent(order, why.now.mono);
  committed_ = add_saturating(committed_, money_ceil(notional_exact(order.limit, order.qty)));
  out.emplace_back(order);
}

order_request symbol_engine::make_request(const cause& why) const {
  order_request out;
  out.header = why.header;
  out.symbol = options_.symbol;
  out.tif = time_in_force::day;
  if (quote_) {
    out.seen_bid = quote_->bid;
    out.seen_ask = quote_->ask;
    out.seen_at = quote_->ts_event;
  }
  return out;
}

symbol_engine::entry_decision symbol_engine::make_entry(const signal& what, quantity qty_max,
                                                        const cause& why, signal_fate& fate) {
  if (!quote_ || !quote_->ask.is_positive() || quote_->ask > holding::price_limit) {
    fate = signal_fate::no_quote;
    return {};
  }
  auto out = make_request(why);
  out.strategy = what.strategy;
  out.side = side::buy;
  out.type = order_type::limit;
  out.purpose = order_purpose::entry;
  out.reason = what.reason;
  out.reference = quote_->ask;
  out.limit = round_to_tick_up(shift_basis_points(quote_->ask, options_.entry_limit_bp));
  // A strategy's stop can be nearer than the configured one, never farther.
  out.planned_stop = stop_below(out.limit, options_.holding.stop_loss_bp);
  if (what.stop < out.limit)
    out.planned_stop = std::max(out.planned_stop, round_to_tick_down(what.stop));
  out.planned_target = what.target > out.limit
                           ? round_to_tick_up(what.target)
                           : target_above(out.limit, options_.holding.take_profit_bp);
  out.confidence_ppm = what.confidence_ppm;
  const auto input = sizing_of(out, qty_max);
  const auto& seat = *find(what.strategy);
  const auto limits = sizing_for(*seat.instance.logic, options_.sizing);
  const auto size = size_position(limits, input);
  out.qty = size.qty;
  auto record = decision(seat, what.purpose, what.reason, why);
  if (record) {
    describe_size(limits, input, size, *record);
    record->stop = out.planned_stop;
    record->target = out.planned_target;
  }
  if (!out.qty.is_zero()) return {out, std::move(record)};
  fate = signal_fate::too_small;
  return {std::nullopt, std::move(record)};
}

sizing_input symbol_engine::sizing_of(const order_request& entry, quantity qty_max) const {
  // All strategies of the symbol share its part of the equity.
  int128 held = 0;
  for (const auto& seat : seats_)
    held += notional_exact(entry.limit, seat.own.position().qty) + seat.own.pending_cost();
  sizing_input out{.worst_price = entry.limit,
                   .stop = entry.planned_stop,
                   .held_value = money_ceil(held),
                   .factor_ppm = options_.size_factor_ppm * account_.size_factor_ppm / whole_ppm,
                   .average_daily_volume = daily_volume_.average().value_or(quantity{}),
                   .wish = qty_max};
  // An account that is not known has nothing to spend.
  if (!account_.valid) return out;
  out.equity = account_.equity_for_limits;
  out.cash = remaining(account_.cash_available, committed_);
  // A budget of its own leaves what it has not used; only money that is there is spent.
  if (const auto& seat = *find(entry.strategy); seat.instance.symbol_budget.is_positive()) {
    const auto used =
        money_ceil(notional_exact(entry.limit, seat.own.position().qty) + seat.own.pending_cost());
    out.cash = std::min(out.cash, remaining(seat.instance.symbol_budget, used));
  }
  out.gross_room = remaining(account_.gross_room, committed_);
  return out;
}

order_request symbol_engine::make_exit(const strategy_seat& from, const due_exit& what,
                                       const cause& why) const {
  auto out = make_request(why);
  out.strategy = from.instance.id;
  out.side = side::sell;
  out.type = order_type::market;
  out.purpose = what.purpose;
  out.reason = what.reason;
  out.qty = what.qty;
  out.reference = quote_ && quote_->bid.is_positive() ? quote_->bid : last_bar_.close;
  return out;
}

order_request symbol_engine::make_stop(const strategy_seat& from, const due_stop& what,
                                       const cause& why) const {
  auto out = make_request(why);
  out.strategy = from.instance.id;
  out.side = side::sell;
  out.type = order_type::stop;
  out.purpose = order_purpose::protective;
  // A decision of its own each time, although the tick that was seen last may be the same.
  out.header.received = why.now.mono;
  // It outlives the day: should the node be gone by then, the next open still finds it.
  out.tif = time_in_force::gtc;
  out.reason = what.reason;
  out.qty = what.qty;
  out.stop = what.at;
  out.reference = what.at;
  out.replaces = what.replaces;
  return out;
}

bool symbol_engine::is_symbol_free_for(const strategy_seat& seat) const {
  if (options_.holding.protection.kind != protective_stop::resting) return true;
  // The broker refuses to buy beside a stop that sells, whoever placed it.
  return std::all_of(seats_.begin(), seats_.end(),
                     [&](const strategy_seat& x) { return &x == &seat || x.own.can_enter(); });
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

void symbol_engine::act(const cause& why, engine_outputs& out) {
  const auto now = why.now.mono;
  const bool end_of_day = session_.phase == session_phase::flatten;
  for (auto& seat : seats_) {
    auto& own = seat.own;
    counts_.unanswered += own.give_up_unanswered(now);
    if (end_of_day) own.want_exit(signal_reason::close_of_day, order_purpose::flatten, now);
    if (seat.closing) own.want_exit(signal_reason::operator_request, order_purpose::exit, now);
    if (end_of_day || !seat.enabled) own.refuse_entries();

    if (is_watching()) own.watch_time(now);
    const auto bid = quote_ && can_watch(*quote_) ? quote_->bid : price{};
    for (const auto order : own.take_cancels_due(now, bid)) {
      ++counts_.cancels;
      out.emplace_back(cancel_request{why.header, order});
    }
    // After the close an exit waits for the next open: nothing could be sold.
    if (!is_watching()) continue;
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

void symbol_engine::on_split(split_ratio by) {
  for (auto& seat : seats_) seat.own.split(by);
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
