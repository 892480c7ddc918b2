#pragma once

#include <array>

#include "core/metrics.hpp"
#include "domain/breaker_board.hpp"

namespace bw {

/// The breakers' series: their states, and how often each came to be. All registered at once.
class breaker_meter {
 public:
  explicit breaker_meter(metrics_registry& metrics);

  void count(const breaker_change& change);

 private:
  static constexpr std::size_t state_count = 5;
  struct series {
    std::array<gauge*, state_count> in{};
    std::array<counter*, state_count> entered{};
  };
  std::array<series, request_class_count> classes_;
};

/// "orders open, reads throttled"; empty while all are closed.
std::string breakers_text(const breaker_board& board);

}  // namespace bw
