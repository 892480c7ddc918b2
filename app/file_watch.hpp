#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "core/clock.hpp"
#include "core/result.hpp"

namespace bw {

/// When a file is looked at beside the notices of the system, which some file systems do not send.
enum class file_sight : std::uint8_t {
  always = 1,  // Twice a second, and when it is asked.
  when_asked,  // Notices are not heard either: for tests of who asks.
};

/// Tells of a file's new content, from a thread of its own. The folder is watched, because editors
/// write another file and rename it over the old one; beside that the file is looked at twice a
/// second, for file systems that tell nothing. A change is told when it has been quiet for a
/// moment, so that half a file is not read.
class file_watch {
 public:
  static constexpr nanoseconds quiet_for = std::chrono::milliseconds{250};
  static constexpr nanoseconds look_every = std::chrono::milliseconds{500};
  /// A configuration is never longer; the rest of the file is not read.
  static constexpr std::size_t bytes_max = 64 * 1024 + 1;

  /// `known` is the content that was read before. `on_change` is told the new content.
  file_watch(std::filesystem::path file, std::string known,
             std::function<void(const std::string&)> on_change,
             file_sight sight = file_sight::always);
  ~file_watch();
  file_watch(const file_watch&) = delete;
  file_watch& operator=(const file_watch&) = delete;

  /// The file is looked at now, whatever was told of it. Any thread; does not wait.
  void look();

 private:
  void watch();
  void drain(int descriptor) const;
  /// What the thread waits for; empty when it waits for good.
  std::optional<nanoseconds> pause(bool settles) const;

  std::filesystem::path file_;
  std::string known_;
  std::function<void(const std::string&)> on_change_;
  file_sight sight_;
  int wake_ = -1;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace bw
