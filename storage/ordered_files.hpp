#pragma once

#include <memory>

namespace rocksdb {
class Env;
}

namespace bw {

/// The files of `below`, or the machine's when it is null, with one more order kept: before CURRENT
/// gets its new content by a renaming, the folder durably holds the manifest that it will name.
/// RocksDB syncs the folder after the renaming alone; a power loss in between may keep the renaming
/// and lose the manifest where a file system does not keep the order of a folder's entries, and
/// such a log does not open. `below` must outlive what is answered.
std::unique_ptr<rocksdb::Env> make_ordered_files(rocksdb::Env* below);

}  // namespace bw
