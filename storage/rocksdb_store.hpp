#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/audit_options.hpp"
#include "storage/record_chain.hpp"

namespace bw {

/// The database below the audit log: three column families and nothing that could take a record
/// away. It knows keys and bytes; what they mean is the business of log and reader.
///
///   log   8-byte big-endian sequence -> record (record_layout.hpp)
///   idx   client order id, 0, 8-byte big-endian sequence -> nothing
///   meta  "format", "log_id", "boot_no", "head"
///
/// One thread. At most one primary exists for a folder, in all processes; secondaries are free.
class rocksdb_store {
 public:
  /// For the writer. Makes the folder and an empty database where there is none.
  /// ec::storage_locked when another process (or object) holds it, ec::integrity_broken when it is
  /// damaged, ec::storage_failed when it is something else or the disk refuses.
  static result<std::unique_ptr<rocksdb_store>> open_primary(const audit_options& options);
  /// For readers: sees what the primary has written so far, and needs none. Writes nothing below
  /// `folder`. ec::not_found when there is no database.
  static result<std::unique_ptr<rocksdb_store>> open_secondary(const std::filesystem::path& folder);

  ~rocksdb_store();

  /// A text of the meta column; nothing when it was never written.
  result<std::optional<std::string>> meta(std::string_view name) const;
  /// Sequence of the last record, zero when there is none.
  result<sequence_number> last_record() const;
  std::unique_ptr<record_cursor> records(sequence_number from) const;
  /// The bytes of one record; nothing when there is none.
  result<std::optional<std::string>> record(sequence_number sequence) const;
  /// Where the order is mentioned, ascending, from the first on and at most `count_max`.
  result<std::vector<sequence_number>> mentions(const client_order_id& id,
                                                std::size_t count_max) const;

  /// Reads every block of every table file and compares its checksum: index and metadata too.
  result<void> check_files() const;

  /// Collects for the next commit.
  void stage_record(sequence_number sequence, std::string_view bytes);
  void stage_mention(const client_order_id& id, sequence_number sequence);
  void stage_meta(std::string_view name, std::string_view value);
  /// Writes what was staged, all of it or nothing. A background error makes this and sync refuse
  /// for the rest of the object's life.
  result<void> commit(sync_mode sync);
  result<void> sync();

  /// Secondary only: takes in what the primary wrote since.
  result<void> catch_up();

 private:
  struct database;
  explicit rocksdb_store(std::unique_ptr<database> opened);

  std::unique_ptr<database> database_;
};

/// Eight bytes that sort as the number does.
std::string big_endian(std::uint64_t x);
/// The number, or nothing unless there are eight bytes.
std::optional<std::uint64_t> from_big_endian(std::string_view bytes);

}  // namespace bw
