#include "storage/durable_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

namespace bw {
namespace {

error refused(const std::filesystem::path& file, const char* what, int why) {
  return {why == EEXIST ? ec::already_exists : ec::io_failed,
          file.string() + " cannot be " + what + ": " + std::strerror(why)};
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
}

result<void> make_folder_of(const std::filesystem::path& file) {
  std::error_code code;
  std::filesystem::create_directories(folder_of(file), code);
  if (code) return refused(folder_of(file), "made", code.value());
  return {};
}

/// A file that is not entered in its folder durably may be gone after a power loss.
result<void> sync_folder_of(const std::filesystem::path& file) {
  const int folder = ::open(folder_of(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return refused(folder_of(file), "opened", errno);
  const int done = ::fsync(folder);
  const int why = errno;
  ::close(folder);
  if (done != 0) return refused(folder_of(file), "synced", why);
  return {};
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

result<void> write_new_file(const std::filesystem::path& file, std::string_view text,
                            file_access access) {
  if (auto made = make_folder_of(file); !made) return made;
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                                access == file_access::owner ? 0600 : 0644);
  if (descriptor < 0) return refused(file, "made", errno);
  const bool done = write_all(descriptor, text) && ::fsync(descriptor) == 0;
  const int why = errno;
  ::close(descriptor);
  if (!done) return refused(file, "written", why);
  return sync_folder_of(file);
}

line_file::line_file(int descriptor, std::filesystem::path file)
    : descriptor_(descriptor), file_(std::move(file)) {}

line_file::line_file(line_file&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      file_(std::move(other.file_)),
      failed_(other.failed_) {}

line_file::~line_file() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

result<line_file> line_file::open(const std::filesystem::path& file) {
  if (auto made = make_folder_of(file); !made) return std::move(made).failure();
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) return refused(file, "opened", errno);
  line_file out{descriptor, file};
  if (auto synced = sync_folder_of(file); !synced) return std::move(synced).failure();
  return out;
}

result<void> line_file::append(std::string_view line) {
  if (failed_) return {ec::io_failed, file_.string() + " failed before and takes nothing more"};
  std::string text{line};
  text += '\n';
  // One write: a line of another writer cannot stand in its middle.
  if (write_all(descriptor_, text) && ::fdatasync(descriptor_) == 0) return {};
  failed_ = true;
  return refused(file_, "written", errno);
}

result<std::string> read_file(const std::filesystem::path& file) {
  std::error_code code;
  if (!std::filesystem::exists(file, code)) return {ec::not_found, file.string() + " is not there"};
  std::ifstream in{file, std::ios::binary};
  std::string out{std::istreambuf_iterator<char>{in}, {}};
  if (!in && !in.eof()) return {ec::io_failed, file.string() + " cannot be read"};
  return out;
}

}  // namespace bw
