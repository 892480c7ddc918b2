#include "tests/storage/child_process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace bw::tests {
namespace {

constexpr const char* pipe_setting = "BW_TEST_PIPE";
constexpr int silence_max_ms = 60'000;

}  // namespace

child_process::child_process(const std::string& test,
                             const std::vector<std::pair<std::string, std::string>>& settings) {
  int ends[2];
  if (::pipe(ends) != 0) {
    ADD_FAILURE() << "no pipe";
    return;
  }
  pipe_ = ends[0];
  ::fcntl(pipe_, F_SETFD, FD_CLOEXEC);
  // Everything is made ready before the fork: behind it only a few calls are safe.
  std::vector<std::string> texts{std::string{pipe_setting} + "=" + std::to_string(ends[1])};
  for (const auto& [name, value] : settings) texts.push_back(name + "=" + value);
  std::vector<char*> environment;
  for (auto& text : texts) environment.push_back(text.data());
  for (char** at = environ; *at != nullptr; ++at) environment.push_back(*at);
  environment.push_back(nullptr);
  auto filter = "--gtest_filter=" + test;
  std::string program = "/proc/self/exe";
  std::string disabled = "--gtest_also_run_disabled_tests";
  char* arguments[] = {program.data(), filter.data(), disabled.data(), nullptr};

  pid_ = ::fork();
  if (pid_ == 0) {
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, 1);
    ::dup2(nowhere, 2);
    ::execve(program.c_str(), arguments, environment.data());
    ::_exit(127);
  }
  ::close(ends[1]);
}

child_process::~child_process() {
  kill();
  if (pipe_ >= 0) ::close(pipe_);
}

std::optional<std::uint64_t> child_process::next_report() {
  pollfd waiting{pipe_, POLLIN, 0};
  std::uint64_t out = 0;
  if (::poll(&waiting, 1, silence_max_ms) != 1) return std::nullopt;
  if (::read(pipe_, &out, sizeof out) != sizeof out) return std::nullopt;
  return out;
}

void child_process::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void child_process::report(std::uint64_t number) {
  // The test that runs by accident, without a parent, reports to nobody.
  const char* end = std::getenv(pipe_setting);
  if (end == nullptr) return;
  if (::write(std::atoi(end), &number, sizeof number) != sizeof number) ::_exit(1);
}

}  // namespace bw::tests
