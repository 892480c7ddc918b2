#include "app/file_watch.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <optional>
#include <utility>

namespace bw {

namespace {

int in_ms(nanoseconds x) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(x).count());
}

/// Empty optional: it is not there at this moment, as between the two steps of a replacement.
std::optional<std::string> content_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) return std::nullopt;
  std::string text(file_watch::bytes_max, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

}  // namespace

file_watch::file_watch(std::filesystem::path file, std::string known,
                       std::function<void(const std::string&)> on_change, file_sight sight)
    : file_(std::filesystem::absolute(file)),
      known_(std::move(known)),
      on_change_(std::move(on_change)),
      sight_(sight),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { watch(); }) {}

file_watch::~file_watch() {
  stopping_.store(true);
  look();
  thread_.join();
  ::close(wake_);
}

void file_watch::look() {
  const std::uint64_t one = 1;
  // An eventfd takes a number as long as it is not full; then the thread is awake already.
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

std::optional<nanoseconds> file_watch::pause(bool settles) const {
  if (settles) return quiet_for;
  return sight_ == file_sight::always ? std::optional{look_every} : std::nullopt;
}

void file_watch::drain(int descriptor) const {
  std::array<char, 4096> events;
  while (::read(descriptor, events.data(), events.size()) > 0) {
  }
}

void file_watch::watch() {
  const int notices = sight_ == file_sight::always ? ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC) : -1;
  if (notices >= 0)
    ::inotify_add_watch(notices, file_.parent_path().c_str(),
                        IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE);
  // Without inotify a look twice a second is what is left: poll ignores a negative descriptor.
  std::array<pollfd, 2> waits{pollfd{wake_, POLLIN, 0}, pollfd{notices, POLLIN, 0}};
  std::optional<std::string> settling;
  while (true) {
    const auto wait = pause(settling.has_value());
    ::poll(waits.data(), waits.size(), wait ? in_ms(*wait) : -1);
    if (stopping_.load()) break;
    if ((waits[0].revents & POLLIN) != 0) drain(wake_);
    if ((waits[1].revents & POLLIN) != 0) drain(notices);
    auto text = content_of(file_);
    if (!text) continue;
    if (settling && *text == *settling) {
      known_ = std::move(*text);
      settling.reset();
      on_change_(known_);
    } else if (*text != known_) {
      settling = std::move(text);
    } else {
      settling.reset();
    }
  }
  if (notices >= 0) ::close(notices);
}

}  // namespace bw
