#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace bw::perf {

/// What is published of a set of durations. A percentile with fewer than a hundred samples beyond
/// it says nothing and stays empty.
struct latency_summary {
  std::uint64_t samples = 0;
  std::int64_t p50_ns = 0;
  std::optional<std::int64_t> p90_ns;
  std::optional<std::int64_t> p99_ns;
  std::optional<std::int64_t> p999_ns;
  std::optional<std::int64_t> p9999_ns;
  std::int64_t max_ns = 0;
};

/// Durations of one kind, kept whole: percentiles are exact, and the worst can be looked at. Memory
/// is taken and touched before the measurement begins.
class latency_samples {
 public:
  explicit latency_samples(std::size_t expected = 0);

  void add(std::int64_t duration_ns) { values_.push_back(duration_ns); }
  void add(const latency_samples& others);
  std::size_t count() const { return values_.size(); }
  latency_summary summary() const;

 private:
  std::vector<std::int64_t> values_;
};

/// Middle one of the values; zero of none.
double median(std::vector<double> values);

}  // namespace bw::perf
