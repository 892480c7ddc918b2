#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "broker/broker_gateway.hpp"
#include "core/clock.hpp"
#include "core/durable_mark.hpp"
#include "domain/session_calendar.hpp"

namespace bw::perf {

/// What the sink saw of one order.
struct sunk_order {
  trace_id trace;
  order_id order;
  /// The gateway was called, and the bytes were ready for the socket.
  mono_ns handed;
  mono_ns ready;
};

/// A broker without a wire: does all that the real gateway does up to the write (asks the log's
/// mark, encodes the request), stamps that moment, and answers at once that the order was accepted
/// and cancelled. Everything else says what an idle account says.
class sink_gateway final : public broker_gateway {
 public:
  sink_gateway(const clock& time, const durable_mark& mark, const session_calendar& calendar,
               std::size_t orders_expected);

  void start(broker_events events) override;
  void stop() override {}
  void submit(outgoing_order order) override;
  void cancel(outgoing_cancel cancel) override;
  void cancel_all(std::function<void(result<std::uint32_t>)> done) override { done(0U); }
  void account(std::function<void(result<account_report>)> done) override;
  void positions(std::function<void(result<std::vector<position_report>>)> done) override;
  void open_orders(std::function<void(result<std::vector<open_order_report>>)> done) override;
  void orders_since(utc_ns after,
                    std::function<void(result<std::vector<open_order_report>>)> done) override;
  void order_by_client_id(client_order_id id,
                          std::function<void(result<open_order_report>)> done) override;
  void activities(utc_ns since,
                  std::function<void(result<std::vector<account_activity>>)> done) override;
  void position(std::string symbol, std::function<void(result<position_report>)> done) override;
  void market_clock(std::function<void(result<clock_report>)> done) override;
  void calendar(calendar_date first, calendar_date last,
                std::function<void(result<std::vector<session_day>>)> done) override;
  void asset(std::string symbol, std::function<void(result<asset_report>)> done) override;
  void restart_stream() override {}

  /// Any thread: orders that were seen so far.
  std::uint64_t count() const { return count_.load(std::memory_order_acquire); }
  /// Once the node has stopped.
  const std::vector<sunk_order>& orders() const { return orders_; }
  /// Bytes of the last request, so that encoding it cannot be left out.
  std::size_t last_bytes() const { return last_bytes_; }

 private:
  const clock& time_;
  const durable_mark& mark_;
  const session_calendar& calendar_;
  broker_events events_;
  std::vector<sunk_order> orders_;
  std::atomic<std::uint64_t> count_{0};
  std::size_t last_bytes_ = 0;
};

/// The account of every measurement: large enough for every limit.
account_report measured_account(utc_ns at, mono_ns received);

}  // namespace bw::perf
