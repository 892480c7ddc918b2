#include "actors/feed_actor.hpp"

#include "actors/harden.hpp"

namespace bw {

feed_actor::behavior_type feed_owner(feed_actor::stateful_pointer<feed_actor_state> self,
                                     feed_args args) {
  harden(self, feed_actor_state::name);
  state_of(self).init(args);
  return {
      [](atom::beat) {},
      [self](atom::resume) { state_of(self).resume(); },
      [](const directory&) {},
      [self](atom::status) { return state_of(self).status(); },
      [](atom::ready) { return std::uint32_t{0}; },
  };
}

void feed_actor_state::init(feed_args given) {
  args = given;
  args.source->start(*args.sink);
  started = true;
}

void feed_actor_state::resume() {
  if (args.source->status().state != feed_state::latched) return;
  args.source->stop();
  args.source->start(*args.sink);
}

feed_actor_state::~feed_actor_state() {
  if (started) args.source->stop();
}

component_status feed_actor_state::status() const {
  const auto feed = args.source->status();
  component_status out;
  out.name = name;
  out.state = feed.state == feed_state::synced    ? health::ok
              : feed.state == feed_state::latched ? health::failed
                                                  : health::degraded;
  out.text = std::string{to_string(feed.state)};
  if (!feed.reason.empty()) out.text += ": " + feed.reason.str();
  out.counts["symbols"] = feed.symbols_subscribed;
  out.counts["queue"] = args.sink->depth();
  return out;
}

}  // namespace bw
