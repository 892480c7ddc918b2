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

void broker_state_data::tell_breakers() {
  const auto now = args.time->mono_now();
  desk->look(now);
  audit_append note;
  for (const auto& each : board->drain()) {
    meter->count(each);
    const std::string text = "the breaker for " + std::string{to_string(each.which)} +
                             " went from " + std::string{to_string(each.before)} + " to " +
                             std::string{to_string(each.after)} + ": " + each.cause;
    log_line(log_level::warning, name, "breaker", text);
    note.events.emplace_back(breaker_record{short_name{to_string(each.which)},
                                            std::string{to_string(each.before)},
                                            std::string{to_string(each.after)}, each.cause});
  }
  if (!note.events.empty() && members.audit) {
    note.from = short_name{name};
    tell(self, members.audit, std::move(note));
  }
  const bool open = desk->orders(now) != breaker_state::closed;
  breaker_gauge->set(open ? 1 : 0);
  if (open == was_open) return;
  was_open = open;
  const auto state = std::string{to_string(desk->orders(now))};
  log_line(log_level::warning, name, open ? "trading_halted" : "trading_resumed",
           "the circuit breaker for orders is " + state);
  if (open)
    tell(self, members.gate, halt_command{halt_reason::breaker, cut<short_text>(state)});
  else
    tell(self, members.gate, clear_command{halt_reason::breaker, cut<short_text>(state)});
}

}  // namespace bw
