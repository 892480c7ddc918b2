#pragma once

#include <cstdint>

#include "core/time.hpp"

namespace bw {

/// One look at a heartbeat.
struct heartbeat_look {
  /// There is one that can be read.
  bool seen = false;
  std::uint64_t boot_no = 0;
  std::uint64_t beat = 0;
  bool planned_stop = false;
};

/// Judges by another process's heartbeat whether it is gone. Time is of the watcher's own clock
/// alone: a beat is new when its numbers changed, whatever time it names. Single-threaded, pure.
class silence_watch {
 public:
  enum class verdict : std::uint8_t {
    idle = 1,  // Nothing to watch: none was seen yet, or the last end was meant.
    beating,
    silent,  // Nothing new for too long; said once a silence.
    still_silent,
  };

  explicit silence_watch(nanoseconds longest) : longest_(longest) {}

  verdict look(const heartbeat_look& x, mono_ns now);
  /// Since the last new beat.
  nanoseconds silent_for(mono_ns now) const { return armed_ ? now - since_ : nanoseconds{}; }
  /// What was to be done about the silence failed: the next look says silent again.
  void ask_again() { told_ = false; }

 private:
  nanoseconds longest_;
  std::uint64_t boot_no_ = 0;
  std::uint64_t beat_ = 0;
  mono_ns since_;
  bool armed_ = false;
  bool told_ = false;
};

}  // namespace bw
