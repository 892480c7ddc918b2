#pragma once

namespace bw {

/// What the process tells its parent. The table in README.md says the same.
enum class exit_code : int {
  ok = 0,                  // Also a graceful stop by SIGTERM.
  unexpected = 1,          // A failure nobody planned for.
  usage = 2,               // Command line or configuration.
  not_ready = 3,           // Preflight or readiness failed.
  auth_refused = 4,        // The broker refused the credentials.
  unreachable = 5,         // Broker, network or node cannot be reached.
  stopped_by_risk = 6,     // A risk rule ended the process.
  integrity = 7,           // Audit chain, replay or reconciliation.
  refused_for_safety = 8,  // Live not confirmed, or a second instance.
  interrupted = 130,       // Interrupted twice.
};

}  // namespace bw
