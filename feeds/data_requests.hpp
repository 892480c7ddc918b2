#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "domain/breaker_board.hpp"
#include "net/http_client.hpp"
#include "net/io_loop.hpp"

namespace bw {

struct data_requests_options {
  net::endpoint data;
  net::header_list credentials;
  std::chrono::milliseconds response_timeout{10'000};
  /// Where the breaker for market data by REST tells of itself; null: nobody is told.
  std::shared_ptr<breaker_board> breakers;
  std::uint64_t seed = 1;
};

/// The one way to market data by REST: one connection, one breaker, one budget, whoever asks. A new
/// one begins with a closed breaker, whatever the last one came to. Belongs to the loop's thread.
class data_requests {
 public:
  data_requests(net::io_loop& loop, const clock& time, metrics_registry& metrics,
                data_requests_options options);
  ~data_requests();

  /// Sends a GET. False, and `done` never comes, while the breaker lets nothing pass: ask again
  /// later. `done` comes once, unless this object is gone by then.
  bool get(std::string target, std::function<void(net::http_outcome)> done);

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace bw
