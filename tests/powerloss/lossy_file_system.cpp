#include "tests/powerloss/lossy_file_system.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace bw::tests {
namespace {

using rocksdb::IOStatus;

std::string folder_of(const std::string& name) {
  return std::filesystem::path{name}.parent_path().lexically_normal().string();
}

class lossy_file final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  lossy_file(std::unique_ptr<rocksdb::FSWritableFile>&& target, std::string name,
             lossy_file_system& files)
      : FSWritableFileOwnerWrapper(std::move(target)), name_(std::move(name)), files_(files) {}

  IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                  rocksdb::IODebugContext* debug) override {
    if (auto dead = files_.count(); !dead.ok()) return dead;
    auto done = FSWritableFileOwnerWrapper::Append(data, options, debug);
    if (done.ok()) files_.grew(name_, size_ += data.size());
    return done;
  }
  IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                  const rocksdb::DataVerificationInfo&, rocksdb::IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Sync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    if (auto dead = files_.count(); !dead.ok()) return dead;
    files_.synced(name_);
    return IOStatus::OK();
  }
  IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    return Sync(options, debug);
  }
  IOStatus RangeSync(std::uint64_t, std::uint64_t, const rocksdb::IOOptions&,
                     rocksdb::IODebugContext*) override {
    return IOStatus::OK();  // It starts the writing and waits for nothing.
  }
  IOStatus Truncate(std::uint64_t size, const rocksdb::IOOptions& options,
                    rocksdb::IODebugContext* debug) override {
    return FSWritableFileOwnerWrapper::Truncate(size, options, debug);
  }

 private:
  std::string name_;
  lossy_file_system& files_;
  std::uint64_t size_ = 0;
};

class lossy_folder final : public rocksdb::FSDirectoryWrapper {
 public:
  lossy_folder(std::unique_ptr<rocksdb::FSDirectory>&& target, std::string name,
               lossy_file_system& files)
      : FSDirectoryWrapper(std::move(target)), name_(std::move(name)), files_(files) {}

  IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    if (auto dead = files_.count(); !dead.ok()) return dead;
    files_.folder_synced(name_);
    return IOStatus::OK();
  }
  IOStatus FsyncWithDirOptions(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug,
                               const rocksdb::DirFsyncOptions&) override {
    return Fsync(options, debug);
  }

 private:
  std::string name_;
  lossy_file_system& files_;
};

std::string content_of(const std::string& name) {
  std::ifstream in{name, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

lossy_file_system::lossy_file_system() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

void lossy_file_system::cut_power_at(std::uint64_t operation) {
  const std::lock_guard lock{mutex_};
  cut_at_ = operation;
}
void lossy_file_system::fail_at(std::uint64_t operation) {
  const std::lock_guard lock{mutex_};
  fail_at_ = operation;
}
std::uint64_t lossy_file_system::operations() const {
  const std::lock_guard lock{mutex_};
  return operations_;
}

IOStatus lossy_file_system::count() {
  const std::lock_guard lock{mutex_};
  ++operations_;
  if (cut_at_ != 0 && operations_ >= cut_at_) dead_ = true;
  if (dead_) return IOStatus::IOError("the power is gone");
  if (operations_ == fail_at_) return IOStatus::IOError("the device refuses");
  return IOStatus::OK();
}

void lossy_file_system::grew(const std::string& name, std::uint64_t size) {
  const std::lock_guard lock{mutex_};
  files_[name].size = size;
}
void lossy_file_system::synced(const std::string& name) {
  const std::lock_guard lock{mutex_};
  auto& file = files_[name];
  file.synced = file.size;
}
void lossy_file_system::folder_synced(const std::string& folder) {
  const std::lock_guard lock{mutex_};
  std::erase_if(new_files_, [&](const auto& name) { return folder_of(name) == folder; });
  std::erase_if(renamed_, [&](const auto& each) { return folder_of(each.first) == folder; });
}

IOStatus lossy_file_system::NewWritableFile(const std::string& name,
                                            const rocksdb::FileOptions& options,
                                            std::unique_ptr<rocksdb::FSWritableFile>* out,
                                            rocksdb::IODebugContext* debug) {
  if (auto dead = count(); !dead.ok()) return dead;
  auto done = FileSystemWrapper::NewWritableFile(name, options, out, debug);
  if (!done.ok()) return done;
  *out = std::make_unique<lossy_file>(std::move(*out), name, *this);
  const std::lock_guard lock{mutex_};
  files_[name] = {};
  new_files_.insert(name);
  return done;
}

IOStatus lossy_file_system::RenameFile(const std::string& from, const std::string& to,
                                       const rocksdb::IOOptions& options,
                                       rocksdb::IODebugContext* debug) {
  if (auto dead = count(); !dead.ok()) return dead;
  const std::lock_guard lock{mutex_};
  std::optional<std::string> before;
  if (std::filesystem::exists(to)) before = content_of(to);
  auto done = FileSystemWrapper::RenameFile(from, to, options, debug);
  if (!done.ok()) return done;
  renamed_.try_emplace(to, std::move(before));
  files_[to] = files_[from];
  files_.erase(from);
  new_files_.erase(from);
  return done;
}

IOStatus lossy_file_system::DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                                       rocksdb::IODebugContext* debug) {
  if (auto dead = count(); !dead.ok()) return dead;
  auto done = FileSystemWrapper::DeleteFile(name, options, debug);
  const std::lock_guard lock{mutex_};
  files_.erase(name);
  new_files_.erase(name);
  return done;
}

IOStatus lossy_file_system::NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                         std::unique_ptr<rocksdb::FSDirectory>* out,
                                         rocksdb::IODebugContext* debug) {
  auto done = FileSystemWrapper::NewDirectory(name, options, out, debug);
  if (done.ok())
    *out = std::make_unique<lossy_folder>(
        std::move(*out), std::filesystem::path{name}.lexically_normal().string(), *this);
  return done;
}

void lossy_file_system::lose_bytes(const std::string& name, const extent& file, prng& chance) {
  const std::uint64_t block = chance.chance(1, 2) ? 512 : 4096;
  const auto unsynced = file.size - file.synced;
  auto kept = file.synced;
  std::uint64_t zeros = 0;
  if (chance.chance(1, 2)) {
    // A device writes blocks: some of them came through, and the last one perhaps in part.
    kept = std::min(file.size, (file.synced + chance.below(unsynced + 1)) / block * block);
    kept = std::max(kept, file.synced);
    if (chance.chance(1, 2) && kept < file.size) {
      const auto part = chance.below(std::min(block, file.size - kept));
      kept += part;
      if (fill_) zeros = block - kept % block;
    }
  }
  std::filesystem::resize_file(name, kept);
  if (zeros > 0) std::filesystem::resize_file(name, kept + zeros);
}

void lossy_file_system::lose(prng& chance) {
  const std::lock_guard lock{mutex_};
  for (const auto& [name, file] : files_)
    if (std::filesystem::exists(name) && file.synced < file.size) lose_bytes(name, file, chance);
  for (const auto& [name, before] : renamed_) {
    if (chance.chance(1, 2)) continue;  // It may have come through all the same.
    if (before)
      std::ofstream{name, std::ios::binary} << *before;
    else
      std::filesystem::remove(name);
  }
  for (const auto& name : new_files_)
    if (chance.chance(1, 2)) std::filesystem::remove(name);
  files_.clear();
  renamed_.clear();
  new_files_.clear();
}

std::unique_ptr<rocksdb::Env> environment_on(std::shared_ptr<lossy_file_system> files) {
  return rocksdb::NewCompositeEnv(std::move(files));
}

}  // namespace bw::tests
