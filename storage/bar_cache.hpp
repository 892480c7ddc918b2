#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/metrics.hpp"
#include "core/result.hpp"
#include "domain/bar_store.hpp"

namespace bw {

struct bar_cache_options {
  /// FEED/TIMEFRAME/ADJUSTMENT/SYMBOL/DAY.bars lie below it.
  std::filesystem::path folder;
  /// Of all files together; the oldest make room.
  std::uint64_t bytes_max = std::uint64_t{256} * 1024 * 1024;
};

/// One file of the cache, as its name tells.
struct cached_bars {
  bar_series series;
  calendar_date day;
  std::uint64_t bytes = 0;
  std::filesystem::path file;
};

/// Past bars on the disk. Each file has a hash and is replaced in one step; one that is damaged is
/// removed and counted as if it had never been. Prices that are adjusted hold on the date in New
/// York on which they were stored: a split changes the past over night. A raw day holds for ever.
/// Belongs to one thread; two processes may share the folder.
class bar_cache final : public bar_store {
 public:
  /// Of one file: more is neither written nor read.
  static constexpr std::size_t file_bytes_max = std::size_t{1024} * 1024;
  /// What is left of the bound after old files have made room, in percent.
  static constexpr std::uint64_t kept_percent = 90;

  bar_cache(bar_cache_options options, metrics_registry& metrics);

  std::optional<std::string> load(const bar_series& series, calendar_date day,
                                  calendar_date today) override;
  void store(const bar_series& series, calendar_date day, calendar_date today,
             std::string_view page) override;

 private:
  std::filesystem::path file_of(const bar_series& series, calendar_date day) const;
  void make_room();

  bar_cache_options options_;
  std::uint64_t bytes_ = 0;
  counter& hits_;
  counter& misses_;
  counter& damaged_;
  counter& stored_;
  counter& evicted_;
  gauge& size_;
};

/// What lies in a cache's folder, by name. Nothing when there is no folder. Files of other names
/// are left out.
std::vector<cached_bars> list_bar_cache(const std::filesystem::path& folder);
/// What is wrong with a file: ec::parse_failed, ec::integrity_broken, ec::out_of_range,
/// ec::io_failed.
result<void> check_cached_bars(const cached_bars& file);

}  // namespace bw
