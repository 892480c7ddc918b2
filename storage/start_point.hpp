#pragma once

#include <optional>

#include "storage/anchor.hpp"
#include "storage/recovery.hpp"

namespace bw {

/// What a start learns from the log.
struct start_point {
  recovered_state past;
  /// Over all records: the next anchor goes on from it.
  merkle_tree tree;
  /// Record that the fold began at: a snapshot, or the first one.
  sequence_number from;
  /// Last snapshot that was read.
  sequence_number snapshot;
  std::uint64_t records = 0;
};

/// Verifies and folds the log. With an anchor it begins at the anchor's snapshot: the chain from
/// there to the anchor's signed value proves the snapshot, and what lies before it was proved when
/// it was anchored. Without one it begins at the first record. ec::integrity_broken for a log that
/// is damaged, contradicts itself, or lies behind its anchor (rollback_word in the sentence).
result<start_point> recover(const audit_log& log, const std::optional<anchor>& last = std::nullopt);

}  // namespace bw
