#pragma once

#include <memory>

#include "storage/audit_options.hpp"

namespace bw {

/// The audit log of a node. Opening it counts a start: boot_no is one higher than the last time,
/// and on stable storage before this returns. A new log gets its log_id from `seed`, which must
/// differ from log to log. One thread uses the log; closing it syncs it.
///
/// ec::storage_locked: another process holds it. ec::integrity_broken: it is damaged, or its head
/// does not fit its last record. ec::storage_failed: the folder holds something else, or the disk
/// refuses. ec::io_failed: the folder cannot be made or read.
///
/// Nothing but the end of the log is verified here; `read` from 1 verifies all of it.
result<std::unique_ptr<audit_log>> open_audit_log(const audit_options& options, std::uint64_t seed);

}  // namespace bw
