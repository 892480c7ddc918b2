#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "broker/read_desk.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "net/http_client.hpp"
#include "net/io_loop.hpp"

namespace bw {

/// Port to an API that is only read: GET of a target. `use` takes the body of a good answer and may
/// be called again when it answers ec::parse_failed, because the same read is then asked again.
/// `done` comes once, on the loop's thread.
using rest_get =
    std::function<void(std::string target, std::function<result<void>(std::string body)> use,
                       std::function<void(result<void>)> done)>;

/// An answer that is no success, as an error: ec::auth_refused, not_found, rate_limited or
/// http_status with the broker's words. The status decides, not the body: that may be HTML.
error refusal_error(const net::http_response& answer);

/// Carries reads out under the rules of a read desk: none while its breaker is open, repeated at
/// most twice and within the budget. Any thread may ask; answers come on the loop's. What it is
/// made of outlives it.
class rest_reader : public std::enable_shared_from_this<rest_reader> {
 public:
  using sender =
      std::function<void(net::http_request, std::function<void(net::http_outcome)> answered)>;
  using answer_use = std::function<result<void>(net::http_response)>;

  rest_reader(net::io_loop& loop, const clock& time, read_desk& desk)
      : loop_(loop), time_(time), desk_(desk) {}

  /// Reads may be repeated from here on.
  void open() { open_ = true; }
  /// What waits to be repeated ends with ec::cancelled. On the loop's thread.
  void close();

  void get(sender send, std::string target, answer_use use, std::function<void(result<void>)> done);

 private:
  struct attempt {
    sender send;
    std::string target;
    answer_use use;
    std::function<void(result<void>)> done;
    std::uint32_t retries = 0;
  };
  void ask(const std::shared_ptr<attempt>& x);
  void on_answer(const std::shared_ptr<attempt>& x, const breaker_permit& permit,
                 net::http_outcome outcome);
  void ask_after(nanoseconds wait, const std::shared_ptr<attempt>& x);

  struct waiting_read {
    std::shared_ptr<net::io_loop::timer> timer;
    std::shared_ptr<attempt> what;
  };
  net::io_loop& loop_;
  const clock& time_;
  read_desk& desk_;
  std::atomic<bool> open_{false};
  // On the loop's thread only.
  std::map<std::uint64_t, waiting_read> waiting_;
  std::uint64_t next_waiting_ = 1;
};

}  // namespace bw
