#pragma once

#include "storage/audit_options.hpp"

namespace rocksdb {
struct ColumnFamilyOptions;
struct DBOptions;
struct WriteOptions;
}  // namespace rocksdb

namespace bw::rocksdb_settings {

// Every RocksDB option that the audit log depends on, with its reason; what is not named here keeps
// its default. Integrity wins over speed.

void primary(rocksdb::DBOptions& options, audit_sync sync);
/// For a reader beside the primary, or without one.
void secondary(rocksdb::DBOptions& options);
void columns(rocksdb::ColumnFamilyOptions& options);
void write(rocksdb::WriteOptions& options, sync_mode sync);

}  // namespace bw::rocksdb_settings
