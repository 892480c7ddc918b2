#include "tests/kill/syscall_tracer.hpp"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstddef>

namespace bw::tests {
namespace {

struct watched_call {
  std::uint32_t number;
  leaving what;
};
constexpr std::array watched{
    watched_call{SYS_write, leaving::write},          watched_call{SYS_writev, leaving::write},
    watched_call{SYS_pwrite64, leaving::write},       watched_call{SYS_pwritev, leaving::write},
    watched_call{SYS_fdatasync, leaving::sync},       watched_call{SYS_fsync, leaving::sync},
    watched_call{SYS_sync_file_range, leaving::sync}, watched_call{SYS_sendto, leaving::send},
    watched_call{SYS_sendmsg, leaving::send},
};

/// The tracer learns of a call by its place in `watched`, which the filter hands over.
void install_filter() {
  std::array<sock_filter, 1 + 2 * watched.size() + 1> code{};
  std::size_t at = 0;
  code[at++] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
  for (std::size_t k = 0; k < watched.size(); ++k) {
    code[at++] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, watched[k].number, 0, 1);
    code[at++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | static_cast<std::uint32_t>(k));
  }
  code[at++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  const sock_fprog filter{static_cast<unsigned short>(at), code.data()};
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

/// In the child: never comes back.
[[noreturn]] void become(const std::string& binary, const std::vector<char*>& values,
                         const std::filesystem::path& out, const std::filesystem::path& err) {
  const auto put = [](const std::filesystem::path& path, int where) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file >= 0) ::dup2(file, where);
  };
  put(out, STDOUT_FILENO);
  put(err, STDERR_FILENO);
  ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  ::raise(SIGSTOP);  // Until the parent has said what it wants to see.
  install_filter();
  ::execv(binary.c_str(), values.data());
  ::_exit(127);
}

constexpr int event_of(int status) { return status >> 8; }
constexpr int stop_event(int event) { return SIGTRAP | (event << 8); }

}  // namespace

std::string_view to_string(leaving x) noexcept {
  switch (x) {
    case leaving::write: return "write";
    case leaving::sync: return "sync";
    case leaving::send: return "send";
  }
  return "?";
}

traced_end run_traced(const std::string& binary, const std::vector<std::string>& arguments,
                      const std::filesystem::path& out, const std::filesystem::path& err,
                      const std::function<bool(std::uint64_t, leaving)>& kill_before) {
  auto texts = arguments;
  texts.insert(texts.begin(), binary);
  std::vector<char*> values;
  for (auto& each : texts) values.push_back(each.data());
  values.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) become(binary, values, out, err);
  int status = 0;
  ::waitpid(child, &status, 0);
  ::ptrace(PTRACE_SETOPTIONS, child, nullptr,
           PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
  ::ptrace(PTRACE_CONT, child, nullptr, 0);
  traced_end end;
  while (true) {
    const pid_t thread = ::waitpid(-1, &status, __WALL);
    if (thread < 0) return end;
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      if (thread != child) continue;
      end.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      return end;
    }
    long pass_on = 0;
    if (event_of(status) == stop_event(PTRACE_EVENT_SECCOMP)) {
      unsigned long place = 0;
      ::ptrace(PTRACE_GETEVENTMSG, thread, nullptr, &place);
      const auto call = watched.at(place).what;
      if (kill_before(++end.calls, call) && !end.killed_at) {
        end.killed_at = call;
        ::kill(child, SIGKILL);
        continue;
      }
    } else if (const int number = WSTOPSIG(status);
               number != SIGTRAP && number != SIGSTOP && event_of(status) == number) {
      pass_on = number;  // A signal of its own, such as the SIGTERM that ends it.
    }
    ::ptrace(PTRACE_CONT, thread, nullptr, pass_on);
  }
}

}  // namespace bw::tests
