#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "broker/broker_gateway.hpp"
#include "broker/order_sweep.hpp"
#include "core/durable_mark.hpp"
#include "messages/audit.hpp"
#include "net/io_loop.hpp"

namespace bw {

struct kill_parts {
  durable_mark* mark = nullptr;
  broker_gateway* gateway = nullptr;
  /// The gateway's loop.
  net::io_loop* loop = nullptr;
  /// The kill file of the state folder.
  std::filesystem::path file;
  std::uint64_t boot_no = 0;
  sweep_options sweep;
  /// Tells the node: the trading state, and the record of who did it. Must not wait.
  std::function<void(const operator_record&)> tell_node;
  /// Puts down what came of it. Must not wait.
  std::function<void(audit_event)> note;
};

/// What a kill has done by the time it is acknowledged.
struct kill_receipt {
  bool accepted = false;
  /// False: a kill stood already; the orders were swept once more.
  bool first = false;
  /// Why the kill file could not be written; empty when it is on disk.
  std::string file_failure;
};

/// The emergency stop of a running node: no order leaves any more, the kill file is on disk, every
/// order at the broker is cancelled until none is open. It needs neither the actors nor the audit
/// log; both are told, and nothing waits for them. Any thread.
///
/// The file is what makes a kill last over a restart, whatever became of the log: a start that
/// finds it begins killed, and only a person's clear, in a later process, removes it.
class kill_switch {
 public:
  explicit kill_switch(kill_parts parts);
  ~kill_switch();
  kill_switch(const kill_switch&) = delete;
  kill_switch& operator=(const kill_switch&) = delete;

  /// From the return of this call on no order byte leaves. Bounded by one write to disk.
  kill_receipt kill(const operator_record& who);
  /// Only a later process may take such a kill back.
  bool killed_here() const;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

/// Writes the kill file, synced with its folder, unless it is there. ec::io_failed names the path.
result<void> write_kill_file(const std::filesystem::path& file, const operator_record& who,
                             std::uint64_t boot_no, utc_ns at);
/// What stands in the file for a person; empty when there is none.
std::string read_kill_file(const std::filesystem::path& file);
/// Takes it away; ec::io_failed names the path.
result<void> remove_kill_file(const std::filesystem::path& file);

}  // namespace bw
