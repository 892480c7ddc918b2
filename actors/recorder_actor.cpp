#include "actors/recorder_actor.hpp"

#include <utility>

#include "actors/harden.hpp"

namespace bw {

recorder_actor::behavior_type recorder(recorder_actor::stateful_pointer<recorder_state> self,
                                       recorder_args args) {
  harden(self, recorder_state::name);
  state_of(self).init(std::move(args));
  return {
      [self](atom::beat) { state_of(self).beat(); },
      [](const directory&) {},
      [self](atom::status) { return state_of(self).status(); },
      [](atom::ready) { return std::uint32_t{0}; },
  };
}

void recorder_state::init(recorder_args given) {
  args = std::move(given);
  inputs = &args.metrics->add_counter("bellwether_recording_inputs_total",
                                      "Inputs of decisions that were noted for the recording.");
  lost = &args.metrics->add_counter("bellwether_recording_lost_total",
                                    "Inputs that found no room on the way to the recording.");
  bytes = &args.metrics->add_counter("bellwether_recording_bytes_total",
                                     "Bytes written to recordings, compressed.");
  self->send(self, atom::beat_v);
}

void recorder_state::beat() {
  tell_after(self, beat_every, recorder_actor{self}, atom::beat_v);
  auto& recording = *args.recording;
  std::vector<segment_record> sealed;
  recording.drain(args.time->utc_now(), sealed);
  for (auto& each : sealed) args.note(std::move(each));
  const auto grown = [](std::uint64_t now, std::uint64_t& told) {
    return now - std::exchange(told, now);
  };
  inputs->add(grown(recording.noted(), noted_told));
  bytes->add(grown(recording.bytes(), bytes_told));
  if (const auto gap = grown(recording.lost(), lost_told); gap > 0) {
    lost->add(gap);
    log_line(log_level::warning, name, "recording_gap",
             std::to_string(gap) + " inputs were not recorded: the disk is too slow");
  }
  if (!recording.failure().empty() && !std::exchange(failure_told, true))
    log_line(log_level::error, name, "recording_failed",
             "nothing more is recorded, trading goes on: " + recording.failure());
}

component_status recorder_state::status() const {
  component_status out;
  out.name = name;
  if (args.recording->lost() > 0) out.state = health::degraded;
  if (failure_told) out.state = health::failed;
  out.counts["inputs"] = args.recording->noted();
  out.counts["lost"] = args.recording->lost();
  out.counts["bytes"] = args.recording->bytes();
  return out;
}

}  // namespace bw
