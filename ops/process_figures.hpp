#pragma once

#include <cstdint>
#include <string_view>

#include "core/result.hpp"
#include "core/time.hpp"

namespace bw {

/// What the kernel says about this process.
struct process_figures {
  nanoseconds processor_time{};
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_files = 0;
  std::uint64_t open_files_max = 0;
  utc_ns started;
};

/// Ticks of the kernel's clock in one second, and bytes in one page.
struct kernel_units {
  std::int64_t ticks_per_second = 100;
  std::uint64_t page_bytes = 4096;
};

/// From the texts of /proc/self/stat and /proc/stat. A program's name may hold blanks and brackets.
/// ec::parse_failed when either does not have the expected form.
result<process_figures> parse_process_figures(std::string_view self_stat, std::string_view stat,
                                              kernel_units units);
/// Of this process, now. Linux only; ec::io_failed elsewhere.
result<process_figures> read_process_figures();

}  // namespace bw
