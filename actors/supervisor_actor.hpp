#pragma once

#include <functional>
#include <string>
#include <vector>

#include "actors/fatal_handler.hpp"
#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "domain/restart_policy.hpp"
#include "messages/actor_interfaces.hpp"

namespace bw {

/// What a SUPERVISOR does when one child ends (docs/supervision.md).
enum class on_child_end : std::uint8_t {
  restart = 1,  // Start it again after a delay, within its restart intensity.
  escalate,     // Its state is the node's: end the process, which recovers when it starts again.
};

struct child_spec {
  std::string name;
  /// Spawns the child and tells everyone its new handle.
  std::function<caf::actor()> start;
  on_child_end when_it_ends = on_child_end::restart;
  /// Called first of all when its end is the process's end.
  std::function<void(const std::string& why)> on_loss;
  /// What the process ends with then.
  exit_code code = exit_code::unexpected;
  restart_options intensity;
  /// The child is a SUPERVISOR with children of its own.
  bool is_group = false;
  /// It waits to be started for the first time until somebody sends atom::restart with its number.
  bool dormant = false;
  /// What it is called from then on.
  std::function<std::string()> named;
  /// Told when the child used up its restarts; empty: the SUPERVISOR gives up as a whole.
  std::function<void()> gave_up;
};

struct supervisor_args {
  std::string name;
  std::vector<child_spec> children;
  const clock* time = nullptr;
  metrics_registry* metrics = nullptr;
  std::uint64_t seed = 1;
  std::function<void(supervisor_record)> note;
  fatal_handler on_fatal;
};

enum class child_state : std::uint8_t { starting = 1, running, waiting, stopped, gave_up };

/// Starts its children in order, watches them, and starts those again that end. A child counts as
/// running once it answers `ready`; no answer in time is a crash. One that may be started again is
/// asked every second, and ended when it stays silent: it hangs, though it does not hold the
/// worker. Scheduled, one a group.
struct supervisor_state {
  static constexpr const char* name = "supervisor";
  static constexpr std::chrono::seconds ready_within{3};
  static constexpr std::chrono::seconds heartbeat_every{1};
  static constexpr std::uint32_t heartbeats_missed_max = 3;

  explicit supervisor_state(supervisor_actor::pointer owner) : self(owner) {}
  void init(supervisor_args args);

  void start_child(std::uint32_t index);
  void on_ready(std::uint32_t index, std::uint32_t epoch);
  void on_down(const caf::down_msg& down);
  void beat();
  void on_heartbeat(std::uint32_t index, std::uint32_t epoch, bool answered);
  void stop();
  component_status status() const;

  struct child_entry {
    child_spec spec;
    restart_policy policy;
    caf::actor handle;
    child_state state = child_state::stopped;
    std::uint32_t epoch = 0;
    counter* restarts = nullptr;
    std::uint32_t heartbeats_missed = 0;
  };
  void give_up(child_entry& who, const std::string& why);

  supervisor_actor::pointer self;
  supervisor_args args;
  std::vector<child_entry> children;
  bool stopping = false;
};

supervisor_actor::behavior_type supervisor(
    supervisor_actor::stateful_pointer<supervisor_state> self, supervisor_args args);

}  // namespace bw
