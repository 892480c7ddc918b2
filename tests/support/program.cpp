#include "tests/support/program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <sstream>

extern char** environ;

namespace bw::tests {

scratch_folder::scratch_folder() {
  static std::atomic<int> number{0};
  path_ = std::filesystem::temp_directory_path() /
          ("bellwether-test-" + std::to_string(::getpid()) + "-" + std::to_string(number++));
  std::filesystem::remove_all(path_);
  std::filesystem::create_directories(path_);
}

scratch_folder::~scratch_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path scratch_folder::write(const char* name, const std::string& text) const {
  std::ofstream{path_ / name, std::ios::binary} << text;
  return path_ / name;
}

std::string file_text(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream{path, std::ios::binary}.rdbuf();
  return out.str();
}

namespace {

std::string binary_under_test() {
  const char* binary = std::getenv("BELLWETHER_BINARY");
  return binary ? binary : "build/release/bellwether";
}

}  // namespace

program::program(std::vector<std::string> arguments)
    : program(binary_under_test(), std::move(arguments)) {}

program::program(const std::string& binary, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), binary);
  std::vector<char*> argv;
  for (auto& each : arguments) argv.push_back(each.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, (folder_ / "out").c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, (folder_ / "err").c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (::posix_spawn(&pid_, argv[0], &files, nullptr, argv.data(), environ) != 0) pid_ = -1;
  posix_spawn_file_actions_destroy(&files);
}

program::~program() {
  if (pid_ <= 0 || code_) return;
  ::kill(pid_, SIGKILL);
  wait(std::chrono::seconds{10});
}

void program::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

std::optional<int> program::wait(std::chrono::seconds longest) {
  if (pid_ <= 0) return code_;
  eventually(longest, [&] {
    int status = 0;
    if (code_ || ::waitpid(pid_, &status, WNOHANG) != pid_) return code_.has_value();
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
  });
  return code_;
}

bool program::runs() const { return pid_ > 0 && !code_ && ::kill(pid_, 0) == 0; }

bool program::says(const std::string& text, std::chrono::seconds longest) const {
  return eventually(longest, [&] { return out().find(text) != std::string::npos; });
}

finished run_program(std::vector<std::string> arguments, std::chrono::seconds longest) {
  program child{std::move(arguments)};
  const auto code = child.wait(longest);
  return {code.value_or(-1), child.out(), child.err()};
}

}  // namespace bw::tests
