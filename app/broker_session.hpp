#pragma once

#include <memory>
#include <vector>

#include "app/io_thread.hpp"
#include "broker/alpaca_broker.hpp"
#include "config/node_config.hpp"
#include "config/secrets.hpp"
#include "core/clock.hpp"
#include "core/durable_mark.hpp"
#include "core/metrics.hpp"
#include "net/http_client.hpp"

namespace bw {

/// A command's connection to the broker of a configuration: one question after the other, each
/// answered in bounded time by the timeouts of the connection. Without an order stream. One thread.
class broker_session {
 public:
  /// Connects with the first question. ec::invalid_argument for a mode without a broker.
  static result<std::unique_ptr<broker_session>> open(const node_config& config,
                                                      broker_credentials credentials);
  ~broker_session();
  broker_session(const broker_session&) = delete;
  broker_session& operator=(const broker_session&) = delete;

  result<account_report> account();
  result<clock_report> market_clock();
  result<std::vector<session_day>> calendar(calendar_date first, calendar_date last);
  result<std::vector<open_order_report>> open_orders();
  result<std::vector<position_report>> positions();
  result<std::uint32_t> cancel_all();

  /// Hands an order over whose intent stands in a log at `order.intent_sequence`, on stable
  /// storage. What became of it, or ec::timed_out.
  result<submit_result> submit(outgoing_order order);

  /// The kill switch of this connection: no order leaves it from here on; cancels do.
  void kill() { mark_.kill(); }
  bool killed() const { return mark_.killed(); }
  /// An order by its client id; ec::not_found when the broker has none.
  result<open_order_report> order(const client_order_id& id);

  /// GET of a path at the trading host or at the market data host, as it comes.
  net::http_outcome get_trading(const std::string& target);
  net::http_outcome get_data(const std::string& target);

  const clock& time() const { return time_; }

 private:
  broker_session() = default;
  net::http_outcome get(net::http_client& from, const std::string& target);

  system_clock time_;
  metrics_registry metrics_;
  durable_mark mark_;
  io_thread io_;
  struct answers;
  std::shared_ptr<answers> answers_;
  std::unique_ptr<alpaca_broker> broker_;
  std::unique_ptr<net::http_client> trading_;
  std::unique_ptr<net::http_client> data_;
};

}  // namespace bw
