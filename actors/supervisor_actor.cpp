#include "actors/supervisor_actor.hpp"

#include "actors/harden.hpp"

namespace bw {

supervisor_actor::behavior_type supervisor(
    supervisor_actor::stateful_pointer<supervisor_state> self, supervisor_args args) {
  harden(self, supervisor_state::name);
  self->set_down_handler([self](caf::down_msg& x) { state_of(self).on_down(x); });
  state_of(self).init(std::move(args));
  return {
      [self](atom::restart, std::uint32_t child) { state_of(self).start_child(child); },
      [self](atom::beat) { state_of(self).beat(); },
      [self](atom::stop) { state_of(self).stop(); },
      [self](atom::status) { return state_of(self).status(); },
      [](atom::ready) { return std::uint32_t{0}; },
  };
}

void supervisor_state::init(supervisor_args given) {
  args = std::move(given);
  prng chance{args.seed};
  for (auto& spec : args.children) {
    restart_policy policy{spec.intensity, chance.fork()};
    children.push_back(
        {std::move(spec), std::move(policy), {}, child_state::stopped, 0, nullptr, 0});
  }
  args.children.clear();
  for (std::uint32_t k = 0; k < children.size(); ++k)
    if (!children[k].spec.dormant) start_child(k);
  tell_after(self, heartbeat_every, supervisor_actor{self}, atom::beat_v);
}

void supervisor_state::start_child(std::uint32_t index) {
  if (stopping || index >= children.size()) return;
  auto& child = children[index];
  // A child that sleeps is woken once; one that works is not doubled.
  if (std::exchange(child.spec.dormant, false) && child.spec.named)
    child.spec.name = child.spec.named();
  if (child.restarts == nullptr)
    child.restarts =
        &args.metrics->add_counter("bellwether_actor_restarts_total",
                                   "Actors that were started again.", {{"actor", child.spec.name}});
  child.state = child_state::starting;
  if (child.epoch++ > 0) child.restarts->add();
  child.handle = child.spec.start();
  self->monitor<caf::message_priority::high>(child.handle);
  const auto epoch = child.epoch;
  // Running only on its own word; silence is a crash.
  self->request(child.handle, caf::timespan{ready_within}, atom::ready_v)
      .then([this, index, epoch](std::uint32_t) { on_ready(index, epoch); },
            [this, index, epoch](const caf::error&) {
              if (children[index].epoch == epoch && children[index].state == child_state::starting)
                self->send_exit(children[index].handle, caf::exit_reason::kill);
            });
}

void supervisor_state::on_ready(std::uint32_t index, std::uint32_t epoch) {
  auto& child = children[index];
  if (child.epoch != epoch || child.state != child_state::starting) return;
  child.state = child_state::running;
  child.heartbeats_missed = 0;
  child.policy.on_running(args.time->mono_now());
}

void supervisor_state::beat() {
  if (stopping) return;
  tell_after(self, heartbeat_every, supervisor_actor{self}, atom::beat_v);
  for (std::uint32_t k = 0; k < children.size(); ++k) {
    const auto& child = children[k];
    const bool watched = child.spec.when_it_ends == on_child_end::restart && !child.spec.is_group;
    if (!watched || child.state != child_state::running) continue;
    self->request(child.handle, caf::timespan{heartbeat_every}, atom::ready_v)
        .then([this, k, epoch = child.epoch](std::uint32_t) { on_heartbeat(k, epoch, true); },
              [this, k, epoch = child.epoch](const caf::error&) { on_heartbeat(k, epoch, false); });
  }
}

void supervisor_state::on_heartbeat(std::uint32_t index, std::uint32_t epoch, bool answered) {
  auto& child = children[index];
  if (child.epoch != epoch || child.state != child_state::running) return;
  child.heartbeats_missed = answered ? 0 : child.heartbeats_missed + 1;
  if (child.heartbeats_missed < heartbeats_missed_max) return;
  log_line(log_level::error, name, "exception", child.spec.name + " hangs and is ended");
  self->send_exit(child.handle, caf::exit_reason::kill);
}

void supervisor_state::on_down(const caf::down_msg& down) {
  for (std::uint32_t k = 0; k < children.size(); ++k) {
    auto& child = children[k];
    if (!child.handle || child.handle.address() != down.source) continue;
    if (stopping) {
      child.state = child_state::stopped;
      return;
    }
    const auto why = caf::to_string(down.reason);
    log_line(log_level::error, name, "exception", child.spec.name + " ended: " + why);
    if (child.spec.when_it_ends == on_child_end::escalate) return give_up(child, why);
    const auto decision = child.policy.on_failure(args.time->mono_now());
    if (decision.what == restart_decision::kind::escalate) return give_up(child, why);
    child.state = child_state::waiting;
    args.note({cut<short_name>(child.spec.name), why, child.epoch, false});
    tell_after(self, decision.wait, supervisor_actor{self}, atom::restart_v, k);
    return;
  }
}

void supervisor_state::give_up(child_entry& who, const std::string& why) {
  who.state = child_state::gave_up;
  if (who.spec.on_loss) who.spec.on_loss(why);
  args.note({cut<short_name>(who.spec.name), why, who.epoch, true});
  if (who.spec.gave_up) return who.spec.gave_up();
  args.on_fatal(who.spec.code,
                args.name + " gave up: " + who.spec.name + " ended and is not started again");
}

void supervisor_state::stop() {
  stopping = true;
  for (auto at = children.rbegin(); at != children.rend(); ++at) {
    if (!at->handle) continue;
    // A group stops its own children first; everyone else ends between two messages.
    if (at->spec.is_group)
      self->send(caf::actor_cast<supervisor_actor>(at->handle), atom::stop_v);
    else
      self->send_exit(at->handle, caf::exit_reason::user_shutdown);
  }
  self->quit();
}

component_status supervisor_state::status() const {
  component_status out;
  out.name = args.name;
  for (const auto& child : children) {
    if (child.spec.dormant) continue;
    if (child.state == child_state::gave_up) out.state = health::failed;
    if (child.state == child_state::waiting && out.state == health::ok)
      out.state = health::degraded;
    out.counts[child.spec.name + "_epoch"] = child.epoch;
  }
  return out;
}

}  // namespace bw
