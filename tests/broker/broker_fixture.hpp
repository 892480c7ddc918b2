#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/alpaca_broker.hpp"
#include "tests/broker/sample_bodies.hpp"
#include "tests/broker/scripted_broker_server.hpp"

namespace bw {

/// A gateway and the server it talks to, with everything it said.
class broker_test : public ::testing::Test {
 protected:
  alpaca_broker_options options(std::uint16_t port) {
    using namespace std::chrono_literals;
    alpaca_broker_options out;
    out.trading = *trading_endpoint_for("sim", port);
    out.key_id = "PKTEST";
    out.secret_key = secret{"hush"};
    out.response_timeout = 200ms;
    out.stream.reconnect.first = 5ms;
    out.stream.reconnect.longest = 20ms;
    out.stream.step_timeout = 300ms;
    out.to_utc = [](calendar_date date, int minutes) {
      return utc_ns{(days_from_civil(date) * 1440 + minutes + 300) * 60'000'000'000};
    };
    out.on_clock_anchor = [this](clock_anchor anchor) {
      where.change([&] { anchors.push_back(anchor); });
    };
    return out;
  }
  void make(alpaca_broker_options with) {
    // What the audit actor says once the records of the orders below are written.
    if (mark.acknowledged() == 0) mark.acknowledge(1);
    mark.acknowledge_order(logged_orders);
    broker = std::make_unique<alpaca_broker>(where.loop, time, metrics, mark, std::move(with));
    start();
  }
  void make() { make(options(server.port)); }
  void start() {
    broker->start(
        {.on_submit = [this](submit_result x) { where.change([&] { submits.push_back(x); }); },
         .on_cancel = [this](cancel_result x) { where.change([&] { cancels.push_back(x); }); },
         .on_update = [this](order_update x) { where.change([&] { updates.push_back(x); }); },
         .on_stream =
             [this](order_stream_status x) { where.change([&] { statuses.push_back(x); }); }});
  }
  void TearDown() override { broker.reset(); }

  static outgoing_order order(const char* client_id = "bw-1") {
    outgoing_order out;
    out.client_id = client_order_id{client_id};
    out.symbol = symbol_name{"AAPL"};
    out.request.order = order_id{7};
    out.intent_sequence = 1;
    out.request.qty = *quantity::parse("10");
    out.request.limit = *price::parse("187.35");
    return out;
  }
  submit_result submit(outgoing_order what = order()) {
    const auto before = where.change([&] { return submits.size(); });
    broker->submit(std::move(what));
    EXPECT_TRUE(where.wait_until([&] { return submits.size() > before; }));
    return where.change([&] { return submits.back(); });
  }
  cancel_result cancel(const char* venue_id) {
    outgoing_cancel what;
    what.order = order_id{7};
    what.client_id = client_order_id{"bw-1"};
    what.venue_id = venue_order_id{venue_id};
    const auto before = where.change([&] { return cancels.size(); });
    broker->cancel(what);
    EXPECT_TRUE(where.wait_until([&] { return cancels.size() > before; }));
    return where.change([&] { return cancels.back(); });
  }
  /// Calls one of the gateway's reads and waits for its answer.
  template <class T, class Ask>
  result<T> ask(Ask call) {
    std::optional<result<T>> out;
    call([&](result<T> answer) { where.change([&] { out.emplace(std::move(answer)); }); });
    EXPECT_TRUE(where.wait_until([&] { return out.has_value(); }));
    return *out;
  }
  void answer_with(std::uint16_t status, std::string body, net::header_list headers = {}) {
    where.change([&] {
      server.on_request = [=](const net::http_request&) {
        return scripted_broker_server::say(status, body, headers);
      };
    });
  }
  bool reaches(feed_state state, std::size_t times = 1) {
    return where.wait_until([&] {
      std::size_t seen = 0;
      for (const auto& status : statuses) seen += status.state == state ? 1 : 0;
      return seen >= times;
    });
  }
  std::size_t requests() {
    return where.change([&] { return server.requests.size(); });
  }
  net::http_request request(std::size_t k) {
    return where.change([&] { return server.requests.at(k); });
  }

  system_clock time;
  metrics_registry metrics;
  durable_mark mark;
  std::uint64_t logged_orders = 7;
  loop_thread where;
  scripted_broker_server server{where};
  std::vector<submit_result> submits;
  std::vector<cancel_result> cancels;
  std::vector<order_update> updates;
  std::vector<order_stream_status> statuses;
  std::vector<clock_anchor> anchors;
  std::unique_ptr<alpaca_broker> broker;
};

}  // namespace bw
