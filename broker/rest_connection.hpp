#pragma once

#include <memory>
#include <string>

#include "broker/rest_reader.hpp"
#include "core/secret.hpp"

namespace bw {

struct rest_connection_options {
  net::endpoint host;
  std::string key_id;
  secret secret_key;
  /// reads of the trading API, or data.
  request_class which = request_class::reads;
  std::chrono::milliseconds connect_timeout{3'000};
  std::chrono::milliseconds response_timeout{10'000};
  std::uint16_t connections = 1;
  /// Where its breaker tells of itself; null: nobody is told.
  std::shared_ptr<breaker_board> breakers;
  std::uint64_t seed = 1;
};

/// One of Alpaca's hosts, to be read from: the connection, its breaker and its retries. It has no
/// way to send anything but a GET. Destroyed on the loop's thread or after the loop has ended.
class rest_connection {
 public:
  rest_connection(net::io_loop& loop, const clock& time, rest_connection_options options);
  ~rest_connection();

  /// For a desk; it may outlive the connection, and then answers ec::halted.
  rest_get get() const;
  /// Ends what is under way with ec::cancelled. Any thread.
  void close();

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace bw
