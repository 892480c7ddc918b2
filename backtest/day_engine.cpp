#include "backtest/day_engine.hpp"

#include <algorithm>
#include <utility>

#include "backtest/day_engine_state.hpp"
#include "storage/audit_codec.hpp"
#include "venue/accounts.hpp"
#include "venue/fees.hpp"
#include "venue/last_closes.hpp"
#include "venue/market_board.hpp"

namespace bw {
namespace {

constexpr utc_ns never{INT64_MAX};
constexpr nanoseconds tick = std::chrono::seconds{1};
money to_money(int128 exact) {
  return money::from_units(static_cast<std::int64_t>(divide_half_even(exact, decimal_scale)));
}

/// The first whole second that is not before `t`.
utc_ns whole_second_from(utc_ns t) {
  const auto rest = t.value % tick.count();
  return rest == 0 ? t : utc_ns{t.value - rest + tick.count()};
}

}  // namespace

day_engine::state::state(day_setup given, engine_set made)
    : setup(std::move(given)),
      engines(std::move(made)),
      days(days_around(setup.calendar, setup.market->start_time(), setup.days_ahead)),
      market(setup.exchange, setup.market->symbols()),
      pump(*setup.market, market, days, setup.market->start_time()),
      risk({.limits = setup.config.risk,
            .loss_flatten = setup.config.loss_flatten,
            .loss_clear = setup.config.loss_clear,
            .budgeted = setup.config.budgeted_strategies()},
           facts_of(setup.market->symbols()), engines.strategies.size()),
      orders(market, setup.latency, setup.reject_percent),
      trends(setup.market->symbols().size()),
      now(setup.market->start_time()),
      ticked(now - nanoseconds{1}),
      phase_ends(now) {
  account.status = "ACTIVE";
  account.account_number.assign(market.account().account_number);
  risk.begin_connected();
  warm_up(engines, *setup.market, setup.config.feed.history_days, now,
          [this](const bar& x) { risk.on_bar(x); });
  trends.load(*setup.market, setup.calendar, now);
  venue::load_last_closes(*setup.market, days.current_or_next(now).open, market);
  pump.begin(venue_events);
  refresh_account();
}

// Time.

/// At one instant the phase comes first, so that its guards hold from their very beginning; then
/// splits and dividends, scripted orders, the market, orders that arrive in it, the timer. Where
/// the setup wants it, orders arrive before the market.
result<void> day_engine::state::run(utc_ns until) {
  const auto before = [](utc_ns t) { return t - nanoseconds{1}; };
  const auto before_orders = [&](utc_ns t) {
    return setup.arrivals == arrival_rule::before_market ? before(t) : t;
  };
  for (;;) {
    if (pass_quiet_minutes(until)) continue;
    const auto at_market = std::max(pump.next_time(), now);
    const auto at_arrival = orders.next_arrival().value_or(never);
    const auto at_tick = next_tick();
    const auto at_action =
        next_action < setup.actions.size() ? setup.actions[next_action].at : never;
    const auto at_script = next_script < setup.script.size() ? setup.script[next_script].at : never;
    const auto next = std::min({phase_ends, at_action, at_script, at_market, at_arrival, at_tick});
    const bool arrives_first = setup.arrivals == arrival_rule::before_market && next == at_arrival;
    if (next > now && end_round()) continue;
    if (next > until) break;
    now = std::max(now, next);
    if (next == phase_ends)
      change_phase();
    else if (next == at_action)
      apply(setup.actions[next_action++]);
    else if (arrives_first)
      arrive();
    else if (next == at_script) {
      const auto& due = setup.script[next_script++];
      on_order(due.request, due.shape);
    } else if (next == at_market)
      play_prices(std::min({until, before(phase_ends), before(at_action), before(at_script),
                            before_orders(at_arrival), at_tick, pump.next_own_time()}));
    else if (next == at_arrival)
      arrive();
    else
      on_tick();
    carry_out();
  }
  now = std::max(now, until);
  if (const auto failed = setup.market->failure()) return *failed;
  return {};
}

/// The node looks at its clock once a second. Here the seconds are left out in which that look
/// could not find anything: nobody was told anything since the last one, no price of anything held
/// has moved, and no engine waits for a time. What they would have done shows in one place only,
/// the date of the account; date_account puts it right.
utc_ns day_engine::state::next_tick() const {
  if (!is_ticking()) return never;
  const auto soonest = std::max(whole_second_from(ticked + nanoseconds{1}), whole_second_from(now));
  if (setup.every_second || is_stirred()) return soonest;
  return engines_due == never ? never : std::max(soonest, whole_second_from(engines_due));
}

bool day_engine::state::is_ticking() const {
  return is_watching() || orders.ledger().open_count() > 0;
}

bool day_engine::state::is_watching() const {
  return session.phase != session_phase::closed && session.phase != session_phase::unknown;
}

bool day_engine::state::is_stirred() const {
  return stirred || has_open_entry || risk.waits_for_time() || risk.trading().mode != mode_ticked;
}

void day_engine::state::heard(const symbol_engine& engine) {
  if (const auto due = engine.timer_due(time())) engines_due = std::min(engines_due, *due);
}

void day_engine::state::change_phase() {
  const auto next = setup.calendar.phase(now, setup.config.session);
  phase_ends = end_of_phase(next, setup.config.session, now);
  if (next == session) return;
  if (next.phase == session_phase::closed) charge_borrowing();
  session = next;
  stirred = true;
  refresh_account();
  for (std::uint32_t k = 0; k < setup.market->symbols().size(); ++k)
    risk.on_asset(symbol_id{k}, asset_of(setup.market->symbols()[k]), now);
  risk.on_session(session);
  if (is_watching() && trends.begin_session(session.open, session.close)) tell_trends();
  tell_session(session);
  share_account();
}

/// Positions, what was seen of the market, and cash follow what happened to the share.
void day_engine::state::apply(const dated_action& action) {
  stirred = true;
  if (setup.observers.action) setup.observers.action(action);
  if (const auto* dividend = std::get_if<cash_dividend>(&action.what)) {
    const auto paid =
        to_money(notional_exact(dividend->per_share, risk.positions().of(action.symbol).qty()));
    market.credit(paid);
    figures.dividends += paid;
  } else {
    const auto by = std::get<split_ratio>(action.what);
    market.split(action.symbol, by, now, venue_events);
    take_venue_events();
    risk.on_split(action.symbol, by);
    trends.on_split(action.symbol, by);
    if (auto* engine = engine_of(action.symbol)) engine->on_split(by);
  }
  refresh_account();
  share_account();
}

/// What short positions are worth costs the yearly fee by the day, 360 to the year.
void day_engine::state::charge_borrowing() {
  if (setup.borrow_bp <= 0) return;
  const auto borrowed = -market.account().short_market_value;
  if (!borrowed.is_positive()) return;
  const auto fee = static_cast<int128>(borrowed.units()) * setup.borrow_bp;
  const auto owed = money::from_units(static_cast<std::int64_t>(divide_ceil(fee, 3'600'000)));
  market.credit(-owed);
  figures.fees += owed;
}

/// One event at a time: what follows from it is done before the next one is looked at. Answers
/// whether it was a quote or a trade and nothing came of it that could come between it and the
/// next.
bool day_engine::state::step_market() {
  const bool was_stirred = is_stirred();
  pump.advance(now, 1, market_events, venue_events);
  bool is_plain = venue_events.empty() && market_events.size() == 1;
  take_venue_events();
  for (auto& event : market_events) {
    is_plain =
        is_plain && (std::holds_alternative<quote>(event) || std::holds_alternative<trade>(event));
    on_market(event);
  }
  market_events.clear();
  is_plain = is_plain && outputs.empty();
  carry_out();
  return is_plain && round.is_empty() && is_stirred() == was_stirred;
}

/// Goes on with the market, up to `last`, as long as nothing else can have come to be due.
void day_engine::state::play_prices(utc_ns last) {
  while (step_market()) {
    const auto next = setup.market->next_time();
    if (!next || *next > last) return;
    now = std::max(now, *next);
  }
}

void day_engine::state::arrive() {
  orders.arrive(now, venue_events, reports);
  take_reports();
  take_venue_events();
}

void day_engine::state::on_tick() {
  ticked = now;
  stirred = false;
  refresh_account();
  const auto step = risk.watch(present());
  mode_ticked = risk.trading().mode;
  // Nobody keeps them here yet.
  risk.take_changes();
  risk.take_taken_out();
  risk.take_alerts();
  if (step.narrowed) orders.cancel_entries(now);
  for (const auto& each : step.doomed) orders.cancel(each.order, now);
  if (step.flatten) {
    auto closing = session;
    closing.phase = session_phase::flatten;
    closing.closes_overnight = true;
    tell_session(closing);
  }
  share_account();
  engines_due = never;
  for (auto& engine : engines.by_symbol) {
    if (!engine) continue;
    engine->on_timer(time(), outputs);
    heard(*engine);
  }
}

void day_engine::state::on_market(market_event& event) {
  ++figures.market_events;
  stirred = stirred || symbols_held > 0 || orders.ledger().open_count() > 0;
  std::visit(
      [this](auto& x) {
        if constexpr (requires { x.trace; }) {
          x.trace = trace_id{++traces};
          x.received = mono_of(now);
        }
        on_market_event(x);
      },
      event);
}

void day_engine::state::on_market_event(const quote& x) {
  risk.on_quote(x);
  if (auto* engine = engine_of(x.symbol)) engine->on_quote(x, time(), outputs);
}

void day_engine::state::on_market_event(const trade& x) {
  risk.on_trade(x);
  trends.on_trade(x);
  if (auto* engine = engine_of(x.symbol)) engine->on_trade(x, time(), outputs);
}

void day_engine::state::on_market_event(const bar& x) {
  risk.keep_bar(x);
  trends.on_bar(x);
  if (setup.observers.minute)
    setup.observers.minute(x, !risk.positions().of(x.symbol).qty().is_zero());
  auto* engine = engine_of(x.symbol);
  if (engine == nullptr) return;
  engine->on_bar(x, time(), outputs);
  heard(*engine);
}

void day_engine::state::take_venue_events() {
  for (const auto& event : venue_events) {
    orders.on_event(event, now, reports);
    take_reports();
  }
  venue_events.clear();
}

void day_engine::state::take_reports() {
  for (const auto& report : std::exchange(reports, {})) on_report(report);
}

void day_engine::state::look_for_entries() {
  const auto& open = orders.ledger().open_orders();
  has_open_entry = std::any_of(open.begin(), open.end(), [](const ledger_entry* x) {
    return x->request.purpose == order_purpose::entry;
  });
}

void day_engine::state::on_report(const order_report& x) {
  stirred = true;
  look_for_entries();
  const auto booked = risk.on_report(x, present());
  if (booked) {
    note_fill(x, *booked);
    if (booked->before.is_zero()) ++symbols_held;
    if (booked->after.is_zero()) --symbols_held;
  }
  if (x.state == order_state::rejected) ++figures.rejected;
  if (setup.observers.report) setup.observers.report(x);
  if (auto* engine = engine_of(x.request.symbol)) engine->on_report(x, time(), outputs);
  if (!booked && !is_terminal(x.state)) return;
  refresh_account();
  share_account();
}

void day_engine::state::refresh_account() {
  // A report of the account has texts as well, that never change.
  const auto seen = market.book().values(market.board().marks());
  account.cash = seen.cash;
  account.equity = seen.equity;
  account.last_equity = market.last_equity();
  account.buying_power = seen.buying_power;
  account.at = now;
  account.received = mono_of(now);
  risk.on_account(account);
}

/// Gives the account the date it has from the last full second, although nobody looked then: its
/// values cannot have changed since they were read. Only the date: equity by the prices of now is
/// no equity of that second, and a peak of it would be remembered.
void day_engine::state::date_account() {
  const auto before = now - nanoseconds{1};
  const auto second = before - nanoseconds{before.value % tick.count()};
  if (!is_ticking() || second < ticking_since || second <= account.at) return;
  account.at = second;
  account.received = mono_of(second);
  risk.on_account_unchanged(account.at, account.received);
}

// What follows.

/// Does what the engines want, and what they want because of it, in the order in which it came up.
void day_engine::state::carry_out() {
  if (outputs.empty()) return;
  const auto collect = [this] {
    for (auto& output : outputs) wishes.push_back(std::move(output));
    outputs.clear();
  };
  for (collect(); !wishes.empty(); collect()) {
    const auto next = std::move(wishes.front());
    wishes.pop_front();
    if (const auto* order = std::get_if<order_request>(&next)) {
      on_wish(*order);
    } else if (const auto* cancel = std::get_if<cancel_request>(&next)) {
      stirred = true;
      orders.cancel(cancel->order, now);
    } else if (const auto* signal = std::get_if<signal_record>(&next)) {
      ++figures.signals;
      note(*signal);
    }
  }
}

void day_engine::state::on_wish(const order_request& x) {
  if (setup.config.entry_gather == nanoseconds{0} || !entry_round::waits(x)) return on_order(x);
  stirred = true;
  if (!round.has_place_for(x)) end_round();
  round.add(x);
}

/// Entries on bars that end together take slots and money by rank, before time moves on. The node
/// gives them a moment to come together; here all of them come at their instant.
bool day_engine::state::end_round() {
  if (round.is_empty()) return false;
  const auto name = [this](symbol_id x) -> std::string_view {
    return setup.market->symbols()[x.value].symbol;
  };
  for (const auto& each : round.take(name)) on_order(each);
  carry_out();
  return true;
}

void day_engine::state::on_order(const order_request& x, const order_shape& shape) {
  stirred = true;
  date_account();
  verdict_record record{
      {}, symbol_text(x.symbol), strategy_text(x.strategy), x, risk.check(x, present())};
  if (!record.verdict.approved) {
    ++figures.denied[static_cast<std::size_t>(record.verdict.reason)];
    note(record);
    if (auto* engine = engine_of(x.symbol)) engine->on_denied({x, record.verdict}, time(), outputs);
    return;
  }
  ++figures.approved;
  if (!is_ticking()) ticking_since = now;
  orders.submit(x, now, reports, shape);
  look_for_entries();
  record.client_id = reports.front().client_id;
  record.request = reports.front().request;
  note(record);
  take_reports();
  share_account();
}

void day_engine::state::share_account() {
  const auto view = risk.view(present());
  for (auto& engine : engines.by_symbol)
    if (engine) engine->on_account(view);
}

void day_engine::state::tell_session(const session_state& x) {
  for (auto& engine : engines.by_symbol)
    if (engine) engine->on_session(x);
}

/// From the days before this session, as the node does it from daily bars.
void day_engine::state::tell_trends() {
  const auto day = format_date(setup.calendar.new_york_date(session.open));
  for (std::uint32_t k = 0; k < setup.market->symbols().size(); ++k) {
    auto record = trends.trend(symbol_id{k}, symbol_text(symbol_id{k}), day);
    const symbol_trend told{symbol_id{k}, record.trend};
    risk.on_trend(told);
    if (auto* engine = engine_of(symbol_id{k})) engine->on_trend(told);
    note(std::move(record));
  }
}

void day_engine::state::note(const audit_event& event) {
  record_bytes.clear();
  const auto written = encode_event(event, record_bytes);
  BW_ASSERT(written.ok(), "a record of the run has bounded texts");
  hash.add(event.index());
  hash.add(record_bytes);
  if (setup.observers.record) setup.observers.record(event);
}

void day_engine::state::note_fill(const order_report& x, const position_book::change& booked) {
  const auto& request = x.request;
  fill_record fill;
  fill.client_id = x.client_id;
  fill.symbol = symbol_text(request.symbol);
  fill.strategy = strategy_text(request.strategy);
  fill.side = request.side;
  fill.purpose = request.purpose;
  fill.qty = x.last_qty;
  fill.at_price = x.last_price;
  fill.decision_price = request.reference;
  fill.execution = x.execution;
  fill.position = booked.after;
  fill.realized = booked.realized;
  fill.ts_event = x.at;
  ++figures.fill_count;
  if (figures.fills.size() < setup.fills_max) figures.fills.push_back(fill);
  const auto fees =
      venue::execution_fee(setup.exchange.fees, fill.side, fill.qty, fill.at_price, fill.ts_event);
  figures.fees += fees;
  note(fill);
  if (setup.observers.fill) setup.observers.fill({fill, request.reason, fees});
}

// The face.

day_engine::day_engine(std::unique_ptr<state> made) : state_(std::move(made)) {}
day_engine::~day_engine() = default;

result<std::unique_ptr<day_engine>> day_engine::make(day_setup setup,
                                                     const strategy_registry& known) {
  const bool can_be_at_once = setup.arrivals == arrival_rule::before_market;
  if (setup.latency.least < nanoseconds{0} ||
      (setup.latency.least == nanoseconds{0} && !can_be_at_once))
    return {ec::invalid_argument,
            "the latency is not positive: a decision cannot be at the exchange before it is made"};
  auto engines = make_engines(setup.config, known, setup.calendar, setup.market->symbols(),
                              setup.market->start_time());
  if (!engines) return std::move(engines).failure();
  return std::unique_ptr<day_engine>{
      new day_engine{std::make_unique<state>(std::move(setup), std::move(*engines))}};
}

result<void> day_engine::run(utc_ns until) { return state_->run(until); }

day_outcome day_engine::outcome() const {
  const auto& s = *state_;
  auto out = s.figures;
  out.reached = s.now;
  out.trace = s.hash.value();
  for (const auto& engine : s.engines.by_symbol) {
    if (!engine) continue;
    const auto held = engine->view().positions;
    out.positions.insert(out.positions.end(), held.begin(), held.end());
  }
  out.open_orders = s.orders.ledger().open_count();
  out.unknown_orders = s.orders.ledger().unknown_orders().size();
  out.realized = s.risk.positions().realized();
  const auto account = s.market.account();
  out.cash = account.cash;
  out.equity = account.equity;
  return out;
}

bool day_engine::market_ended() const { return !state_->setup.market->next_time(); }
const day_outcome& day_engine::figures() const { return state_->figures; }
utc_ns day_engine::now() const { return state_->now; }

const position_book& day_engine::positions() const { return state_->risk.positions(); }
const venue::exchange& day_engine::exchange() const { return state_->market; }

}  // namespace bw
