#pragma once

#include <functional>
#include <memory>
#include <string>

#include "actors/person_desk.hpp"
#include "actors/poison_shelf.hpp"
#include "app/file_watch.hpp"
#include "app/live_gate.hpp"
#include "app/output.hpp"
#include "config/config_loader.hpp"
#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "messages/operations.hpp"
#include "messages/status.hpp"

namespace bw {

/// What `run` and `demo` have in common: one node with everything it stands on, started in the
/// order of docs/ARCHITECTURE.md and stopped in reverse.
class node_runner {
 public:
  struct setup {
    loaded_config config;
    /// The venue's clock when both live in one process (`demo`); null: the machine's clock, or in
    /// sim mode the clock that the venue tells.
    scaled_clock* shared_clock = nullptr;
    metrics_registry* metrics = nullptr;
    /// Told from any thread when the node cannot go on; the owner then stops it.
    std::function<void()> wake;
    /// Strategies beside the built-in ones; null: none.
    std::function<result<void>(strategy_registry&)> more_strategies;
    /// Without it a configuration with mode live does not start.
    std::optional<live_permit> permit;
    /// For tests: throws where a defect of a member would.
    poison_shelf::rehearsal rehearsal{};
    /// For tests: strategies.toml is looked at when somebody asks for it, and not before.
    file_sight strategies_sight = file_sight::always;
  };

  explicit node_runner(setup with);
  ~node_runner();

  /// Every step in order; the failure of the first that fails, with the exit code of its kind.
  std::optional<command_failure> start();
  /// To be called a few times a second by whoever waits for the end. Looks at everything that
  /// trading needs once the node runs, and again before each open, and puts down what it found.
  void look();
  /// Orderly, bounded; then the audit log is verified from its first record.
  void stop();

  /// After `stop`: how it ended. A fatal reason gives its code.
  exit_code code() const;
  std::string fatal_text() const;
  bool has_failed() const;

  /// The latest status, or an empty one.
  node_status status() const;
  bool audit_verified() const;
  std::uint64_t audit_records() const;
  std::uint16_t ops_port() const;
  /// The kill switch: from its return on no order byte leaves. Between `start` and `stop`; any
  /// thread.
  void kill(const operator_record& who);
  /// What people may ask. Between `start` and `stop`; any thread.
  const person_desk& people() const;
  /// Ends a member as a crash would; for tests.
  bool crash(const std::string& member);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// Limits that guard the way between machine and broker are about real time. On a clock that runs
/// `speed` times as fast they are widened, so that 20 ms of real delay do not look like a dead
/// feed; limits of the market's own time stay as they are.
void widen_for_speed(node_config& config, std::int64_t speed);

/// The summary of a run as one JSON object.
std::string summary_json(const node_runner& runner);
/// The same for a person.
std::string summary_text(const node_runner& runner);

}  // namespace bw
