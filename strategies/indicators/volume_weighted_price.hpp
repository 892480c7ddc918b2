#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/time.hpp"
#include "strategies/indicators/running_sum.hpp"

namespace bw {

/// Price weighted by volume since the session began. The anchor is the session's open: another
/// anchor begins anew.
class session_vwap {
 public:
  void add(double typical_price, double volume, utc_ns anchor) {
    if (!anchor_ || *anchor_ != anchor) {
      anchor_ = anchor;
      amount_ = {};
      volume_ = {};
    }
    amount_.add(typical_price * volume);
    volume_.add(volume);
  }
  std::size_t warm_up() const { return 1; }
  bool ready() const { return volume_.value() > 0; }
  /// Empty until something was traded in the session.
  std::optional<double> value() const {
    const double volume = volume_.value();
    if (!(volume > 0)) return std::nullopt;
    return amount_.value() / volume;
  }

 private:
  std::optional<utc_ns> anchor_;
  running_sum amount_;
  running_sum volume_;
};

/// Price weighted by volume over the last `period` bars, whatever the session.
class window_vwap {
 public:
  explicit window_vwap(std::size_t period) : window_(period) {}

  void add(double typical_price, double volume) {
    auto& oldest = window_[next_];
    if (count_ >= window_.size()) {
      amount_.add(-oldest.amount);
      volume_.add(-oldest.volume);
    } else {
      ++count_;
    }
    oldest = {typical_price * volume, volume};
    amount_.add(oldest.amount);
    volume_.add(oldest.volume);
    next_ = (next_ + 1) % window_.size();
  }
  std::size_t warm_up() const { return 1; }
  bool ready() const { return volume_.value() > 0; }
  /// Over as many bars as there are, up to `period`; empty while nothing was traded in them.
  std::optional<double> value() const {
    const double volume = volume_.value();
    if (!(volume > 0)) return std::nullopt;
    return amount_.value() / volume;
  }
  bool full() const { return count_ >= window_.size(); }

 private:
  struct item {
    double amount = 0;
    double volume = 0;
  };

  std::vector<item> window_;
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  running_sum amount_;
  running_sum volume_;
};

}  // namespace bw
