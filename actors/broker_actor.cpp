#include "actors/broker_actor.hpp"

#include "actors/harden.hpp"

namespace bw {
namespace {

constexpr std::uint16_t unauthorized = 401;

}  // namespace
broker_actor::behavior_type broker(broker_actor::stateful_pointer<broker_state_data> self,
                                   broker_args args) {
  harden(self, broker_state_data::name);
  state_of(self).init(std::move(args));
  return {
      [self](const outgoing_order& x) { state_of(self).on_order(x); },
      [self](const outgoing_cancel& x) { state_of(self).on_cancel(x); },
      [self](atom::cancel_all) { state_of(self).cancel_all(); },
      [self](const submit_result& x) { state_of(self).on_submit(x); },
      [self](const cancel_result& x) { state_of(self).on_cancel_result(x); },
      [self](const order_stream_status& x) { state_of(self).on_stream(x); },
      [self](const client_order_id& x) { state_of(self).on_lookup_request(x); },
      [self](const lookup_report& x) { tell(self, state_of(self).members.router, x); },
      [self](const order_history_request& x) { state_of(self).on_history_request(x); },
      [self](atom::resume, const operator_record& who) { return state_of(self).release(who); },
      [self](atom::beat) { state_of(self).beat(); },
      [self](const directory& x) { state_of(self).take(x); },
      [self](atom::status) { return state_of(self).status(); },
      [](atom::ready) { return std::uint32_t{0}; },
  };
}

void broker_state_data::init(broker_args given) {
  args = std::move(given);
  prng chance{args.seed};
  board = args.gateway->breakers();
  if (!board) board = std::make_shared<breaker_board>();
  desk.emplace(args.options, *board, chance.fork());
  meter.emplace(*args.metrics);
  watched.emplace(args.watch);
  probed = std::make_shared<published<probe_result>>();
  breaker_gauge = &args.metrics->add_gauge("bellwether_breaker_open", "1 while a breaker is open.",
                                           {{"breaker", "orders"}});
  reserve_gauge = &args.metrics->add_gauge(
      "bellwether_rate_reserve_only",
      "1 while the broker's count of requests leaves only what is kept for cancels.");
  tell_after(self, beat_every, broker_actor{self}, atom::beat_v);
}

/// Connects once everybody is there who must hear of the connection: what nobody hears is lost.
void broker_state_data::take(const directory& who) {
  members = who;
  if (connected || !members.gate || !members.router || !members.reconciliation) return;
  connected = true;
  args.gateway->start(args.callbacks);
}

void broker_state_data::refuse(const outgoing_order& x, std::string_view why) {
  submit_result answer;
  answer.order = x.request.order;
  answer.client_id = x.client_id;
  answer.outcome = submit_outcome::not_sent;
  answer.text = cut<short_text>(why);
  answer.answered = args.time->mono_now();
  tell(self, members.router, answer);
}

void broker_state_data::on_order(const outgoing_order& x) {
  const auto now = args.time->mono_now();
  const auto leave = desk->ask_order(now, args.time->utc_now());
  if (!leave.allowed) return refuse(x, leave.why);
  orders_in_flight[x.request.order] = {leave.permit, now};
  args.gateway->submit(x);
}

namespace {

/// What the answer to an order or a cancel says of the connection.
call_facts facts_of(submit_outcome outcome, std::uint16_t http_status, const breaker_board& board) {
  call_facts out;
  out.sent = outcome != submit_outcome::not_sent;
  out.status = http_status;
  // An answer of good form about nothing that we know.
  out.unreadable = outcome == submit_outcome::unknown && http_status >= 200 && http_status < 300;
  out.window = board.window();
  return out;
}

}  // namespace

void broker_state_data::on_submit(const submit_result& x) {
  const auto now = args.time->mono_now();
  if (const auto at = orders_in_flight.find(x.order); at != orders_in_flight.end()) {
    desk->on_order(at->second.permit, facts_of(x.outcome, x.http_status, *board),
                   real_duration(now - at->second.since, *args.time), now, args.time->utc_now());
    orders_in_flight.erase(at);
  }
  // Also when the answer is too old to move the breaker.
  if (x.http_status == unauthorized)
    tell(self, members.gate,
         halt_command{halt_reason::auth, cut<short_text>("the broker refused the credentials")});
  tell(self, members.router, x);
  tell_breakers();
}

void broker_state_data::on_cancel(const outgoing_cancel& x) {
  if (cancels_waiting.size() >= cancels_waiting_max) return;  // Asked again by the router's watch.
  cancels_waiting.push_back(x);
  send_waiting_cancels(args.time->mono_now());
}

void broker_state_data::send_waiting_cancels(mono_ns now) {
  while (!cancels_waiting.empty()) {
    const auto leave = desk->ask_cancel(now);
    if (!leave.allowed) return;
    const auto next = cancels_waiting.front();
    cancels_waiting.pop_front();
    cancels_in_flight[next.order] = {leave.permit, now};
    args.gateway->cancel(next);
  }
}

void broker_state_data::on_cancel_result(const cancel_result& x) {
  const auto now = args.time->mono_now();
  if (const auto at = cancels_in_flight.find(x.order); at != cancels_in_flight.end()) {
    desk->on_cancel(at->second.permit, facts_of(x.outcome, x.http_status, *board),
                    real_duration(now - at->second.since, *args.time), now, args.time->utc_now());
    cancels_in_flight.erase(at);
  }
  tell(self, members.router, x);
}

void broker_state_data::on_stream(const order_stream_status& x) {
  stream = x;
  tell(self, members.router, x);
  tell(self, members.gate, x);
  tell(self, members.reconciliation, x);
  audit_append note;
  note.events.emplace_back(feed_record{short_name{"trade_updates"}, x.state, x.reason.str()});
  note.from = short_name{name};
  tell(self, members.audit, std::move(note));
}

void broker_state_data::on_lookup_request(const client_order_id& x) {
  const auto now = args.time->mono_now();
  if (!desk->ask_question(now)) return;  // The router asks again.
  const broker_actor to{self};
  args.gateway->order_by_client_id(x, [to, x, now](result<open_order_report> answer) {
    lookup_report report;
    report.client_id = x;
    report.requested = now;
    report.found = answer.ok();
    if (answer) report.order = *answer;
    report.answered = answer || answer.code() == ec::not_found;
    if (!report.answered) report.text = cut<short_text>(answer.failure().text());
    post_to(to, report);
  });
}

/// One list at a time: what it lacks is the same for everybody who waits.
void broker_state_data::on_history_request(const order_history_request& x) {
  const auto now = args.time->mono_now();
  if (now < history_free_at || !desk->ask_question(now)) return;  // The router asks again.
  history_free_at = now + history_every;
  const auto to = members.router;
  args.gateway->orders_since(x.after, [to, x, now](result<std::vector<open_order_report>> all) {
    order_history_report report;
    report.after = x.after;
    report.requested = now;
    report.whole = all.ok();
    if (all)
      report.orders = std::move(*all);
    else
      report.text = cut<short_text>(all.failure().text());
    post_to(to, std::move(report));
  });
}

void broker_state_data::cancel_all() {
  args.gateway->cancel_all([](result<std::uint32_t> asked) {
    if (!asked)
      log_line(log_level::error, name, "exception", "cancel all: " + asked.failure().text());
  });
}

void broker_state_data::beat() {
  tell_after(self, beat_every, broker_actor{self}, atom::beat_v);
  const auto now = args.time->mono_now();
  send_waiting_cancels(now);
  take_probe();
  probe(now);
  ask_reconciliation(now);
  tell_breakers();
}

component_status broker_state_data::status() const {
  component_status out;
  out.name = name;
  const auto breakers = breakers_text(*board);
  out.state = breakers.empty() ? health::ok : health::degraded;
  out.text = std::string{to_string(stream.state)};
  if (!breakers.empty()) out.text += "; breakers: " + breakers;
  out.counts["orders_in_flight"] = orders_in_flight.size();
  out.counts["cancels_waiting"] = cancels_waiting.size();
  // Now an order would be refused here, whatever the state of trading says.
  out.counts["orders_wait"] = board->state(request_class::orders) == breaker_state::closed ? 0 : 1;
  out.counts["rate_reserve_only"] = was_only_reserve ? 1 : 0;
  return out;
}

}  // namespace bw
