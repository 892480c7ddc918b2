#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "domain/breaker_board.hpp"
#include "messages/account.hpp"
#include "messages/control.hpp"
#include "messages/evidence.hpp"
#include "messages/reconciliation.hpp"

namespace bw {

/// Called on the gateway's I/O thread. Each is cheap: it hands the value to an actor.
struct broker_events {
  std::function<void(submit_result)> on_submit;
  std::function<void(cancel_result)> on_cancel;
  std::function<void(order_update)> on_update;
  std::function<void(order_stream_status)> on_stream;
  /// The body of an order's request and the answer to it, before `on_submit`; may be empty.
  std::function<void(exchange_record)> on_exchange{};
};

/// Port to a broker. Calls come from any thread; answers come on the I/O thread, each exactly once.
/// Orders and cancels are sent at most once: what cannot be known is said to be unknown.
class broker_gateway {
 public:
  virtual ~broker_gateway() = default;

  virtual void start(broker_events events) = 0;
  virtual void stop() = 0;

  virtual void submit(outgoing_order order) = 0;
  virtual void cancel(outgoing_cancel cancel) = 0;
  /// DELETE /v2/orders: every open order of the account. Answers how many were asked to cancel.
  virtual void cancel_all(std::function<void(result<std::uint32_t>)> done) = 0;

  virtual void account(std::function<void(result<account_report>)> done) = 0;
  virtual void positions(std::function<void(result<std::vector<position_report>>)> done) = 0;
  /// All open orders, every page.
  virtual void open_orders(std::function<void(result<std::vector<open_order_report>>)> done) = 0;
  /// All orders of any state that the broker took after `after`, every page, legs included. An
  /// answer is whole or it is a failure.
  virtual void orders_since(utc_ns after,
                            std::function<void(result<std::vector<open_order_report>>)> done) = 0;
  /// ec::not_found on 404, which is no proof of absence by itself.
  virtual void order_by_client_id(client_order_id id,
                                  std::function<void(result<open_order_report>)> done) = 0;
  /// ec::not_found on 404.
  virtual void order_by_venue_id(venue_order_id id,
                                 std::function<void(result<open_order_report>)> done) {
    (void)id;
    done({ec::unsupported, "this broker has no look-up by its own ids"});
  }
  /// Executions and other movements after `since`, oldest first, every page.
  virtual void activities(utc_ns since,
                          std::function<void(result<std::vector<account_activity>>)> done) {
    (void)since;
    done({ec::unsupported, "this broker has no list of activities"});
  }
  /// Zero shares when the broker says that there is no position (404 with its own words).
  virtual void position(std::string symbol, std::function<void(result<position_report>)> done) {
    (void)symbol;
    done({ec::unsupported, "this broker has no look-up of one position"});
  }
  virtual void market_clock(std::function<void(result<clock_report>)> done) = 0;
  virtual void calendar(calendar_date first, calendar_date last,
                        std::function<void(result<std::vector<session_day>>)> done) = 0;
  virtual void asset(std::string symbol, std::function<void(result<asset_report>)> done) = 0;

  /// Where the breakers of the gateway tell of themselves, and what the broker last said of the
  /// request budget. Null: the gateway has none.
  virtual std::shared_ptr<breaker_board> breakers() const { return nullptr; }

  /// A person mended what the broker refused: what is isolated is tried again, by reads.
  virtual void release() {}

  /// Ends the order stream and opens a new one: what a supervisor does with a sick connection.
  virtual void restart_stream() = 0;
};

}  // namespace bw
