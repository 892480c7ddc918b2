#include "core/metrics.hpp"

#include <algorithm>

#include "core/assert.hpp"

namespace bw {

namespace {

/// Bytes that no name and no label has.
constexpr char part_end = '\x1f';

std::string key_of(std::string_view name, const metric_labels& labels) {
  std::string out{name};
  for (const auto& [label, value] : labels) {
    out += part_end;
    out += label;
    out += part_end;
    out += value;
  }
  return out;
}

}  // namespace

std::unique_ptr<metrics_registry::entry> metrics_registry::make_entry(std::string_view name,
                                                                      std::string_view help,
                                                                      metric_kind kind,
                                                                      metric_labels labels) {
  auto out = std::make_unique<entry>();
  out->face.name = name;
  out->face.help = help;
  out->face.kind = kind;
  out->face.labels = std::move(labels);
  switch (kind) {
    case metric_kind::counter:
      out->count = std::make_unique<counter>();
      out->face.count = out->count.get();
      break;
    case metric_kind::gauge:
      out->level = std::make_unique<gauge>();
      out->face.level = out->level.get();
      break;
    case metric_kind::histogram:
      out->durations = std::make_unique<histogram>();
      out->face.durations = out->durations.get();
      break;
  }
  return out;
}

metrics_registry::entry& metrics_registry::find_or_add(std::string_view name, std::string_view help,
                                                       metric_kind kind, metric_labels labels) {
  const std::lock_guard lock{mutex_};
  auto key = key_of(name, labels);
  if (const auto at = index_.find(key); at != index_.end()) {
    BW_ASSERT(at->second->face.kind == kind, "a metric keeps its kind");
    return *at->second;
  }
  if (entries_.size() >= series_max) return refuse(kind);
  entries_.push_back(make_entry(name, help, kind, std::move(labels)));
  index_.emplace(std::move(key), entries_.back().get());
  return *entries_.back();
}

metrics_registry::entry& metrics_registry::refuse(metric_kind kind) {
  refused_count_.add();
  auto& shared = refused_[kind];
  if (!shared) shared = make_entry(refused_name, {}, kind, {});
  return *shared;
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
    if (refused_count_.value() > 0)
      out.push_back({refused_name,
                     "Series that were too many to be shown.",
                     metric_kind::counter,
                     {},
                     &refused_count_,
                     nullptr,
                     nullptr});
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
