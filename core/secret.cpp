#include "core/secret.hpp"

#include <sys/mman.h>

#include <cstring>

#include "core/assert.hpp"

namespace bw {
namespace {

/// Volatile: writes to memory that is about to be freed would be dropped otherwise.
void wipe_bytes(char* bytes, std::size_t size) noexcept {
  for (volatile char* at = bytes; at != bytes + size; ++at) *at = 0;
}

}  // namespace

void wipe(std::string& text) noexcept {
  wipe_bytes(text.data(), text.size());
  text.clear();
}

secret::secret(std::string text) : size_(text.size()) {
  if (size_ == 0) return;
  void* pages = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  BW_ASSERT(pages != MAP_FAILED, "there is a page of memory for a secret");
  // A limit on locked memory may forbid it; the secret is then no worse off than before.
  locked_ = ::mlock(pages, size_) == 0;
  ::madvise(pages, size_, MADV_DONTDUMP);
  bytes_ = static_cast<char*>(pages);
  std::memcpy(bytes_, text.data(), size_);
  wipe(text);
}

secret::~secret() {
  if (bytes_ == nullptr) return;
  wipe_bytes(bytes_, size_);
  ::munmap(bytes_, size_);
}

}  // namespace bw
