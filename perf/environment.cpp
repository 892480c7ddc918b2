#include "perf/environment.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <sstream>
#include <thread>

#include "core/version.hpp"

namespace bw::perf {
namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in{file};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// The value behind the first "key : value" line of /proc/cpuinfo.
std::string processor_fact(const std::string& text, const std::string& key) {
  const auto at = text.find("\n" + key);
  if (at == std::string::npos) return {};
  const auto begin = text.find(": ", at);
  const auto end = text.find('\n', at + 1);
  return begin == std::string::npos || begin > end ? "" : text.substr(begin + 2, end - begin - 2);
}

std::string file_system_of(const std::filesystem::path& folder) {
  struct statfs facts {};
  if (::statfs(folder.c_str(), &facts) != 0) return "unknown";
  switch (static_cast<std::uint64_t>(facts.f_type)) {
    case 0xEF53: return "ext4";
    case 0x01021994: return "tmpfs";
    case 0x58465342: return "xfs";
    case 0x9123683E: return "btrfs";
    case 0x794c7630: return "overlay";
    default: return "other";
  }
}

std::int64_t as_ns(const timeval& x) {
  return (static_cast<std::int64_t>(x.tv_sec) * 1'000'000 + x.tv_usec) * 1'000;
}

}  // namespace

environment_record look_around(const std::filesystem::path& folder) {
  environment_record out;
  const auto facts = text_of("/proc/cpuinfo");
  out.processor = processor_fact(facts, "model name");
  out.is_virtual = facts.find(" hypervisor") != std::string::npos;
  out.cores = std::thread::hardware_concurrency();
  utsname names{};
  if (::uname(&names) == 0) out.kernel = std::string{names.sysname} + " " + names.release;
  out.compiler = std::string{compiler()};
  out.commit = std::string{revision()};
  out.file_system = file_system_of(folder);
  double loads[3] = {};
  if (::getloadavg(loads, 3) > 0) out.load_percent = static_cast<std::uint32_t>(loads[0] * 100);
  return out;
}

void write(json_writer& out, const environment_record& x) {
  out.begin_object();
  out.member("processor", x.processor);
  out.member("cores", x.cores);
  out.member("virtual", x.is_virtual);
  out.member("kernel", x.kernel);
  out.member("compiler", x.compiler);
  out.member("file_system", x.file_system);
  out.member("load_percent", x.load_percent);
  out.end_object();
}

disturbance_meter::disturbance_meter() : before_(look()) {}

disturbance_meter::reading disturbance_meter::look() {
  reading out;
  std::istringstream line{text_of("/proc/stat")};
  std::string name;
  line >> name;
  std::uint64_t value = 0;
  // user nice system idle iowait irq softirq steal; guest time is part of user.
  for (int k = 0; k < 8 && line >> value; ++k) {
    out.total += value;
    if (k == 3 || k == 4) out.idle += value;
    if (k == 7) out.steal = value;
  }
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  const auto tick_ns = 1'000'000'000 / ::sysconf(_SC_CLK_TCK);
  out.own = static_cast<std::uint64_t>((as_ns(use.ru_utime) + as_ns(use.ru_stime)) / tick_ns);
  out.counts.voluntary_switches = static_cast<std::uint64_t>(use.ru_nvcsw);
  out.counts.involuntary_switches = static_cast<std::uint64_t>(use.ru_nivcsw);
  out.counts.major_faults = static_cast<std::uint64_t>(use.ru_majflt);
  out.counts.minor_faults = static_cast<std::uint64_t>(use.ru_minflt);
  return out;
}

disturbance disturbance_meter::read() const {
  const auto now = look();
  disturbance out;
  const auto total = now.total - before_.total;
  if (total > 0) {
    out.steal_ppm = (now.steal - before_.steal) * 1'000'000 / total;
    const auto busy = total - (now.idle - before_.idle);
    const auto own = now.own - before_.own;
    out.others_ppm = busy > own ? (busy - own) * 1'000'000 / total : 0;
  }
  out.voluntary_switches = now.counts.voluntary_switches - before_.counts.voluntary_switches;
  out.involuntary_switches = now.counts.involuntary_switches - before_.counts.involuntary_switches;
  out.major_faults = now.counts.major_faults - before_.counts.major_faults;
  out.minor_faults = now.counts.minor_faults - before_.counts.minor_faults;
  return out;
}

std::uint64_t resident_bytes() {
  std::istringstream in{text_of("/proc/self/statm")};
  std::uint64_t pages = 0;
  in >> pages >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t open_descriptors() {
  std::uint64_t out = 0;
  for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator{"/proc/self/fd"})
    ++out;
  return out;
}

std::int64_t processor_time_of_others_ns() {
  rusage all{};
  rusage here{};
  ::getrusage(RUSAGE_SELF, &all);
  ::getrusage(RUSAGE_THREAD, &here);
  return as_ns(all.ru_utime) + as_ns(all.ru_stime) - as_ns(here.ru_utime) - as_ns(here.ru_stime);
}

bool pin_thread(int thread, unsigned processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  return ::sched_setaffinity(thread, sizeof set, &set) == 0;
}

std::vector<int> all_threads() {
  std::vector<int> out;
  for (const auto& each : std::filesystem::directory_iterator{"/proc/self/task"})
    out.push_back(std::stoi(each.path().filename().string()));
  return out;
}

std::vector<int> threads_named(const std::string& name) {
  std::vector<int> out;
  for (const auto id : all_threads())
    if (text_of("/proc/self/task/" + std::to_string(id) + "/comm") == name + "\n")
      out.push_back(id);
  return out;
}

}  // namespace bw::perf
