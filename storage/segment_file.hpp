#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "messages/audit.hpp"

namespace bw {

/// Ending of a segment that is being written; it goes when the segment is sealed.
inline constexpr std::string_view open_segment_ending = ".part";

/// Writes one segment: blocks in one zstd frame, so that `zstd -dc` unpacks it. What was flushed
/// can be read back even when the end of the file never came. A failed write is final for it. One
/// thread.
class segment_writer {
 public:
  /// ec::io_failed names the path. The file must not exist.
  static result<segment_writer> create(const std::filesystem::path& path);
  segment_writer(segment_writer&&) noexcept;
  segment_writer& operator=(segment_writer&&) noexcept;
  ~segment_writer();

  result<void> add(std::string_view block);
  /// Hands everything to the operating system: from here on a crash of the process loses nothing.
  result<void> flush();
  /// Ends the file and waits until it is on the disk.
  result<void> close();
  std::uint64_t bytes() const;

 private:
  struct state;
  explicit segment_writer(std::unique_ptr<state> made);
  std::unique_ptr<state> state_;
};

/// Why a segment ends where it does.
enum class segment_ending : std::uint8_t {
  whole = 1,  // It was closed in order.
  torn,       // It stops in the middle, as after a crash.
  corrupt,    // Its bytes are not those that were written.
};

/// Reads a segment block by block, whole or torn, from bytes that nobody vouches for. One thread.
class segment_reader {
 public:
  /// ec::io_failed names the path.
  static result<segment_reader> open(const std::filesystem::path& path);
  segment_reader(segment_reader&&) noexcept;
  segment_reader& operator=(segment_reader&&) noexcept;
  ~segment_reader();

  /// The next whole block that is right; false at the end. Valid until the next call.
  bool next(std::string_view& block);
  /// After `next` answered false.
  segment_ending ending() const;
  /// One sentence when the ending is not whole.
  const std::string& reason() const;

 private:
  struct state;
  explicit segment_reader(std::unique_ptr<state> made);
  std::unique_ptr<state> state_;
};

struct file_seal {
  std::uint64_t bytes = 0;
  digest sha256{};
};
/// Length and SHA-256 of a file. ec::not_found or ec::io_failed name the path.
result<file_seal> seal_of_file(const std::filesystem::path& path);

}  // namespace bw
