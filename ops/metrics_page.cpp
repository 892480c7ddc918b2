#include "ops/metrics_page.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <sstream>

#include "core/version.hpp"

namespace bw {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

/// Prometheus counts in floating point; this is the one door to it.
double floating(std::uint64_t count) { return static_cast<double>(count); }
double from_nano(std::int64_t units) { return static_cast<double>(units) / 1e9; }

MetricType type_of(metric_kind kind) {
  switch (kind) {
    case metric_kind::counter: return MetricType::Counter;
    case metric_kind::gauge: return MetricType::Gauge;
    case metric_kind::histogram: return MetricType::Histogram;
  }
  return MetricType::Untyped;
}

void fill(ClientMetric::Histogram& out, const histogram& durations) {
  out.bucket.reserve(bucket_bounds_ns.size());
  for (const auto bound : bucket_bounds_ns)
    out.bucket.push_back(
        {durations.count_up_to_ns(static_cast<std::uint64_t>(bound)), from_nano(bound)});
  // Somebody may record meanwhile; the total must not be smaller than a part.
  out.sample_count = std::max(durations.count(), out.bucket.back().cumulative_count);
  out.sample_sum =
      from_nano(static_cast<std::int64_t>(std::min<std::uint64_t>(durations.sum_ns(), INT64_MAX)));
}

ClientMetric metric_of(const metric_series& series) {
  ClientMetric out;
  for (const auto& [name, value] : series.labels) out.label.push_back({name, value});
  switch (series.kind) {
    case metric_kind::counter: out.counter.value = floating(series.count->value()); break;
    case metric_kind::gauge: out.gauge.value = from_nano(series.level->units()); break;
    case metric_kind::histogram: fill(out.histogram, *series.durations); break;
  }
  return out;
}

/// Series of one name stand together in the registry's order and make one family.
std::vector<MetricFamily> families_of(const metrics_registry& registry) {
  std::vector<MetricFamily> out;
  for (const auto& series : registry.series()) {
    if (out.empty() || out.back().name != series.name)
      out.push_back({series.name, series.help, type_of(series.kind), {}});
    out.back().metric.push_back(metric_of(series));
  }
  return out;
}

MetricFamily build_info() {
  ClientMetric one;
  one.label = {{"version", std::string{version()}},
               {"revision", std::string{revision()}},
               {"compiler", std::string{compiler()}}};
  one.gauge.value = 1;
  return {"bellwether_build_info", "What is running; always 1.", MetricType::Gauge, {one}};
}

MetricFamily process_gauge(const char* name, const char* help, ClientMetric::Gauge value) {
  ClientMetric one;
  one.gauge = value;
  return {name, help, MetricType::Gauge, {one}};
}

void append_process(std::vector<MetricFamily>& out, const process_figures& figures) {
  ClientMetric seconds;
  seconds.counter.value = from_nano(figures.processor_time.count());
  out.push_back({"process_cpu_seconds_total",
                 "Processor time used, user and system.",
                 MetricType::Counter,
                 {seconds}});
  out.push_back(process_gauge("process_resident_memory_bytes", "Resident memory.",
                              {floating(figures.resident_bytes)}));
  out.push_back(
      process_gauge("process_open_fds", "Open file descriptors.", {floating(figures.open_files)}));
  out.push_back(process_gauge("process_max_fds", "Limit of open file descriptors.",
                              {floating(figures.open_files_max)}));
  out.push_back(process_gauge("process_start_time_seconds",
                              "Start of the process, seconds since 1970-01-01 UTC.",
                              {from_nano(figures.started.value)}));
}

}  // namespace

std::string metrics_page(const metrics_registry& registry,
                         const std::optional<process_figures>& process) {
  auto families = families_of(registry);
  families.push_back(build_info());
  if (process) append_process(families, *process);
  std::ostringstream out;
  out.imbue(std::locale::classic());
  prometheus::TextSerializer{}.Serialize(out, families);
  return std::move(out).str();
}

}  // namespace bw
