#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/result.hpp"
#include "feeds/data_requests.hpp"
#include "feeds/feed.hpp"
#include "net/io_loop.hpp"

namespace bw {

struct alpaca_snapshots_options {
  symbol_list symbols;
  std::string feed_name = "iex";
  /// For all answers together; whoever waits goes on without what is missing then.
  std::chrono::milliseconds answer_within{2'000};
};

/// Asks for the latest trade and quote of every symbol, once a connection. It is a convenience:
/// what does not come is not asked for again, the stream's next tick tells it. Belongs to the
/// loop's thread; destroying it ends what is under way without a call.
class alpaca_snapshots {
 public:
  /// More tickers than this go into further requests, so that a request line stays short.
  static constexpr std::size_t symbols_per_request = 100;

  /// Takes an answer's body.
  using body_reader = std::function<result<void>(std::string body)>;

  /// `requests` outlives it.
  alpaca_snapshots(net::io_loop& loop, data_requests& requests, alpaca_snapshots_options options);
  ~alpaca_snapshots();

  /// `done` comes once: with the first failure, or when every answer was read.
  void fetch(body_reader read, std::function<void(result<void>)> done);
  /// From the next fetch on; ends what is under way.
  void use(symbol_list symbols);
  /// Ends what is under way; `done` does not come.
  void cancel();

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace bw
