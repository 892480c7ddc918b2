// What a person may settle at the risk gate: a reason that no rule takes away, one order that a
// limit would deny, tighter limits, a strategy that was taken out.

#include "actors/risk_gate_actor.hpp"
#include "config/limits_change.hpp"
#include "config/limits_text.hpp"
#include "storage/event_json.hpp"

namespace bw {
namespace {

operator_record answered(operator_record who, bool accepted, std::string answer) {
  who.accepted = accepted;
  who.answer = std::move(answer);
  return who;
}

audit_append record_of(audit_event event) {
  audit_append out;
  out.events.push_back(std::move(event));
  out.needs = durability::before_answer;
  out.from = short_name{risk_gate_state::name};
  return out;
}

}  // namespace

operator_record risk_gate_state::resume(halt_reason reason, operator_record who) {
  const auto text = cut<short_text>(who.who + ": " + who.why);
  note(person_clear_input{reason, text});
  const auto cleared = desk->clear_by_person(reason, text.view());
  announce_changes();
  const std::string name_of_it{to_string(reason)};
  if (!cleared) return answered(std::move(who), false, cleared.failure().context);
  if (reason == halt_reason::operator_halt) withdraw_flatten(who.who + " lets trading go on");
  return answered(std::move(who), true,
                  *cleared ? name_of_it + " is cleared; the state is " +
                                 std::string{to_string(desk->trading().mode)}
                           : name_of_it + " did not stand");
}

operator_record risk_gate_state::let_pass(const override_request& x, operator_record who) {
  const auto granted = desk->grant_override(x, note(x).mono);
  if (!granted) return answered(std::move(who), false, granted.failure().context);
  return answered(
      std::move(who), true,
      "the next such order may go beyond limits on how much and how often, once, within " +
          std::to_string(risk_override::valid_for.count() / 1'000'000'000) + " s");
}

operator_record risk_gate_state::lower(const limits_change& x, operator_record who) {
  auto next = with_limits(args.config, x);
  if (!next) return answered(std::move(who), false, next.failure().context);
  note(x);
  if (const auto lowered = desk->lower_limits(next->risk); !lowered)
    return answered(std::move(who), false, lowered.failure().context);
  args.config = std::move(*next);
  auto record = limits_in_force(args.config, "lowered");
  figures.limits_hash = hex_text(record.hash);
  tell(self, members.audit, record_of(std::move(record)));
  share_account();
  std::string text;
  for (const auto& each : x.settings)
    text += (text.empty() ? "" : ", ") + each.key + " = " + each.value;
  log_line(log_level::warning, name, "limits_lowered", who.who + ": " + text);
  return answered(std::move(who), true, "in force: " + text);
}

operator_record risk_gate_state::put_back(const strategy_return& x, operator_record who) {
  note(x);
  BW_ASSERT(x.strategy.value < args.strategies.size(), "a return names a strategy of this node");
  const auto& strategy = args.strategies[x.strategy.value];
  if (!desk->put_back(x.strategy))
    return answered(std::move(who), false, "the gate has not taken " + strategy + " out");
  tell(self, members.audit,
       record_of(strategy_switch_record{
           cut<short_name>(strategy), {}, true, false, who.who + ": " + who.why}));
  log_line(log_level::warning, name, "strategy_enabled",
           strategy + " may enter again: " + who.who + ": " + who.why);
  return answered(std::move(who), true, strategy + " may enter again");
}

}  // namespace bw
