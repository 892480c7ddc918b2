#include "ops/process_figures.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "core/decimal.hpp"

namespace bw {
namespace {

// Fields of /proc/self/stat behind the name, counted from the state (proc(5) calls that 3).
constexpr std::size_t user_ticks = 11, system_ticks = 12, start_ticks = 19, resident_pages = 21;
constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    const auto begin = text.find_first_not_of(" \n\t");
    if (begin == std::string_view::npos) return out;
    text.remove_prefix(begin);
    const auto word = text.substr(0, text.find_first_of(" \n\t"));
    out.push_back(word);
    text.remove_prefix(word.size());
  }
}

result<std::int64_t> number(std::string_view text, std::string_view what) {
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || value < 0)
    return {ec::parse_failed, std::string{what} + " in /proc is no number"};
  return value;
}

/// Saturates instead of overflowing: a wrong figure in /proc must not stop anything.
nanoseconds ticks(std::int64_t count, const kernel_units& units) {
  const auto whole = static_cast<int128>(count) * nanoseconds_per_second / units.ticks_per_second;
  return nanoseconds{whole > INT64_MAX / 4 ? INT64_MAX / 4 : static_cast<std::int64_t>(whole)};
}

result<std::int64_t> boot_second(std::string_view stat) {
  constexpr std::string_view key = "btime ";
  auto at = stat.find(key);
  while (at != std::string_view::npos && at != 0 && stat[at - 1] != '\n')
    at = stat.find(key, at + 1);
  if (at == std::string_view::npos) return {ec::parse_failed, "/proc/stat has no line btime"};
  const auto rest = stat.substr(at + key.size());
  auto second = number(rest.substr(0, rest.find('\n')), "btime");
  if (second && *second > INT64_MAX / 4 / nanoseconds_per_second)
    return {ec::parse_failed, "btime in /proc/stat lies too far in the future"};
  return second;
}

std::string read_text(const char* path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

result<process_figures> parse_process_figures(std::string_view self_stat, std::string_view stat,
                                              kernel_units units) {
  const auto name_end = self_stat.rfind(')');
  if (name_end == std::string_view::npos)
    return {ec::parse_failed, "/proc/self/stat names no program"};
  const auto fields = words(self_stat.substr(name_end + 1));
  if (fields.size() <= resident_pages)
    return {ec::parse_failed, "/proc/self/stat has too few fields"};
  const auto user = number(fields[user_ticks], "utime");
  const auto system = number(fields[system_ticks], "stime");
  const auto start = number(fields[start_ticks], "starttime");
  const auto pages = number(fields[resident_pages], "rss");
  const auto boot = boot_second(stat);
  for (const auto* one : {&user, &system, &start, &pages, &boot})
    if (!*one) return one->failure();
  process_figures out;
  out.processor_time = ticks(*user, units) + ticks(*system, units);
  out.resident_bytes = static_cast<std::uint64_t>(*pages) * units.page_bytes;
  out.started = utc_ns{*boot * nanoseconds_per_second} + ticks(*start, units);
  return out;
}

result<process_figures> read_process_figures() {
  const kernel_units units{.ticks_per_second = ::sysconf(_SC_CLK_TCK),
                           .page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))};
  const auto self_stat = read_text("/proc/self/stat");
  if (self_stat.empty()) return {ec::io_failed, "/proc/self/stat cannot be read"};
  auto figures = parse_process_figures(self_stat, read_text("/proc/stat"), units);
  if (!figures) return figures;
  std::error_code failed;
  for (std::filesystem::directory_iterator at{"/proc/self/fd", failed}, end; !failed && at != end;
       at.increment(failed))
    ++figures->open_files;
  // Looking is one of them.
  if (figures->open_files > 0) --figures->open_files;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) figures->open_files_max = limit.rlim_cur;
  return figures;
}

}  // namespace bw
