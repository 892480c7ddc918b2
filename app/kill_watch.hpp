#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <thread>

#include "core/durable_mark.hpp"
#include "core/time.hpp"

namespace bw {

struct kill_watch_parts {
  /// The file that kills by being there.
  std::filesystem::path file;
  /// Where the node shows that it lives; empty: nowhere.
  std::filesystem::path heartbeat;
  std::uint64_t boot_no = 0;
  durable_mark* mark = nullptr;
  /// The file has appeared. Called on the watch's thread, once an appearance.
  std::function<void()> on_file;
  /// False while a thread of the node stands still: then there is no beat.
  std::function<bool()> alive;
};

/// A thread that does two things which must go on while everything else may stand still: it looks
/// for the kill file, when the kernel tells of a change in the folder and four times a second
/// besides; and once a second it writes the heartbeat that the watchdog reads.
///
/// A file that is there at the start is known to the owner and is no appearance.
class kill_watch {
 public:
  static constexpr nanoseconds look_every = std::chrono::milliseconds{250};
  static constexpr nanoseconds beat_every = std::chrono::seconds{1};

  explicit kill_watch(kill_watch_parts parts);
  ~kill_watch();
  /// The end that comes next is meant: the last beat will say so.
  void plan_stop() { planned_ = true; }
  kill_watch(const kill_watch&) = delete;
  kill_watch& operator=(const kill_watch&) = delete;

 private:
  void run();
  void look();
  void beat(bool last);

  kill_watch_parts parts_;
  bool planned_ = false;
  bool there_ = false;
  std::uint64_t beats_ = 0;
  int changes_ = -1;
  int end_ = -1;
  std::thread thread_;
};

/// One beat as it stands in the file.
struct heartbeat_text {
  std::uint64_t boot_no = 0;
  std::uint64_t beat = 0;
  std::int64_t process = 0;
  /// The node ended on purpose after it.
  bool planned_stop = false;

  friend bool operator==(const heartbeat_text&, const heartbeat_text&) = default;
};
std::string to_json(const heartbeat_text& x, utc_ns at);
/// ec::not_found without a file, ec::parse_failed for one of another form.
result<heartbeat_text> read_heartbeat(const std::filesystem::path& file);

}  // namespace bw
