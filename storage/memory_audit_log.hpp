#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/audit_log.hpp"

namespace bw {

/// What an audit log in memory leaves behind: the bytes that RocksDB would hold, so that a test can
/// open it again, look into it or damage it.
struct memory_audit_store {
  /// Record n stands at n - 1, in the layout of record_layout.hpp.
  std::vector<std::string> records;
  /// Zero until the log is opened for the first time.
  std::uint64_t log_id = 0;
  std::uint64_t boot_no = 0;
};

/// The simple implementation: backtest, simulation, oracle of the tests. Nothing is lost and
/// nothing is durable, so sync does nothing. One thread.
/// `seed` makes the log_id of a new store. ec::integrity_broken when the store was damaged at its
/// end; damage further back is found by read.
result<std::unique_ptr<audit_log>> open_memory_audit_log(std::shared_ptr<memory_audit_store> store,
                                                         std::uint64_t seed);
/// A log of its own, gone with the object.
std::unique_ptr<audit_log> open_memory_audit_log(std::uint64_t seed);

}  // namespace bw
