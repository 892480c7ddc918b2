// An order on its way through the gate.

#include "actors/harden.hpp"
#include "actors/risk_gate_actor.hpp"

namespace bw {

void risk_gate_state::on_order(const order_request& x) {
  if (args.config.entry_gather > nanoseconds{0} && entry_round::waits(x)) return gather(x);
  decide(x);
}

void risk_gate_state::gather(const order_request& x) {
  if (!round.has_place_for(x)) end_round();
  // On a clock that runs faster the wait is as short as what it is a wait of.
  if (round.is_empty())
    tell_after(self, real_duration(args.config.entry_gather, *args.time), risk_gate_actor{self},
               atom::flush_v);
  round.add(x);
}

void risk_gate_state::end_round() {
  const auto symbol_of = [this](symbol_id x) -> std::string_view { return args.symbols[x.value]; };
  for (const auto& each : round.take(symbol_of)) decide(each);
}

void risk_gate_state::decide(const order_request& x) {
  const auto at = note(x);
  const auto behind = audit_behind();
  if (x.purpose == order_purpose::entry && behind > audit_behind_max) {
    risk_verdict late;
    late.checks.push({risk_rule::state, check_outcome::denied, behind.count(),
                      nanoseconds{audit_behind_max}.count()});
    count(late);
    return deny(x, late);
  }
  const auto verdict = desk->check(x, at);
  announce_changes();
  tick_to_decision->record(real_duration(at.mono - x.header.received, *args.time));
  count(verdict);
  if (!verdict.approved) return deny(x, verdict);
  ++figures.approved;
  // What it reserved is shared when the router has numbered it: a message to every symbol would
  // stand between the verdict and the order.
  tell(self, members.router, approved_order{x, verdict, at.mono});
}

void risk_gate_state::cancel_doomed(const std::vector<doomed_entry>& entries) {
  for (const auto& each : entries)
    tell(self, members.router, cancel_request{{}, each.order, cut<short_text>(each.why)});
}

nanoseconds risk_gate_state::audit_behind() const {
  return args.mark == nullptr ? nanoseconds{0} : args.mark->behind(real.mono_now());
}

}  // namespace bw
