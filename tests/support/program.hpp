#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace bw::tests {

/// A folder of its own for one test; gone with the object.
class scratch_folder {
 public:
  scratch_folder();
  ~scratch_folder();
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const char* name) const { return path_ / name; }
  /// Writes a file in it and answers its path.
  std::filesystem::path write(const char* name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

/// The whole text of a file; empty when it cannot be read.
std::string file_text(const std::filesystem::path& path);

/// The program under test (BELLWETHER_BINARY) with arguments, as a process of its own. What it says
/// goes into files. Killed when the object goes.
class program {
 public:
  explicit program(std::vector<std::string> arguments);
  /// Another program, by its path.
  program(const std::string& binary, std::vector<std::string> arguments);
  ~program();
  program(const program&) = delete;
  program& operator=(const program&) = delete;

  void signal(int number) const;
  pid_t pid() const { return pid_; }
  /// The exit code; nothing when it still runs after `longest`. A killed program gives 128 +
  /// signal.
  std::optional<int> wait(std::chrono::seconds longest);
  std::string out() const { return file_text(folder_ / "out"); }
  std::string err() const { return file_text(folder_ / "err"); }
  /// True once `text` stands in what it wrote to stdout.
  bool says(const std::string& text, std::chrono::seconds longest) const;
  bool runs() const;

 private:
  scratch_folder folder_;
  pid_t pid_ = -1;
  std::optional<int> code_;
};

/// Runs to the end.
struct finished {
  int code = -1;
  std::string out;
  std::string err;
};
finished run_program(std::vector<std::string> arguments,
                     std::chrono::seconds longest = std::chrono::seconds{60});

/// Asks `condition` again and again until it holds or the time is over; answers whether it held.
template <class Condition>
bool eventually(std::chrono::seconds longest, Condition condition) {
  const auto end = std::chrono::steady_clock::now() + longest;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    struct timespec pause {
      0, 5'000'000
    };
    ::nanosleep(&pause, nullptr);  // tidy-ok: the pause between two looks of a bounded wait
  }
  return true;
}

}  // namespace bw::tests
