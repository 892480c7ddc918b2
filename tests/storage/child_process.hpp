#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bw::tests {

/// This test program once more, as a process of its own that runs one disabled test and reports
/// numbers through a pipe. Killed when the object goes. A new image and not a fork alone: the
/// threads that a database started do not live on in a fork.
class child_process {
 public:
  /// `test` is "suite.DISABLED_name"; `settings` become environment variables of the child.
  child_process(const std::string& test,
                const std::vector<std::pair<std::string, std::string>>& settings);
  ~child_process();
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  pid_t pid() const { return pid_; }
  /// The next number the child reports; nothing when it has ended or says nothing for a minute.
  std::optional<std::uint64_t> next_report();
  /// SIGKILL, and waits for the end.
  void kill();

  /// In the child: a number for the parent.
  static void report(std::uint64_t number);

 private:
  pid_t pid_ = -1;
  int pipe_ = -1;
};

}  // namespace bw::tests
