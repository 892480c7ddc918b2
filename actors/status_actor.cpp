#include "actors/status_actor.hpp"

#include <cstdio>
#include <fstream>
#include <tuple>

#include "actors/checkin_files.hpp"
#include "actors/harden.hpp"
#include "domain/day_schedule.hpp"

namespace bw {

status_actor::behavior_type status_keeper(status_actor::stateful_pointer<status_state> self,
                                          status_args args) {
  harden(self, status_state::name);
  state_of(self).init(std::move(args));
  return {
      [self](atom::beat) { state_of(self).beat(); },
      [self](atom::stop) { return state_of(self).stop(); },
      [self](const day_report& x) {
        state_of(self).write_report(x);
        state_of(self).write_day(x.day.day);
      },
      [self](const checkin_request& x) { state_of(self).write_brief(x); },
      [self](const kept_file& x) { state_of(self).keep(x); },
      [self](const directory& x) { state_of(self).members = x; },
      [self](atom::status) { return state_of(self).status(); },
      [](atom::ready) { return std::uint32_t{0}; },
  };
}

void status_state::init(status_args given) {
  args = std::move(given);
  strategies.resize(args.symbols.capacity());
  components.resize(10);
  register_gauges();
  self->send(self, atom::beat_v);
}

template <class Handle, class Answer>
void status_state::ask_view(const Handle& whom, Answer& answer) {
  if (!whom) return;
  // A late or missing answer leaves the last one in place.
  ask(self, answer_within, whom, atom::view_v)
      .then([&answer](Answer& fresh) { answer = std::move(fresh); }, [](const caf::error&) {});
}

void status_state::ask_everyone() {
  ask_view(members.router, orders);
  ask_view(members.gate, risk);
  ask_view(members.market_data, market);
  ask_view(members.performance, performance);
  ask_view(members.reconciliation, reconcile);
  ask_view(members.session, session);
  for (std::size_t k = 0; k < members.strategies.size() && k < strategies.size(); ++k)
    ask_view(members.strategies[k], strategies[k]);
  std::size_t place = 0;
  const auto ask_health = [&](const auto& whom) {
    auto& answer = components[place++];
    if (!whom) return;
    ask(self, answer_within, whom, atom::status_v)
        .then([&answer](component_status& fresh) { answer = std::move(fresh); },
              [&answer](const caf::error&) {
                answer.state = health::failed;
                answer.text = "no answer";
              });
  };
  ask_health(members.audit);
  ask_health(members.session);
  ask_health(members.gate);
  ask_health(members.router);
  ask_health(members.broker);
  ask_health(members.reconciliation);
  ask_health(members.feed);
  ask_health(members.market_data);
  ask_health(members.performance);
}

void status_state::beat() {
  if (stopped) return;
  tell_after(self, beat_every, status_actor{self}, atom::beat_v);
  ask_everyone();
  publish(assemble(reconcile.done_once ? "running" : "reconciling"));
}

node_status status_state::stop() {
  stopped = true;
  stopping->store(true);
  auto last = assemble("stopping");
  publish(last);
  return last;
}

namespace {

void add_positions(node_status& out, const std::vector<strategy_view>& strategies,
                   const market_data_view& market, const status_args& args) {
  for (const auto& view : strategies) {
    for (const auto& held : view.positions) {
      position_status row;
      row.symbol = args.symbols[held.symbol.value];
      if (held.strategy.value < args.strategies.size())
        row.strategy = args.strategies[held.strategy.value];
      row.qty = held.qty;
      row.average = held.average;
      row.stop = held.stop;
      row.covered = view.covered;
      for (const auto& latest : market.latest)
        if (latest.symbol == held.symbol) row.last = latest.bid;
      if (row.last.is_positive()) {
        const auto gain = notional_half_even(row.last - row.average, row.qty);
        if (gain) row.unrealized = *gain;
      }
      out.positions.push_back(std::move(row));
    }
  }
}

/// A strategy works when it does for at least one symbol; it is latched when it is for any.
void add_strategies(node_status& out, const std::vector<strategy_view>& views,
                    const performance_view& performance, const status_args& args) {
  for (std::size_t k = 0; k < args.strategies.size(); ++k) {
    strategy_status row;
    row.strategy = args.strategies[k];
    if (args.kind_of) std::tie(row.kind, row.version) = args.kind_of(k);
    for (const auto& view : views)
      for (const auto& seat : view.seats) {
        if (seat.strategy.value != k) continue;
        row.enabled = row.enabled || seat.enabled;
        row.latched = row.latched || seat.latched;
        if (!seat.enabled && row.text.empty()) row.text = seat.cause.str();
        row.signals_taken += seat.signals_taken;
        row.signals_refused += seat.signals_refused;
        row.shadow = row.shadow || seat.shadow;
        row.shadow_trades += seat.simulated.trades;
        row.shadow_wins += seat.simulated.wins;
        row.shadow_realized += seat.simulated.realized;
        row.shadow_unrealized += seat.simulated.unrealized;
      }
    if (row.enabled && !row.latched) row.text.clear();
    if (k < performance.strategies.size()) {
      const auto& did = performance.strategies[k];
      row.trades = did.trades;
      row.wins = did.wins;
      row.losses = did.losses;
      row.realized = did.realized;
      row.unrealized = did.unrealized;
      row.exposure = did.exposure;
      row.confidence_won_ppm = did.confidence_won_ppm;
      row.confidence_lost_ppm = did.confidence_lost_ppm;
    }
    if (row.enabled) out.strategies_active.push_back(row.strategy);
    out.strategies.push_back(std::move(row));
  }
}

}  // namespace

node_status status_state::assemble(const std::string& lifecycle) const {
  node_status out;
  out.at = args.time->utc_now();
  out.at_mono = args.time->mono_now();
  out.mode = args.mode;
  out.lifecycle = lifecycle;
  out.trading = risk.trading;
  out.session = session;
  out.market_open =
      session.phase != session_phase::unknown && session.phase != session_phase::closed;
  out.portfolio_value = risk.account.equity;
  out.cash = risk.account.cash;
  out.buying_power = risk.account.buying_power;
  out.account_at = risk.account.at;
  out.day_start_equity = risk.day_start_equity;
  out.realized_pnl = performance.realized;
  out.daily_pnl = performance.realized + performance.unrealized;
  add_positions(out, strategies, market, args);
  out.open_orders = static_cast<std::uint32_t>(orders.open.size());
  out.unknown_orders = orders.unknown;
  out.trades_today = performance.trades_today;
  add_strategies(out, strategies, performance, args);
  out.market_messages = market.messages;
  out.quotes = market.quotes;
  out.trades = market.trades;
  out.bars = market.bars;
  out.conflated = args.metrics->total("bellwether_quotes_conflated_total");
  out.dropped = args.metrics->total("bellwether_queue_dropped_total");
  for (const auto& view : strategies) {
    out.signals += view.signals;
    out.uncovered = std::max(out.uncovered, view.uncovered);
    out.uncovered_total += view.uncovered_total;
    if (view.symbol.value < args.symbols.size())
      out.regimes[args.symbols[view.symbol.value]] = view.regime;
  }
  out.orders_submitted = orders.submitted;
  out.orders_filled = orders.filled;
  out.orders_rejected = orders.rejected;
  out.orders_denied = risk.denied;
  out.fills = orders.fills;
  out.feed = market.feed;
  out.order_stream = risk.stream;
  for (const auto& latest : market.latest)
    out.data_age_ms[args.symbols[latest.symbol.value]] =
        (out.at - latest.ts_event).count() / 1'000'000;
  out.last_reconcile = reconcile.last_success;
  out.external = reconcile.external;
  out.reconcile_texts = reconcile.texts;
  out.reconcile_oldest = reconcile.oldest;
  out.reconcile_differences = reconcile.differences;
  out.audit_records = args.metrics->total("bellwether_audit_records_total");
  out.audit_sync = args.audit_sync;
  out.restarts = args.metrics->total("bellwether_actor_restarts_total");
  out.config_hash = args.config_hash;
  out.live_stage = args.live_stage;
  out.limits_hash = risk.limits_hash;
  out.flatten = risk.flatten;
  out.binary_hash = args.binary_hash;
  for (const auto& component : components)
    if (!component.name.empty()) out.components.push_back(component);
  return out;
}

void status_state::publish(const node_status& now) {
  args.published_status->publish(now);
  show(now);
  register_strategy_gauges();
  show_strategies(now);
  if (args.file.empty()) return;
  if (const auto written = replace_file(args.file, to_json(now) + "\n"); !written)
    log_line(log_level::warning, name, "exception", written.failure().text());
}

component_status status_state::status() const {
  component_status out;
  out.name = name;
  return out;
}

}  // namespace bw
