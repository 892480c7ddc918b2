#pragma once

#include <functional>
#include <memory>
#include <string>

#include "broker/alpaca_order_codec.hpp"
#include "broker/broker_gateway.hpp"
#include "broker/order_stream.hpp"
#include "broker/trading_endpoint.hpp"
#include "core/clock.hpp"
#include "core/durable_mark.hpp"
#include "core/metrics.hpp"
#include "core/secret.hpp"
#include "net/endpoint.hpp"
#include "net/io_loop.hpp"

namespace bw {

struct alpaca_broker_options {
  net::endpoint trading;
  std::string key_id;
  secret secret_key;
  std::chrono::milliseconds connect_timeout{3'000};
  /// From the first byte sent to the last byte read; afterwards an order is unknown.
  std::chrono::milliseconds response_timeout{5'000};
  /// Keep-alive connections of each kind: orders, cancels and reads never wait for each other.
  std::uint16_t order_connections = 2;
  std::uint16_t cancel_connections = 1;
  std::uint16_t read_connections = 2;
  /// Off: for a command that only reads, and leaves the order stream to the node.
  bool with_stream = true;
  /// How the order stream reconnects. Its endpoint and keys are those above.
  order_stream_options stream;
  /// For the calendar; must be set before one is asked for.
  new_york_to_utc to_utc;
  /// Where the breaker for reads tells of itself; null: a board of its own.
  std::shared_ptr<breaker_board> breakers;
  /// Told the venue's anchor whenever a clock answer carries one: simulation only.
  std::function<void(clock_anchor)> on_clock_anchor;
};

/// Text of the header X-Bellwether-Clock: real monotonic ns, shown UTC ns, speed.
result<clock_anchor> parse_clock_anchor(std::string_view text);

/// Alpaca's trading API: REST for orders, cancels and reads over connections of their own, and the
/// order stream. An order's bytes leave only when the audit log has acknowledged its intent (a
/// programming error otherwise) and sends are not blocked (then it is not_sent); both are asked on
/// the loop's thread as the last thing before the write. Orders and cancels are never repeated; a
/// read that failed may be, within a budget, and reads stop while their breaker is open.
///
/// `start` and `stop` come from any thread but the loop's, other calls from any; answers come on
/// the loop's. The loop, the clock, the
/// registry and the mark outlive the gateway, and the loop runs while `stop` waits (at most 3 s).
/// `stop` ends what is under way: orders that were sent are then unknown. `start` may follow.
class alpaca_broker final : public broker_gateway {
 public:
  /// One page of open orders, and how many pages are read at most.
  static constexpr std::uint32_t page_orders = 500;
  static constexpr std::uint32_t pages_max = 40;
  /// One page of activities; the broker gives no more.
  static constexpr std::uint32_t page_activities = 100;

  alpaca_broker(net::io_loop& loop, const clock& time, metrics_registry& metrics,
                const durable_mark& mark, alpaca_broker_options options);
  ~alpaca_broker() override;

  void start(broker_events events) override;
  void stop() override;

  void submit(outgoing_order order) override;
  void cancel(outgoing_cancel cancel) override;
  void cancel_all(std::function<void(result<std::uint32_t>)> done) override;
  /// The broker itself refuses new orders from then on, from whomever; only the account's owner
  /// takes it back, at the broker.
  void suspend_trading(std::function<void(result<void>)> done);

  void account(std::function<void(result<account_report>)> done) override;
  void positions(std::function<void(result<std::vector<position_report>>)> done) override;
  void open_orders(std::function<void(result<std::vector<open_order_report>>)> done) override;
  void orders_since(utc_ns after,
                    std::function<void(result<std::vector<open_order_report>>)> done) override;
  void order_by_client_id(client_order_id id,
                          std::function<void(result<open_order_report>)> done) override;
  void order_by_venue_id(venue_order_id id,
                         std::function<void(result<open_order_report>)> done) override;
  void activities(utc_ns since,
                  std::function<void(result<std::vector<account_activity>>)> done) override;
  void position(std::string symbol, std::function<void(result<position_report>)> done) override;
  void market_clock(std::function<void(result<clock_report>)> done) override;
  void calendar(calendar_date first, calendar_date last,
                std::function<void(result<std::vector<session_day>>)> done) override;
  void asset(std::string symbol, std::function<void(result<asset_report>)> done) override;

  std::shared_ptr<breaker_board> breakers() const override;
  void release() override;
  void restart_stream() override;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace bw
