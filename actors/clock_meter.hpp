#pragma once

#include <string>

#include "core/clock_sync.hpp"
#include "core/metrics.hpp"

namespace bw {

/// Shows whether somebody keeps the machine's clock right, as series of the registry, and says in
/// the log when that changes: between two looks at the broker's clock nothing else would tell. On
/// the thread of the SESSION actor.
class clock_meter {
 public:
  /// `read` empty: the clock is not the machine's, and there is nothing to tell.
  clock_meter(metrics_registry& metrics, clock_sync_port read);

  void look();

 private:
  clock_sync_port read_;
  gauge* kept_ = nullptr;
  gauge* error_ = nullptr;
  bool complained_ = false;
};

}  // namespace bw
