#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>

#include <chrono>
#include <memory>

#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "messages/actor_interfaces.hpp"
#include "messages/registration.hpp"

namespace bw::tests {

/// An actor system on CAF's test scheduler: no thread runs an actor, time moves when it is told to,
/// and CAF's timers move with the clock that the actors read.
class actor_fixture {
 public:
  actor_fixture() : time(utc_ns{1793629800'000000000}) {
    register_messages(config_);
    config_.set("scheduler.policy", caf::atom("testing"));
    system_ = std::make_unique<caf::actor_system>(config_);
    self_ = std::make_unique<caf::scoped_actor>(*system_);
  }
  ~actor_fixture() {
    for (const auto& each : watched_) caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
    scheduler().run();
    self_.reset();
    // Timers that are armed for ever hold references; nobody waits for them here.
    scheduler().trigger_timeouts();
    scheduler().run();
    system_->await_actors_before_shutdown(false);
  }

  caf::actor_system& system() { return *system_; }
  caf::scoped_actor& self() { return *self_; }
  caf::scheduler::test_coordinator& scheduler() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler());
  }

  /// An actor of the test's own.
  caf::actor fake(caf::behavior behavior) {
    // With an argument: CAF 0.17 looks into a null pointer when there is none.
    return keep(system_->spawn([](caf::event_based_actor*, caf::behavior x) { return x; },
                               std::move(behavior)));
  }
  template <class Handle>
  Handle keep(Handle handle) {
    watched_.push_back(caf::actor_cast<caf::actor>(handle));
    return handle;
  }
  template <class Handle, class... Ts>
  void send(const Handle& to, Ts&&... xs) {
    caf::anon_send(to, std::forward<Ts>(xs)...);
  }
  /// Everything that can happen without time passing.
  void run() { scheduler().run(); }
  /// Time passes in steps, and after each step everything happens that can.
  void pass(nanoseconds total, nanoseconds step = std::chrono::milliseconds{10}) {
    for (nanoseconds done{0}; done < total; done += step) {
      time.advance(step);
      scheduler().advance_time(std::chrono::duration_cast<caf::timespan>(step));
      scheduler().run();
    }
  }

  manual_clock time;
  metrics_registry metrics;

 private:
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::unique_ptr<caf::scoped_actor> self_;
  std::vector<caf::actor> watched_;
};

}  // namespace bw::tests
