#include "storage/rocksdb_settings.hpp"

#include <rocksdb/options.h>
#include <rocksdb/table.h>

namespace bw::rocksdb_settings {
namespace {

constexpr std::size_t mebibyte = 1u << 20;

/// RocksDB's own text log: for a person after a failure, and not allowed to grow.
void text_log(rocksdb::DBOptions& options) {
  // What goes well is in our own log.
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  // A new one begins at each open: five starts back are enough to look at.
  options.keep_log_file_num = 5;
  options.max_log_file_size = mebibyte;
}

void integrity(rocksdb::DBOptions& options) {
  // An incomplete last record is what a crash leaves behind; anything else in the WAL is damage.
  // Point-in-time, the default, would stop silently before the damage and lose what is behind it.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // Old bytes at the end of a file that is used again could pass for a tail.
  options.recycle_log_file_num = 0;
  // A write that failed makes the database refuse all further ones.
  options.paranoid_checks = true;
  // A closed WAL file that is missing or short is noticed at the next open.
  options.track_and_verify_wals_in_manifest = true;
  // The default resumes by itself after a background error; here the node must stop and say so.
  options.max_bgerror_resume_count = 0;
  // Opens without WAL files that are missing: never.
  options.best_efforts_recovery = false;
  // SyncWAL does not work on mapped files.
  options.allow_mmap_writes = false;
}

void speed(rocksdb::DBOptions& options, audit_sync sync) {
  // Each write reaches the kernel before it returns: what `process` promises.
  options.manual_wal_flush = false;
  // There is one writer. These serve several, by waiting or spinning for each other.
  options.allow_concurrent_memtable_write = false;
  options.enable_write_thread_adaptive_yield = false;
  options.enable_pipelined_write = false;
  options.unordered_write = false;
  options.two_write_queues = false;
  // The quiet column families pin old WAL files; this bounds them and with them the recovery.
  options.max_total_wal_size = 256 * mebibyte;
  // One flush and one compaction beside each other are enough for an ascending key.
  options.max_background_jobs = 2;
  // No periodic work.
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  // Without syncs the kernel would collect a burst; with them there is nothing to collect.
  options.wal_bytes_per_sync = sync == audit_sync::process ? mebibyte : 0;
  // A log whose memory was written out opens faster.
  options.avoid_flush_during_shutdown = false;
}

}  // namespace

void primary(rocksdb::DBOptions& options, audit_sync sync) {
  text_log(options);
  integrity(options);
  speed(options, sync);
  // The first start makes the log; that none is missing which should be there, the anchors say.
  options.create_if_missing = true;
  // An interrupted creation goes on where it ended.
  options.create_missing_column_families = true;
}

void secondary(rocksdb::DBOptions& options) {
  text_log(options);
  // A reader makes nothing.
  options.create_if_missing = false;
  // Damage ends the reading, as it ends the writing.
  options.paranoid_checks = true;
  // No periodic work.
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  // The primary may remove a file that it has replaced; one that is open stays readable.
  options.max_open_files = -1;
  // Files are opened by the thread that reads. RocksDB would start others for it each time that the
  // primary has written one, and where a thread cannot be started it ends the process.
  options.max_file_opening_threads = 1;
}

void columns(rocksdb::ColumnFamilyOptions& options) {
  // A change of the write buffer costs a new WAL file and a stall; a day's records fit one buffer.
  options.write_buffer_size = 64 * mebibyte;
  // The change does not wait until the previous buffer is written out.
  options.max_write_buffer_number = 4;
  // Files that contradict each other are found when they are installed.
  options.force_consistency_checks = true;
  // Records are repetitive text and small integers.
  options.compression = rocksdb::kLZ4Compression;
  rocksdb::BlockBasedTableOptions table;
  // Each block proves its bytes when it is read.
  table.checksum = rocksdb::kCRC32c;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
}

void write(rocksdb::WriteOptions& options, sync_mode sync) {
  // Decided for each group by what is in it (sync_needed).
  options.sync = sync == sync_mode::yes;
  // Without the WAL a record would live in memory only.
  options.disableWAL = false;
  // Finds memory that flips between the call and the file.
  options.protection_bytes_per_key = 8;
}

}  // namespace bw::rocksdb_settings
