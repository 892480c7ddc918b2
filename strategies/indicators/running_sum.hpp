#pragma once

#include <cmath>

namespace bw {

/// Sum of numbers that come and go again. What rounding takes away is kept beside the sum
/// (Neumaier 1974), so that years of bars do not wear it off.
class running_sum {
 public:
  void add(double x) {
    const double sum = sum_ + x;
    lost_ += std::abs(sum_) >= std::abs(x) ? (sum_ - sum) + x : (x - sum) + sum_;
    sum_ = sum;
  }
  double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0;
  double lost_ = 0;
};

}  // namespace bw
