#include "storage/emergency_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "storage/audit_codec.hpp"
#include "storage/binary_codec.hpp"
#include "storage/crc32c.hpp"
#include "storage/durable_file.hpp"
#include "storage/sha256.hpp"

namespace bw {
namespace {

constexpr std::string_view magic = "BWEMERG1";
constexpr std::size_t merged_at = 16;
/// A sector of its own: a torn entry cannot take the header along.
constexpr std::size_t entries_at = 512;
constexpr std::size_t entry_head_bytes = 8;

error refused(const std::filesystem::path& file, const char* what) {
  return {ec::io_failed, "the emergency file " + file.string() + " cannot be " + what + ": " +
                             std::strerror(errno)};
}

bool write_at(int descriptor, std::string_view text, std::size_t offset) {
  while (!text.empty()) {
    const auto written = ::pwrite(descriptor, text.data(), text.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::size_t>(written);
  }
  return true;
}

result<std::string> entry_of(const audit_stamp& stamp, const audit_event& event) {
  std::string out;
  binary_writer writer{out};
  writer.value(stamp.wall);
  writer.value(stamp.mono);
  writer.value(stamp.trace);
  writer.value(stamp.from);
  writer.value(static_cast<std::uint16_t>(event.index()));
  if (auto encoded = encode_event(event, out); !encoded) return std::move(encoded).failure();
  return out;
}

bool read_entry(std::string_view bytes, emergency_file::kept& out) {
  constexpr std::size_t fixed = 8 + 8 + 8;
  binary_reader head{bytes.substr(0, fixed)};
  if (bytes.size() < fixed + 1 || !head.value(out.stamp.wall) || !head.value(out.stamp.mono) ||
      !head.value(out.stamp.trace))
    return false;
  const auto name = 1u + static_cast<unsigned char>(bytes[fixed]);
  if (bytes.size() < fixed + name + 2) return false;
  binary_reader middle{bytes.substr(fixed, name + 2)};
  std::uint16_t type = 0;
  if (!middle.value(out.stamp.from) || !middle.value(type)) return false;
  auto event = decode_event(type, bytes.substr(fixed + name + 2));
  if (!event) return false;
  out.event = *std::move(event);
  return true;
}

}  // namespace

bool is_for_emergency(const audit_event& event) {
  return std::holds_alternative<cancel_record>(event) ||
         std::holds_alternative<cancel_result_record>(event) ||
         std::holds_alternative<state_record>(event);
}

result<emergency_file::leftover> emergency_file::read(const std::filesystem::path& file) {
  const auto bytes = read_file(file);
  if (!bytes && bytes.code() == ec::not_found) return leftover{};
  if (!bytes) return bytes.failure();
  // A power loss while the file was made leaves it short or full of zeros: nothing was kept then.
  if (bytes->size() < size_bytes || bytes->find_first_not_of('\0') == std::string::npos)
    return leftover{};
  if (!bytes->starts_with(magic))
    return {ec::integrity_broken, file.string() + " is no emergency file of the audit log"};
  leftover out;
  if ((*bytes)[merged_at] != 0) return out;
  binary_reader boot{std::string_view{*bytes}.substr(magic.size(), 8)};
  if (!boot.value(out.boot_no)) return out;
  auto rest = std::string_view{*bytes}.substr(entries_at);
  while (rest.size() > entry_head_bytes) {
    std::uint32_t length = 0;
    std::uint32_t sum = 0;
    binary_reader head{rest.substr(0, entry_head_bytes)};
    if (!head.value(length) || !head.value(sum) || length == 0) break;
    if (length > rest.size() - entry_head_bytes) break;
    const auto entry = rest.substr(entry_head_bytes, length);
    kept next;
    if (crc32c(entry) != sum || !read_entry(entry, next)) break;
    out.events.push_back(std::move(next));
    rest.remove_prefix(entry_head_bytes + length);
  }
  out.content = sha256{}.of({std::string_view{*bytes}});
  return out;
}

emergency_file::emergency_file(int descriptor) : descriptor_(descriptor), next_(entries_at) {}

emergency_file::emergency_file(emergency_file&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), next_(other.next_), count_(other.count_) {}

emergency_file::~emergency_file() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

result<emergency_file> emergency_file::open(const std::filesystem::path& file,
                                            std::uint64_t boot_no) {
  std::string content(size_bytes, '\0');
  content.replace(0, magic.size(), magic);
  std::string boot;
  binary_writer{boot}.value(boot_no);
  content.replace(magic.size(), boot.size(), boot);
  // Beside the old one and then in its place: it is whole at any moment.
  auto fresh = file;
  fresh += ".new";
  std::error_code code;
  std::filesystem::remove(fresh, code);
  if (auto made = write_new_file(fresh, content, file_access::owner); !made)
    return std::move(made).failure();
  std::filesystem::rename(fresh, file, code);
  if (code) return {ec::io_failed, file.string() + " cannot be replaced: " + code.message()};
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_DSYNC | O_CLOEXEC);
  if (descriptor < 0) return refused(file, "opened");
  return emergency_file{descriptor};
}

result<void> emergency_file::mark_merged(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_DSYNC | O_CLOEXEC);
  if (descriptor < 0) return refused(file, "opened");
  const bool done = write_at(descriptor, "\1", merged_at);
  ::close(descriptor);
  if (!done) return refused(file, "marked");
  return {};
}

result<void> emergency_file::keep(const audit_stamp& stamp, const audit_event& event) {
  const auto entry = entry_of(stamp, event);
  if (!entry) return entry.failure();
  std::string bytes;
  binary_writer writer{bytes};
  writer.value(static_cast<std::uint32_t>(entry->size()));
  writer.value(crc32c(*entry));
  bytes += *entry;
  if (next_ + bytes.size() + entry_head_bytes > size_bytes)
    return {ec::out_of_range, "the emergency file of the audit log is full"};
  if (!write_at(descriptor_, bytes, next_))
    return {ec::io_failed,
            std::string{"the emergency file of the audit log refuses: "} + std::strerror(errno)};
  next_ += bytes.size();
  ++count_;
  return {};
}

}  // namespace bw
