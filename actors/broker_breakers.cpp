// The BROKER's breakers: probing what is open, and telling everybody who must know.
#include "actors/broker_actor.hpp"
#include "core/log.hpp"

namespace bw {
namespace {

constexpr std::uint16_t good = 200;
constexpr std::uint16_t unauthorized = 401;
constexpr std::uint16_t unavailable = 503;

}  // namespace

/// An open breaker for orders is never tried with an order: the clock first, then the account.
void broker_state_data::probe(mono_ns now) {
  const auto permit = desk->ask_probe(now);
  if (!permit) return;
  const auto finish = [to = probed, permit = *permit, now, time = args.time](ec code,
                                                                             bool went_well) {
    probe_result out;
    out.permit = permit;
    out.facts.sent = true;
    out.facts.status = went_well ? good : code == ec::auth_refused ? unauthorized : unavailable;
    out.took = real_duration(time->mono_now() - now, *time);
    to->publish(out);
  };
  probe_account = !probe_account;
  if (probe_account)
    args.gateway->market_clock([finish](const result<clock_report>& answer) {
      finish(answer ? ec::not_found : answer.code(), answer.ok());
    });
  else
    args.gateway->account([finish](const result<account_report>& answer) {
      finish(answer ? ec::not_found : answer.code(), answer.ok());
    });
}

void broker_state_data::take_probe() {
  const auto latest = probed->read();
  if (!latest || latest == probe_seen) return;
  probe_seen = latest;
  desk->on_order(latest->permit, latest->facts, latest->took, args.time->mono_now(),
                 args.time->utc_now());
}

/// The breaker closes only after a reconciliation that is younger than its opening.
void broker_state_data::ask_reconciliation(mono_ns now) {
  const auto waiting_for = desk->orders_unavailable(now);
  const bool waits = desk->orders(now) == breaker_state::half_open;
  if (!waits || !members.reconciliation || now - reconciled_asked < reconciled_every) return;
  reconciled_asked = now;
  const auto opened = args.time->utc_now() - waiting_for;
  self->request(members.reconciliation, reconciled_within, atom::view_v)
      .then(
          [this, opened](const reconcile_view& view) {
            if (view.last_success > opened) desk->on_reconciled(args.time->mono_now());
            tell_breakers();
          },
          [](const caf::error&) {});
}

void broker_state_data::note(const breaker_change& change, audit_append& into) {
  meter->count(change);
  const std::string which{to_string(change.which)};
  const std::string before{to_string(change.before)};
  const std::string after{to_string(change.after)};
  const auto text =
      "the breaker for " + which + " went from " + before + " to " + after + ": " + change.cause;
  const bool isolated = change.after == breaker_state::isolated;
  log_line(log_level::warning, name, "breaker", text);
  into.events.emplace_back(breaker_record{cut<short_name>(which), before, after, change.cause});
  into.events.emplace_back(alert_record{
      isolated ? alert_level::critical : alert_level::warning, "breaker_" + after, {}, text});
  // Whatever was refused, the same keys would meet it everywhere.
  if (isolated)
    tell(self, members.gate,
         halt_command{halt_reason::auth,
                      cut<short_text>("the broker refused the credentials for " + which)});
}

/// One line when the broker's count reaches the reserve, and one when it is full again.
void broker_state_data::note_budget(audit_append& into) {
  const bool only_reserve = desk->only_reserve(args.time->utc_now());
  reserve_gauge->set(only_reserve ? 1 : 0);
  if (only_reserve == was_only_reserve) return;
  was_only_reserve = only_reserve;
  const auto left = std::to_string(board->window().remaining);
  const auto cause = only_reserve ? "the broker grants " + left + " more requests"
                                  : std::string{"the broker's count began anew"};
  log_line(log_level::warning, name, "rate_budget", cause);
  into.events.emplace_back(breaker_record{short_name{"budget"},
                                          only_reserve ? "open" : "reserve_only",
                                          only_reserve ? "reserve_only" : "open", cause});
}

void broker_state_data::watch_breaker(mono_ns now) {
  const auto state = std::string{to_string(desk->orders(now))};
  const auto text = cut<short_text>("the circuit breaker for orders is " + state);
  switch (watched->look(desk->orders_unavailable(now), now)) {
    case breaker_step::none: return;
    case breaker_step::reduce:
      return tell(self, members.gate, halt_command{halt_reason::breaker, text});
    case breaker_step::halt:
      return tell(self, members.gate,
                  halt_command{halt_reason::breaker, text, trading_mode::halted});
    case breaker_step::clear:
      return tell(self, members.gate, clear_command{halt_reason::breaker, text});
  }
}

void broker_state_data::tell_breakers() {
  if (!members.audit || !members.gate) return;  // What is noted meanwhile stays on the board.
  const auto now = args.time->mono_now();
  desk->look(now);
  audit_append group;
  for (const auto& each : board->drain()) note(each, group);
  note_budget(group);
  if (!group.events.empty()) {
    group.from = short_name{name};
    tell(self, members.audit, std::move(group));
  }
  breaker_gauge->set(desk->orders(now) == breaker_state::closed ? 0 : 1);
  watch_breaker(now);
}

/// What was isolated is half open from here on: reads find out whether the credentials are good,
/// and a reconciliation closes the orders' breaker.
operator_record broker_state_data::release(operator_record who) {
  const auto isolated = breakers_text(*board);
  desk->release(args.time->mono_now());
  args.gateway->release();
  if (stream.state == feed_state::latched) args.gateway->restart_stream();
  tell_breakers();
  who.accepted = true;
  who.answer = isolated.empty() ? "no breaker was open" : "tried again: " + isolated;
  return who;
}

}  // namespace bw
