#include "backtest/risk_desk.hpp"

#include <algorithm>
#include <utility>

#include "backtest/virtual_time.hpp"
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
      marks_(facts_.size()) {
  // Nothing has to be asked or reconciled first: the run begins with everything known.
  const auto cleared = machine_.clear_by_rule(halt_reason::boot);
  BW_ASSERT(cleared.ok(), "the reason boot ends by its rule");
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
  out.feed = readiness::ready;
  out.order_stream = readiness::ready;
  out.flatten = flatten_;
  return out;
}

risk_verdict risk_desk::check(const order_request& order, utc_ns now) {
  const auto verdict = rules_.check(order, inputs(), now, mono_of(now));
  if (!verdict.approved) return verdict;
  market_prices market;
  if (const auto* latest = board_.latest_quote(order.symbol)) market = {latest->bid, latest->ask};
  exposure_.on_intent(order, worst_price(order, market));
  rules_.on_sent(order, mono_of(now));
  return verdict;
}

std::optional<position_book::change> risk_desk::on_report(const order_report& report, utc_ns now) {
  const auto& request = report.request;
  std::optional<position_book::change> booked;
  if (report.last_qty.is_positive()) {
    booked = positions_.apply(
        {request.strategy, request.symbol, request.side, report.last_qty, report.last_price});
    realized_today_ += booked->realized;
  }
  exposure_.on_report(report);
  if (report.state == order_state::rejected) {
    forget_rejects(now);
    rejects_.push_back(now);
    if (rejects_.size() > options_.rejects_max) rejects_.pop_front();
    if (rejects_.size() == options_.rejects_max)
      machine_.add(halt_reason::rejects, trading_mode::reducing);
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
}

void risk_desk::on_session(const session_state& x, utc_ns now) {
  const bool running = x.phase != session_phase::unknown && x.phase != session_phase::closed;
  if (running && x.open != day_open_) {
    day_open_ = x.open;
    rules_.start_session(0);
    realized_today_ = {};
    flatten_ = flatten_permission::none;
    loss_seen_ = loss_level::none;
    if (account_) session_start_equity_ = account_->equity;
    // The broker is asked about each asset before the day.
    for (auto& each : facts_) each.asset_at = now;
  }
  session_ = x;
}

/// The worse of two views: the exchange's own figure, and our books at the latest bid.
day_result risk_desk::day() const {
  money own = realized_today_;
  for (std::uint32_t k = 0; k < marks_.size(); ++k) {
    const auto& held = positions_.of(symbol_id{k});
    if (!held.qty().is_zero() && marks_[k].is_positive()) own += held.unrealized(marks_[k]);
  }
  const auto start = account_->last_equity.is_positive() ? account_->last_equity : account_->equity;
  return {start, std::min(own, account_->equity - start)};
}

desk_step risk_desk::watch(utc_ns now) {
  desk_step out;
  if (account_) {
    const auto level = level_of_loss(day(), rules_.options());
    if (level > loss_seen_) {
      loss_seen_ = level;
      if (level == loss_level::reduce) machine_.add(halt_reason::loss, trading_mode::reducing);
      if (level == loss_level::halt) {
        machine_.add(halt_reason::loss, trading_mode::halted);
        out.flatten = options_.loss_flatten && flatten_ == flatten_permission::none;
        if (out.flatten) flatten_ = flatten_permission::recorded;
      }
    }
  }
  forget_rejects(now);
  if (rejects_.empty() && has_reason(machine_.state(), halt_reason::rejects)) {
    const auto cleared = machine_.clear_by_rule(halt_reason::rejects);
    BW_ASSERT(cleared.ok(), "the reason rejects ends by its rule");
  }
  const auto before = std::exchange(mode_seen_, machine_.state().mode);
  out.narrowed = before == trading_mode::active && mode_seen_ != trading_mode::active;
  return out;
}

void risk_desk::forget_rejects(utc_ns now) {
  while (!rejects_.empty() && now - rejects_.front() > options_.rejects_period)
    rejects_.pop_front();
}

account_view risk_desk::view(utc_ns now) const { return rules_.view(inputs(), mono_of(now)); }

}  // namespace bw
