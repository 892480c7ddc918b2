#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "messages/market_data.hpp"

namespace bw {

/// Where a feed puts what it reads. All called on the feed's I/O thread.
class market_sink {
 public:
  virtual ~market_sink() = default;
  /// False when there is no room: quotes are then conflated by the feed, everything else makes it
  /// stop reading until there is.
  virtual bool push(const market_event& event) = 0;
  /// After each burst.
  virtual void flush() = 0;
};

/// Symbol text to dense id, given at start. Ids are positions in this list.
using symbol_list = std::vector<std::string>;

/// Port to a source of market data. One owner starts and stops it; restartable: start after stop
/// begins anew with an empty connection state.
class feed {
 public:
  virtual ~feed() = default;
  /// Begins to connect; progress is told by feed_status events in the sink.
  virtual void start(market_sink& sink) = 0;
  /// Blocks until nothing will be pushed any more (bounded: 3 s).
  virtual void stop() = 0;
  virtual feed_status status() const = 0;
  /// More symbols, numbered on from those there are: their past bars come first, then everything.
  /// What the source refuses of them is told in the log; the others go on without a gap. Any
  /// thread. A source whose symbols are fixed takes none.
  virtual void add(const symbol_list&) {}
};

}  // namespace bw
