#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/result.hpp"
#include "feeds/data_requests.hpp"
#include "feeds/feed.hpp"
#include "net/io_loop.hpp"

namespace bw {

struct alpaca_history_options {
  symbol_list symbols;
  std::string feed_name = "iex";
  /// Tries for one page, and the wait before the second one; it doubles.
  std::uint32_t attempts_max = 4;
  nanoseconds retry_after = std::chrono::seconds{1};
};

/// Fetches minute bars of the past by REST, page after page, symbols in groups. Belongs to the
/// loop's thread from its making to its end; destroying it ends what is under way without a call.
/// While the breaker is open it asks nothing and waits.
class alpaca_history {
 public:
  static constexpr std::uint32_t page_bars = 10'000;
  /// A server that never says "last page" is left after this many.
  static constexpr std::uint32_t pages_max = 2'000;
  /// More tickers than this go into further requests, so that a request line stays short.
  static constexpr std::size_t symbols_per_request = 100;

  /// Takes a page's body, answers the next page's token.
  using page_reader = std::function<result<std::string>(std::string body)>;

  /// `requests` outlives it.
  alpaca_history(net::io_loop& loop, data_requests& requests, alpaca_history_options options);
  ~alpaca_history();

  /// All bars that start within [from, to]. `done` comes once: ec::auth_refused when the keys are
  /// refused, other codes when the attempts are used up.
  void fetch(utc_ns from, utc_ns to, page_reader read, std::function<void(result<void>)> done);
  /// What the next fetch is about; ends one that is under way.
  void use(symbol_list symbols);
  /// Ends what is under way; `done` does not come.
  void cancel();

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace bw
