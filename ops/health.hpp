#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messages/status.hpp"

namespace bw {

/// What a probe asks.
enum class probe : std::uint8_t {
  live = 1,  // Does the process still work? Depends on nothing outside it.
  ready,     // May it trade now?
  started,   // Has the first reconciliation finished?
};
std::string_view to_string(probe x) noexcept;

enum class check_result : std::uint8_t { pass = 1, fail, not_judged };

struct health_check {
  std::string name;
  check_result result = check_result::fail;
  /// What was found, for a person. Holds no secret and no account number.
  std::string text;
};

struct health_limits {
  /// The node publishes its status every second; older than this, its loop stands still.
  std::chrono::milliseconds status_age_max{5000};
  /// Until its first status the node reads its audit log, which may be long.
  std::chrono::milliseconds first_status_max{120000};
  /// In session, the freshest quote of all symbols. Single symbols are the risk gate's business.
  std::chrono::milliseconds data_age_max{30000};
};

/// What is known at the instant of the probe.
struct health_facts {
  /// Null until the node has published one.
  const node_status* status = nullptr;
  /// Real time since the status last changed, or since the start while there is none.
  std::chrono::milliseconds status_age{};
  /// What the process says of its own threads.
  bool alive = true;
};

struct health_report {
  probe asked = probe::live;
  bool passed = false;
  trading_state state;
  std::vector<health_check> checks;
};

/// Judges one probe. `excluded` names checks that are shown and do not count.
health_report judge_health(probe asked, const health_facts& facts, const health_limits& limits = {},
                           const std::vector<std::string>& excluded = {});

/// One JSON object: status (pass, fail), state, reasons, and checks in the form of the health+json
/// draft.
std::string to_json(const health_report& report, utc_ns now);
/// One line a check, "[+]audit ok" or "[-]feed down", and a last one with the verdict.
std::string to_lines(const health_report& report);

}  // namespace bw
