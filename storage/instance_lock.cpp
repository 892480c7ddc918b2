#include "storage/instance_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace bw {
namespace {

error refused(const std::filesystem::path& file, int number) {
  return {ec::io_failed, "the file " + file.string() +
                             " cannot be locked: " + std::generic_category().message(number)};
}

/// What the holder wrote; digits only, since anybody may have written the file.
std::string holder(int descriptor) {
  char text[24];
  const auto count = ::pread(descriptor, text, sizeof text, 0);
  std::string out;
  for (ssize_t k = 0; k < count && text[k] >= '0' && text[k] <= '9'; ++k) out += text[k];
  return out.empty() ? "unknown" : out;
}

}  // namespace

instance_lock::~instance_lock() {
  // Closing unlocks. The file stays: removing it could take it away from the next one's lock.
  if (descriptor_ >= 0) ::close(descriptor_);
}

result<instance_lock> lock_state_folder(const std::filesystem::path& folder) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code)
    return {ec::io_failed, "the folder " + folder.string() + " cannot be made: " + code.message()};

  const auto file = folder / "LOCK";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor < 0) return refused(file, errno);
  instance_lock out{descriptor};
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return refused(file, errno);
    return {ec::already_exists, "another node (process " + holder(descriptor) +
                                    ") already runs with the state folder " + folder.string() +
                                    "; stop it, or give this one another folder"};
  }
  const auto text = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) != 0 ||
      ::pwrite(descriptor, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    return refused(file, errno);
  return out;
}

}  // namespace bw
