#pragma once

#include <memory>

#include "actors/ingress.hpp"
#include "feeds/feed.hpp"
#include "messages/actor_interfaces.hpp"

namespace bw {

struct feed_args {
  feed* source = nullptr;
  ingress* sink = nullptr;
};

/// Owns the connection for as long as it lives: starting the actor starts the feed, its end stops
/// it. A supervisor restarts it; the new one connects and subscribes anew. Scheduled, one a feed.
struct feed_actor_state {
  static constexpr const char* name = "feed";

  feed_actor_state() = default;
  ~feed_actor_state();
  feed_actor_state(const feed_actor_state&) = delete;
  feed_actor_state& operator=(const feed_actor_state&) = delete;

  void init(feed_args args);
  /// Connects anew when only a person could mend what was refused.
  void resume();
  component_status status() const;

  feed_args args;
  bool started = false;
};

feed_actor::behavior_type feed_owner(feed_actor::stateful_pointer<feed_actor_state> self,
                                     feed_args args);

}  // namespace bw
