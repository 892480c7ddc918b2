#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/durable_file.hpp"
#include "storage/merkle_tree.hpp"
#include "storage/record_chain.hpp"
#include "storage/signing_key.hpp"

namespace bw {

/// What the log was at one moment, kept outside of it and signed. Whoever may write the log's
/// folder cannot make another log that agrees with an anchor he cannot write.
struct anchor {
  std::uint64_t log_id = 0;
  /// Of the last record, which was on stable storage when this was written.
  sequence_number sequence;
  digest chain{};
  digest root{};
  /// Record of the last full snapshot up to here: where a start may begin. Zero: none.
  sequence_number snapshot;
  utc_ns at;
  /// Full subtrees of the Merkle tree, so that it goes on without reading what lies before.
  std::vector<digest> peaks;
  /// SHA-256 of the line before this one; zeros in the first.
  digest previous{};
};

// One anchor a line, fields between single blanks:
//
//   BWANCHOR1 log_id sequence chain root snapshot time peaks previous key signature
//
// Numbers are decimal, time is nanoseconds since 1970 UTC, digests are hexadecimal, peaks stand one
// behind the other ("-" for none). The signature is of everything before its blank, by Ed25519.

std::string anchor_line(const anchor& x, const signing_key& key);
/// The form, and that the peaks have the root; not the signature. ec::parse_failed.
result<anchor> parse_anchor(std::string_view line);
/// ec::integrity_broken when the line was not signed with the key.
result<void> check_signature(std::string_view line, const public_key& key);

/// The anchors of a file, each tied to the one before.
struct anchor_list {
  std::vector<anchor> anchors;
  /// SHA-256 of the last line: what the next anchor names.
  digest last_line{};
  /// Whether the file ends in the middle of a line, as a power loss leaves it.
  bool torn = false;
};

/// Whose signature is looked at: that of the last anchor covers all before it.
enum class signature_check { last, every };

/// Nothing at all for a file that is missing. ec::integrity_broken names the first bad line.
result<anchor_list> read_anchors(const std::filesystem::path& file, const public_key& key,
                                 signature_check which);

/// Writes the lines of the file `from` into the new file `to`, for a copy of the log that ends at
/// `head`: what was anchored later is of records that the copy does not have, and a line that is
/// being written is none yet. Nothing where there is no file.
result<void> copy_anchors(const std::filesystem::path& from, const std::filesystem::path& to,
                          sequence_number head);

/// The failure of a log whose head lies before an anchor, or that has another past than it.
error rollback(std::string_view what);
/// The word that says so, for the operator's search.
inline constexpr std::string_view rollback_word = "AUDIT_ROLLBACK";

/// Whether the last anchor is one that the log may have: its name, and a head that is not behind
/// it. Its chain is compared when the record is read.
result<void> check_head(const log_head& head, const anchor& last);

}  // namespace bw
