#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "storage/audit_log.hpp"

namespace bw {

/// Where cancels go while the audit log is dead: a file of fixed size that was made, filled and
/// opened before, so that it takes neither a new block nor memory of the database. Each write is on
/// stable storage when it returns (O_DSYNC). The next start merges it into the log. One thread.
///
///   0    8   "BWEMERG1"
///   8    8   boot_no of the run that owns it, little-endian
///   16   1   0, or 1 once it was merged
///   512 …    entries: u32 length, u32 CRC-32C, then stamp and event (binary_codec.hpp);
///            a length of zero ends them
class emergency_file {
 public:
  static constexpr std::size_t size_bytes = 1u << 20;

  struct kept {
    audit_stamp stamp;
    audit_event event;
  };
  /// What an earlier run left and nobody merged.
  struct leftover {
    std::uint64_t boot_no = 0;
    digest content{};
    std::vector<kept> events;
  };

  /// What stands in the file; nothing when it is missing, empty or merged. Entries behind a torn
  /// one are not believed. ec::integrity_broken for a file of another form.
  static result<leftover> read(const std::filesystem::path& file);
  /// Makes the file anew for this run; call it once what was left is in the log. ec::io_failed.
  static result<emergency_file> open(const std::filesystem::path& file, std::uint64_t boot_no);
  /// Says in the file that its content is in the log.
  static result<void> mark_merged(const std::filesystem::path& file);

  emergency_file(emergency_file&& other) noexcept;
  emergency_file& operator=(emergency_file&&) = delete;
  ~emergency_file();

  /// ec::out_of_range when the file is full, ec::io_failed when the device refuses.
  result<void> keep(const audit_stamp& stamp, const audit_event& event);
  std::uint32_t kept_count() const { return count_; }

 private:
  explicit emergency_file(int descriptor);

  int descriptor_;
  std::size_t next_;
  std::uint32_t count_ = 0;
};

/// Whether an event is kept: what may be told twice without harm and is worth it. Fills are not:
/// the broker has them, and the next start asks it.
bool is_for_emergency(const audit_event& event);

}  // namespace bw
