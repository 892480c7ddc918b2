// What a person may settle at the risk gate: a reason that no rule takes away.

#include "actors/risk_gate_actor.hpp"

namespace bw {

operator_record risk_gate_state::resume(halt_reason reason, operator_record who) {
  const auto text = cut<short_text>(who.who + ": " + who.why);
  note(person_clear_input{reason, text});
  const auto cleared = desk->clear_by_person(reason, text.view());
  announce_changes();
  const std::string name_of_it{to_string(reason)};
  who.accepted = cleared.ok();
  who.answer = !cleared   ? cleared.failure().context
               : *cleared ? name_of_it + " is cleared; the state is " +
                                std::string{to_string(desk->trading().mode)}
                          : name_of_it + " did not stand";
  return who;
}

}  // namespace bw
