#pragma once

#include "core/time.hpp"

namespace bw {

/// Something that must hold: breached as soon as it does not, and clean again when it has held for
/// `clean_for` without a break. Single-threaded.
class limit_watch {
 public:
  explicit limit_watch(nanoseconds clean_for) : clean_for_(clean_for) {}

  void breach(mono_ns now) {
    breached_ = true;
    last_breach_ = now;
  }
  /// To be asked now and then: time alone ends a breach.
  bool is_breached(mono_ns now) {
    if (breached_ && now - last_breach_ >= clean_for_) breached_ = false;
    return breached_;
  }
  bool waits_for_time() const { return breached_; }

 private:
  nanoseconds clean_for_;
  mono_ns last_breach_;
  bool breached_ = false;
};

}  // namespace bw
