#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include "core/clock.hpp"
#include "core/result.hpp"

namespace bw {

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
             std::function<void(const std::string&)> on_change);
  ~file_watch();
  file_watch(const file_watch&) = delete;
  file_watch& operator=(const file_watch&) = delete;

 private:
  void watch();
  void drain(int descriptor) const;

  std::filesystem::path file_;
  std::string known_;
  std::function<void(const std::string&)> on_change_;
  int stop_ = -1;
  std::thread thread_;
};

}  // namespace bw
