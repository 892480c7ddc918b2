#pragma once

#include <filesystem>
#include <memory>

#include "storage/emergency_file.hpp"
#include "storage/log_keeper.hpp"
#include "storage/rocksdb_audit_log.hpp"

namespace bw {

struct proved_log_options {
  audit_options log;
  anchor_options anchors;
  /// Where cancels go while the log is dead.
  std::filesystem::path emergency;
  log_keeper_options keeper;
};

/// An audit log that was compared with its anchors, recovered from, and is kept provable.
struct proved_log {
  std::unique_ptr<audit_log> log;
  std::unique_ptr<log_keeper> keeper;
  std::unique_ptr<emergency_file> emergency;
  /// Record that the recovery began at, and how many it read.
  sequence_number from;
  std::uint64_t records = 0;
  /// Events of a dead log that were merged.
  std::size_t merged = 0;
};

/// All that a start does with the log: compare it with the anchors before anything is written to
/// it, open, verify and fold from the last anchored snapshot, merge what was kept while the log was
/// dead. ec::integrity_broken, with rollback_word in the sentence where the log lies behind its
/// anchors or is gone; otherwise what open_audit_log says.
result<proved_log> open_proved_log(const proved_log_options& options, std::uint64_t seed,
                                   const audit_stamp& now);

}  // namespace bw
