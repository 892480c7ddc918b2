#pragma once

#include <optional>

#include "app/preflight.hpp"
#include "config/config_loader.hpp"
#include "domain/session_calendar.hpp"
#include "messages/status.hpp"

namespace bw {

/// How long before the open a running node looks once more.
inline constexpr std::chrono::minutes preflight_before_open{5};

/// The preflight of a running node, of what it knows itself and what lies on its machine: no
/// request is spent on it. Writes one small file into the state folder and removes it.
preflight_report preflight_of_node(const loaded_config& loaded, const node_status& status,
                                   const std::optional<drill_evidence>& last_drill, utc_ns now);

/// The last drill that the log of the state folder tells; none when there is no log.
std::optional<drill_evidence> last_drill_of(const node_config& config,
                                            const session_calendar& calendar);

/// How long small writes into the folder took to be on the disk; empty when none was possible.
std::vector<nanoseconds> measure_sync(const std::filesystem::path& folder, const clock& time);

/// What the log is told.
preflight_record to_record(const preflight_report& report, std::string cause);
/// The same in one line.
std::string to_line(const preflight_record& record);

/// When a running node looks: once it runs, or after half a minute if it does not, and again before
/// each open after that.
class preflight_times {
 public:
  static constexpr std::chrono::seconds ready_within{30};

  void begin(mono_ns now) { started_at_ = now; }
  /// Why it is time to look now, "start" or "open"; empty when it is not. `mono` is of the machine,
  /// `now` of the node.
  std::string due(const node_status& status, mono_ns mono, utc_ns now);

 private:
  mono_ns started_at_;
  bool began_ = false;
  utc_ns looked_for_;
};

}  // namespace bw
