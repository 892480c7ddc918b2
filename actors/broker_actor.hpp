#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include "actors/breaker_meter.hpp"
#include "broker/broker_gateway.hpp"
#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "core/published.hpp"
#include "domain/breaker_watch.hpp"
#include "domain/send_desk.hpp"
#include "messages/actor_interfaces.hpp"

namespace bw {

using broker_actor_options = send_desk_options;

struct broker_args {
  broker_actor_options options;
  breaker_watch_options watch;
  broker_gateway* gateway = nullptr;
  /// Where the gateway's answers go.
  broker_events callbacks;
  const clock* time = nullptr;
  metrics_registry* metrics = nullptr;
  std::uint64_t seed = 1;
};

/// What stands between the router and the wire: the send desk says what may leave. Orders that may
/// not are reported as not sent at once; cancels wait for the budget and never behind orders. An
/// open breaker for orders is probed by reads, and narrows trading only when it stays open. Every
/// change of a breaker is recorded. Scheduled.
struct broker_state_data {
  static constexpr const char* name = "broker";
  static constexpr nanoseconds beat_every = std::chrono::milliseconds{50};
  /// Cancels waiting for the budget; more cannot be open.
  static constexpr std::size_t cancels_waiting_max = 1024;
  /// Between two lists of all orders: each may have many pages.
  static constexpr nanoseconds history_every = std::chrono::seconds{5};
  /// Between two looks at the reconciliation while the breaker for orders wants one, and how long
  /// its answer may take.
  static constexpr nanoseconds reconciled_every = std::chrono::seconds{1};
  static constexpr std::chrono::seconds reconciled_within{2};

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
  void refuse(const outgoing_order& x, std::string_view why);
  void send_waiting_cancels(mono_ns now);
  void probe(mono_ns now);
  void ask_reconciliation(mono_ns now);
  void take_probe();
  void tell_breakers();
  void note(const breaker_change& change, audit_append& into);
  void note_budget(audit_append& into);
  void watch_breaker(mono_ns now);
  operator_record release(operator_record who);

  broker_actor::pointer self;
  broker_args args;
  directory members;
  std::shared_ptr<breaker_board> board;
  std::optional<send_desk> desk;
  struct flight {
    breaker_permit permit;
    mono_ns since;
  };
  std::map<order_id, flight> orders_in_flight;
  std::map<order_id, flight> cancels_in_flight;
  std::deque<outgoing_cancel> cancels_waiting;
  /// What a probe came to, from the I/O thread.
  struct probe_result {
    breaker_permit permit;
    call_facts facts;
    nanoseconds took{};
  };
  std::shared_ptr<published<probe_result>> probed;
  std::shared_ptr<const probe_result> probe_seen;
  bool probe_account = true;
  mono_ns reconciled_asked{};
  std::optional<breaker_watch> watched;
  bool was_only_reserve = false;
  bool connected = false;
  order_stream_status stream;
  mono_ns history_free_at{};
  gauge* breaker_gauge = nullptr;
  gauge* reserve_gauge = nullptr;
  std::optional<breaker_meter> meter;
};

broker_actor::behavior_type broker(broker_actor::stateful_pointer<broker_state_data> self,
                                   broker_args args);

}  // namespace bw
