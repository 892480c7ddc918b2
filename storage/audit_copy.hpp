#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "storage/audit_reader.hpp"
#include "storage/proved_log.hpp"

namespace bw {

/// Copies the log in `from` into the new folder `to`, record by record and verified on the way,
/// beside a node that writes. A checkpoint of the database needs the writer itself; this needs a
/// reader only. ec::integrity_broken when the log is damaged, ec::already_exists when something is
/// in `to`. Answers the head of the copy.
result<log_head> copy_audit_log(const std::filesystem::path& from, const std::filesystem::path& to);

/// The same for somebody who must not read everything: of the records that `hides` names the copy
/// keeps the hash alone, so that chain, anchors and proofs hold. No index leads to them either.
result<log_head> copy_redacted(const std::filesystem::path& from, const std::filesystem::path& to,
                               const std::function<bool(const record_view&)>& hides);

struct adoption {
  /// The last record of the old log that proved right.
  sequence_number sequence;
  digest chain{};
  std::uint64_t log_id = 0;
  /// Why the record after it did not; empty when the whole log is right.
  std::string reason;
  recovered_state past;
};

/// What a new log would take over from the old one in `folder`.
adoption examine_for_adoption(const std::filesystem::path& folder);

/// Renames log and anchors, so that nothing is lost, and begins a new log with what `old` says.
/// The caller holds the state folder's lock.
result<void> adopt_new_log(const proved_log_options& options, const adoption& old,
                           const std::string& suffix, std::uint64_t seed, const audit_stamp& now);

}  // namespace bw
