#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "messages/orders.hpp"

namespace bw {

struct reject_limits {
  /// Rejects within the period.
  std::uint32_t most = 5;
  nanoseconds period = std::chrono::seconds{60};
  /// Rejects among the last `looked_at` answers, above this share.
  std::int64_t share_bp = 3'000;
  std::uint32_t in_row = 10;
};

enum class reject_level : std::uint8_t { none = 1, narrow, halt };

/// How the broker takes our orders (R24). Each order counts once: as rejected, or as taken by the
/// first report that says so. Single-threaded.
class reject_watch {
 public:
  /// Answers that the share is made of; with fewer there is no share.
  static constexpr std::size_t looked_at = 20;
  /// Orders remembered as counted.
  static constexpr std::size_t orders_max = 256;

  explicit reject_watch(reject_limits limits = {}) : limits_(limits) {}

  reject_level on_report(const order_report& report, mono_ns now);
  /// To be called now and then. Whether no reject lies within the period any more.
  bool is_clean(mono_ns now);
  /// Whether time alone can make it clean.
  bool waits_for_time() const { return !rejects_.empty(); }

 private:
  bool is_counted(order_id order) const;

  reject_limits limits_;
  /// Within the period, at most `most`.
  std::deque<mono_ns> rejects_;
  /// Newest last, at most looked_at; true is a reject.
  std::deque<bool> answers_;
  std::uint32_t in_row_ = 0;
  std::deque<order_id> counted_;
};

}  // namespace bw
