#pragma once

#include <vector>

#include "config/backtest_options.hpp"
#include "core/prng.hpp"

namespace bw {

/// How long an order or a cancel is on its way to the exchange.
struct latency_options {
  simulated_latency model = simulated_latency::fixed;
  nanoseconds least = std::chrono::milliseconds{50};
  /// Most that `uniform` adds.
  nanoseconds spread{0};
  /// What `measured` draws from, each as likely as the others; none may be negative.
  std::vector<nanoseconds> measured;
  std::uint64_t seed = 1;
};

/// Draws one latency after the other. Pure: the same options give the same row of draws.
class latency_model {
 public:
  explicit latency_model(latency_options options)
      : options_(std::move(options)), random_(options_.seed ^ 0x6c617465'6e637921ULL) {}

  nanoseconds draw();

 private:
  latency_options options_;
  prng random_;
};

}  // namespace bw
