#include "domain/silence_watch.hpp"

#include <utility>

namespace bw {

silence_watch::verdict silence_watch::look(const heartbeat_look& x, mono_ns now) {
  // A file that cannot be read is no sign of life, and no sign of an end that was meant.
  const bool fresh = x.seen && (!armed_ || x.boot_no != boot_no_ || x.beat != beat_);
  if (fresh) {
    boot_no_ = x.boot_no;
    beat_ = x.beat;
    since_ = now;
    armed_ = !x.planned_stop;
    told_ = false;
  }
  if (!armed_) return verdict::idle;
  if (now - since_ < longest_) return verdict::beating;
  return std::exchange(told_, true) ? verdict::still_silent : verdict::silent;
}

}  // namespace bw
