#pragma once

#include <filesystem>
#include <utility>

#include "core/result.hpp"

namespace bw {

/// Keeps a second node away from a state folder. Held until the object goes or the process ends,
/// however it ends: the kernel owns the lock, so there is never a stale one to remove by hand.
class instance_lock {
 public:
  instance_lock(instance_lock&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  instance_lock& operator=(instance_lock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~instance_lock();

 private:
  explicit instance_lock(int descriptor) : descriptor_(descriptor) {}
  friend result<instance_lock> lock_state_folder(const std::filesystem::path& folder);

  int descriptor_;
};

/// Locks the file LOCK in `folder`, which is made when it is missing, and writes our process id
/// into it. ec::already_exists names the process that holds it; ec::io_failed otherwise.
result<instance_lock> lock_state_folder(const std::filesystem::path& folder);

}  // namespace bw
