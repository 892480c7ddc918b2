#include "actors/reconciliation_actor.hpp"

#include "actors/harden.hpp"

namespace bw {

reconciliation_actor::behavior_type reconciliation(
    reconciliation_actor::stateful_pointer<reconciliation_state> self, reconciliation_args args) {
  harden(self, reconciliation_state::name);
  state_of(self).init(std::move(args));
  return {
      [self](const account_report& x) { state_of(self).on_account(x); },
      [self](const positions_report& x) { state_of(self).on_positions(x); },
      [self](const orders_report& x) { state_of(self).on_orders(x); },
      [self](const broker_failure& x) { state_of(self).on_failure(x); },
      [self](const order_stream_status& x) { state_of(self).on_stream(x); },
      [self](const order_report& x) { state_of(self).on_report(x); },
      [self](atom::beat) { state_of(self).beat(); },
      [self](atom::view) { return state_of(self).figures; },
      [self](const directory& x) { state_of(self).members = x; },
      [self](atom::status) { return state_of(self).status(); },
      [](atom::ready) { return std::uint32_t{0}; },
  };
}

void reconciliation_state::init(reconciliation_args given) {
  args = std::move(given);
  book.emplace(position_book::sizes{args.symbols.size(), args.strategies.size()});
  changed_at.resize(args.symbols.size());
  for (const auto& held : args.positions)
    book->restore(held.strategy, held.symbol, held.qty, held.average);
  differences_gauge = &args.metrics->add_gauge("bellwether_reconcile_differences",
                                               "Differences between our books and the broker's.");
  success_gauge = &args.metrics->add_gauge("bellwether_reconcile_last_success_timestamp_seconds",
                                           "When both books were last the same.");
  tell_after(self, beat_every, reconciliation_actor{self}, atom::beat_v);
}

void reconciliation_state::begin_round(mono_ns now) {
  ++round;
  under_way = true;
  round_began = now;
  account_done = false;
  broker_positions.reset();
  broker_orders.reset();
  const reconciliation_actor to{self};
  const auto id = round;
  const auto failed = [to, id](error why) { post_to(to, broker_failure{id, std::move(why)}); };
  args.gateway->account(
      [to, failed](result<account_report> x) { x ? post_to(to, *x) : failed(x.failure()); });
  args.gateway->positions([to, id, failed](result<std::vector<position_report>> x) {
    x ? post_to(to, positions_report{id, std::move(*x)}) : failed(x.failure());
  });
  args.gateway->open_orders([to, id, now, failed](result<std::vector<open_order_report>> x) {
    x ? post_to(to, orders_report{id, now, std::move(*x)}) : failed(x.failure());
  });
}

void reconciliation_state::on_account(const account_report& x) {
  account_done = true;
  tell(self, members.gate, x);
  compare_when_complete();
}

void reconciliation_state::on_positions(const positions_report& x) {
  if (x.round != round) return;
  broker_positions = x.positions;
  compare_when_complete();
}

void reconciliation_state::on_orders(const orders_report& x) {
  if (x.round != round) return;
  broker_orders = x.orders;
  tell(self, members.router, x);  // Evidence: fills that the stream lost are found here.
  compare_when_complete();
}

void reconciliation_state::on_failure(const broker_failure& x) {
  if (x.round != round || !under_way) return;
  under_way = false;
  next_round = args.time->mono_now() + std::chrono::seconds{1};
  log_line(log_level::warning, name, "reconcile_result", "no answer: " + x.why.text());
  if (x.why.code != ec::auth_refused) return;
  if (!figures.done_once)
    args.on_fatal(exit_code::auth_refused, "the broker refused the credentials: " + x.why.context);
  tell(self, members.gate, halt_command{halt_reason::auth, cut<short_text>(x.why.context)});
}

void reconciliation_state::on_stream(const order_stream_status& x) {
  const bool ready = x.state == feed_state::synced;
  if (ready == stream_ready) return;
  stream_ready = ready;
  if (!ready) return;
  // What happened while we were away is found before anything is sent.
  tell(self, members.gate,
       halt_command{halt_reason::reconciling, cut<short_text>("the order stream came back")});
  under_way = false;
  next_round = {};
}

void reconciliation_state::on_report(const order_report& x) {
  const auto now = args.time->mono_now();
  order_changed_at[x.client_id] = now;
  if (is_terminal(x.state)) order_changed_at.erase(x.client_id);
  if (!x.last_qty.is_positive()) return;
  changed_at[x.request.symbol.value] = now;
  book->apply({x.request.strategy, x.request.symbol, x.request.side, x.last_qty, x.last_price});
}

void reconciliation_state::compare_when_complete() {
  if (!under_way || !account_done || !broker_positions || !broker_orders) return;
  const auto id = round;
  ask(self, std::chrono::seconds{1}, members.router, atom::view_v)
      .then(
          [this, id](const open_orders_view& ours) {
            if (under_way && round == id) compare(ours);
          },
          [](const caf::error&) {});  // The round runs into its limit and begins again.
}

void reconciliation_state::compare(const open_orders_view& ours) {
  under_way = false;
  const auto now = args.time->mono_now();
  next_round = now + args.options.round_every;
  reconcile_input input;
  for (const auto& open : ours.open) {
    const auto at = order_changed_at.find(open.client_id);
    input.orders.push_back({open.client_id,
                            cut<symbol_name>(args.symbols[open.request.symbol.value]), open.state,
                            open.request.qty, open.filled_total,
                            at == order_changed_at.end() ? mono_ns{} : at->second});
  }
  for (std::uint32_t k = 0; k < args.symbols.size(); ++k)
    input.positions.push_back(
        {cut<symbol_name>(args.symbols[k]), book->of(symbol_id{k}).qty(), changed_at[k]});
  input.broker_orders = std::move(*broker_orders);
  input.broker_positions = std::move(*broker_positions);
  input.log_id = args.log_id;
  input.requested = round_began;
  const auto found = reconcile(input, args.options.compare);
  for (const auto& id : found.look_ups) tell(self, members.broker, id);
  judge(found);
}

void reconciliation_state::record(const reconcile_report& found) {
  reconcile_record note;
  note.clean = found.is_clean();
  note.orders_compared = found.orders_compared;
  note.positions_compared = found.positions_compared;
  for (const auto& each : found.differences) {
    note.differences.push_back(each.text());
    log_line(log_level::warning, name, "reconcile_result", each.text());
  }
  if (note.clean) log_line(log_level::info, name, "reconcile_result", "both books are the same");
  audit_append group;
  group.events.emplace_back(std::move(note));
  group.from = short_name{name};
  tell(self, members.audit, std::move(group));
}

void reconciliation_state::judge(const reconcile_report& found) {
  figures.done_once = true;
  figures.clean = found.is_clean();
  figures.differences = static_cast<std::uint32_t>(found.differences.size());
  differences_gauge->set(figures.differences);
  const bool news = round == 1 || found.differences != last_differences;
  last_differences = found.differences;
  if (news) record(found);
  if (found.is_clean()) {
    dirty_rounds = 0;
    figures.last_success = args.time->utc_now();
    success_gauge->set_units(figures.last_success.value);
    if (stream_ready)
      tell(self, members.gate,
           clear_command{halt_reason::reconciling, cut<short_text>("both books are the same")});
    return;
  }
  ++dirty_rounds;
  if (dirty_rounds >= args.options.rounds_to_reduce)
    tell(self, members.gate,
         halt_command{halt_reason::reconciling, cut<short_text>(found.differences.front().text())});
  if (dirty_rounds >= args.options.rounds_to_halt)
    tell(self, members.gate,
         halt_command{halt_reason::position_mismatch,
                      cut<short_text>(found.differences.front().text())});
}

void reconciliation_state::beat() {
  tell_after(self, beat_every, reconciliation_actor{self}, atom::beat_v);
  const auto now = args.time->mono_now();
  if (under_way && now - round_began > args.options.round_within) under_way = false;
  // The first round waits for the stream: what changes from then on is heard.
  if (!under_way && stream_ready && members.router && now >= next_round) begin_round(now);
}

component_status reconciliation_state::status() const {
  component_status out;
  out.name = name;
  out.state = figures.clean ? health::ok : health::degraded;
  out.counts["rounds"] = round;
  out.counts["differences"] = figures.differences;
  return out;
}

}  // namespace bw
