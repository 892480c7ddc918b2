#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"
#include "domain/backoff.hpp"
#include "messages/control.hpp"
#include "messages/orders.hpp"
#include "net/endpoint.hpp"
#include "net/io_loop.hpp"

namespace bw {

struct order_stream_options {
  net::endpoint trading;
  std::string key_id;
  secret secret_key;
  /// Waits before a lost connection is made again.
  backoff_options reconnect;
  /// After "too many connections" the waits grow by this much each time: the broker may hold a
  /// half-dead session for a minute and a half.
  std::chrono::milliseconds refused_step{5'000};
  std::chrono::milliseconds refused_longest{60'000};
  /// A connection that was synced for this long has proven itself: waits start over.
  std::chrono::milliseconds proven_after{10'000};
  /// For each answer of the handshake.
  std::chrono::milliseconds step_timeout{5'000};
  /// The connection is pinged when nothing came for this long, and dead after twice as long.
  std::chrono::milliseconds ping_after{5'000};
  std::uint64_t seed = 1;
};

struct order_stream_events {
  std::function<void(order_update)> on_update;
  std::function<void(order_stream_status)> on_status;
};

/// The broker's trade_updates: one WebSocket that authenticates, listens and reconnects by itself
/// until it is stopped or the keys are refused (latched). Nothing is repeated by the broker after a
/// gap, so `synced` means: from here on every event is seen; whoever hears it reads the orders
/// again. Duplicates pass through. Made, used and destroyed on the loop's thread.
class order_stream {
 public:
  order_stream(net::io_loop& loop, const clock& time, metrics_registry& metrics,
               order_stream_options options, order_stream_events events);
  ~order_stream();

  void start();
  /// Ends the connection and makes a new one, also out of latched.
  void restart();
  /// `gone` comes when the connection has ended; nothing is called afterwards.
  void stop(std::function<void()> gone);

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace bw
