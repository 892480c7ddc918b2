#pragma once

#include <functional>
#include <vector>

#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "messages/actor_interfaces.hpp"
#include "storage/input_recording.hpp"

namespace bw {

struct recorder_args {
  /// Outlives the actor: what it holds at the end is sealed by whoever owns it.
  input_recording* recording = nullptr;
  const clock* time = nullptr;
  metrics_registry* metrics = nullptr;
  /// Puts a record into the audit log.
  std::function<void(segment_record)> note;
};

/// The slow lane of the recording: carries what the tapes hold to disk, twenty times a second, and
/// has each sealed segment named in the audit log. Detached: it writes files. Its end or its
/// failure costs recording and never trading.
struct recorder_state {
  static constexpr const char* name = "recorder";
  static constexpr nanoseconds beat_every = std::chrono::milliseconds{50};

  explicit recorder_state(recorder_actor::pointer owner) : self(owner) {}
  void init(recorder_args args);

  void beat();
  component_status status() const;

  recorder_actor::pointer self;
  recorder_args args;
  bool failure_told = false;
  std::uint64_t lost_told = 0;
  std::uint64_t noted_told = 0;
  std::uint64_t bytes_told = 0;
  counter* inputs = nullptr;
  counter* lost = nullptr;
  counter* bytes = nullptr;
};

recorder_actor::behavior_type recorder(recorder_actor::stateful_pointer<recorder_state> self,
                                       recorder_args args);

}  // namespace bw
