#include "domain/risk_desk.hpp"

#include <algorithm>
#include <utility>

#include "domain/entry_round.hpp"
#include "domain/external_guard.hpp"
#include "domain/risk_checks.hpp"
#include "domain/risk_lowering.hpp"
#include "domain/saturating_money.hpp"
#include "domain/strategy_use.hpp"
#include "domain/worst_price.hpp"

namespace bw {

namespace {

/// Stops of an earlier run's positions are not known: no entry may plan one that is farther.
constexpr std::int64_t assumed_stop_bp = 200;

/// The broker counts requests by the minute: after one without a breach all of them are there.
constexpr nanoseconds reserve_clean_for = std::chrono::seconds{60};

reject_limits reject_limits_of(const risk_options& o) {
  return {o.rejects_max, o.rejects_period, o.rejects_share_bp, o.rejects_in_row};
}

streak_limits streak_limits_of(const risk_options& o) {
  return {o.streak_exits, o.streak_within, o.streak_lock};
}

conduct_limits conduct_limits_of(const risk_options& o) {
  return {o.rate_denials_max, o.rate_denials_within, o.duplicate_denials_max,
          o.duplicate_denials_within, o.repeat_max};
}

/// What an order may come to; of an exit nobody knows more than where it was decided.
money value_of(const order_request& order, price worst) {
  const auto at = std::max({worst, order.limit, order.reference});
  return at.is_positive() ? notional_ceil(at, order.qty).value_or(money::max()) : money{};
}

}  // namespace

risk_desk::risk_desk(risk_desk_options options, std::vector<symbol_facts> facts,
                     std::size_t strategies)
    : options_(std::move(options)),
      rules_(options_.limits),
      board_(facts.size()),
      exposure_(facts.size()),
      positions_({facts.size(), strategies}),
      facts_(std::move(facts)),
      marks_(facts_.size()),
      conduct_(facts_.size(), strategies, conduct_limits_of(options_.limits)),
      streaks_(facts_.size(), strategies, streak_limits_of(options_.limits)),
      planned_(facts_.size()),
      motion_(facts_.size(), options_.limits.volatility_off_bp),
      volumes_(facts_.size()),
      rejects_(reject_limits_of(options_.limits)),
      requests_({options_.limits.requests_per_minute, std::chrono::seconds{60},
                 options_.limits.requests_per_minute}),
      fresh_(options_.limits.fresh_clean_for),
      reserve_(reserve_clean_for),
      strategies_(strategies),
      known_strategies_(strategies),
      budgeted_(options_.budgeted) {}

void risk_desk::begin_disconnected(const risk_desk_past& past, const instant& now) {
  for (const auto& held : past.positions) {
    positions_.restore(held.strategy, held.symbol, held.qty, held.average);
    exposure_.restore_position(held.symbol, positions_.of(held.symbol).qty(), held.average);
    planned_.restore(held.symbol, held.qty, held.average, held.stop, assumed_stop_bp);
  }
  drawdown_.restore(past.high_water);
  for (const auto& flow : past.cash_flows) flows_.restore(flow);
  for (const auto strategy : past.strategies_out) conduct_.take_out(strategy);
  for (const auto& each : past.streaks) streaks_.restore(each.strategy, each.losses);
  watches_freshness_ = true;
  for (const auto& open : past.open_orders) exposure_.on_report(open);
  day_open_ = past.day_open;
  realized_today_ = past.realized_today;
  rules_.start_session(past.entries_today, past.sent_today);
  // The other clock counts from the machine's start: what is known is how long ago it was. One that
  // lies in the future has a clock to blame, and counts from now.
  for (const auto& entry : past.last_entries)
    rules_.restore_entry(entry.symbol, now.mono - std::max(now.utc - entry.at, nanoseconds{0}));
  machine_.restore(past.latched);
  machine_.add(halt_reason::reconciling);
  machine_.add(halt_reason::feed);
  machine_.add(halt_reason::stream);
  feed_.since = stream_.since = now.mono;
  mode_seen_ = machine_.state().mode;
}

void risk_desk::admit(std::size_t symbols, std::size_t strategies) {
  for (std::size_t k = 0; k < facts_.size(); ++k) facts_[k].allowed = k < symbols;
  known_strategies_ = strategies;
}

void risk_desk::begin_connected() {
  clear_by_rule(halt_reason::boot, "nothing has to be asked first");
  feed_.up = feed_.was_up = stream_.up = stream_.was_up = true;
  scripts_ = scripted_entries::allowed;
}

risk_inputs risk_desk::inputs(mono_ns now) const {
  risk_inputs out{.trading = machine_.state(),
                  .session = session_,
                  .quotes = board_,
                  .exposure = exposure_,
                  .symbols = facts_};
  out.session_start_equity = session_start_equity_;
  if (account_) {
    out.account = &*account_;
    out.day = day();
  }
  out.feed = feed_.up ? readiness::ready : readiness::not_ready;
  out.order_stream = stream_.up ? readiness::ready : readiness::not_ready;
  out.flatten = flatten_;
  out.conduct = &conduct_;
  out.streaks = &streaks_;
  out.planned = &planned_;
  out.motion = &motion_;
  out.volumes = &volumes_;
  if (watches_freshness_) out.ages = ages(now);
  out.equity = drawdown_.marks();
  out.requests_left = requests_.available(now);
  out.strategies = known_strategies_;
  out.scripts = scripts_;
  return out;
}

risk_verdict risk_desk::check(const order_request& order, const instant& now) {
  const auto& limits = rules_.options();
  // Exits may follow from time alone; their tick may be any age.
  const bool has_cause = order.purpose == order_purpose::entry && order.header.received.value > 0;
  // One that waited for those of other symbols says nothing about the way.
  if (has_cause && !entry_round::waits(order))
    hops_.on_hop(now.mono - order.header.received, now.mono);
  if (watches_freshness_ && has_cause && now.mono - order.header.received > limits.fresh_hop_max) {
    fresh_.breach(now.mono);
    narrow(halt_reason::freshness, "an order came too long after the tick that caused it");
  }
  auto seen = inputs(now.mono);
  if (order.strategy_budget.is_positive() && order.strategy.value < strategies_) {
    if (std::find(budgeted_.begin(), budgeted_.end(), order.strategy) == budgeted_.end())
      budgeted_.push_back(order.strategy);
    seen.strategy_use = use_of_strategy(order.strategy, positions_, exposure_, marks_);
  }
  const bool covered = limits.overrides && override_.covers(order, now.mono);
  if (covered) seen.override_by_person = override_grant::granted;
  const auto verdict = rules_.check(order, seen, now.utc, now.mono);
  if (auto out = conduct_.on_verdict(order, verdict, now.mono)) {
    alert(alert_level::critical, "strategy_taken_out", "a strategy was taken out: " + out->why);
    taken_out_.push_back(std::move(*out));
  }
  if (!verdict.approved) return verdict;
  if (covered) {
    const auto by = override_.use();
    alert(alert_level::warning, "risk_override",
          by->who + " let an order pass the gate: " + by->why);
  }
  market_prices market;
  if (const auto* latest = board_.latest_quote(order.symbol)) market = {latest->bid, latest->ask};
  const auto worst = worst_price(order, market);
  exposure_.on_intent(order, worst);
  rules_.on_sent(order, now.mono, value_of(order, worst));
  if (order.purpose == order_purpose::entry) conduct_.on_entry(order);
  (void)requests_.try_take(now.mono);
  watch_sent_today();
  return verdict;
}

std::optional<position_book::change> risk_desk::on_report(const order_report& report,
                                                          const instant& now) {
  const auto& request = report.request;
  std::optional<position_book::change> booked;
  if (report.last_qty.is_positive() && !is_guard(request)) {
    booked = positions_.apply(
        {request.strategy, request.symbol, request.side, report.last_qty, report.last_price});
    realized_today_ += booked->realized;
    on_execution(report, booked->realized, now.mono);
  }
  exposure_.on_report(report);
  on_answer(report, now.mono);
  return booked;
}

void risk_desk::on_execution(const order_report& report, money realized, mono_ns now) {
  const auto& request = report.request;
  planned_.on_fill(request, report.last_qty, report.last_price);
  const auto held = positions_.of(request.strategy, request.symbol).qty();
  const auto before = streaks_.losses_in_row(request.strategy);
  const bool locked = streaks_.on_fill({request.strategy, request.symbol, realized, held}, now);
  if (locked)
    alert(alert_level::warning, "symbols_locked",
          "too many losing exits within the hour: the symbols they were in are locked");
  const auto losses = streaks_.losses_in_row(request.strategy);
  if (losses > before && losses == rules_.options().streak_strategy_losses)
    alert(alert_level::warning, "loss_streak",
          "a strategy lost " + std::to_string(losses) +
              " trades in a row and enters nothing more in this session");
}

void risk_desk::on_answer(const order_report& report, mono_ns now) {
  // A cancel was a request too, of whomever it came from.
  if (report.state == order_state::canceled) (void)requests_.try_take(now);
  switch (rejects_.on_report(report, now)) {
    case reject_level::none: return;
    case reject_level::narrow:
      return narrow(halt_reason::rejects, trading_mode::reducing, "the broker rejects our orders");
    case reject_level::halt:
      return narrow(halt_reason::rejects, trading_mode::halted,
                    "the broker rejected " + std::to_string(rules_.options().rejects_in_row) +
                        " orders in a row");
  }
}

void risk_desk::on_quote(const quote& x) {
  board_.on_quote(x);
  // The way to the one who passes quotes on; he keeps them for a while on purpose.
  if (x.passed_on.value > 0) hops_.on_hop(x.passed_on - x.received, x.passed_on);
  if (!newest_quote_ || *newest_quote_ < x.received) newest_quote_ = x.received;
  if (std::exchange(market_resumes_, false))
    clear_by_rule(halt_reason::market_wide, "the market is open again and quotes come");
  if (!x.bid.is_positive()) return;
  marks_[x.symbol.value] = x.bid;
  exposure_.on_mark(x.symbol, x.bid);
}

void risk_desk::on_trade(const trade& x) {
  if (x.eligible != price_eligible::yes) return;
  board_.on_trade(x);
  motion_.on_trade(x);
}

void risk_desk::on_measured(const input_measured& x, mono_ns now) {
  switch (x.what) {
    case measured_input::clock: return clock_.on_compared(nanoseconds{x.apart_ns}, now);
    case measured_input::books: books_same_at_ = now;
  }
}

void risk_desk::on_brief(const brief_due& x, mono_ns now) {
  if (!options_.briefs_need_person) return;
  briefs_.on_brief(x.slot, now);
  watch_briefs(now);
}

void risk_desk::watch_briefs(mono_ns now) {
  if (briefs_.keeps_entries_off(now))
    narrow(halt_reason::brief, "nobody has said that the brief of the day was read");
}

input_ages risk_desk::ages(mono_ns now) const {
  input_ages out{hop_p99_, clock_.by_now(now), {}};
  if (books_same_at_) out.books = now - *books_same_at_;
  return out;
}

void risk_desk::on_status(const trading_status& x) {
  if (x.state == halt_state::banded) return on_price_band(x);
  board_.on_status(x);
  // Codes of the breaker of the whole market: levels 1 to 3, 0 carried over from the day before,
  // Q the resumption.
  constexpr std::string_view market_wide = "MWC";
  const auto code = x.code.view();
  if (!code.starts_with(market_wide)) return;
  market_resumes_ = code == "MWCQ";
  if (!market_resumes_) narrow(halt_reason::market_wide, "the whole market is halted");
}

void risk_desk::on_price_band(const trading_status& x) {
  if (x.symbol.value >= facts_.size()) return;
  auto& known = facts_[x.symbol.value];
  // Bands are announced anew all day; one that comes late does not undo a newer one.
  if (known.band && x.ts_event < known.band_at) return;
  known.band = price_band{x.band_low, x.band_high};
  known.band_at = x.ts_event;
}

void risk_desk::on_account(const account_report& x) {
  account_ = x;
  if (!session_start_equity_) session_start_equity_ = x.equity;
  if (x.status == "ACTIVE" && !x.trading_blocked)
    clear_by_rule(halt_reason::account, "the account may trade");
  else
    narrow(halt_reason::account, trading_mode::halted,
           "the broker blocks the account: " + x.status);
  drawdown_.on_equity(equity_now());
}

void risk_desk::on_account_unchanged(utc_ns at, mono_ns received) {
  if (!account_) return;
  account_->at = at;
  account_->received = received;
}

std::optional<cash_flow_record> risk_desk::on_cash_flow(const cash_flow_record& x, utc_ns now) {
  auto news = flows_.take(x, now, account_ ? account_->last_equity : money{});
  if (news) drawdown_.on_cash_flow(news->amount);
  return news;
}

void risk_desk::on_asset(symbol_id symbol, const asset_report& x, utc_ns now) {
  auto& known = facts_[symbol.value];
  known.tradable = x.tradable;
  known.active = x.active;
  known.fractionable = x.fractionable;
  known.shortable = x.shortable;
  known.easy_to_borrow = x.easy_to_borrow;
  if (x.average_volume.is_positive()) known.average_volume = x.average_volume;
  known.asset_at = now;
}

void risk_desk::on_trend(const symbol_trend& x) {
  if (x.symbol.value < facts_.size()) facts_[x.symbol.value].regime = x.trend.regime;
}

void risk_desk::on_symbol_stop(const symbol_stop& x) {
  if (x.symbol.value >= facts_.size()) return;
  const auto bit = std::uint32_t{1} << static_cast<std::uint8_t>(x.reason);
  auto& stops = facts_[x.symbol.value].stops;
  stops = x.stopped ? stops | bit : stops & ~bit;
}

void risk_desk::on_session(const session_state& x) {
  const bool running = x.phase != session_phase::unknown && x.phase != session_phase::closed;
  if (running && x.open != day_open_) {
    day_open_ = x.open;
    rules_.start_session(0);
    conduct_.start_session();
    streaks_.start_session();
    motion_.start_session();
    drawdown_.start_session();
    drawdown_seen_ = drawdown_level::none;
    clear_by_rule(halt_reason::window, "a new session");
    if (options_.loss_clear == loss_clear::next_session)
      (void)clear_by_person(halt_reason::loss, "risk.loss.clear: a new session");
    realized_today_ = {};
    flatten_ = flatten_permission::none;
    loss_seen_ = loss_level::none;
    if (account_) {
      session_start_equity_ = account_->equity;
      drawdown_.on_equity(equity_now());
    }
  }
  session_ = x;
}

void risk_desk::on_external(const external_report& x) {
  for (std::uint32_t k = 0; k < facts_.size(); ++k) {
    facts_[k].stops &= ~(symbol_facts::external | symbol_facts::frozen);
    exposure_.set_external(symbol_id{k}, {}, {}, {}, {});
  }
  for (const auto& each : x.symbols) {
    auto& facts = facts_[each.symbol.value];
    facts.stops |= symbol_facts::external;
    if (each.stopped) facts.stops |= symbol_facts::frozen;
    exposure_.set_external(each.symbol, each.qty, each.open_buys, each.open_sells,
                           std::max(each.worst, each.mark));
  }
  exposure_.set_outside(x.outside);
}

void risk_desk::on_split(symbol_id symbol, split_ratio by) {
  const auto follow = [&](strategy_id whose) {
    const auto& held = positions_.of(whose, symbol);
    if (held.qty().is_zero()) return;
    positions_.restore(whose, symbol, after_split(held.qty(), by), after_split(held.average(), by));
  };
  for (std::uint16_t k = 0; k < strategies_; ++k) follow(strategy_id{k});
  follow(no_strategy);
  auto& mark = marks_[symbol.value];
  mark = after_split(mark, by);
  volumes_.forget(symbol);
  const auto& all = positions_.of(symbol);
  planned_.on_shares(symbol, all.qty());
  exposure_.restore_position(symbol, all.qty(), mark.is_positive() ? mark : all.average());
}

day_result risk_desk::day() const {
  if (!account_) return {};
  money own = realized_today_;
  auto left = positions_.held();
  for (std::uint32_t k = 0; left > 0; ++k) {
    const auto& held = positions_.of(symbol_id{k});
    if (held.qty().is_zero()) continue;
    --left;
    if (marks_[k].is_positive()) own += held.unrealized(marks_[k]);
  }
  return day_by(own, account_->equity);
}

money risk_desk::equity_now() const {
  const auto so_far = day();
  return so_far.start_equity + so_far.pnl;
}

void risk_desk::narrow(halt_reason reason, trading_mode floor, std::string_view why) {
  if (machine_.add(reason, floor))
    changes_.push_back({reason, true, machine_.state(), std::string{why}});
}

void risk_desk::clear_by_rule(halt_reason reason, std::string_view why) {
  const auto cleared = machine_.clear_by_rule(reason);
  if (cleared && *cleared) changes_.push_back({reason, false, machine_.state(), std::string{why}});
}

result<bool> risk_desk::clear_by_person(halt_reason reason, std::string_view why) {
  // Said before anybody asks, it counts as well.
  if (reason == halt_reason::brief) briefs_.on_read();
  auto cleared = machine_.clear_by_person(reason);
  if (cleared && *cleared) changes_.push_back({reason, false, machine_.state(), std::string{why}});
  // The rule that set it looks anew: what still holds sets it again.
  if (cleared && *cleared && reason == halt_reason::loss) loss_seen_ = loss_level::none;
  return cleared;
}

bool risk_desk::permit_flatten() {
  return std::exchange(flatten_, flatten_permission::recorded) == flatten_permission::none;
}

void risk_desk::change_link(link& which, bool up, const instant& now) {
  if (up == which.up) return;
  which.up = up;
  which.since = now.mono;
}

void risk_desk::watch_link(link& which, halt_reason reason, mono_ns now) {
  const auto unchanged_for = now - which.since;
  const bool set = has_reason(machine_.state(), reason);
  if (!which.up && !set && unchanged_for > options_.down_grace)
    narrow(reason, trading_mode::reducing, "the connection is gone");
  if (!which.up || !set) return;
  if (unchanged_for < (which.was_up ? options_.clean_later : options_.clean_at_start)) return;
  which.was_up = true;
  clear_by_rule(reason, "the connection is up and stays up");
}

/// Answers whether everything is to be closed.
bool risk_desk::watch_loss() {
  if (!account_) return false;
  const auto level = level_of_loss(day(), rules_.options());
  if (level <= loss_seen_) return false;
  loss_seen_ = level;
  const auto text = "loss of the day: " + day().pnl.text();
  alert(level == loss_level::warn ? alert_level::warning : alert_level::critical, "daily_loss",
        text);
  if (level == loss_level::reduce) narrow(halt_reason::loss, trading_mode::reducing, text);
  if (level != loss_level::halt) return false;
  narrow(halt_reason::loss, trading_mode::halted, text);
  return options_.loss_flatten && permit_flatten();
}

drawdown_level risk_desk::fall_of(const equity_marks& marks) const {
  const auto& limits = rules_.options();
  return level_of_drawdown(
      marks, {limits.drawdown_session_bp, limits.drawdown_halve_bp, limits.drawdown_emergency_bp});
}

bool risk_desk::watch_drawdown() {
  if (!account_) return false;
  const bool was_halted = drawdown_seen_ >= drawdown_level::halt;
  if (was_halted && !has_reason(machine_.state(), halt_reason::drawdown)) {
    // A person has looked at it and goes on: from here.
    drawdown_ = {};
    drawdown_seen_ = drawdown_level::none;
  }
  drawdown_.on_equity(equity_now());
  const auto& marks = *drawdown_.marks();
  const auto level = fall_of(marks);
  if (level <= drawdown_seen_) return false;
  drawdown_seen_ = level;
  const bool emergency = level == drawdown_level::emergency;
  const auto peak = level == drawdown_level::halt ? marks.session_peak : marks.high_water;
  const auto text = "equity fell to " + marks.now.text() + " from " + peak.text();
  alert(level == drawdown_level::halve ? alert_level::warning : alert_level::critical, "drawdown",
        text);
  if (level == drawdown_level::halve) return false;
  narrow(halt_reason::drawdown, trading_mode::halted, text);
  return emergency && permit_flatten();
}

/// Only while entries could be made: at night nothing is fresh, and nothing depends on it.
void risk_desk::watch_freshness(mono_ns now) {
  if (!watches_freshness_) return;
  const auto& limits = rules_.options();
  const bool old_quotes = newest_quote_ && now - *newest_quote_ > limits.fresh_quote_age_max;
  const bool old_account = account_ && now - account_->received > limits.fresh_account_age_max;
  hop_p99_ = hops_.p99(now);
  const auto known = ages(now);
  const bool slow = known.hop_p99 && *known.hop_p99 > limits.hop_p99_max;
  const bool old_books = known.books && *known.books > limits.books_age_max;
  const char* breach = old_quotes    ? "no quote of any symbol comes in any more"
                       : old_account ? "the account was last seen too long ago"
                       : slow        ? "one of a hundred ticks takes too long to the gate"
                       : old_books   ? "both books were last the same too long ago"
                                     : nullptr;
  if (session_.phase == session_phase::entries && breach != nullptr) {
    fresh_.breach(now);
    narrow(halt_reason::freshness, breach);
  }
  if (!fresh_.is_breached(now))
    clear_by_rule(halt_reason::freshness, "everything has been fresh for a while");
}

void risk_desk::watch_sent_today() {
  if (!account_ || !session_start_equity_) return;
  const auto& limits = rules_.options();
  const auto equity = std::min(*session_start_equity_, account_->equity);
  const auto limit = detail::smaller_limit(equity, limits.day_max_equity_bp, limits.day_max_usd);
  if (rules_.sent_today() >= limit)
    narrow(halt_reason::window, "as much was sent as may be sent in a day");
}

/// Requests beyond the share that entries may use: whoever makes them has to stop while there are
/// enough left to cancel and to close.
void risk_desk::watch_reserve(mono_ns now) {
  const auto& limits = rules_.options();
  if (requests_.available(now) < limits.requests_reserved) {
    reserve_.breach(now);
    narrow(halt_reason::reserve, "requests that are kept for getting flat are being used");
  }
  if (!reserve_.is_breached(now))
    clear_by_rule(halt_reason::reserve, "the reserve of requests has been whole for a minute");
}

void risk_desk::alert(alert_level level, std::string_view code, std::string text) {
  if (alerts_.size() < alerts_max)
    alerts_.push_back({level, std::string{code}, {}, std::move(text)});
}

result<void> risk_desk::grant_override(override_request x, mono_ns now) {
  if (!rules_.options().overrides)
    return {ec::unsupported, "overrides are switched off; risk.override = true allows them"};
  return override_.grant(std::move(x), now);
}

result<void> risk_desk::lower_limits(const risk_options& options) {
  if (const auto raised = first_raised(rules_.options(), options); !raised.empty())
    return {ec::out_of_range, std::string{raised} +
                                  " would be raised; while the node runs limits are only lowered: "
                                  "change the file and start again"};
  rules_.replace_options(options);
  return {};
}

flat_estimate risk_desk::way_to_flat(mono_ns now) const {
  const way_out from{exposure_.open_orders(), exposure_.held_symbols(), requests_.available(now),
                     rules_.options().requests_per_minute};
  return {time_to_flat(from), requests_to_flat(from), from.requests_left};
}

money risk_desk::planned_loss() const {
  return money_ceil(planned_.total() + planned_by_live_entries(exposure_));
}

desk_step risk_desk::watch(const instant& now) {
  watch_link(feed_, halt_reason::feed, now.mono);
  watch_link(stream_, halt_reason::stream, now.mono);
  watch_freshness(now.mono);
  watch_reserve(now.mono);
  watch_briefs(now.mono);
  desk_step out;
  const bool by_loss = watch_loss();
  const bool by_drawdown = watch_drawdown();
  out.flatten = by_loss || by_drawdown;
  if (rejects_.is_clean(now.mono)) clear_by_rule(halt_reason::rejects, "no reject for a while");
  const auto before = std::exchange(mode_seen_, machine_.state().mode);
  out.doomed = entries_.look(exposure_, board_, motion_, volumes_, options_.limits, now.utc);
  out.narrowed = before == trading_mode::active && mode_seen_ != trading_mode::active;
  return out;
}

account_view risk_desk::view(const instant& now) const {
  auto out = rules_.view(inputs(now.mono), now.mono);
  for (const auto strategy : budgeted_)
    if (const auto use = use_of_strategy(strategy, positions_, exposure_, marks_); use > money{})
      out.uses.push_back({strategy, use});
  return out;
}

}  // namespace bw
