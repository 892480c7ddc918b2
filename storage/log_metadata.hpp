#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/record_chain.hpp"
#include "storage/rocksdb_store.hpp"

namespace bw {

// What the meta column of a log says, and in which bytes.

inline constexpr std::string_view meta_format = "format";
inline constexpr std::string_view meta_log_id = "log_id";
inline constexpr std::string_view meta_boot_no = "boot_no";
inline constexpr std::string_view meta_head = "head";
inline constexpr std::string_view format_text = "bellwether audit log 1";
/// Of a copy in which records may be redacted: nobody writes to it.
inline constexpr std::string_view redacted_format_text = "bellwether audit log 1, redacted copy";

struct log_metadata {
  log_head head;
  std::uint64_t boot_no = 0;
  /// False for a database that was made and never used.
  bool exists = false;
};

/// ec::integrity_broken when one of the texts is missing or malformed.
result<log_metadata> read_metadata(const rocksdb_store& store);

/// Sequence and chain value of the last record.
std::string head_text(sequence_number sequence, const digest& chain);

}  // namespace bw
