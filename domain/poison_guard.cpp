#include "domain/poison_guard.hpp"

#include <algorithm>

namespace bw {

poison_step poison_guard::on_end(const message_print& x) {
  auto at = std::find_if(suspects_.begin(), suspects_.end(),
                         [&](const suspect& each) { return each.what == x; });
  if (at == suspects_.end()) {
    if (suspects_.size() >= suspects_max) suspects_.pop_front();
    at = suspects_.insert(suspects_.end(), {x, 0});
  }
  if (++at->ends <= ends_allowed) return poison_step::suspected;
  suspects_.erase(at);
  if (quarantined_.size() >= quarantined_max) quarantined_.pop_front();
  quarantined_.push_back(x);
  return poison_step::quarantined;
}

bool poison_guard::holds(const message_print& x) const {
  return std::find(quarantined_.begin(), quarantined_.end(), x) != quarantined_.end();
}

}  // namespace bw
