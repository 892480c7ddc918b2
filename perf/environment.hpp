#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/json_writer.hpp"

namespace bw::perf {

/// Where a figure was taken. Comparison is only within one machine.
struct environment_record {
  std::string processor;
  std::uint32_t cores = 0;
  std::string kernel;
  std::string compiler;
  std::string commit;
  std::string file_system;
  /// Load of the last minute, times 100, when the measurement began.
  std::uint32_t load_percent = 0;
  bool is_virtual = false;
};

/// `folder`: where the measurement keeps its database.
environment_record look_around(const std::filesystem::path& folder);
void write(json_writer& out, const environment_record& x);

/// What others did to the machine, and the kernel to this process, between two looks.
struct disturbance {
  /// Share of all processor time that went to other guests of the host, in parts per million.
  std::uint64_t steal_ppm = 0;
  /// Share that went to other programs than this one.
  std::uint64_t others_ppm = 0;
  std::uint64_t voluntary_switches = 0;
  std::uint64_t involuntary_switches = 0;
  std::uint64_t major_faults = 0;
  std::uint64_t minor_faults = 0;
};

class disturbance_meter {
 public:
  disturbance_meter();
  disturbance read() const;

 private:
  struct reading {
    std::uint64_t total = 0;
    std::uint64_t idle = 0;
    std::uint64_t steal = 0;
    std::uint64_t own = 0;
    disturbance counts;
  };
  static reading look();
  reading before_;
};

/// Bytes of memory that this process holds, and its open descriptors.
std::uint64_t resident_bytes();
std::uint64_t open_descriptors();
/// Processor time that this process has used on all threads but the calling one: a measurement's
/// own thread spins.
std::int64_t processor_time_of_others_ns();

/// Keeps a thread of this process on one processor; 0 is the calling thread. False when refused.
bool pin_thread(int thread, unsigned processor);
/// Ids of the threads whose name is `name`.
std::vector<int> threads_named(const std::string& name);
std::vector<int> all_threads();

}  // namespace bw::perf
