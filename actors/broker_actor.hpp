#pragma once

#include <deque>
#include <map>
#include <optional>

#include "broker/broker_gateway.hpp"
#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "domain/circuit_breaker.hpp"
#include "domain/rate_limiter.hpp"
#include "messages/actor_interfaces.hpp"

namespace bw {

struct broker_actor_options {
  /// Requests a minute for orders, and for cancels and look-ups; together below the broker's 200,
  /// and the second share is never used for orders (requirements Q-111).
  rate_limit orders{120, std::chrono::minutes{1}, 20};
  rate_limit reserved{30, std::chrono::minutes{1}, 30};
};

struct broker_args {
  broker_actor_options options;
  broker_gateway* gateway = nullptr;
  /// Where the gateway's answers go.
  broker_events callbacks;
  const clock* time = nullptr;
  metrics_registry* metrics = nullptr;
  std::uint64_t seed = 1;
};

/// What stands between the router and the wire: a circuit breaker for orders, one for cancels, and
/// the request budget. Orders that may not leave are reported as not sent at once; cancels wait for
/// the budget and never behind orders. Scheduled.
struct broker_state_data {
  static constexpr const char* name = "broker";
  static constexpr nanoseconds beat_every = std::chrono::milliseconds{50};
  /// Cancels waiting for the budget; more cannot be open.
  static constexpr std::size_t cancels_waiting_max = 1024;
  /// Between two lists of all orders: each may have many pages.
  static constexpr nanoseconds history_every = std::chrono::seconds{5};

  explicit broker_state_data(broker_actor::pointer owner) : self(owner) {}
  void init(broker_args args);

  void on_order(const outgoing_order& x);
  void on_cancel(const outgoing_cancel& x);
  void on_submit(const submit_result& x);
  void on_cancel_result(const cancel_result& x);
  void on_stream(const order_stream_status& x);
  void on_lookup_request(const client_order_id& x);
  void on_history_request(const order_history_request& x);
  void cancel_all();
  void beat();
  component_status status() const;

  void take(const directory& who);
  void refuse(const outgoing_order& x, const char* why);
  void send_waiting_cancels(mono_ns now);
  void probe(mono_ns now);
  void tell_breaker();

  broker_actor::pointer self;
  broker_args args;
  directory members;
  std::optional<circuit_breaker> orders;
  std::optional<circuit_breaker> cancels;
  std::optional<rate_limiter> order_budget;
  std::optional<rate_limiter> reserved_budget;
  struct flight {
    breaker_permit permit;
    mono_ns since;
  };
  std::map<order_id, flight> orders_in_flight;
  std::map<order_id, flight> cancels_in_flight;
  std::deque<outgoing_cancel> cancels_waiting;
  bool was_open = false;
  bool connected = false;
  order_stream_status stream;
  mono_ns history_free_at{};
  gauge* breaker_gauge = nullptr;
};

broker_actor::behavior_type broker(broker_actor::stateful_pointer<broker_state_data> self,
                                   broker_args args);

}  // namespace bw
