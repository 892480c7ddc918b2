#pragma once

#include <string>

#include "app/preflight.hpp"

namespace bw {

struct preflight_request {
  std::string config_file;
  /// Judge the way to real money as well, as if --live had been given.
  bool live = false;
  /// Really rehearse the emergency stop, where that is possible.
  bool drill = true;
};

struct preflight_outcome {
  preflight_report report;
  std::string mode = "unknown";
  utc_ns at;
  drill_outcome drill;
  /// Empty when the configuration could not be read.
  std::filesystem::path state_folder;
  /// Positions held, where the broker said so.
  std::optional<std::size_t> positions;
};

/// Looks at everything that trading needs, one item after the other; what cannot be looked at fails
/// with the reason. Takes some seconds at most. Trades nothing but the drill's one share.
preflight_outcome run_preflight(const preflight_request& asked);

/// Puts the result into the audit log, where there is one that no node holds.
void keep_preflight(const preflight_request& asked, const preflight_outcome& outcome);

}  // namespace bw
