#pragma once

#include <cstdint>

namespace bw {

/// Recording of what decisions are made on, beside the audit log.
struct recording_options {
  bool enabled = true;            // recording.enabled
  std::uint32_t days_kept = 30;   // recording.days_kept
  std::uint32_t max_mb = 10'000;  // recording.max_mb
};

}  // namespace bw
