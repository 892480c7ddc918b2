#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "core/prng.hpp"

namespace bw::tests {

/// A file system between the database and the real one that knows what was synced. It can lose the
/// power: at a chosen operation everything begins to fail, and `lose` then takes from the real
/// files what no sync had covered: bytes behind the last sync but a part of chance length that may
/// end in a torn block, files whose entry in the folder was not synced, renames likewise. It can
/// also make one chosen operation fail. Syncs are believed and not carried out: they cost nothing.
///
/// Not modelled: removed files that come back, blocks that reach the disk out of order.
class lossy_file_system : public rocksdb::FileSystemWrapper {
 public:
  lossy_file_system();
  const char* Name() const override { return "lossy"; }

  /// The operation with this number (from 1) and all behind it fail; 0: none.
  void cut_power_at(std::uint64_t operation);
  /// The operation with this number fails, and it alone.
  void fail_at(std::uint64_t operation);
  /// Writes, syncs, creations, renames and removals so far.
  std::uint64_t operations() const;
  /// Changes the files as the loss of power would. Nothing may have them open any more.
  void lose(prng& chance);
  /// A torn block may be filled with zeros to its end, as some file systems leave it, and not only
  /// end where the writing stopped.
  void fill_torn_blocks() { fill_ = true; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* out,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* out,
                                 rocksdb::IODebugContext* debug) override;

  /// For the wrapped files. `count` answers why the operation must fail.
  rocksdb::IOStatus count();
  void grew(const std::string& name, std::uint64_t size);
  void synced(const std::string& name);
  void folder_synced(const std::string& folder);

 private:
  struct extent {
    std::uint64_t size = 0;
    std::uint64_t synced = 0;
  };
  void lose_bytes(const std::string& name, const extent& file, prng& chance);

  mutable std::mutex mutex_;
  std::uint64_t operations_ = 0;
  std::uint64_t cut_at_ = 0;
  std::uint64_t fail_at_ = 0;
  bool dead_ = false;
  bool fill_ = false;
  std::map<std::string, extent> files_;
  /// Not entered in their folders durably.
  std::set<std::string> new_files_;
  /// Renamed and not durable: what stood there before, if anything.
  std::map<std::string, std::optional<std::string>> renamed_;
};

/// The environment that a database is opened with.
std::unique_ptr<rocksdb::Env> environment_on(std::shared_ptr<lossy_file_system> files);

}  // namespace bw::tests
