#include "domain/risk_desk.hpp"

#include <algorithm>
#include <utility>

#include "domain/worst_price.hpp"

namespace bw {

risk_desk::risk_desk(risk_desk_options options, std::vector<symbol_facts> facts,
                     std::size_t strategies)
    : options_(std::move(options)),
      rules_(options_.limits),
      board_(facts.size()),
      exposure_(facts.size()),
      positions_({facts.size(), strategies}),
      facts_(std::move(facts)),
      marks_(facts_.size()),
      strategies_(strategies) {}

void risk_desk::begin_disconnected(const risk_desk_past& past, const instant& now) {
  for (const auto& held : past.positions) {
    positions_.restore(held.strategy, held.symbol, held.qty, held.average);
    exposure_.restore_position(held.symbol, positions_.of(held.symbol).qty(), held.average);
  }
  for (const auto& open : past.open_orders) exposure_.on_report(open);
  day_open_ = past.day_open;
  realized_today_ = past.realized_today;
  rules_.start_session(past.entries_today);
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

void risk_desk::begin_connected() {
  clear_by_rule(halt_reason::boot, "nothing has to be asked first");
  feed_.up = feed_.was_up = stream_.up = stream_.was_up = true;
}

risk_inputs risk_desk::inputs() const {
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
  return out;
}

risk_verdict risk_desk::check(const order_request& order, const instant& now) {
  const auto verdict = rules_.check(order, inputs(), now.utc, now.mono);
  if (!verdict.approved) return verdict;
  market_prices market;
  if (const auto* latest = board_.latest_quote(order.symbol)) market = {latest->bid, latest->ask};
  exposure_.on_intent(order, worst_price(order, market));
  rules_.on_sent(order, now.mono);
  return verdict;
}

std::optional<position_book::change> risk_desk::on_report(const order_report& report,
                                                          const instant& now) {
  const auto& request = report.request;
  std::optional<position_book::change> booked;
  if (report.last_qty.is_positive()) {
    booked = positions_.apply(
        {request.strategy, request.symbol, request.side, report.last_qty, report.last_price});
    realized_today_ += booked->realized;
  }
  exposure_.on_report(report);
  if (report.state == order_state::rejected) {
    rejects_.push_back(now.mono);
    if (rejects_.size() > options_.rejects_max) rejects_.pop_front();
    if (rejects_.size() == options_.rejects_max &&
        now.mono - rejects_.front() <= options_.rejects_period)
      narrow(halt_reason::rejects, trading_mode::reducing, "the broker rejects our orders");
  }
  return booked;
}

void risk_desk::on_quote(const quote& x) {
  board_.on_quote(x);
  if (!x.bid.is_positive()) return;
  marks_[x.symbol.value] = x.bid;
  exposure_.on_mark(x.symbol, x.bid);
}

void risk_desk::on_trade(const trade& x) {
  if (x.eligible == price_eligible::yes) board_.on_trade(x);
}

void risk_desk::on_account(const account_report& x) {
  account_ = x;
  if (!session_start_equity_) session_start_equity_ = x.equity;
  if (x.status == "ACTIVE" && !x.trading_blocked)
    clear_by_rule(halt_reason::account, "the account may trade");
  else
    narrow(halt_reason::account, trading_mode::halted,
           "the broker blocks the account: " + x.status);
}

void risk_desk::on_asset(symbol_id symbol, const asset_report& x, utc_ns now) {
  auto& known = facts_[symbol.value];
  known.tradable = x.tradable;
  known.active = x.active;
  known.fractionable = x.fractionable;
  known.asset_at = now;
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
    realized_today_ = {};
    flatten_ = flatten_permission::none;
    loss_seen_ = loss_level::none;
    if (account_) session_start_equity_ = account_->equity;
  }
  session_ = x;
}

void risk_desk::on_external(const external_report& x) {
  for (std::uint32_t k = 0; k < facts_.size(); ++k) {
    facts_[k].external = facts_[k].frozen = false;
    exposure_.set_external(symbol_id{k}, {}, {}, {}, {});
  }
  for (const auto& each : x.symbols) {
    auto& facts = facts_[each.symbol.value];
    facts.external = true;
    facts.frozen = each.stopped;
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
  const auto& all = positions_.of(symbol);
  exposure_.restore_position(symbol, all.qty(), mark.is_positive() ? mark : all.average());
}

day_result risk_desk::day() const {
  if (!account_) return {};
  money own = realized_today_;
  for (std::uint32_t k = 0; k < marks_.size(); ++k) {
    const auto& held = positions_.of(symbol_id{k});
    if (!held.qty().is_zero() && marks_[k].is_positive()) own += held.unrealized(marks_[k]);
  }
  const auto start = account_->last_equity.is_positive() ? account_->last_equity : account_->equity;
  return {start, std::min(own, account_->equity - start)};
}

void risk_desk::narrow(halt_reason reason, trading_mode floor, std::string_view why) {
  if (machine_.add(reason, floor))
    changes_.push_back({reason, true, machine_.state(), std::string{why}});
}

void risk_desk::clear_by_rule(halt_reason reason, std::string_view why) {
  const auto cleared = machine_.clear_by_rule(reason);
  if (cleared && *cleared) changes_.push_back({reason, false, machine_.state(), std::string{why}});
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
  if (level == loss_level::reduce) narrow(halt_reason::loss, trading_mode::reducing, text);
  if (level != loss_level::halt) return false;
  narrow(halt_reason::loss, trading_mode::halted, text);
  return options_.loss_flatten && permit_flatten();
}

void risk_desk::watch_rejects(mono_ns now) {
  while (!rejects_.empty() && now - rejects_.front() > options_.rejects_period)
    rejects_.pop_front();
  if (rejects_.empty()) clear_by_rule(halt_reason::rejects, "no reject for a while");
}

desk_step risk_desk::watch(const instant& now) {
  watch_link(feed_, halt_reason::feed, now.mono);
  watch_link(stream_, halt_reason::stream, now.mono);
  desk_step out;
  out.flatten = watch_loss();
  watch_rejects(now.mono);
  const auto before = std::exchange(mode_seen_, machine_.state().mode);
  out.narrowed = before == trading_mode::active && mode_seen_ != trading_mode::active;
  return out;
}

account_view risk_desk::view(const instant& now) const { return rules_.view(inputs(), now.mono); }

}  // namespace bw
