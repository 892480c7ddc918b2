#include "actors/breaker_meter.hpp"

namespace bw {

breaker_meter::breaker_meter(metrics_registry& metrics) {
  for (std::size_t k = 0; k < request_class_count; ++k) {
    const std::string name{to_string(static_cast<request_class>(k + 1))};
    for (std::size_t state = 0; state < state_count; ++state) {
      const std::string word{to_string(static_cast<breaker_state>(state + 1))};
      classes_[k].in[state] =
          &metrics.add_gauge("bellwether_breaker_state",
                             "1 for the state that the breaker of a class of requests is in.",
                             {{"class", name}, {"state", word}});
      classes_[k].entered[state] = &metrics.add_counter("bellwether_breaker_transitions_total",
                                                        "How often a breaker came into a state.",
                                                        {{"class", name}, {"state", word}});
    }
    classes_[k].in[0]->set(1);
  }
}

void breaker_meter::count(const breaker_change& change) {
  auto& mine = classes_[static_cast<std::size_t>(change.which) - 1];
  mine.in[static_cast<std::size_t>(change.before) - 1]->set(0);
  mine.in[static_cast<std::size_t>(change.after) - 1]->set(1);
  mine.entered[static_cast<std::size_t>(change.after) - 1]->add();
}

std::string breakers_text(const breaker_board& board) {
  std::string out;
  for (std::size_t k = 1; k <= request_class_count; ++k) {
    const auto which = static_cast<request_class>(k);
    const auto state = board.state(which);
    if (state == breaker_state::closed) continue;
    out += (out.empty() ? "" : ", ") + std::string{to_string(which)} + " " +
           std::string{to_string(state)};
  }
  return out;
}

}  // namespace bw
