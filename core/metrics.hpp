#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/histogram.hpp"

namespace bw {

/// A number that only grows. Any thread adds.
class counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// A number that goes up and down, in units of 1e-9 of what its name says.
class gauge {
 public:
  void set(std::int64_t whole) { set_units(whole * 1'000'000'000); }
  void set_units(std::int64_t units) { units_.store(units, std::memory_order_relaxed); }
  std::int64_t units() const { return units_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> units_{0};
};

using metric_labels = std::vector<std::pair<std::string, std::string>>;

enum class metric_kind : std::uint8_t { counter = 1, gauge, histogram };

/// One series as a reader sees it. Exactly the pointer of its kind is set.
struct metric_series {
  std::string name;
  std::string help;
  metric_kind kind;
  metric_labels labels;
  const counter* count = nullptr;
  const gauge* level = nullptr;
  const histogram* durations = nullptr;
};

/// All numbers of a process that operators may see. Series are registered at start and live as long
/// as the registry; asking again for a series answers the same one. Any thread.
class metrics_registry {
 public:
  /// What is registered beyond this is counted in `refused_name` and shown nowhere else: a number
  /// that nobody sees is no reason to stop trading.
  static constexpr std::size_t series_max = 16'384;
  static constexpr const char* refused_name = "bellwether_metric_series_refused_total";

  counter& add_counter(std::string_view name, std::string_view help, metric_labels labels = {});
  gauge& add_gauge(std::string_view name, std::string_view help, metric_labels labels = {});
  histogram& add_histogram(std::string_view name, std::string_view help, metric_labels labels = {});

  /// In order of name, then registration.
  std::vector<metric_series> series() const;
  /// Sum of a counter over all its labels; 0 when nobody registered it.
  std::uint64_t total(std::string_view name) const;

 private:
  struct entry {
    metric_series face;
    std::unique_ptr<counter> count;
    std::unique_ptr<gauge> level;
    std::unique_ptr<histogram> durations;
  };
  static std::unique_ptr<entry> make_entry(std::string_view name, std::string_view help,
                                           metric_kind kind, metric_labels labels);
  entry& find_or_add(std::string_view name, std::string_view help, metric_kind kind,
                     metric_labels labels);
  entry& refuse(metric_kind kind);

  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<entry>> entries_;
  /// By name and labels.
  std::unordered_map<std::string, entry*> index_;
  /// By kind: what the refused ones share. Not shown.
  std::map<metric_kind, std::unique_ptr<entry>> refused_;
  counter refused_count_;
};

}  // namespace bw
