#include "config/op_reference.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "core/clock.hpp"

namespace bw {
namespace {

constexpr std::string_view scheme = "op://";
constexpr std::size_t output_bytes_max = 4096;
/// A killed program is gone soon; the wait for it is bounded all the same.
constexpr nanoseconds reap_every = std::chrono::milliseconds{5};

/// The program in the first absolute folder of PATH that has it.
std::optional<std::string> find_op() {
  const char* path = std::getenv("PATH");
  std::string_view left = path == nullptr ? "" : path;
  while (!left.empty()) {
    const auto end = std::min(left.find(':'), left.size());
    const auto folder = left.substr(0, end);
    left.remove_prefix(std::min(end + 1, left.size()));
    if (!folder.starts_with('/')) continue;
    auto file = std::string{folder} + "/op";
    struct stat facts {};
    if (::stat(file.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) &&
        ::access(file.c_str(), X_OK) == 0)
      return file;
  }
  return std::nullopt;
}

/// Both ends of a pipe, closed with the object.
struct pipe_ends {
  int read = -1;
  int write = -1;
  pipe_ends() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    read = ends[0];
    write = ends[1];
  }
  ~pipe_ends() {
    close_write();
    if (read >= 0) ::close(read);
  }
  pipe_ends(const pipe_ends&) = delete;
  pipe_ends& operator=(const pipe_ends&) = delete;
  void close_write() {
    if (write >= 0) ::close(std::exchange(write, -1));
  }
};

/// Starts `op read REFERENCE` with its output in the pipe; the process id, or what the system said.
result<pid_t> start(const std::string& program, const std::string& reference,
                    const pipe_ends& output) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t how;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawnattr_init(&how);
  ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files, output.write, 1);
  ::posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
  sigset_t none;
  sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&how, &none);
  ::posix_spawnattr_setpgroup(&how, 0);
  ::posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  std::string words[] = {program, "read", "--no-newline", reference};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(), nullptr};
  pid_t child = -1;
  const int failed = ::posix_spawn(&child, program.c_str(), &files, &how, arguments, environ);
  ::posix_spawn_file_actions_destroy(&files);
  ::posix_spawnattr_destroy(&how);
  if (failed != 0) return {ec::io_failed, program + " cannot be started"};
  return child;
}

/// Reads to the end, to the limit or to the deadline, whatever comes first.
result<std::string> read_all(int descriptor, const clock& time, mono_ns deadline) {
  std::string out(output_bytes_max + 1, '\0');
  std::size_t size = 0;
  while (size < out.size()) {
    const auto left = deadline - time.mono_now();
    if (left <= nanoseconds{0}) {
      wipe(out);
      return {ec::timed_out, "op gave no answer in time"};
    }
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(left).count();
    pollfd wait{descriptor, POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(milliseconds) + 1) <= 0) continue;
    const auto got = ::read(descriptor, out.data() + size, out.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  out.resize(size);
  return out;
}

/// The exit code; nothing when it had to be killed.
std::optional<int> reap(pid_t child, const clock& time, mono_ns deadline) {
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (time.mono_now() >= deadline) {
      ::kill(-child, SIGKILL);
      ::waitpid(child, &status, 0);
      return std::nullopt;
    }
    ::poll(nullptr, 0, static_cast<int>(reap_every.count() / 1'000'000));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

bool is_op_reference(std::string_view text) {
  if (!text.starts_with(scheme)) return false;
  const auto path = text.substr(scheme.size());
  const auto slashes = std::count(path.begin(), path.end(), '/');
  return (slashes == 2 || slashes == 3) && !path.starts_with('/') && !path.ends_with('/') &&
         path.find("//") == std::string_view::npos;
}

result<secret> read_op_reference(std::string_view reference, std::chrono::milliseconds longest) {
  const std::string name{reference};
  if (!is_op_reference(reference))
    return {ec::invalid_argument, name + ": expected op://vault/item/field"};
  const auto program = find_op();
  if (!program)
    return {ec::not_found,
            name + ": 1Password's command line `op` is in no absolute folder of PATH; install it"};
  pipe_ends output;
  if (output.read < 0) return {ec::io_failed, "no pipe for `op` can be made"};
  const system_clock time;
  const auto deadline = time.mono_now() + longest;
  const auto child = start(*program, name, output);
  if (!child) return child.failure();
  output.close_write();
  auto text = read_all(output.read, time, deadline);
  const bool whole = text && text->size() <= output_bytes_max;
  if (!whole) ::kill(-*child, SIGKILL);
  const auto code = reap(*child, time, deadline);
  if (!text || (whole && !code))
    return {ec::timed_out, name + ": `op read` gave no answer within " +
                               std::to_string(longest.count()) + " ms and was killed"};
  if (!whole) {
    wipe(*text);
    return {ec::out_of_range, name + ": `op read` said more than 4 KiB, so that is no credential"};
  }
  if (*code != 0) {
    wipe(*text);
    return {ec::auth_refused, name + ": `op read` failed with code " + std::to_string(*code) +
                                  "; is OP_SERVICE_ACCOUNT_TOKEN set, and may it see the vault?"};
  }
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  return secret{std::move(*text)};
}

}  // namespace bw
