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
      [self](atom::beat) { state_of(self).beat(); },
      [self](const directory& x) { state_of(self).take(x); },
      [self](atom::status) { return state_of(self).status(); },
      [](atom::ready) { return std::uint32_t{0}; },
  };
}

void broker_state_data::init(broker_args given) {
  args = std::move(given);
  prng chance{args.seed};
  auto order_options = breaker_options::orders();
  // Probed by the next order that is wanted once the wait is over: reconciliation runs all the time
  // and its failures halt trading by their own rule.
  order_options.probe = probe_kind::the_call;
  order_options.needs_reconciliation = false;
  orders.emplace(order_options, chance.fork());
  cancels.emplace(breaker_options::cancels(), chance.fork());
  order_budget.emplace(args.options.orders);
  reserved_budget.emplace(args.options.reserved);
  breaker_gauge = &args.metrics->add_gauge("bellwether_breaker_open", "1 while a breaker is open.",
                                           {{"breaker", "orders"}});
  tell_after(self, beat_every, broker_actor{self}, atom::beat_v);
}

/// Connects once everybody is there who must hear of the connection: what nobody hears is lost.
void broker_state_data::take(const directory& who) {
  members = who;
  if (connected || !members.gate || !members.router || !members.reconciliation) return;
  connected = true;
  args.gateway->start(args.callbacks);
}

void broker_state_data::refuse(const outgoing_order& x, const char* why) {
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
  const auto permit = orders->ask(now);
  if (!permit.allowed) return refuse(x, "the circuit breaker for orders is open");
  if (!order_budget->try_take(now)) {
    orders->on_result(permit, call_outcome::success, nanoseconds{0}, now);
    return refuse(x, "the request budget for orders is used up");
  }
  orders_in_flight[x.request.order] = {permit, now};
  args.gateway->submit(x);
}

namespace {

/// Business refusals are a success of the connection; only silence and 5xx count against it.
call_outcome judge(submit_outcome outcome, std::uint16_t http_status) {
  if (http_status == 401) return call_outcome::refused;
  if (outcome == submit_outcome::unknown || http_status >= 500) return call_outcome::failure;
  if (outcome == submit_outcome::not_sent && http_status == 0) return call_outcome::failure;
  return call_outcome::success;
}

}  // namespace

void broker_state_data::on_submit(const submit_result& x) {
  const auto now = args.time->mono_now();
  if (const auto at = orders_in_flight.find(x.order); at != orders_in_flight.end()) {
    const auto took = now - at->second.since;
    if (x.http_status == 429)
      orders->on_throttled(at->second.permit, now + std::chrono::seconds{60}, now);
    else
      orders->on_result(at->second.permit, judge(x.outcome, x.http_status), took, now);
    orders_in_flight.erase(at);
  }
  if (x.http_status == unauthorized)
    tell(self, members.gate,
         halt_command{halt_reason::auth, cut<short_text>("the broker refused the credentials")});
  tell(self, members.router, x);
  tell_breaker();
}

void broker_state_data::on_cancel(const outgoing_cancel& x) {
  if (cancels_waiting.size() >= cancels_waiting_max) return;  // Asked again by the router's watch.
  cancels_waiting.push_back(x);
  send_waiting_cancels(args.time->mono_now());
}

void broker_state_data::send_waiting_cancels(mono_ns now) {
  while (!cancels_waiting.empty()) {
    const auto permit = cancels->ask(now);
    if (!permit.allowed) return;
    // A cancel may use the orders' share as well: getting out comes first.
    if (!reserved_budget->try_take(now) && !order_budget->try_take(now)) {
      cancels->on_result(permit, call_outcome::success, nanoseconds{0}, now);
      return;
    }
    const auto next = cancels_waiting.front();
    cancels_waiting.pop_front();
    cancels_in_flight[next.order] = {permit, now};
    args.gateway->cancel(next);
  }
}

void broker_state_data::on_cancel_result(const cancel_result& x) {
  const auto now = args.time->mono_now();
  if (const auto at = cancels_in_flight.find(x.order); at != cancels_in_flight.end()) {
    cancels->on_result(at->second.permit, judge(x.outcome, x.http_status), now - at->second.since,
                       now);
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
  if (!reserved_budget->try_take(now)) return;  // The router asks again.
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
  if (now < history_free_at || !reserved_budget->try_take(now)) return;  // The router asks again.
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

void broker_state_data::tell_breaker() {
  const bool open = orders->state(args.time->mono_now()) != breaker_state::closed;
  breaker_gauge->set(open ? 1 : 0);
  if (open == was_open) return;
  was_open = open;
  const auto state = std::string{to_string(orders->state(args.time->mono_now()))};
  log_line(log_level::warning, name, open ? "trading_halted" : "trading_resumed",
           "the circuit breaker for orders is " + state);
  if (open)
    tell(self, members.gate, halt_command{halt_reason::breaker, cut<short_text>(state)});
  else
    tell(self, members.gate, clear_command{halt_reason::breaker, cut<short_text>(state)});
}

void broker_state_data::beat() {
  tell_after(self, beat_every, broker_actor{self}, atom::beat_v);
  const auto now = args.time->mono_now();
  send_waiting_cancels(now);
  tell_breaker();
}

component_status broker_state_data::status() const {
  component_status out;
  out.name = name;
  out.state = was_open ? health::degraded : health::ok;
  out.text = std::string{to_string(stream.state)};
  out.counts["orders_in_flight"] = orders_in_flight.size();
  out.counts["cancels_waiting"] = cancels_waiting.size();
  return out;
}

}  // namespace bw
