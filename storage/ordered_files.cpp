#include "storage/ordered_files.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <filesystem>
#include <string>

namespace bw {
namespace {

class ordered_files final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "ordered"; }

  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    const std::filesystem::path target{to};
    if (target.filename() == "CURRENT") {
      std::unique_ptr<rocksdb::FSDirectory> folder;
      auto done = NewDirectory(target.parent_path().string(), options, &folder, debug);
      if (done.ok()) done = folder->FsyncWithDirOptions(options, debug, rocksdb::DirFsyncOptions{});
      if (!done.ok()) return done;
    }
    return FileSystemWrapper::RenameFile(from, to, options, debug);
  }
};

}  // namespace

std::unique_ptr<rocksdb::Env> make_ordered_files(rocksdb::Env* below) {
  const auto* env = below != nullptr ? below : rocksdb::Env::Default();
  return rocksdb::NewCompositeEnv(std::make_shared<ordered_files>(env->GetFileSystem()));
}

}  // namespace bw
