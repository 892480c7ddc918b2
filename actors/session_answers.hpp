#pragma once

#include <utility>

#include "actors/harden.hpp"
#include "messages/actor_interfaces.hpp"

namespace bw {

/// Carries an answer from the thread that it came on to the SESSION actor, or its failure.
template <class Value, class Make>
auto to_session(const session_actor& to, Make make) {
  return [to, make](result<Value> answer) {
    if (answer)
      post_to(to, make(std::move(*answer)));
    else
      post_to(to, broker_failure{0, std::move(answer).failure()});
  };
}

}  // namespace bw
