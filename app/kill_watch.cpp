#include "app/kill_watch.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "actors/status_actor.hpp"
#include "core/assert.hpp"
#include "core/clock.hpp"
#include "core/json_writer.hpp"
#include "core/log.hpp"

namespace bw {

std::string to_json(const heartbeat_text& x, utc_ns at) {
  json_writer out;
  out.begin_object().member("boot_no", x.boot_no).member("beat", x.beat);
  out.member("process", x.process).member("planned_stop", x.planned_stop).member("at", at);
  out.end_object();
  return out.take();
}

result<heartbeat_text> read_heartbeat(const std::filesystem::path& file) {
  std::ifstream in{file};
  if (!in) return {ec::not_found, file.string() + ": no node has written here"};
  std::ostringstream text;
  text << in.rdbuf();
  const auto said = nlohmann::json::parse(text.str(), nullptr, false);
  const auto number = [&](const char* key) {
    return said.is_object() && said.contains(key) && said[key].is_number_integer();
  };
  if (!number("boot_no") || !number("beat") || !number("process") ||
      !said.value("planned_stop", nlohmann::json{}).is_boolean())
    return {ec::parse_failed, file.string() + ": is no heartbeat of a node"};
  return heartbeat_text{said["boot_no"].get<std::uint64_t>(), said["beat"].get<std::uint64_t>(),
                        said["process"].get<std::int64_t>(), said["planned_stop"].get<bool>()};
}

kill_watch::kill_watch(kill_watch_parts parts) : parts_(std::move(parts)) {
  std::error_code failed;
  there_ = std::filesystem::exists(parts_.file, failed);
  // Without it there is still the look four times a second.
  changes_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (changes_ >= 0)
    ::inotify_add_watch(changes_, parts_.file.parent_path().c_str(), IN_CREATE | IN_MOVED_TO);
  end_ = ::eventfd(0, EFD_CLOEXEC);
  BW_ASSERT(end_ >= 0, "the process may open one more descriptor");
  parts_.mark->watched(system_clock{}.mono_now());
  thread_ = std::thread{[this] { run(); }};
}

kill_watch::~kill_watch() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(end_, &one, sizeof one);
  thread_.join();
  if (planned_) beat(true);
  if (changes_ >= 0) ::close(changes_);
  ::close(end_);
}

void kill_watch::run() {
  const system_clock time;
  mono_ns next_beat = time.mono_now();
  while (true) {
    look();
    const auto now = time.mono_now();
    parts_.mark->watched(now);
    if (now >= next_beat) {
      if (!parts_.alive || parts_.alive()) beat(false);
      next_beat = now + beat_every;
    }
    pollfd waits[] = {{end_, POLLIN, 0}, {changes_, POLLIN, 0}};
    const int longest = static_cast<int>(look_every.count() / 1'000'000);
    if (::poll(waits, changes_ >= 0 ? 2 : 1, longest) < 0) continue;  // Interrupted.
    if (waits[0].revents != 0) return;
    if (changes_ < 0 || waits[1].revents == 0) continue;
    alignas(inotify_event) char drained[4096];
    while (::read(changes_, drained, sizeof drained) > 0) continue;
  }
}

void kill_watch::look() {
  std::error_code failed;
  const bool now = std::filesystem::exists(parts_.file, failed);
  if (now && !std::exchange(there_, now)) parts_.on_file();
  there_ = now;
}

void kill_watch::beat(bool last) {
  if (parts_.heartbeat.empty()) return;
  const heartbeat_text x{parts_.boot_no, ++beats_, ::getpid(), last};
  if (const auto written =
          replace_file(parts_.heartbeat, to_json(x, system_clock{}.utc_now()) + "\n");
      !written)
    log_line(log_level::error, "heartbeat", "exception", written.failure().text());
}

}  // namespace bw
