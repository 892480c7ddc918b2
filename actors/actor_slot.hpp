#pragma once

#include <utility>

#include "actors/shared_value.hpp"
#include "messages/caf_dialect.hpp"

namespace bw {

/// The current handle of a member that may be restarted, for threads that are no actors: I/O
/// callbacks post through it and never hold a dead handle for longer than one call.
template <class Handle>
class actor_slot : public shared_value<Handle> {
 public:
  template <class... Ts>
  void post(Ts&&... xs) const {
    post_to(this->current(), std::forward<Ts>(xs)...);
  }
};

}  // namespace bw
