#pragma once

#include <functional>
#include <span>

#include "core/result.hpp"
#include "messages/audit.hpp"
#include "storage/merkle_tree.hpp"

namespace bw {

/// One record as it stands in the log.
struct audit_record {
  sequence_number sequence;
  /// Variant index of the event: names stay readable when a payload is newer than the reader.
  std::uint16_t type = 0;
  std::uint64_t boot_no = 0;
  utc_ns wall;
  mono_ns mono;
  trace_id trace;
  short_name from;
  audit_event event;
  digest chain{};
  /// Its leaf in the Merkle tree.
  digest leaf{};
};

/// What a writer puts in front of each event.
struct audit_stamp {
  utc_ns wall;
  mono_ns mono;
  trace_id trace;
  short_name from;
};

enum class sync_mode : bool { no, yes };

/// Append-only log: no delete, no update. One writer. A failed append or sync is final: the log
/// refuses everything afterwards (ec::storage_failed).
class audit_log {
 public:
  virtual ~audit_log() = default;

  struct entry {
    audit_stamp stamp;
    const audit_event* event;
  };
  /// Appends in order and as one atomic batch; answers the sequence of the last one.
  /// With sync_mode::yes it answers when the batch is on stable storage.
  virtual result<sequence_number> append(std::span<const entry> entries, sync_mode sync) = 0;
  /// Makes everything appended so far durable.
  virtual result<void> sync() = 0;

  virtual sequence_number head() const = 0;
  virtual digest head_chain() const = 0;
  virtual std::uint64_t boot_no() const = 0;
  virtual std::uint64_t log_id() const = 0;

  /// Over all records up to the head; null while nobody has said how it stood at the start.
  virtual const merkle_tree* tree() const { return nullptr; }
  /// How the tree stands at the head (start_point.hpp); it grows with each record from here on.
  virtual void continue_tree(merkle_tree) {}

  /// Calls `use` for each record from `from` on, in order, until it answers false. Verifies the
  /// chain as it goes: ec::integrity_broken names the first bad sequence.
  virtual result<void> read(sequence_number from,
                            const std::function<bool(const audit_record&)>& use) const = 0;
};

}  // namespace bw
