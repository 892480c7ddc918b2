#include "perf/sink_gateway.hpp"

#include "broker/alpaca_order_codec.hpp"
#include "core/assert.hpp"

namespace bw::perf {

account_report measured_account(utc_ns at, mono_ns received) {
  account_report out;
  out.account_number = "PERF0001";
  out.status = "ACTIVE";
  out.cash = money::from_int(10'000'000);
  out.equity = money::from_int(10'000'000);
  out.last_equity = money::from_int(10'000'000);
  out.buying_power = money::from_int(20'000'000);
  out.at = at;
  out.received = received;
  return out;
}

sink_gateway::sink_gateway(const clock& time, const durable_mark& mark,
                           const session_calendar& calendar, std::size_t orders_expected)
    : time_(time), mark_(mark), calendar_(calendar) {
  orders_.resize(orders_expected);
  orders_.clear();
}

void sink_gateway::start(broker_events events) {
  events_ = std::move(events);
  order_stream_status up;
  up.state = feed_state::synced;
  up.at = time_.utc_now();
  events_.on_stream(up);
}

void sink_gateway::submit(outgoing_order order) {
  const auto handed = time_.mono_now();
  BW_ASSERT(mark_.acknowledged() >= order.intent_sequence,
            "an order leaves only when the log has acknowledged its intent");
  auto body = encode_order(order);
  const auto ready = time_.mono_now();
  last_bytes_ = body.size();
  orders_.push_back({order.request.header.trace, order.request.order, handed, ready});
  if (events_.on_exchange) {
    exchange_record exchange;
    exchange.client_id = order.client_id;
    exchange.order = order.request.order;
    exchange.request = std::move(body);
    exchange.status = 200;
    exchange.response = "{}";
    events_.on_exchange(std::move(exchange));
  }
  submit_result accepted;
  accepted.order = order.request.order;
  accepted.client_id = order.client_id;
  accepted.outcome = submit_outcome::accepted;
  accepted.venue_id = cut<venue_order_id>(order.client_id.view());
  accepted.http_status = 200;
  accepted.sent = ready;
  accepted.answered = time_.mono_now();
  order_update over;
  over.client_id = order.client_id;
  over.venue_id = accepted.venue_id;
  over.event = order_event::canceled;
  over.ts_event = time_.utc_now();
  over.received = accepted.answered;
  events_.on_submit(std::move(accepted));
  events_.on_update(std::move(over));
  count_.store(orders_.size(), std::memory_order_release);
}

void sink_gateway::cancel(outgoing_cancel cancel) {
  cancel_result out;
  out.order = cancel.order;
  out.client_id = cancel.client_id;
  out.outcome = submit_outcome::rejected;
  out.http_status = 422;
  events_.on_cancel(out);
}

void sink_gateway::account(std::function<void(result<account_report>)> done) {
  done(measured_account(time_.utc_now(), time_.mono_now()));
}

void sink_gateway::positions(std::function<void(result<std::vector<position_report>>)> done) {
  done(std::vector<position_report>{});
}

void sink_gateway::open_orders(std::function<void(result<std::vector<open_order_report>>)> done) {
  done(std::vector<open_order_report>{});
}

void sink_gateway::orders_since(utc_ns,
                                std::function<void(result<std::vector<open_order_report>>)> done) {
  done(std::vector<open_order_report>{});
}

void sink_gateway::order_by_client_id(client_order_id,
                                      std::function<void(result<open_order_report>)> done) {
  done({ec::not_found, "the sink keeps no orders"});
}

void sink_gateway::activities(utc_ns,
                              std::function<void(result<std::vector<account_activity>>)> done) {
  done(std::vector<account_activity>{});
}

void sink_gateway::position(std::string symbol, std::function<void(result<position_report>)> done) {
  position_report flat;
  flat.symbol = cut<symbol_name>(symbol);
  done(flat);
}

void sink_gateway::market_clock(std::function<void(result<clock_report>)> done) {
  clock_report out;
  out.at = time_.utc_now();
  out.is_open = true;
  if (const auto day = calendar_.current_or_next(out.at)) {
    out.next_open = day->open;
    out.next_close = day->close;
  }
  done(out);
}

void sink_gateway::calendar(calendar_date first, calendar_date last,
                            std::function<void(result<std::vector<session_day>>)> done) {
  done(calendar_.sessions(first, last));
}

void sink_gateway::asset(std::string symbol, std::function<void(result<asset_report>)> done) {
  asset_report out;
  out.symbol = cut<symbol_name>(symbol);
  out.tradable = out.active = true;
  done(out);
}

}  // namespace bw::perf
