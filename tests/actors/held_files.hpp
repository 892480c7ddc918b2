#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace bw::tests {

/// Real files below a database, whose syncs wait until they are let go, or fail.
class held_files : public rocksdb::FileSystemWrapper {
 public:
  held_files() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "held"; }

  void hold() { set(held_, true); }
  void let_go() { set(held_, false); }
  void fail() { set(failing_, true); }

  /// Waits until a sync is being held; false after ten seconds without one.
  bool await_a_sync() {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return inside_ > 0; });
  }
  std::uint64_t syncs() const {
    const std::lock_guard lock{mutex_};
    return syncs_;
  }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* out,
                                    rocksdb::IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSWritableFile> real;
    auto made = target()->NewWritableFile(name, options, &real, debug);
    if (made.ok()) *out = std::make_unique<held_file>(std::move(real), *this);
    return made;
  }

 private:
  class held_file final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    held_file(std::unique_ptr<rocksdb::FSWritableFile>&& real, held_files& files)
        : FSWritableFileOwnerWrapper(std::move(real)), files_(files) {}
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
      if (auto refused = files_.wait(); !refused.ok()) return refused;
      return FSWritableFileOwnerWrapper::Sync(options, debug);
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                            rocksdb::IODebugContext* debug) override {
      return Sync(options, debug);
    }

   private:
    held_files& files_;
  };

  void set(bool& what, bool to) {
    const std::lock_guard lock{mutex_};
    what = to;
    changed_.notify_all();
  }
  rocksdb::IOStatus wait() {
    std::unique_lock lock{mutex_};
    ++syncs_;
    ++inside_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_; });
    --inside_;
    return failing_ ? rocksdb::IOStatus::IOError("the device refuses") : rocksdb::IOStatus::OK();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  bool failing_ = false;
  std::uint64_t inside_ = 0;
  std::uint64_t syncs_ = 0;
};

}  // namespace bw::tests
