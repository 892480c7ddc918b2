#pragma once

#include <cstdint>
#include <vector>

#include "feeds/feed.hpp"
#include "messages/market_data.hpp"

namespace bw {

/// Stands between a feed and a sink that may be full. While the sink takes everything, events pass
/// through untouched. When it does not, they wait here in their order; of the quotes of one symbol
/// that wait with nothing else of that symbol between them only the newest is kept, in the place of
/// the oldest, so no symbol starves. Trades, bars and statuses are never merged and never
/// overtaken. Memory is taken once. One thread.
class quote_conflator {
 public:
  /// Events that may wait. Beyond it the feed must give up its connection, as if it had been lost.
  static constexpr std::size_t waiting_default = 16'384;

  quote_conflator(std::size_t symbols, market_sink& sink,
                  std::size_t waiting_max = waiting_default);

  /// Further symbols, behind those there are.
  void grow(std::size_t symbols) { open_quote_.resize(symbols, none); }

  /// False when the event has no place any more: it is lost, and the caller has to start over.
  [[nodiscard]] bool offer(const market_event& event);
  /// Pushes what waits, as far as the sink takes it.
  void drain();
  /// Tells the sink that a burst has ended.
  void flush() { sink_.flush(); }
  /// Forgets what waits: the connection it came from is given up.
  void clear();

  std::size_t waiting() const { return static_cast<std::size_t>(tail_ - head_); }
  /// Quotes that were replaced by a newer one before the sink saw them.
  std::uint64_t conflated() const { return conflated_; }

 private:
  static constexpr std::uint64_t none = UINT64_MAX;

  bool append(const market_event& event);
  market_event& slot(std::uint64_t position) {
    return ring_[static_cast<std::size_t>(position % ring_.size())];
  }

  market_sink& sink_;
  std::vector<market_event> ring_;
  /// By symbol: position of its waiting quote that may still be replaced.
  std::vector<std::uint64_t> open_quote_;
  std::uint64_t head_ = 0;
  std::uint64_t tail_ = 0;
  std::uint64_t conflated_ = 0;
};

}  // namespace bw
