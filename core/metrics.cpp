#include "core/metrics.hpp"

#include <algorithm>

#include "core/assert.hpp"

namespace bw {

metrics_registry::entry& metrics_registry::find_or_add(std::string_view name, std::string_view help,
                                                       metric_kind kind, metric_labels labels) {
  const std::lock_guard lock{mutex_};
  for (auto& known : entries_) {
    if (known->face.name != name || known->face.labels != labels) continue;
    BW_ASSERT(known->face.kind == kind, "a metric keeps its kind");
    return *known;
  }
  BW_ASSERT(entries_.size() < series_max, "the number of metric series is bounded");
  auto added = std::make_unique<entry>();
  added->face.name = name;
  added->face.help = help;
  added->face.kind = kind;
  added->face.labels = std::move(labels);
  switch (kind) {
    case metric_kind::counter:
      added->count = std::make_unique<counter>();
      added->face.count = added->count.get();
      break;
    case metric_kind::gauge:
      added->level = std::make_unique<gauge>();
      added->face.level = added->level.get();
      break;
    case metric_kind::histogram:
      added->durations = std::make_unique<histogram>();
      added->face.durations = added->durations.get();
      break;
  }
  entries_.push_back(std::move(added));
  return *entries_.back();
}

counter& metrics_registry::add_counter(std::string_view name, std::string_view help,
                                       metric_labels labels) {
  return *find_or_add(name, help, metric_kind::counter, std::move(labels)).count;
}
gauge& metrics_registry::add_gauge(std::string_view name, std::string_view help,
                                   metric_labels labels) {
  return *find_or_add(name, help, metric_kind::gauge, std::move(labels)).level;
}
histogram& metrics_registry::add_histogram(std::string_view name, std::string_view help,
                                           metric_labels labels) {
  return *find_or_add(name, help, metric_kind::histogram, std::move(labels)).durations;
}

std::vector<metric_series> metrics_registry::series() const {
  std::vector<metric_series> out;
  {
    const std::lock_guard lock{mutex_};
    out.reserve(entries_.size());
    for (const auto& known : entries_) out.push_back(known->face);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

std::uint64_t metrics_registry::total(std::string_view name) const {
  std::uint64_t sum = 0;
  const std::lock_guard lock{mutex_};
  for (const auto& known : entries_)
    if (known->face.name == name && known->count) sum += known->count->value();
  return sum;
}

}  // namespace bw
