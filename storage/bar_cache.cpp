#include "storage/bar_cache.hpp"

#include <algorithm>
#include <fstream>

#include "core/log.hpp"
#include "storage/hashed_text.hpp"
#include "storage/strategy_states.hpp"

namespace bw {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view first_line = "bellwether past bars 1\n";
constexpr std::string_view fetched_word = "fetched ";
constexpr std::string_view extension = ".bars";
constexpr std::string_view never_adjusted = "raw";
constexpr std::size_t date_letters = 10;

counter& counted(metrics_registry& metrics, const char* what) {
  return metrics.add_counter("bellwether_data_cache_total",
                             "Past bars asked of the cache on disk, and what became of its files.",
                             {{"what", what}});
}

/// A name that stays below the folder.
bool is_name(std::string_view text) {
  return !text.empty() && text.front() != '.' && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
}

result<std::string> text_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) return {ec::not_found, "there is no such file"};
  std::string out(bar_cache::file_bytes_max + 1, '\0');
  in.read(out.data(), static_cast<std::streamsize>(out.size()));
  if (in.bad()) return {ec::io_failed, "it cannot be read"};
  out.resize(static_cast<std::size_t>(in.gcount()));
  if (out.size() > bar_cache::file_bytes_max)
    return {ec::out_of_range, "it is longer than any day of bars"};
  return out;
}

/// What a file holds when its hash is right.
struct content {
  calendar_date fetched;
  std::string page;
};

result<content> read_content(const fs::path& file) {
  const auto text = text_of(file);
  if (!text) return text.failure();
  auto rest = parse_hashed_text(first_line, *text);
  if (!rest) return rest.failure();
  if (!rest->starts_with(fetched_word) || rest->size() < fetched_word.size() + date_letters + 1 ||
      (*rest)[fetched_word.size() + date_letters] != '\n')
    return {ec::parse_failed, "its third line is no date"};
  const auto day = parse_date(rest->substr(fetched_word.size(), date_letters));
  if (!day) return day.failure();
  return content{*day, std::string{rest->substr(fetched_word.size() + date_letters + 1)}};
}

}  // namespace

std::vector<cached_bars> list_bar_cache(const fs::path& folder) {
  std::vector<cached_bars> out;
  std::error_code failed;
  for (auto at = fs::recursive_directory_iterator{folder, failed};
       !failed && at != fs::recursive_directory_iterator{}; at.increment(failed)) {
    if (!at->is_regular_file(failed) || at->path().extension() != extension) continue;
    const auto below = at->path().lexically_relative(folder);
    std::vector<std::string> names;
    for (const auto& part : below) names.push_back(part.string());
    constexpr std::size_t depth = 5;
    const auto day = parse_date(at->path().stem().string());
    if (names.size() != depth || !day) continue;
    out.push_back({{names[3], names[0], names[1], names[2]},
                   *day,
                   static_cast<std::uint64_t>(at->file_size(failed)),
                   at->path()});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.file < b.file; });
  return out;
}

result<void> check_cached_bars(const cached_bars& file) {
  const auto read = read_content(file.file);
  return read ? result<void>{} : read.failure();
}

bar_cache::bar_cache(bar_cache_options options, metrics_registry& metrics)
    : options_(std::move(options)),
      hits_(counted(metrics, "hit")),
      misses_(counted(metrics, "miss")),
      damaged_(counted(metrics, "damaged")),
      stored_(counted(metrics, "stored")),
      evicted_(counted(metrics, "evicted")),
      size_(metrics.add_gauge("bellwether_data_cache_bytes",
                              "Size of the past bars that are kept on disk.")) {
  for (const auto& each : list_bar_cache(options_.folder)) bytes_ += each.bytes;
  make_room();
}

fs::path bar_cache::file_of(const bar_series& series, calendar_date day) const {
  for (const auto* name : {&series.feed, &series.timeframe, &series.adjustment, &series.symbol})
    if (!is_name(*name)) return {};
  return options_.folder / series.feed / series.timeframe / series.adjustment / series.symbol /
         (format_date(day) + std::string{extension});
}

std::optional<std::string> bar_cache::load(const bar_series& series, calendar_date day,
                                           calendar_date today) {
  const auto file = file_of(series, day);
  auto read = file.empty() ? result<content>{ec::not_found, ""} : read_content(file);
  if (!read) {
    if (read.code() == ec::not_found) {
      misses_.add();
      return std::nullopt;
    }
    damaged_.add();
    log_line(log_level::warning, "data", "cache_damaged",
             file.string() + " is fetched again: " + read.failure().context);
    std::error_code ignored;
    fs::remove(file, ignored);
    return std::nullopt;
  }
  if (series.adjustment != never_adjusted && read->fetched != today) {
    misses_.add();
    return std::nullopt;
  }
  hits_.add();
  return std::move(read->page);
}

void bar_cache::store(const bar_series& series, calendar_date day, calendar_date today,
                      std::string_view page) {
  const auto file = file_of(series, day);
  if (file.empty() || days_from_civil(day) >= days_from_civil(today)) return;
  auto rest = std::string{fetched_word} + format_date(today) + "\n";
  rest += page;
  const auto text = to_hashed_text(first_line, rest);
  if (text.size() > file_bytes_max) return;
  std::error_code none;
  const auto before = fs::file_size(file, none);
  // A page that is lost with the power is fetched again: its hash tells.
  if (const auto written = write_kept_file(file, text, sync_mode::no); !written)
    return log_line(log_level::warning, "data", "exception", written.failure().context);
  bytes_ += text.size();
  if (!none) bytes_ -= std::min<std::uint64_t>(bytes_, before);
  stored_.add();
  make_room();
}

/// The disk is asked anew: commands and other processes may have taken files away.
void bar_cache::make_room() {
  size_.set(static_cast<std::int64_t>(bytes_));
  if (bytes_ <= options_.bytes_max) return;
  struct aged {
    fs::file_time_type written;
    const cached_bars* file;
  };
  const auto all = list_bar_cache(options_.folder);
  std::vector<aged> by_age;
  bytes_ = 0;
  std::error_code failed;
  for (const auto& each : all) {
    by_age.push_back({fs::last_write_time(each.file, failed), &each});
    bytes_ += each.bytes;
  }
  std::sort(by_age.begin(), by_age.end(), [](const aged& a, const aged& b) {
    return a.written != b.written ? a.written < b.written : a.file->file < b.file->file;
  });
  const auto enough = options_.bytes_max / 100 * kept_percent;
  for (const auto& each : by_age) {
    if (bytes_ <= enough) break;
    if (!fs::remove(each.file->file, failed)) continue;
    bytes_ -= std::min(bytes_, each.file->bytes);
    evicted_.add();
  }
  size_.set(static_cast<std::int64_t>(bytes_));
}

}  // namespace bw
