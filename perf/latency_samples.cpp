#include "perf/latency_samples.hpp"

#include <algorithm>

namespace bw::perf {
namespace {

constexpr std::uint64_t million = 1'000'000;
constexpr std::uint64_t beyond_min = 100;

/// The value that `parts_per_million` of the sorted values do not exceed.
std::int64_t quantile(const std::vector<std::int64_t>& sorted, std::uint64_t parts_per_million) {
  const auto rank = (sorted.size() * parts_per_million + million - 1) / million;
  return sorted[rank == 0 ? 0 : rank - 1];
}

std::optional<std::int64_t> sure_quantile(const std::vector<std::int64_t>& sorted,
                                          std::uint64_t parts_per_million) {
  const auto beyond = sorted.size() * (million - parts_per_million) / million;
  if (beyond < beyond_min) return std::nullopt;
  return quantile(sorted, parts_per_million);
}

}  // namespace

latency_samples::latency_samples(std::size_t expected) {
  values_.resize(expected);
  values_.clear();
}

void latency_samples::add(const latency_samples& others) {
  values_.insert(values_.end(), others.values_.begin(), others.values_.end());
}

latency_summary latency_samples::summary() const {
  latency_summary out;
  out.samples = values_.size();
  if (values_.empty()) return out;
  auto sorted = values_;
  std::sort(sorted.begin(), sorted.end());
  out.p50_ns = quantile(sorted, 500'000);
  out.p90_ns = sure_quantile(sorted, 900'000);
  out.p99_ns = sure_quantile(sorted, 990'000);
  out.p999_ns = sure_quantile(sorted, 999'000);
  out.p9999_ns = sure_quantile(sorted, 999'900);
  out.max_ns = sorted.back();
  return out;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace bw::perf
