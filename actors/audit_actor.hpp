#pragma once

#include <deque>
#include <vector>

#include "actors/fatal_handler.hpp"
#include "core/clock.hpp"
#include "core/durable_mark.hpp"
#include "core/heartbeat.hpp"
#include "core/metrics.hpp"
#include "messages/actor_interfaces.hpp"
#include "storage/audit_options.hpp"
#include "storage/emergency_file.hpp"
#include "storage/log_keeper.hpp"

namespace bw {

struct audit_args {
  audit_log* log = nullptr;
  const clock* time = nullptr;
  durable_mark* mark = nullptr;
  metrics_registry* metrics = nullptr;
  audit_sync policy = audit_sync::gate;
  fatal_handler on_fatal;
  /// Shows that the writer turns; null in tests.
  heartbeat* life = nullptr;
  /// Keeps the log provable, and what takes over when it dies; null in tests of the writing alone.
  log_keeper* keeper = nullptr;
  emergency_file* emergency = nullptr;
};

/// Writes what it gets in groups: everything that arrived while the last group was written is the
/// next one. Detached under `gate`, on the worker under `process`. A failed write or sync is final:
/// sends are
/// blocked, cancels go to the emergency file and the process is told to stop. Nothing is dropped.
struct audit_state {
  static constexpr const char* name = "audit";
  /// Records of one group at most.
  static constexpr std::size_t group_max = 256;
  /// Records that wait at most before trading is halted: the log cannot keep up.
  static constexpr std::size_t waiting_max = 4096;
  /// A write that took longer halts trading: what was decided meanwhile was decided blindly.
  static constexpr nanoseconds write_max = std::chrono::seconds{1};
  static constexpr nanoseconds unsynced_max = std::chrono::milliseconds{100};
  static constexpr nanoseconds beat_every = std::chrono::milliseconds{50};

  explicit audit_state(audit_actor::pointer owner) : self(owner) {}
  void init(audit_args args);

  void append(audit_append group);
  void commit();
  void beat();
  audit_synced flush();
  component_status status() const;

  struct waiting_group {
    audit_append group;
    audit_stamp stamp;
    audit_receiver_actor from;
    /// On the machine's clock.
    mono_ns arrived;
  };
  bool write_some();
  void fail(const error& why);
  void halt(const char* why);
  result<sequence_number> write(const std::vector<audit_log::entry>& entries, sync_mode sync);
  /// What a dead log must not lose goes to the emergency file.
  void keep_aside(const waiting_group& group);
  /// One line a snapshot.
  void tell_snapshot();
  void tell_anchors(const result<std::vector<std::string>>& lines);

  audit_actor::pointer self;
  audit_args args;
  risk_gate_actor gate;
  std::deque<waiting_group> waiting;
  std::size_t records_waiting = 0;
  bool commit_pending = false;
  sequence_number snapshot_told;
  bool failed = false;
  bool halted = false;
  system_clock real;
  mono_ns unsynced_since{};
  counter* records = nullptr;
  counter* errors = nullptr;
  histogram* write_time = nullptr;
  histogram* sync_time = nullptr;
};

audit_actor::behavior_type audit(audit_actor::stateful_pointer<audit_state> self, audit_args args);

}  // namespace bw
