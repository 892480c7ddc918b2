#pragma once

#include <functional>

#include "core/doorbell_queue.hpp"
#include "feeds/feed.hpp"
#include "messages/market_data.hpp"

namespace bw {

/// The bounded queue between the feed's I/O thread and the MARKET DATA actor. Lives in the node,
/// longer than either: a restarted actor goes on where the old one stopped.
class ingress final : public market_sink {
 public:
  /// Ticks that wait at most: at 100,000 a second two thirds of a second.
  static constexpr std::size_t capacity = 65'536;
  /// The last eighth is kept free of quotes: trades, bars and statuses are never dropped.
  static constexpr std::size_t quote_limit = capacity / 8 * 7;

  explicit ingress(std::function<void()> ring) : queue_(capacity, std::move(ring)) {}

  bool push(const market_event& event) override {
    if (std::holds_alternative<quote>(event) && !queue_.has_room_below(quote_limit)) return false;
    return queue_.push(event);
  }
  void flush() override { queue_.flush(); }

  template <class Use>
  bool drain(std::size_t limit, Use use) {
    return queue_.drain(limit, use);
  }
  std::size_t depth() const { return queue_.depth(); }

 private:
  doorbell_queue<market_event> queue_;
};

}  // namespace bw
