#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "storage/audit_reader.hpp"
#include "storage/signing_key.hpp"

namespace bw {

// A month of the log in two files that can lie anywhere: `audit-2026-10.sst`, the records as the
// database has them, and `audit-2026-10.seal`, one signed line that says which records these are.
// Sealing takes nothing out of the log. A month begins behind the one before and ends in front of
// the first record of a later month (UTC): the order of the log counts, should the clock have been
// set back.

/// What the line of a seal says.
struct sealed_month {
  /// "2026-10"
  std::string month;
  std::uint64_t log_id = 0;
  sequence_number first;
  sequence_number last;
  /// Chain values in front of the first record and of the last one.
  digest previous{};
  digest chain{};
  /// Merkle tree over the records of the month.
  digest root{};

  /// The words that are signed.
  std::string text() const;
};

/// Seals every month that has ended before `now` and is not in `folder` yet, oldest first; the
/// folder is made when it is missing. A month of which half was written when the machine stopped is
/// written again. ec::integrity_broken when the log, or a seal of the folder, is not right.
result<std::vector<sealed_month>> seal_months(const audit_reader& log,
                                              const std::filesystem::path& folder,
                                              const signing_key& key, utc_ns now);

/// The months of a folder, oldest first: every record proved, every signature checked, each month
/// following on the one before without a gap. ec::integrity_broken names the first that does not.
result<std::vector<sealed_month>> check_seals(const std::filesystem::path& folder,
                                              const public_key& key);

/// Makes a log of sealed months in the new folder `to`, from the first record on. Checks them like
/// check_seals. Answers the head of what was restored.
result<log_head> restore_months(const std::filesystem::path& folder, const public_key& key,
                                const std::filesystem::path& to);

}  // namespace bw
