#include "app/signals.hpp"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/assert.hpp"
#include "core/exit_code.hpp"

namespace bw {
namespace {

sigset_t handled(bool kill_too) {
  sigset_t out;
  sigemptyset(&out);
  sigaddset(&out, SIGINT);
  sigaddset(&out, SIGTERM);
  if (kill_too) sigaddset(&out, SIGUSR1);
  return out;
}

}  // namespace

stop_signals::stop_signals(std::function<void()> on_kill) : on_kill_(std::move(on_kill)) {
  const auto set = handled(on_kill_ != nullptr);
  ::pthread_sigmask(SIG_BLOCK, &set, &mask_before_);
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  end_ = ::eventfd(0, EFD_CLOEXEC);
  BW_ASSERT(signals_ >= 0 && end_ >= 0, "the process may open two more descriptors");
  thread_ = std::thread{[this] { listen(); }};
}

stop_signals::~stop_signals() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(end_, &one, sizeof one);
  thread_.join();
  ::close(signals_);
  ::close(end_);
  ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

bool stop_signals::wait_for(nanoseconds longest) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, longest, [this] { return requested_; });
}

void stop_signals::wait() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return requested_; });
}

bool stop_signals::requested() const {
  const std::lock_guard lock{mutex_};
  return requested_;
}

void stop_signals::request_stop() {
  {
    const std::lock_guard lock{mutex_};
    requested_ = true;
  }
  changed_.notify_all();
}

void stop_signals::listen() {
  bool seen_one = false;
  while (true) {
    pollfd waits[] = {{signals_, POLLIN, 0}, {end_, POLLIN, 0}};
    if (::poll(waits, 2, -1) < 0) continue;  // Interrupted.
    if (waits[1].revents != 0) return;
    signalfd_siginfo what{};
    if (::read(signals_, &what, sizeof what) != static_cast<ssize_t>(sizeof what)) continue;
    if (what.ssi_signo == SIGUSR1) {
      on_kill_();
      continue;
    }
    // Nothing is tidied up: whoever asks twice does not want to wait for it.
    if (seen_one && what.ssi_signo == SIGINT) ::_exit(static_cast<int>(exit_code::interrupted));
    seen_one = true;
    request_stop();
  }
}

}  // namespace bw
