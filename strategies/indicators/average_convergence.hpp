#pragma once

#include <cstddef>
#include <optional>

#include "strategies/indicators/moving_average.hpp"

namespace bw {

struct convergence_periods {
  std::size_t fast = 12;
  std::size_t slow = 26;
  std::size_t signal = 9;
};

struct convergence_value {
  /// Fast average less slow average.
  double line = 0;
  /// Exponential average of the line.
  double signal = 0;

  double histogram() const { return line - signal; }
};

/// Moving average convergence divergence (Appel), known as MACD: two exponential averages, each
/// begun with its own mean. The line is there with number `slow`, the signal `signal` − 1 later.
class average_convergence {
 public:
  /// `fast` is at most `slow`.
  explicit average_convergence(const convergence_periods& periods)
      : fast_(periods.fast), slow_(periods.slow), signal_(periods.signal) {}

  void add(double close) {
    fast_.add(close);
    slow_.add(close);
    if (const auto distance = line()) signal_.add(*distance);
  }
  std::optional<double> line() const {
    const auto fast = fast_.value();
    const auto slow = slow_.value();
    if (!fast || !slow) return std::nullopt;
    return *fast - *slow;
  }
  std::size_t warm_up() const { return slow_.warm_up() + signal_.warm_up() - 1; }
  bool ready() const { return signal_.ready(); }
  std::optional<convergence_value> value() const {
    if (!ready()) return std::nullopt;
    return convergence_value{*line(), *signal_.value()};
  }

 private:
  exponential_average fast_;
  exponential_average slow_;
  exponential_average signal_;
};

}  // namespace bw
