#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage/anchor_writer.hpp"
#include "storage/audit_log.hpp"
#include "storage/start_point.hpp"

namespace bw {

struct log_keeper_options {
  /// A snapshot at least so often while a session runs.
  nanoseconds snapshot_period = std::chrono::minutes{15};
  /// Records that were written since are read back and verified so often, a slice a beat.
  nanoseconds verify_period = std::chrono::seconds{60};
  std::size_t verify_slice = 512;
  /// A snapshot that would be longer is not written; a start then begins further back.
  std::size_t snapshot_bytes_max = 2u << 20;
};

/// Keeps an open log provable while it grows: folds its records into the books that a start would
/// find, writes them down as snapshots (at the start, when the session opens and closes, on every
/// halt, every quarter of an hour, at the end), anchors it, and reads back what was written. Lives
/// with the writer, on its thread. Every failure is final, as the log's own are.
class log_keeper {
 public:
  /// `start` is what `recover` said of the log; the anchors are optional.
  log_keeper(audit_log& log, start_point start, std::optional<anchor_writer> anchors,
             log_keeper_options options = {});

  /// As audit_log::append; a snapshot may follow on the records.
  result<sequence_number> append(std::span<const audit_log::entry> entries, sync_mode sync);
  /// What is due by time: anchor, snapshot, a slice of the verification. Answers the lines of the
  /// anchors that were written, for the journal.
  result<std::vector<std::string>> beat(const audit_stamp& now);
  /// Anchors the end of the run; the log's last record stays its last.
  result<std::vector<std::string>> finish(const audit_stamp& now);

  const recovered_state& books() const { return books_; }
  sequence_number verified() const { return verified_; }
  /// The last snapshot and why it was written; no words for one of an earlier run.
  sequence_number snapshot() const { return snapshot_; }
  std::string_view snapshot_cause() const { return snapshot_cause_; }

 private:
  result<void> write_snapshot(std::string_view cause, const audit_stamp& stamp);
  result<void> write_own(const audit_event& event, const audit_stamp& stamp);
  result<void> fold(std::span<const audit_log::entry> entries);
  result<std::string> write_anchor(const audit_stamp& now);
  result<void> verify_slice();
  /// Why a snapshot should follow on this record; empty: none.
  std::string_view cause_after(const audit_event& event);

  audit_log& log_;
  std::optional<anchor_writer> anchors_;
  log_keeper_options options_;
  recovered_state books_;
  sequence_number snapshot_;
  mono_ns snapshot_at_;
  std::string snapshot_cause_;
  bool in_session_ = false;
  /// Records since the last anchor that tell of it.
  std::uint64_t own_ = 0;
  sequence_number verified_;
  digest verified_chain_{};
  sequence_number verify_to_;
  mono_ns verify_began_;
  bool began_ = false;
};

}  // namespace bw
