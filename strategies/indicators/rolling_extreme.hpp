#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace bw {

/// The number of the last `period` that comes before all others by `Before`. Constant time per
/// number on average: each is stored once and dropped once.
template <class Before>
class rolling_extreme {
 public:
  explicit rolling_extreme(std::size_t period) : period_(period), kept_(period) {}

  void add(double x) {
    if (size_ > 0 && kept_[first_].number + period_ <= count_) drop_first();
    // What came earlier and is no better can never be the answer again.
    while (size_ > 0 && !Before{}(last().value, x)) --size_;
    kept_[(first_ + size_) % period_] = {count_, x};
    ++size_;
    ++count_;
  }
  /// Over as many numbers as there are, up to `period`; empty before the first.
  std::optional<double> value() const {
    if (size_ == 0) return std::nullopt;
    return kept_[first_].value;
  }
  bool full() const { return count_ >= period_; }
  std::size_t period() const { return period_; }
  std::size_t warm_up() const { return 1; }
  bool ready() const { return size_ > 0; }

 private:
  struct item {
    std::uint64_t number = 0;
    double value = 0;
  };

  void drop_first() {
    first_ = (first_ + 1) % period_;
    --size_;
  }
  const item& last() const { return kept_[(first_ + size_ - 1) % period_]; }

  std::size_t period_;
  std::vector<item> kept_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::uint64_t count_ = 0;
};

using rolling_highest = rolling_extreme<std::greater<>>;
using rolling_lowest = rolling_extreme<std::less<>>;

}  // namespace bw
