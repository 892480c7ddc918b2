#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bw::tests {

/// A system call by which something leaves the process.
enum class leaving : std::uint8_t { write = 1, sync, send };
std::string_view to_string(leaving x) noexcept;

/// How a traced program ended.
struct traced_end {
  /// Calls that were stopped at, over all threads.
  std::uint64_t calls = 0;
  /// Killed before this call was carried out.
  std::optional<leaving> killed_at;
  /// Otherwise its exit code, 128 + signal for a signal.
  int code = -1;
};

/// Runs a program to its end under ptrace. Every write, sync and send of any of its threads stops
/// it for a moment; it is killed (SIGKILL, the whole process) at the moment when `kill_before(n,
/// call)` says so for the n-th of them, counted from 1: that call is not carried out. A seccomp
/// filter picks the calls, so that all others run at full speed. Linux only.
traced_end run_traced(const std::string& binary, const std::vector<std::string>& arguments,
                      const std::filesystem::path& out, const std::filesystem::path& err,
                      const std::function<bool(std::uint64_t n, leaving call)>& kill_before);

}  // namespace bw::tests
