#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/audit_log.hpp"
#include "storage/sha256.hpp"

namespace bw {

// Bytes of one record on disk, version 1. Integers are little-endian.
//
//   offset  size  field
//   0       4     magic "BWA1"
//   4       2     version, 1
//   6       2     type: index of the event's alternative, plus one
//   8       8     sequence, from 1 without a gap
//   16      8     log_id: a record of another log does not fit in
//   24      8     boot_no of the process that wrote it
//   32      8     wall, nanoseconds since 1970 UTC
//   40      8     mono, nanoseconds of that process's monotonic clock
//   48      8     trace
//   56      32    from: u8 length, text, zeros up to 32 bytes
//   88      4     payload length n
//   92      n     payload (binary_codec.hpp)
//   92+n    32    previous: chain value of the record before, zeros in the first
//   124+n   32    leaf = SHA-256(0x00 | bytes 0 … 92+n)
//   156+n   4     CRC-32C of all bytes before it
//
// The chain value of a record is SHA-256(0x02 | previous | leaf). It is not in the record itself:
// the next record holds it, and beside the log stands that of the last. Leaf prefix 0x00 is that
// of RFC 6962, so that Merkle proofs over the same leaves stay possible (nodes take 0x01).
//
// In a copy for others a record may be redacted: magic "BWR1", no payload, the leaf of the whole
// record. Chain, anchors and proofs hold as before; what its header says of type and time is then
// the word of whoever made the copy, until the whole record is shown and fits the leaf.

inline constexpr std::string_view record_magic = "BWA1";
inline constexpr std::string_view redacted_magic = "BWR1";
inline constexpr std::uint16_t record_version = 1;
inline constexpr std::size_t record_header_bytes = 92;
inline constexpr std::size_t record_trailer_bytes = 32 + 32 + 4;
/// A record longer than this is refused by the writer and not believed by the reader.
inline constexpr std::size_t record_payload_bytes_max = 4u << 20;

/// A record taken apart; the texts point into the bytes it was parsed from.
struct record_view {
  std::uint16_t type = 0;
  sequence_number sequence;
  std::uint64_t log_id = 0;
  std::uint64_t boot_no = 0;
  audit_stamp stamp;
  /// Header and payload: what the leaf covers.
  std::string_view hashed;
  std::string_view payload;
  digest previous{};
  digest leaf{};
  /// True when the checksum at the end fits the bytes before it.
  bool checksum_fits = false;
  /// Only its leaf is there; `hashed` is the header and does not lead to it.
  bool redacted = false;
};

/// Takes the form apart and proves nothing but the form. ec::parse_failed.
result<record_view> parse_record(std::string_view bytes);

digest leaf_of(sha256& hash, std::string_view header_and_payload);
digest chain_of(sha256& hash, const digest& previous, const digest& leaf);

/// The same record without what it says.
std::string redact_record(const record_view& view);

/// The record for a person or a program; `chain` is its chain value. Fails as decode_event does,
/// and with ec::unsupported for a redacted one.
result<audit_record> decode_record(const record_view& view, const digest& chain);

/// Turns events into records, each chained to the one before. One writer on one thread; it is of no
/// further use after a failure.
class record_writer {
 public:
  /// Goes on behind record `head` with chain value `chain`; both zero for an empty log.
  record_writer(std::uint64_t log_id, std::uint64_t boot_no, sequence_number head, digest chain);

  /// Bytes of the next record, valid until the next call. ec::out_of_range when the event is longer
  /// than a record may be.
  result<std::string_view> add(const audit_log::entry& entry);

  sequence_number head() const { return head_; }
  const digest& chain() const { return chain_; }

  /// The tree over all records up to the head; an empty log has its own from the start.
  void continue_tree(merkle_tree tree);
  const merkle_tree* tree() const { return tree_ ? &*tree_ : nullptr; }

 private:
  std::uint64_t log_id_;
  std::uint64_t boot_no_;
  sequence_number head_;
  digest chain_;
  std::optional<merkle_tree> tree_;
  sha256 hash_;
  std::string bytes_;
};

}  // namespace bw
