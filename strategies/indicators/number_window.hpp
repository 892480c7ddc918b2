#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace bw {

/// The last `period` numbers, the oldest first.
class number_window {
 public:
  /// `period` is at least 1.
  explicit number_window(std::size_t period) : numbers_(period) {}

  /// The number that had to make room, if one had.
  std::optional<double> push(double x) {
    std::optional<double> gone;
    alike_ = count_ > 0 && x == newest_ ? alike_ + 1 : 1;
    newest_ = x;
    if (full())
      gone = numbers_[next_];
    else
      ++count_;
    numbers_[next_] = x;
    next_ = next_ + 1 == numbers_.size() ? 0 : next_ + 1;
    return gone;
  }

  /// Every number is the newest one: what follows from their differences is nothing, whatever
  /// rounding says.
  bool all_alike() const { return alike_ >= count_; }
  bool full() const { return count_ == numbers_.size(); }
  /// True after a push that filled the last place: once in `period` pushes.
  bool has_gone_round() const { return next_ == 0 && full(); }
  std::size_t size() const { return count_; }
  std::size_t period() const { return numbers_.size(); }

  /// `k` counts from the oldest, 0 … size() − 1.
  double operator[](std::size_t k) const {
    const auto at = (full() ? next_ : 0) + k;
    return numbers_[at < numbers_.size() ? at : at - numbers_.size()];
  }

 private:
  std::vector<double> numbers_;
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  double newest_ = 0;
  /// How many numbers in a row are the newest one.
  std::size_t alike_ = 0;
};

}  // namespace bw
