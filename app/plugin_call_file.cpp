#include "app/plugin_call_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace bw {

result<plugin_call_file> plugin_call_file::open(const std::filesystem::path& file) {
  const auto failed = [&](std::string_view what) {
    return error{ec::io_failed,
                 file.string() + ": " + std::string{what} + ": " + std::strerror(errno)};
  };
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return failed("cannot be opened");
  if (::ftruncate(descriptor, sizeof(plugin_call_slots)) != 0) {
    ::close(descriptor);
    return failed("cannot be made");
  }
  void* at =
      ::mmap(nullptr, sizeof(plugin_call_slots), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  ::close(descriptor);
  if (at == MAP_FAILED) return failed("cannot be mapped");
  plugin_call_file out;
  out.slots_ = static_cast<plugin_call_slots*>(at);
  for (auto& slot : *out.slots_) {
    // Bytes of an earlier process: nobody vouches for them.
    slot.strategy.back() = '\0';
    if (slot.taken.exchange(0) == 1 && slot.strategy[0] != '\0')
      out.left_.emplace_back(slot.strategy.data());
    slot.since.store(0);
  }
  return out;
}

plugin_call_file::plugin_call_file(plugin_call_file&& other) noexcept
    : slots_(std::exchange(other.slots_, nullptr)), left_(std::move(other.left_)) {}

plugin_call_file& plugin_call_file::operator=(plugin_call_file&& other) noexcept {
  std::swap(slots_, other.slots_);
  std::swap(left_, other.left_);
  return *this;
}

plugin_call_file::~plugin_call_file() {
  if (slots_ != nullptr) ::munmap(slots_, sizeof(plugin_call_slots));
}

}  // namespace bw
